import type { ExecutionResult } from 'graphql';
import type { GraphQLRequestBody, SubgraphResponse } from '../../subgraphs/kit/subgraph';
import type { CallSubgraph, Executor } from '../executor';
import type { Marks } from '../executor/shape';
import type { LiveOperation } from './operation';

/** How a subscription is fed: which subgraph has its events, and what is asked of it. */
export interface SubscriptionPlan {
  readonly subgraph: string;
  readonly request: GraphQLRequestBody;
  /** Fills in what other subgraphs have of an event, and gives it the shape that was asked for. */
  complete(event: SubgraphResponse, call: CallSubgraph, marks: Marks | null): Promise<ExecutionResult>;
}

/**
 * Plans a subscription. A plan goes on to hold when the gateway takes a new supergraph: a subscription ends on the one
 * that it began on.
 */
export function planSubscription(executor: Executor, operation: LiveOperation): SubscriptionPlan {
  const { document, operationName, variables } = operation;
  const { subgraph, request } = executor.sourceOf({ document, operationName, variables });
  return {
    subgraph,
    request: {
      query: request.query,
      operationName: request.operationName ?? null,
      variables: request.variables,
    },
    complete: (event, call, marks) =>
      executor.execute({ document, operationName, variables, call, event, marks }),
  };
}
