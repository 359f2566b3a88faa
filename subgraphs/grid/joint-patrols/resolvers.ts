import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { recordJointPatrolShift } from './record';
import { isOnDuty } from './rules';
import { shiftsIn } from './store';

export const jointPatrols: Resolvers = {
  Query: {
    jointPatrolShifts: (_, filter, { db, now }) => shiftsIn(db, filter, now),
  },
  Mutation: {
    recordJointPatrolShift: (_, { input }, context) =>
      payload('shift', context, recordJointPatrolShift(context, input)),
  },
  JointPatrolShift: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    agency: ({ agency }) => ({ code: agency }),
    startsAt: (shift) => shift.starts_at,
    endsAt: (shift) => shift.ends_at,
    arrivedAt: (shift) => shift.arrived_at,
    leftAt: (shift) => shift.left_at,
    isExcused: (shift) => shift.is_excused,
    isOnDuty: (shift, _, { now }) => isOnDuty(shift, now),
  },
  JointPatrolAttendance: {
    agency: ({ agency }) => ({ code: agency }),
    attendanceRate: ({ shifts, attended }) => (shifts === 0 ? null : attended / shifts),
  },
};
