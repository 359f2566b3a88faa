import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { planSecondment } from './plan';
import { hostOn, isInPost, isOverdue, stintsUntil } from './rules';
import { stepSecondment } from './step';

export const secondments: Resolvers = {
  Query: {
    secondment: (_, { id }, { loaders }) => loaders.secondment.load(id),
    secondments: (_, { hostUnder, ...search }, { loaders }) =>
      loaders.secondmentsFound(hostUnder ?? EVERYWHERE, search),
  },
  Mutation: {
    planSecondment: (_, { input }, context) => payload('secondment', context, planSecondment(context, input)),
    acceptSecondment: (_, { input }, context) =>
      payload('secondment', context, stepSecondment(context, 'ACCEPT', input)),
    declineSecondment: (_, { input }, context) =>
      payload('secondment', context, stepSecondment(context, 'DECLINE', input)),
    recallSecondment: (_, { input }, context) =>
      payload('secondment', context, stepSecondment(context, 'RECALL', input)),
    completeSecondment: (_, { input }, context) =>
      payload('secondment', context, stepSecondment(context, 'COMPLETE', input)),
  },
  Jurisdiction: {
    secondmentsHosted: (place, filter, { loaders }) => loaders.secondmentsHostedIn(place.code, filter),
    secondmentsSent: (place, filter, { loaders }) => loaders.secondmentsSentFrom(place.code, filter),
  },
  Officer: {
    secondments: (officer, filter, { loaders }) => loaders.secondmentsByOfficer(officer.id, filter),
  },
  Secondment: {
    __resolveReference: ({ id }, { loaders }) => loaders.secondment.load(id),
    officer: (posting, _, { loaders }) => loadExisting(loaders.officer, posting.officer),
    program: (posting, _, { loaders }) =>
      posting.program === null ? null : loaders.secondmentProgram.load(posting.program),
    homeAgency: (posting) => ({ code: posting.home_agency }),
    hostAgency: (posting) => ({ code: posting.host_agency }),
    startsOn: (posting) => posting.starts_on,
    endsOn: (posting) => posting.ends_on,
    isOverdue: (posting, _, { now }) => isOverdue(posting, dayOf(now)),
    currentHostAgency: async (posting, _, { loaders, now }) => {
      const today = dayOf(now);
      if (!isInPost(posting, today, today)) return null;
      return { code: hostOn(posting, await loaders.stintsBySecondment.load(posting.id), today) };
    },
    stints: async (posting, _, { loaders }) => {
      const stints = await loaders.stintsBySecondment.load(posting.id);
      return posting.status === 'RECALLED' ? stintsUntil(stints, posting.ends_on) : stints;
    },
    recall: ({ recall_reason: reason, recalled_on: recalledOn }) =>
      reason !== null && recalledOn !== null ? { reason, recalledOn } : null,
    timeline: (posting, _, { loaders }) => loaders.eventsBySecondment.load(posting.id),
  },
  SecondmentStint: {
    hostAgency: (stint) => ({ code: stint.host_agency }),
    startsOn: (stint) => stint.starts_on,
    endsOn: (stint) => stint.ends_on,
  },
  SecondmentEvent: {
    agency: (event) => ({ code: event.agency }),
  },
};
