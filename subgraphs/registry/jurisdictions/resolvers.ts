import { EVERYWHERE } from '../../kit/connection';
import type { Resolvers } from '../schema-types';

export const jurisdictions: Resolvers = {
  Query: {
    jurisdiction: (_, { code }, { loaders }) => loaders.jurisdiction.load(code),
    jurisdictions: (_, { under, ...filter }, { loaders }) =>
      loaders.jurisdictionsIn(under ?? EVERYWHERE, filter),
  },
  Jurisdiction: {
    __resolveReference: ({ code }, { loaders }) => loaders.jurisdiction.load(code),
    fullName: (place) => place.full_name,
    parent: (place, _, { loaders }) =>
      place.parent_code === null ? null : loaders.jurisdiction.load(place.parent_code),
    ancestors: async (place, _, { loaders }) => {
      const ancestors = [];
      for (let code = place.parent_code; code !== null; code = ancestors[0]?.parent_code ?? null) {
        const ancestor = await loaders.jurisdiction.load(code);
        if (!ancestor) break;
        ancestors.unshift(ancestor);
      }
      return ancestors;
    },
    children: (place, filter, { loaders }) => loaders.jurisdictionsByParent(place.code, filter),
    validFrom: (place) => place.valid_from,
    validTo: (place) => place.valid_to,
    successors: (place, _, { loaders }) => loaders.successorsByJurisdiction.load(place.code),
  },
};
