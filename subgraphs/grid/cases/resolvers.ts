import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { dayOf } from '../../kit/time';
import { clocksOf } from '../life-cycle/rules';
import type { Resolvers } from '../schema-types';
import { isOverdue } from './rules';

export const gridCases: Resolvers = {
  Query: {
    gridCase: (_, { id }, { loaders }) => loaders.gridCase.load(id),
    gridCases: (_, { under, ...filter }, { loaders }) => loaders.gridCasesIn(under ?? EVERYWHERE, filter),
  },
  Jurisdiction: {
    gridCases: (place, filter, { loaders }) => loaders.gridCasesIn(place.code, filter),
  },
  GridCase: {
    __resolveReference: ({ id }, { loaders }) => loaders.gridCase.load(id),
    category: ({ category }, _, { loaders }) => loadExisting(loaders.gridCaseCategory, category),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    location: ({ latitude, longitude, address }) =>
      latitude === null && address === null ? null : { latitude, longitude, address },
    reportedAt: (row) => row.reported_at,
    filedAt: (row) => row.filed_at,
    closedAt: (row) => row.closed_at,
    dueAt: (row) => row.due_at,
    isDueAtProvisional: (row) => row.is_due_provisional,
    isOverdue: (row, _, { now }) => isOverdue(row, now),
    isSupervised: (row) => row.is_supervised,
    reporter: ({ reporter }) => ({ code: reporter }),
    externalId: (row) => row.external_id,
    reopenedAt: (row) => row.reopened_at,
    duplicateOf: (row, _, { loaders }) => (row.duplicate_of ? loaders.gridCase.load(row.duplicate_of) : null),
    duplicates: ({ id }, _, { loaders }) => loaders.duplicatesByGridCase.load(id),
    currentTask: ({ task_agency, task_dispatched_at, task_dispatched_by, task_accepted_at }) =>
      task_agency !== null && task_dispatched_at !== null
        ? {
            agency: { code: task_agency },
            dispatchedAt: task_dispatched_at,
            dispatchedBy: task_dispatched_by === null ? null : { code: task_dispatched_by },
            acceptedAt: task_accepted_at,
          }
        : null,
    clocks: async ({ id, jurisdiction, filed_at }, _, { loaders, now }) =>
      filed_at === null
        ? []
        : clocksOf(
            await loaders.eventsByGridCase.load(id),
            await loaders.workingCalendar.load(`${jurisdiction} ${dayOf(filed_at)}`),
            now,
          ),
    timeline: ({ id }, _, { loaders }) => loaders.eventsByGridCase.load(id),
  },
  GridCaseClock: {
    agency: ({ agency }) => ({ code: agency }),
  },
  GridCaseEvent: {
    agency: ({ agency }) => ({ code: agency }),
    subject: ({ subject }) => (subject === null ? null : { code: subject }),
  },
};
