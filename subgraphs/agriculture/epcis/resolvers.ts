import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { importBatchEpcis } from './import';
import { epcisDocument } from './rules';

export const epcis: Resolvers = {
  Mutation: {
    importBatchEpcis: (_, { input }, context) => payload('batch', context, importBatchEpcis(context, input)),
  },
  SupplyBatch: {
    epcis: async (batch, _, { loaders, now }) => {
      const [events, children] = await Promise.all([
        loaders.eventsByBatch.load(batch.id),
        loaders.batchChildren.load(batch.id),
      ]);
      return JSON.stringify(epcisDocument({ batch, events, children }, now));
    },
  },
};
