import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { endGridCaseRoute, setGridCaseRoute } from './set';
import { routesIn } from './store';

export const gridCaseRoutes: Resolvers = {
  Query: {
    gridCaseRoutes: (_, filter, { db }) => routesIn(db, filter),
  },
  Mutation: {
    setGridCaseRoute: (_, { input }, context) => payload('route', context, setGridCaseRoute(context, input)),
    endGridCaseRoute: (_, { input }, context) => payload('route', context, endGridCaseRoute(context, input)),
  },
  GridCaseRoute: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    category: ({ category }, _, { loaders }) => loadExisting(loaders.gridCaseCategory, category),
    agency: ({ agency }) => ({ code: agency }),
    effectiveFrom: (route) => route.effective_from,
    effectiveUntil: (route) => route.effective_until,
  },
  GridCase: {
    suggestedAgency: async ({ jurisdiction, category }, _, { loaders }) => {
      const agency = await loaders.suggestedAgency.load(`${jurisdiction} ${category}`);
      return agency === null ? null : { code: agency };
    },
  },
};
