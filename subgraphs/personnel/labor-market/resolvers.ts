import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { marketOfPlace, matchedOf, matchesOf, recordLaborDemand, recordLaborSupply } from './market';
import { demands, supplies } from './store';

const offer = {
  recordedBy: ({ recorded_by }: { recorded_by: string }) => ({ code: recorded_by }),
  recordedAt: ({ recorded_at }: { recorded_at: Date }) => recorded_at,
};

export const laborMarket: Resolvers = {
  Query: {
    laborDemands: (_, filter, { db }) => demands(db, filter),
    laborSupplies: (_, filter, { db }) => supplies(db, filter),
    laborMatches: (_, asked, context) => matchesOf(context, asked),
    laborMarket: (_, asked, context) => marketOfPlace(context, asked),
  },
  Mutation: {
    recordLaborDemand: (_, { input }, context) =>
      payload('laborDemand', context, recordLaborDemand(context, input)),
    recordLaborSupply: (_, { input }, context) =>
      payload('laborSupply', context, recordLaborSupply(context, input)),
  },
  LaborDemand: {
    ...offer,
    place: ({ place }) => ({ code: place }),
    matched: (demand, _, context) => matchedOf(context, demand),
    unmatched: async (demand, _, context) => demand.openings - (await matchedOf(context, demand)),
  },
  LaborSupply: {
    ...offer,
    origin: ({ place }) => ({ code: place }),
    institution: ({ institution }) => ({ name: institution }),
    matched: (supply, _, context) => matchedOf(context, supply),
    unmatched: async (supply, _, context) => supply.graduates - (await matchedOf(context, supply)),
  },
  LaborMarket: {
    place: ({ place }) => ({ code: place }),
  },
};
