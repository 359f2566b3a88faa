import { stringify } from 'csv-stringify/sync';
import { EXIT, Failure } from '../command-line/failure';
import type { Side } from './batch-key';
import type { Definition, FigureWriter, KnownFigure } from './formats/format';
import { sdmxWriter } from './formats/sdmx';

const FIGURE = `month side origin { code } destination { code } sector workers
  definition { minimumStayMonths includesFlexible referenceDay } reportedBy { code }`;

export const CHANGES = `
  query LaborFlowChanges($after: String, $first: Int) {
    laborFlowChanges(after: $after, first: $first) {
      edges { node { action revision changedAt ${FIGURE} } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export const REPORTS = `
  query LaborFlowReports($month: Month!, $side: LaborFlowSide!, $reportedBy: AgencyCode, $first: Int!, $after: String) {
    laborFlowReports(month: $month, side: $side, reportedBy: $reportedBy, first: $first, after: $after) {
      edges { node { ${FIGURE} } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

interface Code {
  code: string;
}

export interface Figure {
  month: string;
  side: Side;
  origin: Code | null;
  destination: Code | null;
  sector: string;
  workers: number;
  definition: Definition;
  reportedBy: Code | null;
}

interface Change extends Figure {
  action: 'UPSERT' | 'DELETE';
  revision: number;
  changedAt: string;
}

interface PageOf<Node> {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface ChangesData {
  laborFlowChanges: PageOf<Change> | null;
}

export interface ReportsData {
  laborFlowReports: PageOf<Figure> | null;
}

/** How changes are written down. */
export interface ChangesFormat {
  /** How a file of them begins. */
  readonly start: string;
  lines(changes: readonly Change[]): string;
}

const COLUMNS = [
  ...['action', 'month', 'side', 'origin', 'destination', 'sector', 'workers', 'revision'],
  ...['minimum_stay_months', 'includes_flexible', 'reference_day', 'reported_by', 'changed_at'],
];
/** Without it Excel takes UTF-8 for the system's encoding. */
export const BOM = '\uFEFF';

/** A line a change, with everything that the hub says of it. */
const csv: ChangesFormat = {
  start: BOM + stringify([COLUMNS]),
  lines: (changes) =>
    stringify(
      changes.map((change) => [
        ...[change.action, change.month, change.side, codeOf(change.origin), codeOf(change.destination)],
        ...[change.sector, change.workers, change.revision, change.definition.minimumStayMonths],
        ...[String(change.definition.includesFlexible), change.definition.referenceDay],
        ...[codeOf(change.reportedBy), change.changedAt],
      ]),
    ),
};

/** A figure that was set is R, one that was taken back D: pushed in this order, they lead where the hub is. */
const sdmx: ChangesFormat = {
  start: stringify([sdmxWriter().columns]),
  lines: (changes) => textOf(sdmxWriter(), changes.map(knownFigure)),
};

export const CHANGES_FORMATS = { csv, sdmx } as const;

/** The figure that the hub speaks of: one that stands, or one that a change took away. */
export function knownFigure(figure: Figure & Partial<Pick<Change, 'action'>>): KnownFigure {
  const { month, side, definition, sector, workers } = figure;
  return {
    ...{ action: figure.action === 'DELETE' ? 'WITHDRAW' : 'SUBMIT', month, side, definition },
    flow: { origin: codeOf(figure.origin), destination: codeOf(figure.destination), sector, workers },
    reportedBy: codeOf(figure.reportedBy),
  };
}

/** The lines that a writer makes of figures. */
export const textOf = (writer: FigureWriter, figures: readonly (KnownFigure | null)[]): string =>
  stringify(figures.flatMap((figure) => writer.linesOf(figure)).map((line) => [...line]));

function codeOf(reference: Code | null): string {
  if (!reference)
    throw new Failure(EXIT.unreachable, 'The hub gives a figure without its places or its unit.');
  return reference.code;
}
