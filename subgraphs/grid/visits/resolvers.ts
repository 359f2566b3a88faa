import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { correctHouseholdVisit, followUpOnHouseholdVisit, recordHouseholdVisit } from './record';
import { isOverdue } from './rules';
import { visitsIn } from './store';

export const householdVisits: Resolvers = {
  Query: {
    householdVisit: (_, { id }, { loaders }) => loaders.householdVisit.load(id),
    householdVisits: (_, filter, { db, now }) => visitsIn(db, filter, now),
  },
  Mutation: {
    recordHouseholdVisit: (_, { input }, context) =>
      payload('visit', context, recordHouseholdVisit(context, input)),
    followUpOnHouseholdVisit: (_, { input }, context) =>
      payload('visit', context, followUpOnHouseholdVisit(context, input)),
    correctHouseholdVisit: (_, { input }, context) =>
      payload('visit', context, correctHouseholdVisit(context, input)),
  },
  HouseholdVisitCorrection: {
    agency: (correction) => ({ code: correction.recorded_by }),
  },
  HouseholdVisitBefore: {
    visitedAt: (before) => new Date(before.visited_at),
    followUpOn: (before) => before.follow_up_on,
  },
  HouseholdVisit: {
    __resolveReference: ({ id }, { loaders }) => loaders.householdVisit.load(id),
    household: (visit, _, { loaders }) => loadExisting(loaders.household, visit.household_id),
    agency: (visit) => ({ code: visit.recorded_by }),
    visitedAt: (visit) => visit.visited_at,
    followUpOn: (visit) => visit.follow_up_on,
    isOverdue: (visit, _, { now }) => isOverdue(visit, now),
    corrections: ({ id }, _, { loaders }) => loaders.correctionsByHouseholdVisit.load(id),
    followUps: ({ id }, _, { loaders }) => loaders.followUpsByHouseholdVisit.load(id),
  },
  HouseholdVisitFollowUp: {
    isDone: (followUp) => followUp.is_done,
    agency: (followUp) => ({ code: followUp.recorded_by }),
  },
};
