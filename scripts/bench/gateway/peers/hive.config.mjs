import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

/** Hive Gateway with its planner in Rust; what would answer several requests with one is off. */
export const gatewayConfig = {
  unifiedGraphHandler,
  inboundInflightRequestDeduplication: false,
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      return { authorization: request.headers.get('authorization') ?? '' };
    },
  },
  logging: 'error',
  maskedErrors: false,
  graphqlEndpoint: '/graphql',
};
