import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { batchByKey } from './batches/store';
import { submitLaborFlowLines, submitLaborFlowReports, withdrawLaborFlowReports } from './batches/submit';
import { changes, type LaborFlowChangeRow, reports } from './store';

type Figure = Pick<
  LaborFlowChangeRow,
  'origin' | 'destination' | 'reported_by' | 'minimum_stay_months' | 'includes_flexible' | 'reference_day'
>;

const figure = {
  origin: ({ origin }: Figure) => ({ code: origin }),
  destination: ({ destination }: Figure) => ({ code: destination }),
  reportedBy: ({ reported_by }: Figure) => ({ code: reported_by }),
  definition: (row: Figure) => ({
    minimumStayMonths: row.minimum_stay_months,
    includesFlexible: row.includes_flexible,
    referenceDay: row.reference_day,
  }),
};

export const laborFlow: Resolvers = {
  Query: {
    laborFlowReports: (_, filter, { db }) => reports(db, filter),
    laborFlowChanges: (_, args, { db, signedIn }) => changes(db, signedIn, args),
    laborFlowBatch: (_, { key }, { db, signedIn }) => batchByKey(db, signedIn.agency, key),
  },
  Mutation: {
    submitLaborFlowReports: (_, { input }, context) =>
      payload('batch', context, submitLaborFlowReports(context, input)),
    submitLaborFlowLines: (_, { input }, context) =>
      payload('batch', context, submitLaborFlowLines(context, input)),
    withdrawLaborFlowReports: (_, { input }, context) =>
      payload('batch', context, withdrawLaborFlowReports(context, input)),
  },
  LaborFlowBatch: {
    newRows: (batch) => batch.new_rows,
    revisedRows: (batch) => batch.revised_rows,
    unchangedRows: (batch) => batch.unchanged_rows,
    withdrawnRows: (batch) => batch.withdrawn_rows,
    submittedAt: (batch) => batch.submitted_at,
  },
  LaborFlowReport: { ...figure, updatedAt: (report) => report.updated_at },
  LaborFlowChange: { ...figure, changedAt: (change) => change.changed_at },
};
