import { ApolloGateway } from '@apollo/gateway';
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
} from '@apollo/server-gateway-interface';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { SubgraphResponse } from '../subgraphs/kit/subgraph';
import { Executor } from './executor';
import type { SubgraphRequest } from './executor/subgraph-request';

type Call<Context> = (
  context: Context,
  subgraph: string,
  request: SubgraphRequest,
) => Promise<SubgraphResponse>;

/**
 * @apollo/gateway as the frame, which loads and checks supergraphs, around our own executor of operations. Each
 * supergraph has an executor of its own: a request is carried out on the one that its operation was validated against.
 */
export class FederationGateway<Context> implements GatewayInterface {
  readonly #frame: ApolloGateway;
  readonly #executors = new WeakMap<GraphQLSchema, Executor>();

  constructor(
    supergraphSdl: string,
    private readonly call: Call<Context>,
    logger: Logger,
  ) {
    // The library reports usage to its vendor unless told not to before it is constructed.
    process.env.APOLLO_TELEMETRY_DISABLED = '1';
    this.#frame = new ApolloGateway({
      supergraphSdl,
      buildService: () => ({
        process: async () => {
          throw new Error('subgraphs are called by the executor');
        },
      }),
      logger,
    });
    // Before the server's own listener, so that no operation is validated for which there is no executor.
    this.#frame.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      this.#executors.set(apiSchema, new Executor(coreSupergraphSdl, apiSchema));
    });
  }

  onSchemaLoadOrUpdate: GatewayInterface['onSchemaLoadOrUpdate'] = (callback) =>
    this.#frame.onSchemaLoadOrUpdate(callback);

  async load(options: Parameters<GatewayInterface['load']>[0]): Promise<GatewayLoadResult> {
    await this.#frame.load(options);
    return { executor: (request) => this.#execute(request) };
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

  async #execute(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    const context = request.context as Context;
    return this.executorOf(request.schema).execute({
      document: request.document,
      operationName: request.request.operationName,
      variables: request.request.variables ?? {},
      call: (subgraph, subgraphRequest) => this.call(context, subgraph, subgraphRequest),
    }) as Promise<GatewayExecutionResult>;
  }
}
