import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { nodesOf, pageOf, supplyStandardDiff } from './diff';
import { importSupplyStandard } from './import';
import { affectedBases, affectedBatches } from './store';

/** Where a page of no one's rows was asked for, which cannot be: each has the standard as its parent. */
function present<Page>(page: Page | null): Page {
  if (page === null) throw new Error('the page is missing');
  return page;
}

export const publication: Resolvers = {
  Query: {
    supplyStandardDiff: (_, args, context) => supplyStandardDiff(context, args),
  },
  Mutation: {
    importSupplyStandard: (_, { input }, context) =>
      payload('standard', context, importSupplyStandard(context, input)),
  },
  SupplyStandardDiff: {
    changes: ({ changes }, page) => pageOf(changes, page),
    affectedBases: async ({ to, changes }, page, { db, now }) =>
      present(await affectedBases(db, { code: to.code, nodes: nodesOf(changes), today: dayOf(now) }, page)),
    affectedBatches: async ({ to, changes }, page, { db }) =>
      present(await affectedBatches(db, { standard: to, nodes: nodesOf(changes) }, page)),
  },
  SupplyStandardChange: {
    product: ({ product }, _, { loaders }) => loadExisting(loaders.product, product),
    parameter: ({ parameter }, _, { loaders }) => loadExisting(loaders.standardParameter, parameter),
  },
};
