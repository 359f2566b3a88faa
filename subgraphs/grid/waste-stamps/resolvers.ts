import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { correctWasteStamp, handOutWasteReward, recordWasteRound, recordWasteStamp } from './record';
import { exportStatement, wasteStatement } from './statement';

export const wasteStamps: Resolvers = {
  Query: {
    wasteStatement: (_, place, context) => wasteStatement(context, place),
    wasteStatementExport: (_, args, context) => exportStatement(context, args),
  },
  Mutation: {
    recordWasteStamp: (_, { input }, context) => payload('stamp', context, recordWasteStamp(context, input)),
    recordWasteRound: (_, { input }, context) => payload('round', context, recordWasteRound(context, input)),
    correctWasteStamp: (_, { input }, context) =>
      payload('stamp', context, correctWasteStamp(context, input)),
    handOutWasteReward: (_, { input }, context) =>
      payload('card', context, handOutWasteReward(context, input)),
  },
  WasteStamp: {
    household: (stamp, _, { loaders }) => loadExisting(loaders.household, stamp.household_id),
    weekOf: (stamp) => stamp.week_of,
    stampedAt: (stamp) => stamp.stamped_at,
    agency: (stamp) => ({ code: stamp.recorded_by }),
    revisions: ({ id }, _, { loaders }) => loaders.revisionsByWasteStamp.load(id),
  },
  WasteStampRevision: {
    agency: (revision) => ({ code: revision.recorded_by }),
  },
  WasteCard: {
    reward: ({ reward }) => reward?.code ?? null,
    rewardName: ({ reward }) => reward?.name ?? null,
    isComplete: ({ stamps, weeks }) => stamps.length === weeks.length,
  },
  WasteRewardHandOut: {
    rewardName: (handOut) => handOut.reward_name,
    agency: (handOut) => ({ code: handOut.recorded_by }),
  },
  WasteStatement: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
  },
};
