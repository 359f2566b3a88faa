import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { appointLeaveDeputy, endLeaveDeputy } from './appoint';
import { deputiesOf } from './store';

export const leaveDeputies: Resolvers = {
  Query: {
    leaveDeputies: (_, args, { db, signedIn }) => deputiesOf(db, signedIn.agency, args),
  },
  Mutation: {
    appointLeaveDeputy: (_, { input }, context) =>
      payload('leaveDeputy', context, appointLeaveDeputy(context, input)),
    endLeaveDeputy: (_, { input }, context) =>
      payload('leaveDeputy', context, endLeaveDeputy(context, input)),
  },
  LeaveDeputy: {
    agency: ({ agency }) => ({ code: agency }),
    startsOn: ({ starts_on: startsOn }) => startsOn,
    endsOn: ({ ends_on: endsOn }) => endsOn,
    appointedBy: ({ appointed_by: appointedBy }) => appointedBy,
    appointedAt: ({ appointed_at: appointedAt }) => appointedAt,
  },
};
