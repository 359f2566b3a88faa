import { isDeepStrictEqual } from 'node:util';
import { ApolloGateway } from '@apollo/gateway';
import {
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  printSchema,
  responsePathAsArray,
} from 'graphql';
import { WithheldPlaces } from '../../gateway/access/places';
import { Executor } from '../../gateway/executor';
import { Disclosures } from '../../subgraphs/kit/disclosures';
import { Draw, type RandomGraph, randomGraph, type Told } from './random-graph';
import { type RandomOperation, randomOperation } from './random-operation';

/** What became of an operation: plain JSON, and each failure as `path: message`. */
export interface Outcome {
  readonly data: unknown;
  readonly errors: readonly string[];
  /** Where something was withheld, as `provider path`; null when nobody wanted to know. */
  readonly places: readonly string[] | null;
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

const plain = (result: ExecutionResult, places: readonly string[] | null = null): Outcome => ({
  data: JSON.parse(JSON.stringify(result.data ?? null)),
  errors: lined(result.errors),
  places,
});

/** The places that one schema's resolvers told of, but for those in what became null as a whole. */
const placesIn = (data: unknown, told: readonly { provider: string; path: readonly (string | number)[] }[]) =>
  told
    .filter(({ path }) => path.reduce((value: unknown, step) => (value as never)?.[step], data) === null)
    .map(({ provider, path }) => `${provider} ${path.join('.')}`)
    .sort();

/** The places that the hub tells of. */
function placesOf(found: WithheldPlaces): string[] {
  const coordinates = Array.from({ length: 5 }, (_, t) =>
    Array.from({ length: 8 }, (__, f) => `T${t}.f${f}`),
  ).flat();
  return coordinates
    .flatMap((coordinate) => found.of(coordinate).places)
    .flatMap(({ provider, path, indexes }) =>
      indexes.map((place) => {
        const steps = [...place];
        return `${provider} ${path.map((step) => (step === '*' ? steps.shift() : step)).join('.')}`;
      }),
    )
    .sort();
}

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
    return operation && this.run(operation, seed % 2 === 0);
  }

  /** With `wantsPlaces` ours is asked too where something is withheld. */
  async run(operation: RandomOperation, wantsPlaces: boolean): Promise<Comparison> {
    const { query, variables } = operation;
    const document = parse(query);
    this.#calls.ours = 0;
    this.#calls.library = 0;
    this.graph.forgetChanges();
    const places = wantsPlaces ? new WithheldPlaces() : null;
    const ours = await this.executor.execute({
      document,
      operationName: 'Q',
      variables,
      marks: places,
      call: async (name, request) => {
        this.#calls.ours += 1;
        const disclosures = new Disclosures(true);
        const given = await answer(this.graph, name, request.query, request.variables, disclosures);
        places?.mark(given.data, JSON.parse(JSON.stringify(disclosures.report())));
        return given as never;
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
      const told: { provider: string; path: readonly (string | number)[] }[] = [];
      const contextValue: Told = {
        withheld: (_, provider, __, place) => told.push({ provider, path: responsePathAsArray(place) }),
      };
      const result = await execute({
        ...{ schema, document, variableValues: variables, operationName: 'Q', contextValue },
      });
      return plain(result, wantsPlaces ? placesIn(result.data, told) : null);
    };
    return {
      operation,
      ours: plain(ours, places && placesOf(places)),
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
  disclosures?: Disclosures,
): Promise<{ data?: unknown; errors?: readonly GraphQLError[] }> {
  const schema = graph.subgraphs.get(name);
  if (!schema) throw new Error(`there is no subgraph ${name}`);
  const contextValue: Told = {
    withheld: (coordinate, provider, row, place) =>
      disclosures?.withhold(coordinate, 'grid.cases', provider, row, place),
  };
  const result = await execute({ schema, document: parse(query), variableValues: variables, contextValue });
  return JSON.parse(JSON.stringify(result));
}

/**
 * Runs operations on graphs that seeds determine, `faults` being the share of fields that fail, and gives back those in
 * which ours is not right: the data that one schema over all the rows gives, to the byte; every place
 * where that schema withholds something, when it is asked for them, and no other; no failure but those there are, each at
 * its place, and one whenever there is one; and what the library gives, with no more calls, wherever the library itself is
 * right.
 */
export async function differences(
  graphs: { from: number; count: number },
  operations: number,
  faults: number,
) {
  const found: unknown[] = [];
  let compared = 0;
  let places = 0;
  for (let seed = graphs.from; seed < graphs.from + graphs.count; seed += 1) {
    const differential = await Differential.open(seed, faults);
    if (!differential) continue;
    for (let i = 0; i < operations; i += 1) {
      const comparison = await differential.compare(seed * 10_000 + i);
      if (!comparison) continue;
      compared += 1;
      places += comparison.ours.places?.length ?? 0;
      if (!isRight(comparison)) found.push({ graph: seed, number: i, ...comparison });
    }
    await differential.close();
  }
  return { found: found.slice(0, 3), compared, places };
}

/** Ours plans without what a request skips, which may need a call that the library spares by asking for it all. */
const mayDiffer = /@(?:skip|include)/;

function isRight({ operation, ours, library, whole, failures, calls }: Comparison): boolean {
  const isLibraryRight = isDeepStrictEqual(library.data, whole.data);
  return (
    JSON.stringify(ours.data) === JSON.stringify(whole.data) &&
    isDeepStrictEqual(ours.places, whole.places) &&
    ours.errors.every((error) => failures.includes(error)) &&
    ours.errors.length > 0 === whole.errors.length > 0 &&
    (!isLibraryRight || mayDiffer.test(operation.query) || calls.ours <= calls.library)
  );
}
