import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import { caseAt } from '../cases/rules';
import type { Resolvers } from '../schema-types';
import { reportGridForces } from './report';
import { isPerformed } from './rules';
import { boardSummary } from './summary';

export const gridBoard: Resolvers = {
  Query: {
    gridBoardSummary: (_, { under }, context) => boardSummary(context, under),
  },
  Mutation: {
    reportGridForces: (_, { input }, context) => payload('forces', context, reportGridForces(context, input)),
  },
  GridForces: {
    agency: ({ agency }) => ({ code: agency }),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
  },
  GridBoardSummary: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    peopleOnDuty: ({ forces }) => forces.reduce((sum, { people }) => sum + people, 0),
  },
  GridDepartment: {
    agency: ({ agency }) => ({ code: agency }),
  },
  GridDepartmentPerformance: {
    agency: ({ agency }) => ({ code: agency }),
  },
  GridBoardEvent: {
    at: ({ change }) => change.at,
    stage: (event) => (event.kind === 'CASE_CHANGED' ? event.change.stage : null),
    step: (event) => (event.kind === 'CASE_CHANGED' ? event.change : null),
    gridCase: async (event, _, { loaders }) => {
      if (event.kind !== 'CASE_CHANGED') return null;
      const row = await loaders.gridCase.load(event.change.case_id);
      return row && caseAt(row, event.change.snapshot);
    },
    alert: (event) => (event.kind === 'DOWNSTREAM_ALERT' ? event.change : null),
    forces: (event) => (event.kind === 'FORCES_CHANGED' ? event.change : null),
    performance: ({ kind, change, under, position, ordinal }, _, { loaders }) => {
      if (kind !== 'CASE_CHANGED' || !isPerformed(change.kind)) return null;
      const agency = change.kind === 'RETURNED' ? change.agency : change.snapshot.task_agency;
      if (agency === null) return null;
      return loaders.gridPerformance.load({ under, agency, day: dayOf(change.at), position, ordinal });
    },
  },
};
