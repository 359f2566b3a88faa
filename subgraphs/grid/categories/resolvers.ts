import { EVERYWHERE } from '../../kit/connection';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { categories } from './store';

export const gridCaseCategories: Resolvers = {
  Query: {
    gridCaseCategory: (_, { code }, { loaders }) => loaders.gridCaseCategory.load(code),
    gridCaseCategories: (_, filter, { db }) => categories(db, filter),
  },
  GridCaseCategory: {
    __resolveReference: ({ code }, { loaders }) => loaders.gridCaseCategory.load(code),
    parent: (category, _, { loaders }) =>
      category.parent_code === null ? null : loaders.gridCaseCategory.load(category.parent_code),
    isDrifting: (category) => category.is_drifting,
    filingCondition: (category) => category.filing_condition,
    closingCondition: (category) => category.closing_condition,
    limit: (category, { in: place, on }, { loaders, now }) =>
      loaders.gridCaseLimit(category.code, { place: place ?? EVERYWHERE, day: on ?? dayOf(now) }),
  },
  GridCaseLimit: {
    jurisdiction: ({ jurisdiction }) => (jurisdiction === EVERYWHERE ? null : { code: jurisdiction }),
    effectiveFrom: (limit) => limit.effective_from,
    effectiveUntil: (limit) => limit.effective_until,
  },
};
