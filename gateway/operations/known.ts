import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../context';
import { stringifyAnswer } from '../executor/rendered';
import { isObject, isText, type OperationParameters, parametersIn } from './parameters';
import type { ReadOperation, Reply, Stage } from './stage';

/** Characters of the documents that are known, all together. */
const KEPT = 2 * 1024 * 1024;
/** Different `accept` headers that are known. */
const ACCEPTS_KEPT = 200;
/** What the server chooses for a client that does not say. */
const JSON_TYPE = 'application/json; charset=utf-8';

interface KnownDocument {
  readonly source: string;
  readonly document: DocumentNode;
}

/** An operation that may take the short way. */
export interface KnownOperation extends KnownDocument {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly parameters: OperationParameters;
  readonly accept: string | undefined;
  readonly mediaType: string;
}

/** An answer as it leaves over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

type Execute = (operation: ReadOperation) => Promise<ExecutionResult>;

/**
 * The short way of operations that the server has let through before. It read the document, and chose what to answer
 * such a client with; neither is done again. What differs from request to request is: the stages are all passed.
 * Whatever is unusual about a request goes the long way, so that there is one place that says what is wrong with it.
 */
export class KnownOperations {
  readonly #documents = new LRUCache<string, KnownDocument>({
    maxSize: KEPT,
    sizeCalculation: ({ source }) => source.length + 64,
  });
  /** By the `accept` headers that they were chosen for. */
  readonly #mediaTypes = new LRUCache<string, string>({ max: ACCEPTS_KEPT });
  #schema: GraphQLSchema | null = null;

  constructor(
    private readonly stages: readonly Stage[],
    private readonly execute: Execute,
  ) {}

  /** Told of each supergraph that the gateway serves; what was valid on the last need not be on it. */
  serve(schema: GraphQLSchema): void {
    this.#schema = schema;
    this.#documents.clear();
  }

  /** Learns from the server what it carries out. Comes after all that may refuse an operation. */
  get plugin(): ApolloServerPlugin<GatewayContext> {
    return {
      requestDidStart: async () => ({
        executionDidStart: async ({ schema, source, document, request }) => {
          if (schema !== this.#schema) return;
          const hash = hashIn(request.extensions);
          this.#documents.set(hash ?? source, { source, document });
        },
      }),
    };
  }

  /** Learns what the server answers a client of such a header with. */
  learnMediaType(accept: string | undefined, mediaType: unknown): void {
    if (accept !== undefined && typeof mediaType === 'string') this.#mediaTypes.set(accept, mediaType);
  }

  /** The operation of a body, when it may take the short way. */
  find(body: unknown, accept: string | undefined): KnownOperation | null {
    const schema = this.#schema;
    const parameters = parametersIn(body);
    const mediaType = accept === undefined ? JSON_TYPE : this.#mediaTypes.get(accept);
    if (!schema || !parameters || mediaType === undefined) return null;
    const { query, operationName, extensions } = parameters;
    const hash = hashIn(extensions);
    // Who sends both registers a document.
    if (query !== undefined && hash !== undefined) return null;
    const known = this.#documents.get(query ?? hash ?? '');
    if (!known) return null;
    const operation = getOperationAST(known.document, operationName);
    if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
    const { source, document } = known;
    return { schema, source, document, operation, parameters, accept, mediaType };
  }

  async answer(known: KnownOperation, context: GatewayContext): Promise<HttpAnswer> {
    const { schema, source, document, operation, parameters, accept, mediaType } = known;
    const { operationName, variables = {} } = parameters;
    const asked: ReadOperation = {
      ...{ context, schema, source, document, operation, operationName, variables, accept },
    };
    const reply = await this.#carryOut(asked);
    for (const stage of this.stages) {
      const said = stage.complete?.(reply, asked);
      if (said) await said;
    }
    const { http, result } = reply;
    http.headers.set('content-type', mediaType);
    http.headers.set('cache-control', 'no-store');
    return { status: http.status ?? 200, headers: http.headers, text: stringifyAnswer(result) };
  }

  async #carryOut(asked: ReadOperation): Promise<Reply> {
    try {
      for (const stage of this.stages) stage.admit?.(asked);
      const { data, errors } = await this.execute(asked);
      // Without data nothing was carried out: the variables are not what the operation takes.
      const http = { status: errors && data === undefined ? 400 : 200, headers: new Map<string, string>() };
      return { http, result: data === undefined ? {} : { data }, errors: errors ?? [] };
    } catch (error) {
      return refusedWith(error);
    }
  }
}

/** An error may name the status and the headers that it is to be told with. */
function refusedWith(thrown: unknown): Reply {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const said = error instanceof GraphQLError ? error.extensions.http : undefined;
  const { status = 500, headers = [] } = (said ?? {}) as {
    status?: number;
    headers?: Iterable<[string, string]>;
  };
  return { http: { status, headers: new Map(headers) }, result: {}, errors: [error] };
}

/** The hash by which a document is asked for. */
function hashIn(extensions: Record<string, unknown> | undefined): string | undefined {
  const asked = extensions?.persistedQuery;
  if (asked === undefined) return undefined;
  if (!isObject(asked) || asked.version !== 1 || !isText(asked.sha256Hash)) return '';
  return asked.sha256Hash;
}
