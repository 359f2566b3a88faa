import type { Resolvers } from '../schema-types';

export const patrolFindings: Resolvers = {
  PatrolFinding: {
    __resolveReference: ({ id }) => ({ id }),
    gridCase: ({ id }, _, { loaders }) => loaders.caseByPatrolFinding.load(id),
  },
};
