import { stringify } from 'csv-stringify/sync';
import { EXIT, Failure } from '../command-line/failure';

export const CHANGES = `
  query LaborFlowChanges($after: String, $first: Int) {
    laborFlowChanges(after: $after, first: $first) {
      edges {
        node {
          action month side origin { code } destination { code } sector workers revision
          definition { minimumStayMonths includesFlexible referenceDay }
          reportedBy { code } changedAt
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }`;

interface Change {
  action: string;
  month: string;
  side: string;
  origin: { code: string } | null;
  destination: { code: string } | null;
  sector: string;
  workers: number;
  revision: number;
  definition: { minimumStayMonths: number; includesFlexible: boolean; referenceDay: string };
  reportedBy: { code: string } | null;
  changedAt: string;
}

export interface ChangesData {
  laborFlowChanges: {
    edges: { node: Change }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
}

const COLUMNS = [
  ...['action', 'month', 'side', 'origin', 'destination', 'sector', 'workers', 'revision'],
  ...['minimum_stay_months', 'includes_flexible', 'reference_day', 'reported_by', 'changed_at'],
];

/** The first line of a file of changes. */
export const CHANGES_HEADER = stringify([COLUMNS]);

/** Changes as lines of CSV. */
export const changeLines = (changes: readonly Change[]): string =>
  stringify(
    changes.map((change) => [
      ...[change.action, change.month, change.side, codeOf(change.origin), codeOf(change.destination)],
      ...[change.sector, change.workers, change.revision, change.definition.minimumStayMonths],
      ...[String(change.definition.includesFlexible), change.definition.referenceDay],
      ...[codeOf(change.reportedBy), change.changedAt],
    ]),
  );

function codeOf(reference: { code: string } | null): string {
  if (!reference)
    throw new Failure(EXIT.unreachable, 'The hub gives a change without its places or its unit.');
  return reference.code;
}
