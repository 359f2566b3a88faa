import { isDeepStrictEqual } from 'node:util';
import { ApolloGateway } from '@apollo/gateway';
import {
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  printSchema,
} from 'graphql';
import { Executor } from '../../gateway/executor';
import { Draw, type RandomGraph, randomGraph } from './random-graph';
import { type RandomOperation, randomOperation } from './random-operation';

/** What became of an operation: plain JSON, and each failure as `path: message`. */
export interface Outcome {
  readonly data: unknown;
  readonly errors: readonly string[];
}

export interface Comparison {
  readonly operation: RandomOperation;
  readonly ours: Outcome;
  /** The same by @apollo/gateway's own executor. */
  readonly library: Outcome;
  /** The same on one schema over all the data, by graphql-js. */
  readonly whole: Outcome;
  /** Every failure that there is anywhere in what was asked. */
  readonly failures: readonly string[];
  readonly calls: { readonly ours: number; readonly library: number };
}

const lined = (errors: readonly { message: string; path?: readonly (string | number)[] }[] = []): string[] =>
  [...new Set(errors.map(({ message, path }) => `${path?.join('.') ?? ''}: ${message}`))].sort();

const plain = (result: ExecutionResult): Outcome => ({
  data: JSON.parse(JSON.stringify(result.data ?? null)),
  errors: lined(result.errors),
});

/** One random graph under three executors. */
export class Differential {
  #calls = { ours: 0, library: 0 };

  private constructor(
    private readonly graph: RandomGraph,
    private readonly api: GraphQLSchema,
    private readonly whole: GraphQLSchema,
    private readonly lenient: GraphQLSchema,
    private readonly executor: Executor,
    // biome-ignore lint/suspicious/noExplicitAny: the server's side of the library's interface is not typed for others
    private readonly libraryExecutor: (request: any) => Promise<ExecutionResult>,
    private readonly stop: () => Promise<void>,
  ) {}

  /** Null for a seed whose graph does not compose. */
  static async open(seed: number, faults: number): Promise<Differential | null> {
    const graph = randomGraph(seed, faults);
    if (!graph) return null;
    process.env.APOLLO_TELEMETRY_DISABLED = '1';
    const calls = { ours: 0, library: 0 };
    const gateway = new ApolloGateway({
      supergraphSdl: graph.supergraphSdl,
      buildService: ({ name }) => ({
        process: async ({ request }) => {
          calls.library += 1;
          return answer(graph, name, request.query ?? '', request.variables) as never;
        },
      }),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    let sdl = '';
    let api: GraphQLSchema | null = null;
    gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      sdl = coreSupergraphSdl;
      api = apiSchema;
    });
    const { executor } = await gateway.load();
    if (!api || !executor) throw new Error('the gateway loaded nothing');
    const document = parse(printSchema(api));
    const differential = new Differential(
      graph,
      api,
      graph.whole(document),
      graph.lenient(document),
      new Executor(sdl, { apiSchema: api }),
      executor as never,
      () => gateway.stop(),
    );
    differential.#calls = calls;
    return differential;
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** Runs one random operation under all; null when it came out invalid. */
  async compare(seed: number): Promise<Comparison | null> {
    const operation = randomOperation(this.api, new Draw(seed));
    return operation && this.run(operation);
  }

  async run(operation: RandomOperation): Promise<Comparison> {
    const { query, variables } = operation;
    const document = parse(query);
    this.#calls.ours = 0;
    this.#calls.library = 0;
    this.graph.forgetChanges();
    const ours = await this.executor.execute({
      document,
      operationName: 'Q',
      variables,
      call: async (name, request) => {
        this.#calls.ours += 1;
        return answer(this.graph, name, request.query, request.variables) as never;
      },
    });
    this.graph.forgetChanges();
    const library = await this.libraryExecutor({
      request: { query, variables, operationName: 'Q' },
      document,
      operation: document.definitions[0],
      operationName: 'Q',
      queryHash: query,
      schema: this.api,
      context: {},
      metrics: {},
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    }).catch((error: Error) => ({ errors: [error as GraphQLError] }));
    const run = async (schema: GraphQLSchema) => {
      this.graph.forgetChanges();
      return plain(await execute({ schema, document, variableValues: variables, operationName: 'Q' }));
    };
    return {
      operation,
      ours: plain(ours),
      library: plain(library),
      whole: await run(this.whole),
      failures: (await run(this.lenient)).errors,
      calls: { ...this.#calls },
    };
  }
}

/** What a subgraph answers, as it would arrive over HTTP. */
async function answer(
  graph: RandomGraph,
  name: string,
  query: string,
  variables: Readonly<Record<string, unknown>> | undefined,
): Promise<{ data?: unknown; errors?: readonly GraphQLError[] }> {
  const schema = graph.subgraphs.get(name);
  if (!schema) throw new Error(`there is no subgraph ${name}`);
  const result = await execute({ schema, document: parse(query), variableValues: variables });
  return JSON.parse(JSON.stringify(result));
}

/**
 * Runs operations on graphs that seeds determine, `faults` being the share of fields that fail, and gives back those in
 * which ours is not right: the data that one schema over all the rows gives, to the byte; no failure but those there
 * are, each at its place, and one whenever there is one; and what the library gives, with no more calls, wherever the
 * library itself is right.
 */
export async function differences(
  graphs: { from: number; count: number },
  operations: number,
  faults: number,
) {
  const found: unknown[] = [];
  let compared = 0;
  for (let seed = graphs.from; seed < graphs.from + graphs.count; seed += 1) {
    const differential = await Differential.open(seed, faults);
    if (!differential) continue;
    for (let i = 0; i < operations; i += 1) {
      const comparison = await differential.compare(seed * 10_000 + i);
      if (!comparison) continue;
      compared += 1;
      if (!isRight(comparison)) found.push({ graph: seed, number: i, ...comparison });
    }
    await differential.close();
  }
  return { found: found.slice(0, 3), compared };
}

/** Ours plans without what a request skips, which may need a call that the library spares by asking for it all. */
const mayDiffer = /@(?:skip|include)/;

function isRight({ operation, ours, library, whole, failures, calls }: Comparison): boolean {
  const isLibraryRight = isDeepStrictEqual(library.data, whole.data);
  return (
    JSON.stringify(ours.data) === JSON.stringify(whole.data) &&
    ours.errors.every((error) => failures.includes(error)) &&
    ours.errors.length > 0 === whole.errors.length > 0 &&
    (!isLibraryRight || mayDiffer.test(operation.query) || calls.ours <= calls.library)
  );
}
