import { operationFromDocument, type Schema, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import { type PlanNode, QueryPlanner } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { GraphQLRequestBody, SubgraphResponse } from '../../subgraphs/kit/subgraph';
import type { LiveOperation } from './operation';

/** Asks a subgraph on behalf of whoever an event is for. Never throws: what goes wrong is in the answer's errors. */
export type CallSubgraph = (subgraph: string, request: GraphQLRequestBody) => Promise<SubgraphResponse>;

/** An event as the client asked for it. */
export interface CompletedEvent {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}

/** How a subscription is fed: which subgraph has its events, and what is asked of it. */
export interface SubscriptionPlan {
  readonly subgraph: string;
  readonly request: GraphQLRequestBody;
  /** Fills in what other subgraphs have of an event, and gives it the shape that was asked for. */
  complete(event: SubgraphResponse, call: CallSubgraph): Promise<CompletedEvent>;
}

/**
 * Plans subscriptions on one supergraph. A plan goes on to hold when the gateway takes a new supergraph: a subscription
 * ends on the one that it began on.
 */
export class LiveGraph {
  readonly #supergraph: Supergraph;
  readonly #apiSchema: Schema;
  readonly #planner: QueryPlanner;
  readonly #schema: GraphQLSchema;

  constructor(supergraphSdl: string) {
    // The gateway has checked what it loaded.
    this.#supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
    this.#apiSchema = this.#supergraph.apiSchema();
    this.#planner = new QueryPlanner(this.#supergraph);
    this.#schema = this.#supergraph.schema.toGraphQLJSSchema();
  }

  plan({ document, operationName, variables }: LiveOperation): SubscriptionPlan {
    const operation = operationFromDocument(this.#apiSchema, document, { operationName, validate: false });
    const { node } = this.#planner.buildQueryPlan(operation);
    if (node?.kind !== 'Subscription') throw new Error('a subscription is planned as one');
    const { primary, rest } = node;
    const steps: PlanNode[] = rest ? [primary, rest] : [primary];
    const context = buildOperationContext({
      schema: this.#apiSchema.toGraphQLJSSchema(),
      operationDocument: document,
      operationName,
    });
    const used = (primary.variableUsages ?? []).filter((name) => Object.hasOwn(variables, name));
    return {
      subgraph: primary.serviceName,
      request: {
        query: primary.operation,
        operationName: primary.operationName ?? null,
        variables: Object.fromEntries(used.map((name) => [name, variables[name]])),
      },
      complete: async (event, call) => {
        const services: ServiceMap = Object.fromEntries(
          [...this.#supergraph.subgraphsMetadata().values()].map(({ name }) => [
            name,
            {
              process: async ({ request }) =>
                (request.query === primary.operation ? event : await call(name, request)) as never,
            },
          ]),
        );
        return executeQueryPlan(
          { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: steps } },
          services,
          { request: { variables }, context: {} } as unknown as GatewayGraphQLRequestContext,
          context,
          this.#schema,
          this.#apiSchema,
        );
      },
    };
  }
}
