import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { recordReminderTalk, recordSpotCheck } from './record';

export const supervision: Resolvers = {
  Mutation: {
    recordSpotCheck: (_, { input }, context) =>
      payload('spotCheck', context, recordSpotCheck(context, input)),
    recordReminderTalk: (_, { input }, context) =>
      payload('reminderTalk', context, recordReminderTalk(context, input)),
  },
  Secondment: {
    spotChecks: (posting, _, context) =>
      ofConduct('Secondment.spotChecks', posting, context, () =>
        context.loaders.spotChecksBySecondment.load(posting.id),
      ),
    reminderTalks: (posting, _, context) =>
      ofConduct('Secondment.reminderTalks', posting, context, () =>
        context.loaders.talksBySecondment.load(posting.id),
      ),
  },
  SpotCheck: {
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
    agency: ({ agency }) => ({ code: agency }),
    recordedBy: (row) => row.recorded_by,
  },
  ReminderTalk: {
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
    agency: ({ agency }) => ({ code: agency }),
    recordedBy: (row) => row.recorded_by,
  },
};
