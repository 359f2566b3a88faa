import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { recordHousing } from './record';
import { untilNext } from './rules';

export const housing: Resolvers = {
  Mutation: {
    recordSecondmentHousing: (_, { input }, context) =>
      payload('housing', context, recordHousing(context, input)),
  },
  Secondment: {
    housing: (posting, _, context) =>
      ofConduct('Secondment.housing', posting, context, async () =>
        untilNext(await context.loaders.housingBySecondment.load(posting.id)),
      ),
  },
  SecondmentHousing: {
    livesFrom: (place) => place.lives_from,
    livesUntil: (place) => place.lives_until,
    recordedBy: (place) => ({ code: place.recorded_by }),
  },
};
