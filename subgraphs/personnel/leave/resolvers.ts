import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { requestLeave } from './request';
import { rungAt } from './rules';
import { decideLeave, returnFromLeave, withdrawLeave } from './step';
import { searchLeave } from './store';

export const leave: Resolvers = {
  Query: {
    leaveRequest: (_, { id }, { loaders }) => loaders.leaveRequest.load(id),
    leaveRequests: (_, { hostUnder, ...search }, { db, signedIn, now }) =>
      searchLeave(db, hostUnder ?? EVERYWHERE, search, { agency: signedIn.agency, now }),
  },
  Mutation: {
    requestLeave: (_, { input }, context) => payload('leaveRequest', context, requestLeave(context, input)),
    decideLeave: (_, { input }, context) => payload('leaveRequest', context, decideLeave(context, input)),
    withdrawLeave: (_, { input }, context) => payload('leaveRequest', context, withdrawLeave(context, input)),
    returnFromLeave: (_, { input }, context) =>
      payload('leaveRequest', context, returnFromLeave(context, input)),
  },
  Secondment: {
    leaveRequests: (posting, _, context) =>
      ofConduct('Secondment.leaveRequests', posting, context, () =>
        context.loaders.leaveBySecondment.load(posting.id),
      ),
  },
  LeaveRequest: {
    __resolveReference: ({ id }, { loaders }) => loaders.leaveRequest.load(id),
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
    startsOn: (request) => request.starts_on,
    startPart: (request) => request.start_part,
    endsOn: (request) => request.ends_on,
    endPart: (request) => request.end_part,
    agency: ({ agency }) => ({ code: agency }),
    requestedAt: (request) => request.requested_at,
    requestedBy: (request) => request.requested_by,
    approver: async ({ id, decided_step: decidedStep }, _, { loaders, now }) => {
      const rungs = await loaders.rungsByLeave.load(id);
      const rung = decidedStep === null ? rungAt(rungs, now, 'live_since') : rungs[decidedStep - 1];
      return rung ?? null;
    },
    rungs: ({ id }, _, { loaders }) => loaders.rungsByLeave.load(id),
    decisions: async ({ id }, _, { loaders }) =>
      (await loaders.eventsByLeave.load(id)).filter(({ kind }) => kind === 'APPROVE' || kind === 'REJECT'),
    timeline: ({ id }, _, { loaders }) => loaders.eventsByLeave.load(id),
    return: ({ returned_on: returnedOn, returned_part: returnedPart, days_taken: daysTaken, days }) =>
      returnedOn === null || returnedPart === null || daysTaken === null
        ? null
        : { returnedOn, returnedPart, daysTaken, daysBeyond: Math.max(0, daysTaken - days) },
  },
  LeaveRung: {
    agency: ({ agency }) => ({ code: agency }),
    // As long as nobody decided, the hub's own time is what counts.
    startsAt: (rung) => rung.live_since,
  },
  LeaveDecision: {
    role: ({ role }) => {
      if (role === null) throw new Error('a decision was made by no rung');
      return role;
    },
    decision: ({ kind }) => (kind === 'APPROVE' ? 'APPROVE' : 'REJECT'),
    agency: ({ agency }) => ({ code: agency }),
    isByDeputy: (event) => event.is_deputy,
    user: (event) => event.actor,
  },
  LeaveEvent: {
    agency: ({ agency }) => ({ code: agency }),
    user: (event) => event.actor,
  },
};
