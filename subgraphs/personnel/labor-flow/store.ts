import {
  type Connection,
  EVERYWHERE,
  type Keyset,
  type PageArgs,
  pageSize,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { FEED_BEGIN, FeedCursors, type FeedPosition, feedHead, LAST_ORDINAL, rightsOf } from '../../kit/feed';
import { rangeOf } from '../../kit/jurisdiction';
import type { Viewer } from '../../kit/viewer';
import type { LaborFlowSide } from './rules';

interface FigureRow {
  month: string;
  side: LaborFlowSide;
  origin: string;
  destination: string;
  sector: string;
  workers: number;
  minimum_stay_months: number;
  includes_flexible: boolean;
  reference_day: string;
  reported_by: string;
  revision: number;
}

export interface LaborFlowReportRow extends FigureRow {
  updated_at: Date;
}

export interface LaborFlowChangeRow extends FigureRow {
  action: 'UPSERT' | 'DELETE';
  changed_at: Date;
}

export interface ReportFilter extends PageArgs {
  month?: string | null;
  side?: LaborFlowSide | null;
  originUnder?: string | null;
  destinationUnder?: string | null;
  sector?: string | null;
  reportedBy?: string | null;
}

const FIGURE_COLUMNS = [
  'month',
  'side',
  'origin',
  'destination',
  'sector',
  'workers',
  'minimum_stay_months',
  'includes_flexible',
  'reference_day',
  'reported_by',
  'revision',
];
const BY_CELL: Keyset = {
  name: 'laborFlowReports',
  columns: ['month', 'side', 'origin', 'destination', 'sector'],
  direction: 'asc',
  maximum: 200,
};
const FEED = { name: 'laborFlowChanges', maximum: 1_000 };

/** A page of the figures that the viewer is a party to. */
export async function reports(db: Db, filter: ReportFilter): Promise<Connection<LaborFlowReportRow>> {
  const pages = await pagesByParent<LaborFlowReportRow>(db, {
    comment: 'laborFlow.reports',
    parents: placeParents([EVERYWHERE]),
    keyset: BY_CELL,
    args: filter,
    rows: () => {
      const rows = db<LaborFlowReportRow>('labor_flow_reports').select(...FIGURE_COLUMNS, 'updated_at');
      if (filter.month) rows.where({ month: filter.month });
      if (filter.side) rows.where({ side: filter.side });
      if (filter.sector) rows.where({ sector: filter.sector });
      if (filter.reportedBy) rows.where({ reported_by: filter.reportedBy });
      for (const [column, place] of [
        ['origin', filter.originUnder],
        ['destination', filter.destinationUnder],
      ] as const) {
        if (!place) continue;
        const { from, below } = rangeOf(place);
        rows.where(column, '>=', from).where(column, '<', below);
      }
      return rows;
    },
  });
  const page = pages.get(EVERYWHERE);
  if (!page) throw new Error('the page of figures is missing');
  return page;
}

const cursorsOf = (viewer: Viewer): FeedCursors =>
  new FeedCursors({
    name: FEED.name,
    rights: rightsOf(viewer, 'labor-flow.reports'),
    restart: null,
    refusal: {
      en: 'This cursor was read under other rights: changes before it may be yours to see now. Pull again from the beginning, or go on from here with the cursor in continueAfter and miss them.',
      zh: '该游标是在其他权限下读取的，此前的变更现在可能对您可见。请从头拉取；或使用 continueAfter 中的游标从此处继续，但会遗漏这些变更。',
    },
  });

/** A page of the change feed: what the viewer is a party to, behind the cursor. */
export async function changes(
  db: Db,
  viewer: Viewer,
  args: PageArgs,
): Promise<Connection<LaborFlowChangeRow>> {
  const size = pageSize(args, FEED);
  const cursors = cursorsOf(viewer);
  const head = await feedHead(db);
  const after = args.after == null ? FEED_BEGIN : cursors.read(args.after, head);
  const found = await db.raw<LaborFlowChangeRow & FeedPosition>(
    `/* laborFlow.changes */
    SELECT tx.position, change.ordinal, change.action, change.changed_at,
      ${FIGURE_COLUMNS.map((column) => `change.${column}`).join(', ')}
    FROM feed_transactions AS tx JOIN labor_flow_changes AS change ON change.transaction_id = tx.id
    WHERE tx.position >= ? AND (tx.position > ? OR change.ordinal > ?)
    ORDER BY tx.position, change.ordinal LIMIT ?`,
    [after.position, after.position, after.ordinal, size + 1],
  );
  const edges = found.slice(0, size).map(({ position, ordinal, ...node }) => ({
    cursor: cursors.at({ position, ordinal }),
    node,
  }));
  const hasNextPage = found.length > size;
  const atHead = head > 0 ? cursors.at({ position: head, ordinal: LAST_ORDINAL }) : null;
  return {
    edges,
    pageInfo: { hasNextPage, endCursor: (hasNextPage ? edges.at(-1)?.cursor : atHead) ?? null },
  };
}
