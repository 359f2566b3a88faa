import type { Resolvers } from '../schema-types';
import { epcisDocument } from './rules';

export const epcis: Resolvers = {
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
