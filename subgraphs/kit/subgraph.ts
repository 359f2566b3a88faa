import { createHash, randomUUID } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap';
import { SpanKind } from '@opentelemetry/api';
import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Cancellation } from './cancellation';
import type { ItemName } from './catalog';
import { Context, type Operation } from './context';
import type { Database } from './database';
import { SHARING_EXTENSION } from './disclosures';
import { ClientError, maskError, unauthenticated } from './errors';
import {
  type EventSource,
  type EventsRequest,
  type EventsResponse,
  readRange,
  subscribedField,
} from './events';
import { FeedSequencer } from './feed';
import { FeedWatch } from './feed-watch';
import type { Keyring } from './keyring';
import { languageOf } from './language';
import { createDatasets, type Dataset } from './load';
import type { Migration } from './migrate';
import type { RecurringWork } from './recurring';
import { scalars } from './scalars';
import { sdlOf } from './sdl';
import { guardSchema, type Subjects, sharingOf } from './sharing';
import { verifyClaims } from './signature';
import {
  operationAttributes,
  type Span,
  TRACE_PROOF_HEADER,
  type Tracing,
  traceAudience,
  traceOf,
} from './tracing';
import { VIEWER_HEADER, type Viewer, verifyViewer } from './viewer';

/** The header by which a request is known in every process that it passes. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** The header by which a client asks a gateway, and a gateway a subgraph, for more to be told beside the answer. */
export const REPORT_HEADER = 'hub-report';
/** As the value of {@link REPORT_HEADER}: where in the answer something was withheld. */
export const WITHHELD_REPORT = 'withheld';

/**
 * Said in an answer's extensions of a viewer that did not count, mostly because the request was under way for longer than
 * a signature holds. The answer is as to nobody, and whoever sent the viewer must not take it for the viewer's.
 */
export const VIEWER_REFUSED_EXTENSION = 'hubViewerRefused';

/**
 * Said in an answer's extensions when grants of the viewer opened nothing because they had not been confirmed lately:
 * what they would have opened is missing, and that is no verdict.
 */
export const GRANTS_LAPSED_EXTENSION = 'hubGrantsLapsed';

/** The header by which a gateway proves itself to a subgraph's internal routes. */
export const GATEWAY_HEADER = 'hub-gateway';
export const internalAudience = (subgraph: string): string => `${subgraph}:internal`;

/** The internal route of every subgraph with a feed that says how far it has grown; see {@link FeedQuestion}. */
export const FEED_ROUTE = 'feed';

/** Asks for the feed's head as soon as it lies behind `after`, or as it is after `waitMs` milliseconds. */
export interface FeedQuestion {
  readonly after: number;
  readonly waitMs: number;
}

export interface FeedAnswer {
  readonly head: number;
}

const LONGEST_WAIT_MS = 20_000;

/** What a subgraph is made of. One a subgraph, in its `index.ts`. */
export interface SubgraphDefinition<Loaders extends object = object> {
  readonly name: string;
  /** The catalog items that its rows belong to. */
  readonly items: readonly ItemName[];
  /** One map a feature; they are merged by type. */
  // biome-ignore lint/suspicious/noExplicitAny: each feature's resolvers are typed by its own generated types
  readonly resolvers: readonly Record<string, any>[];
  readonly loaders: (operation: Operation) => Loaders;
  readonly migrations: readonly Migration[];
  /** Real reference data, loaded wherever the subgraph runs. */
  readonly reference: readonly Dataset[];
  /**
   * Fictional data that shows every feature, one data set a feature, so that a hub with older data gets what is new;
   * never in production.
   */
  readonly demo: readonly Dataset[];
  /** Whose the rows of classified types are, and who may see classified fields; see `sharing.ts`. */
  readonly subjects?: Subjects;
  /** Whether it keeps a change feed; see `feed.ts`. */
  readonly hasFeed?: boolean;
  /** Where the events of each field of `Subscription` come from; see `events.ts`. */
  readonly events?: Readonly<Record<string, EventSource>>;
  /** Whether it keeps a copy of the registry's directory; see `directory.ts`. */
  readonly hasDirectory?: boolean;
  /** What it does without being asked; see `recurring.ts`. */
  readonly recurring?: readonly RecurringWork[];
  /** Routes beside the graph, for the gateway's own key. */
  readonly internalRoutes?: readonly InternalRoute[];
}

/** A question that gateways ask a subgraph under their own key, outside the graph. */
export interface InternalRoute {
  readonly path: string;
  readonly answer: (database: Database, body: unknown) => Promise<unknown>;
}

export interface GraphQLRequestBody {
  query?: unknown;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/** Lower-case names. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

export interface SubgraphResponse {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

const notARequest = (): ClientError =>
  new ClientError('BAD_REQUEST', {
    en: 'The body is not a GraphQL request: "query" must be a text, and "variables" an object or left out.',
    zh: '请求体不是 GraphQL 请求：“query”须为文本，“variables”须为对象或省略。',
  });

/** Every migration of a subgraph, in order. */
export const migrationsOf = (definition: SubgraphDefinition): readonly Migration[] => [
  createDatasets,
  ...definition.migrations,
];

function mergeResolvers(maps: readonly Record<string, object>[]): GraphQLResolverMap<unknown> {
  const merged: Record<string, object> = { ...scalars };
  for (const map of maps) {
    for (const [type, fields] of Object.entries(map)) merged[type] = { ...merged[type], ...fields };
  }
  return merged as GraphQLResolverMap<unknown>;
}

/** The executable schema of a subgraph, its sharing classes enforced. */
export function buildSchema(definition: SubgraphDefinition): GraphQLSchema {
  const typeDefs = parse(sdlOf(definition.name));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: mergeResolvers(definition.resolvers) }]);
  guardSchema(schema, definition.subjects ?? {});
  return schema;
}

/** Who calls a subgraph past the gateway may give its request any id. */
const LONGEST_ID = 100;
const DOCUMENTS_KEPT = 1_000;
/** Whether it is ready a subgraph says in this time, also while all its connections are taken. */
const READY_MS = 2_000;

/** A request that was read, and what it is carried out with. */
interface OpenRequest {
  readonly body: GraphQLRequestBody;
  readonly document: DocumentNode;
  readonly context: Context;
  /** Whether it named a viewer who did not count. */
  readonly isViewerRefused: boolean;
  readonly mask: (error: GraphQLError) => GraphQLFormattedError;
}

/** What a subgraph is run with. */
export interface SubgraphOptions {
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** The machine's own when left out. */
  readonly clock?: () => Date;
  /** Where people reach the hub; see `hub-address.ts`. */
  readonly publicAddress?: string | null;
  /** What records traces; nothing when left out. */
  readonly tracing?: Tracing;
}

/** Says in a span which operation it is of. */
function describe(
  span: Span,
  of: Pick<GraphQLRequestBody, 'operationName'> & {
    readonly query: string;
    readonly document: DocumentNode;
    readonly requestId: string;
  },
): void {
  const operation = getOperationAST(of.document, of.operationName);
  const documentHash = createHash('sha256').update(of.query).digest('hex');
  const name = operation?.name?.value ?? null;
  span.set({ 'hub.request.id': of.requestId.slice(0, LONGEST_ID) });
  if (operation) span.set(operationAttributes({ kind: operation.operation, name, documentHash }));
}

/** A subgraph that answers GraphQL requests, over HTTP or called in the same process. */
export class Subgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Numbers what the subgraph's writes put into its feed. */
  readonly sequencer: FeedSequencer;
  /** Says how far the feed has grown. */
  readonly watch: FeedWatch;
  readonly #documents = new LRUCache<string, DocumentNode | readonly GraphQLError[]>({ max: DOCUMENTS_KEPT });

  constructor(
    readonly definition: SubgraphDefinition,
    readonly database: Database,
    private readonly options: SubgraphOptions,
  ) {
    this.name = definition.name;
    this.schema = buildSchema(definition);
    this.sequencer = new FeedSequencer(database, options.logger);
    this.watch = new FeedWatch(database, this.name, options.logger);
  }

  /**
   * Answers one request. Never throws: what goes wrong is in `errors`. What is read for a request that is given up is not
   * read to its end; what it changes is changed all the same.
   */
  async answer(
    body: GraphQLRequestBody,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<SubgraphResponse> {
    const work = async (request: OpenRequest) => this.#execute(request, request.context);
    return this.#carryOut(body, headers, work, cancellation);
  }

  /** Answers a page of a subscription's events; see `events.ts`. Never throws: what goes wrong is in `errors`. */
  async events(
    body: EventsRequest,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<EventsResponse> {
    const work = async (request: OpenRequest): Promise<EventsResponse> => {
      const { context, document } = request;
      const range = readRange(body);
      const { field, args } = subscribedField(this.schema, document, body);
      if (!context.viewer && !sharingOf(this.schema, field)?.isPublic) throw unauthenticated();
      const source = this.definition.events?.[field.name];
      if (!source) throw new Error(`nothing says where the events of ${field.name} come from`);
      const page = await source(context, args, range);
      const events = page.events.map(async ({ cursor, at, event }) => ({
        cursor,
        answer: await this.#execute(request, context.forEvent(at), { [field.name]: event }),
      }));
      return { events: await Promise.all(events), cursor: page.cursor, hasMore: page.hasMore };
    };
    return this.#carryOut(body, headers, work, cancellation);
  }

  async #execute(
    { body, document, isViewerRefused, mask }: OpenRequest,
    context: Context,
    rootValue?: object,
  ): Promise<SubgraphResponse> {
    const result = await execute({
      schema: this.schema,
      document,
      rootValue,
      contextValue: context,
      variableValues: body.variables,
      operationName: body.operationName,
    });
    const { viewer, disclosures } = context;
    const extensions = {
      ...(viewer?.collects && !disclosures.isEmpty && { [SHARING_EXTENSION]: disclosures.report() }),
      ...(viewer?.haveGrantsLapsed && { [GRANTS_LAPSED_EXTENSION]: true }),
      ...(isViewerRefused && { [VIEWER_REFUSED_EXTENSION]: true }),
    };
    return {
      data: result.data,
      ...(result.errors && { errors: result.errors.map(mask) }),
      ...(Object.keys(extensions).length > 0 && { extensions }),
    };
  }

  /** Carries out what a request asks, and has it recorded. Never throws. */
  async #carryOut<Answer extends { errors?: GraphQLFormattedError[] }>(
    body: GraphQLRequestBody,
    headers: RequestHeaders,
    work: (request: OpenRequest) => Promise<Answer>,
    cancellation?: Cancellation,
  ): Promise<Answer | { errors: GraphQLFormattedError[] }> {
    const viewer = verifyViewer(headers[VIEWER_HEADER], {
      subgraph: this.name,
      keys: this.options.keyring.acceptedKeys(this.name),
      now: new Date(),
    });
    const { tracing } = this.options;
    const span = tracing ? this.#begin(tracing, headers, viewer) : null;
    const answer = await this.#carryOutFor({ viewer, span }, body, headers, work, cancellation);
    span?.end(answer.errors?.length ? String(answer.errors[0]?.extensions?.code) : null);
    return answer;
  }

  /**
   * Goes on with the trace that a gateway of the hub hands on. Anybody else's only counts as something that this one has to
   * do with: whether it is recorded is not for them to say.
   */
  #begin(tracing: Tracing, headers: RequestHeaders, viewer: Viewer | null): Span {
    const isOfHub =
      viewer !== null ||
      verifyClaims(headers[TRACE_PROOF_HEADER], {
        audience: traceAudience(this.name),
        keys: this.options.keyring.acceptedKeys(this.name),
        now: new Date(),
      }) !== null;
    const isHttp = headers.host !== undefined;
    return tracing.begin(`${this.name} request`, {
      caller: traceOf(headers),
      trust: isOfHub ? 'DECISION' : 'LINK',
      kind: isHttp ? SpanKind.SERVER : SpanKind.INTERNAL,
      attributes: {
        'hub.subgraph': this.name,
        ...(isHttp && { 'http.request.method': 'POST', 'url.scheme': 'http' }),
      },
    });
  }

  /** Carries out what a request asks, in a session that ends with it. Whatever is thrown becomes its errors. */
  async #carryOutFor<Answer extends { errors?: GraphQLFormattedError[] }>(
    { viewer, span }: { viewer: Viewer | null; span: Span | null },
    body: GraphQLRequestBody,
    headers: RequestHeaders,
    work: (request: OpenRequest) => Promise<Answer>,
    cancellation?: Cancellation,
  ): Promise<Answer | { errors: GraphQLFormattedError[] }> {
    const now = this.options.clock?.() ?? new Date();
    const language = languageOf(headers['accept-language']);
    const requestId = headers[REQUEST_ID_HEADER] ?? randomUUID();
    const mask = (error: GraphQLError) =>
      maskError(error, { language, requestId, traceId: span?.traceId, logger: this.options.logger });

    if (typeof body.query !== 'string' || typeof (body.variables ?? {}) !== 'object') {
      return { errors: [mask(new GraphQLError('', { originalError: notARequest() }))] };
    }
    const document = this.#documentOf(body.query);
    if (!('kind' in document)) return { errors: document.map(mask) };
    if (span?.isRecorded) describe(span, { ...body, query: body.query, document, requestId });
    const session = this.database.session(viewer, span);
    const forget = cancellation?.onCancel(() => session.abandon());
    const context = new Context(
      session,
      this.definition.loaders,
      this.sequencer,
      viewer,
      language,
      now,
      requestId,
      this.options.publicAddress ?? null,
      headers[REPORT_HEADER] === WITHHELD_REPORT,
    );
    try {
      const isViewerRefused = !viewer && Boolean(headers[VIEWER_HEADER]);
      return await work({ body, document, context, isViewerRefused, mask });
    } catch (error) {
      return {
        errors: [
          mask(
            error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error }),
          ),
        ],
      };
    } finally {
      forget?.();
      // The answer does not wait for the snapshot to be given back; ending never throws.
      void session.end();
    }
  }

  /** Answers a gateway's internal question; null when there is no such route or the caller is no gateway. */
  async answerInternally(path: string, body: unknown, headers: RequestHeaders): Promise<unknown> {
    const route = this.definition.internalRoutes?.find((r) => r.path === path);
    const caller = verifyClaims(headers[GATEWAY_HEADER], {
      audience: internalAudience(this.name),
      keys: this.options.keyring.acceptedKeys(this.name),
      now: new Date(),
    });
    if (!caller) return null;
    if (path === FEED_ROUTE && this.definition.hasFeed) return this.#answerOfFeed(body);
    return route ? route.answer(this.database, body) : null;
  }

  async #answerOfFeed(question: unknown): Promise<FeedAnswer> {
    const { after, waitMs } = question as FeedQuestion;
    return { head: await this.watch.beyond(after, Math.min(waitMs, LONGEST_WAIT_MS)) };
  }

  /** Whether the subgraph can answer: whether its database does. Says so within two seconds. */
  async isReady(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), READY_MS);
    });
    const answers = this.database.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([answers, isLate]).finally(() => clearTimeout(timer));
  }

  #documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#documents.get(query);
    if (known) return known;
    const document = this.#parse(query);
    this.#documents.set(query, document);
    return document;
  }

  #parse(query: string): DocumentNode | readonly GraphQLError[] {
    try {
      const document = parse(query);
      const errors = validate(this.schema, document);
      return errors.length > 0 ? errors : document;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }
}
