import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { correctWeeklyScore, recordWeeklyScore } from './record';
import { FULL_SCORE } from './rules';

export const scores: Resolvers = {
  Query: {
    weeklyScore: (_, { id }, { loaders }) => loaders.weeklyScore.load(id),
  },
  Mutation: {
    recordWeeklyScore: (_, { input }, context) =>
      payload('weeklyScore', context, recordWeeklyScore(context, input)),
    correctWeeklyScore: (_, { input }, context) =>
      payload('weeklyScore', context, correctWeeklyScore(context, input)),
  },
  Secondment: {
    weeklyScores: (posting, { month }, context) =>
      ofConduct('Secondment.weeklyScores', posting, context, () =>
        context.loaders.weeklyScores(posting.id, { month }),
      ),
  },
  WeeklyScore: {
    __resolveReference: ({ id }, { loaders }) => loaders.weeklyScore.load(id),
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
    weekOf: (score) => score.week_of,
    score: ({ deducted }) => FULL_SCORE - deducted,
    hostAgency: (score) => ({ code: score.host_agency }),
    recordedAt: (score) => score.recorded_at,
    recordedBy: (score) => score.recorded_by,
    history: ({ id }, _, { loaders }) => loaders.revisionsByScore.load(id),
  },
  WeeklyScoreRevision: {
    score: ({ deducted }) => FULL_SCORE - deducted,
    agency: ({ agency }) => ({ code: agency }),
    recordedAt: (revision) => revision.recorded_at,
    recordedBy: (revision) => revision.recorded_by,
  },
};
