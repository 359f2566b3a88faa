import { payload } from '../../kit/payload';
import { partyRange, type Viewer } from '../../kit/viewer';
import type { Resolvers } from '../schema-types';
import { asymmetry, figureOf } from './rules';
import { batchByKey, changes, type LaborFlowChangeRow, reportedPlaces, reports, sumsOf } from './store';
import { submitLaborFlowReports } from './submit';

/** Whether the viewer is a party by place to every figure of a flow: one of its ends lies in the viewer's own place. */
function isPartyTo(viewer: Viewer, ...ends: string[]): boolean {
  const { from } = partyRange(viewer, 'labor-flow.reports');
  return ends.some((end) => end.startsWith(from));
}

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
    laborFlow: async (_, { origin, destination, month, sector = null }, { db, signedIn }) => {
      const places = await reportedPlaces(db, [origin, destination]);
      if (!places.has(origin) || !places.has(destination)) return null;
      const isParty = isPartyTo(signedIn, origin, destination);
      const sums = await sumsOf(db, { origin, destination, month, sector, isParty });
      return {
        ...{ origin, destination, month, sector },
        byOrigin: figureOf(sums.get('ORIGIN') ?? null, isParty),
        byDestination: figureOf(sums.get('DESTINATION') ?? null, isParty),
      };
    },
    laborFlowReports: (_, filter, { db }) => reports(db, filter),
    laborFlowChanges: (_, args, { db, signedIn }) => changes(db, signedIn, args),
    laborFlowBatch: (_, { key }, { db, signedIn }) => batchByKey(db, signedIn.agency, key),
  },
  Mutation: {
    submitLaborFlowReports: (_, { input }, context) =>
      payload('batch', context, submitLaborFlowReports(context, input)),
  },
  LaborFlow: {
    origin: ({ origin }) => ({ code: origin }),
    destination: ({ destination }) => ({ code: destination }),
    reportedByOrigin: ({ byOrigin }) => byOrigin,
    reportedByDestination: ({ byDestination }) => byDestination,
    asymmetry: ({ byOrigin, byDestination }) => asymmetry(byOrigin?.workers, byDestination?.workers),
  },
  LaborFlowFigure: {
    reportedBy: ({ reporters }) => reporters.map((code) => ({ code })),
  },
  LaborFlowBatch: {
    newRows: (batch) => batch.new_rows,
    revisedRows: (batch) => batch.revised_rows,
    unchangedRows: (batch) => batch.unchanged_rows,
    submittedAt: (batch) => batch.submitted_at,
  },
  LaborFlowReport: { ...figure, updatedAt: (report) => report.updated_at },
  LaborFlowChange: { ...figure, changedAt: (change) => change.changed_at },
};
