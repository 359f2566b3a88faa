import { ApolloGateway } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayInterface,
  GatewayLoadResult,
} from '@apollo/server-gateway-interface';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { SubgraphResponse } from '../subgraphs/kit/subgraph';
import { Executor, PLANNER_CONFIG } from './executor';
import type { Variables } from './executor/operation';
import type { Marks } from './executor/shape';
import type { SubgraphRequest } from './executor/subgraph-request';

type Call<Context> = (
  context: Context,
  subgraph: string,
  request: SubgraphRequest,
) => Promise<SubgraphResponse>;

/** An operation that was validated. */
export interface ValidOperation<Context> {
  /** That it was validated against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Variables;
  readonly context: Context;
}

/**
 * @apollo/gateway as the frame, which loads and checks supergraphs, around our own executor of operations. Each
 * supergraph has an executor of its own: a request is carried out on the one that its operation was validated against.
 */
export class FederationGateway<Context> implements GatewayInterface {
  readonly #frame: ApolloGateway;
  readonly #executors = new WeakMap<GraphQLSchema, Executor>();
  #takeUpdate: ((supergraphSdl: string) => void) | null = null;
  #current: Executor | null = null;
  /** The executor of the supergraph that the frame is about to be given. */
  #next: Executor | null = null;

  constructor(
    supergraphSdl: string,
    private readonly call: Call<Context>,
    logger: Logger,
    /** What is marked in the answers of a request's calls. */
    private readonly marksOf: (context: Context) => Marks | null = () => null,
  ) {
    // The library reports usage to its vendor unless told not to before it is constructed.
    process.env.APOLLO_TELEMETRY_DISABLED = '1';
    this.#frame = new ApolloGateway({
      supergraphSdl: async ({ update }) => {
        this.#takeUpdate = update;
        return { supergraphSdl };
      },
      buildService: () => ({
        process: async () => {
          throw new Error('subgraphs are called by the executor');
        },
      }),
      queryPlannerConfig: PLANNER_CONFIG,
      logger,
    });
    // Before the server's own listener, so that no operation is validated for which there is no executor.
    this.#frame.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      // The planner that the frame has just made, and keeps to itself: another would take as long again.
      const { queryPlanner: planner } = this.#frame as unknown as { queryPlanner?: QueryPlanner };
      this.#current = this.#next ?? new Executor(coreSupergraphSdl, { planner, apiSchema });
      this.#executors.set(apiSchema, this.#current);
    });
  }

  /**
   * Serves another supergraph, from the next request on, once what is asked most has been planned on it; requests that
   * are under way end on theirs. Throws when it cannot be served, and then the last one stays.
   */
  async update(supergraphSdl: string): Promise<void> {
    const next = new Executor(supergraphSdl);
    if (this.#current) await next.warm(this.#current);
    this.#next = next;
    try {
      this.#takeUpdate?.(supergraphSdl);
    } finally {
      this.#next = null;
    }
  }

  onSchemaLoadOrUpdate: GatewayInterface['onSchemaLoadOrUpdate'] = (callback) =>
    this.#frame.onSchemaLoadOrUpdate(callback);

  async load(options: Parameters<GatewayInterface['load']>[0]): Promise<GatewayLoadResult> {
    await this.#frame.load(options);
    return {
      executor: ({ schema, document, request, context }) =>
        this.execute({
          ...{ schema, document, context: context as Context },
          operationName: request.operationName,
          variables: request.variables ?? {},
        }) as Promise<GatewayExecutionResult>,
    };
  }

  async stop(): Promise<void> {
    await this.#frame.stop();
  }

  /** What executes operations that were validated against a schema. */
  executorOf(schema: GraphQLSchema): Executor {
    const executor = this.#executors.get(schema);
    if (!executor) throw new Error('the operation was validated against no supergraph that was loaded');
    return executor;
  }

  execute({ schema, context, ...operation }: ValidOperation<Context>): Promise<ExecutionResult> {
    return this.executorOf(schema).execute({
      ...operation,
      call: (subgraph, request) => this.call(context, subgraph, request),
      marks: this.marksOf(context),
    });
  }
}
