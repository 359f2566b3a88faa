import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { wasteCardOf } from '../waste-stamps/card';
import { correctHousehold, recordHouseholdDeparture, registerHouseholds } from './register';
import { householdsIn } from './store';

export const gridHouseholds: Resolvers = {
  Query: {
    household: (_, { id }, { loaders }) => loaders.household.load(id),
    households: (_, filter, { db, now }) => householdsIn(db, filter, { today: dayOf(now) }),
  },
  Mutation: {
    registerHouseholds: (_, { input }, context) =>
      payload('registration', context, registerHouseholds(context, input)),
    recordHouseholdDeparture: (_, { input }, context) =>
      payload('household', context, recordHouseholdDeparture(context, input)),
    correctHousehold: (_, { input }, context) =>
      payload('household', context, correctHousehold(context, input)),
  },
  HouseholdCorrection: {
    agency: (correction) => ({ code: correction.recorded_by }),
  },
  HouseholdBefore: {
    movedInOn: (before) => before.moved_in_on,
    movedOutOn: (before) => before.moved_out_on,
  },
  Household: {
    __resolveReference: ({ id }, { loaders }) => loaders.household.load(id),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    cardNumber: (household) => household.card_number,
    movedInOn: (household) => household.moved_in_on,
    movedOutOn: (household) => household.moved_out_on,
    corrections: ({ id }, _, { loaders }) => loaders.correctionsByHousehold.load(id),
    wasteCard: (household, { month }, { loaders }) => wasteCardOf(loaders, household, month),
  },
};
