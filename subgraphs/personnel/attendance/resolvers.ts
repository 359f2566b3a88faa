import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { conflictsIn, conflictsOf } from './conflicts';
import { checkIn, correctAttendanceSheet, recordAttendanceSheet, recordAttendanceSheets } from './record';
import { attendanceRate } from './rules';

export const attendance: Resolvers = {
  Query: {
    attendanceSheet: (_, { id }, { loaders }) => loaders.attendanceSheet.load(id),
    attendanceConflicts: (_, question, context) => conflictsOf(context, question),
  },
  Mutation: {
    recordAttendanceSheet: (_, { input }, context) =>
      payload('sheet', context, recordAttendanceSheet(context, input)),
    recordAttendanceSheets: (_, { input }, context) =>
      payload('batch', context, recordAttendanceSheets(context, input)),
    correctAttendanceSheet: (_, { input }, context) =>
      payload('sheet', context, correctAttendanceSheet(context, input)),
    checkIn: (_, { input }, context) => payload('checkIn', context, checkIn(context, input)),
  },
  Secondment: {
    attendance: (posting, { month }, context) =>
      ofConduct('Secondment.attendance', posting, context, () =>
        context.loaders.attendance(posting.id, { month }),
      ),
  },
  AttendanceMonth: {
    rate: (month) => attendanceRate(month),
    days: ({ days }) => [...days],
    conflicts: (month) => conflictsIn(month),
    sheets: ({ sheets }) => [...sheets],
  },
  AttendanceConflict: {
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
  },
  AttendanceDay: {
    presence: ({ sheet }) => sheet?.presence ?? null,
    note: ({ sheet }) => sheet?.note ?? null,
  },
  AttendanceSheet: {
    __resolveReference: ({ id }, { loaders }) => loaders.attendanceSheet.load(id),
    secondment: ({ secondment }, _, { loaders }) => loadExisting(loaders.secondment, secondment),
    weekOf: (sheet) => sheet.week_of,
    agency: ({ agency }) => ({ code: agency }),
    recordedAt: (sheet) => sheet.recorded_at,
    recordedBy: (sheet) => sheet.recorded_by,
    history: ({ id }, _, { loaders }) => loaders.revisionsBySheet.load(id),
  },
  AttendanceSheetRevision: {
    agency: ({ agency }) => ({ code: agency }),
    recordedAt: (revision) => revision.recorded_at,
    recordedBy: (revision) => revision.recorded_by,
  },
  AttendanceCheckIn: {
    hostAgency: (row) => ({ code: row.host_agency }),
    isWithinGeofence: (row) => row.is_within,
    distanceMeters: (row) => row.distance_meters,
    agency: ({ agency }) => ({ code: agency }),
    recordedBy: (row) => row.recorded_by,
  },
};
