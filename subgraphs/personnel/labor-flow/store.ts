import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg, { type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
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
import { refuse, Violations } from '../../kit/errors';
import { FEED_BEGIN, FeedCursors, type FeedPosition, feedHead, LAST_ORDINAL, rightsOf } from '../../kit/feed';
import { rangeOf } from '../../kit/jurisdiction';
import type { Viewer } from '../../kit/viewer';
import {
  foreignFigure,
  type LaborFlowRow,
  type LaborFlowSide,
  type LaborFlowSubmission,
  type LaborFlowWithdrawal,
  type RowsField,
} from './rules';

export interface LaborFlowBatchRow {
  id: string;
  key: string;
  content_hash: string;
  month: string;
  side: LaborFlowSide;
  new_rows: number;
  revised_rows: number;
  unchanged_rows: number;
  withdrawn_rows: number;
  submitted_at: Date;
}

/** What a batch did. */
interface BatchCounts {
  newRows: number;
  revisedRows: number;
  unchangedRows: number;
  withdrawnRows: number;
}

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

/** Which of the codes are places at which flows are reported. */
export async function reportedPlaces(db: Db, codes: readonly string[]): Promise<Set<string>> {
  const rows = await db<{ code: string }>('places')
    .comment('laborFlow.reportedPlaces')
    .select('code')
    .whereRaw('code = ANY(?::text[])', [codes as string[]]);
  return new Set(rows.map(({ code }) => code));
}

/** The unit's batch of this key; null when it sent none. */
export async function batchByKey(db: Db, reportedBy: string, key: string): Promise<LaborFlowBatchRow | null> {
  const row = await db<LaborFlowBatchRow & { reported_by: string }>('labor_flow_batches')
    .comment('laborFlow.batchByKey')
    .where({ reported_by: reportedBy, key })
    .first();
  return row ?? null;
}

/**
 * Takes the batch's key for this transaction. Answers null when it is free, and otherwise, once whoever else was
 * sending it has finished, the batch that has it.
 */
export async function claimBatch(
  db: Db,
  batch: {
    id: string;
    reportedBy: string;
    kind?: 'SUBMISSION' | 'WITHDRAWAL';
    submission: Pick<LaborFlowSubmission, 'batchKey' | 'month' | 'side'>;
    contentHash: string;
    now: Date;
  },
): Promise<LaborFlowBatchRow | null> {
  const { id, reportedBy, kind = 'SUBMISSION', submission, contentHash, now } = batch;
  const claimed = await db('labor_flow_batches')
    .comment('laborFlow.claimBatch')
    .insert({
      id,
      reported_by: reportedBy,
      kind,
      key: submission.batchKey,
      content_hash: contentHash,
      month: submission.month,
      side: submission.side,
      new_rows: 0,
      revised_rows: 0,
      unchanged_rows: 0,
      withdrawn_rows: 0,
      submitted_at: now,
    })
    .onConflict(['reported_by', 'key'])
    .ignore()
    .returning('id');
  return claimed.length > 0 ? null : batchByKey(db, reportedBy, submission.batchKey);
}

/** Makes a month ready for figures, and gives the number under which a cell is small, as of that month. */
export async function openMonth(db: Db, month: string): Promise<number> {
  const [row] = await db.raw<{ threshold: number }>(
    `/* laborFlow.openMonth */ SELECT open_labor_flow_month(?), (
       SELECT value FROM labor_flow_policies
       WHERE name = 'SMALL_CELL_THRESHOLD' AND effective_from <= ?::date
       ORDER BY effective_from DESC LIMIT 1
     ) AS threshold`,
    [month, `${month}-01`],
  );
  if (!row) throw new Error(`there is no disclosure policy for ${month}`);
  return row.threshold;
}

/** Where a statement finds a batch's rows: in arrays that are sent along, or in a table that they were copied into. */
export interface Incoming {
  from: string;
  bindings: readonly (string[] | number[])[];
}

/** A batch's rows as arrays. */
export const incomingRows = (rows: readonly LaborFlowRow[]): Incoming => ({
  from: `unnest(?::text[], ?::text[], ?::text[], ?::int[])
    WITH ORDINALITY AS row (origin, destination, sector, workers, ordinal)`,
  bindings: [
    rows.map((r) => r.origin),
    rows.map((r) => r.destination),
    rows.map((r) => r.sector),
    rows.map((r) => r.workers),
  ],
});

const LINES_AT_ONCE = 2_000;

/** COPYs a batch's rows into a table of the transaction's own: row security forbids COPY into its tables. */
export async function stageRows(
  db: Db,
  connection: PoolClient,
  rows: readonly LaborFlowRow[],
): Promise<Incoming> {
  await db.raw(`/* laborFlow.makeStage */ CREATE TEMPORARY TABLE incoming_labor_flow (
    origin text COLLATE "C" NOT NULL, destination text COLLATE "C" NOT NULL, sector text COLLATE "C" NOT NULL,
    workers int NOT NULL, ordinal int NOT NULL
  ) ON COMMIT DROP`);
  await pipeline(
    Readable.from(copyLines(rows), { objectMode: false }),
    connection.query(copyFrom('COPY incoming_labor_flow FROM STDIN')),
  );
  return { from: 'incoming_labor_flow', bindings: [] };
}

function* copyLines(rows: readonly LaborFlowRow[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += LINES_AT_ONCE) {
    const lines = rows
      .slice(start, start + LINES_AT_ONCE)
      .map((r, i) => `${r.origin}\t${r.destination}\t${r.sector}\t${r.workers}\t${start + i + 1}\n`);
    yield Buffer.from(lines.join(''));
  }
}

/**
 * Stores a batch's figures and their changes, all in a few statements: new ones are inserted, those that differ are
 * revised, equal ones left alone. A figure of another unit refuses the batch, by row.
 */
export async function storeReports(
  db: Db,
  batch: {
    transactionId: number;
    reportedBy: string;
    submission: Omit<LaborFlowSubmission, 'batchKey'>;
    /** Where the submission's rows are; sent along as arrays when left out. */
    incoming?: Incoming;
    field?: RowsField;
    /** Under which a cell is small; see {@link openMonth}. */
    threshold: number;
    now: Date;
  },
): Promise<BatchCounts> {
  const { transactionId, reportedBy, submission, field = 'rows', threshold, now } = batch;
  const { month, side, definition, rows } = submission;
  const { from, bindings } = batch.incoming ?? incomingRows(rows);
  const [counts] = await db
    .raw<{ new_rows: number; revised_rows: number }>(
      `/* laborFlow.storeReports */
      WITH input AS MATERIALIZED (
        SELECT * FROM ${from}
      ), drawn AS MATERIALIZED (
        SELECT small.* FROM (
          SELECT array_agg(origin), array_agg(destination), array_agg(sector), array_agg(workers)
          FROM input WHERE workers < ?
        ) AS given (origins, destinations, sectors, counts)
        CROSS JOIN LATERAL draw_small_labor_flows(?, ?, origins, destinations, sectors, counts) AS small
      ), stored AS (
        INSERT INTO labor_flow_reports AS report (
          month, side, origin, destination, sector, workers, public_workers, is_small,
          minimum_stay_months, includes_flexible, reference_day, reported_by, revision, updated_at
        )
        SELECT ?, ?, origin, destination, sector, workers, coalesce(drawn, workers), workers < ?, ?::int, ?::boolean,
          ?::date, ?, 1, ?
        FROM input LEFT JOIN drawn USING (origin, destination, sector)
        ORDER BY origin, destination, sector
        ON CONFLICT (month, side, origin, destination, sector) DO UPDATE SET
          workers = excluded.workers,
          public_workers = excluded.public_workers,
          is_small = excluded.is_small,
          minimum_stay_months = excluded.minimum_stay_months,
          includes_flexible = excluded.includes_flexible,
          reference_day = excluded.reference_day,
          revision = report.revision + 1,
          updated_at = excluded.updated_at
        WHERE report.reported_by = excluded.reported_by
          AND (report.workers, report.minimum_stay_months, report.includes_flexible, report.reference_day)
            IS DISTINCT FROM
            (excluded.workers, excluded.minimum_stay_months, excluded.includes_flexible, excluded.reference_day)
        RETURNING report.*
      ), changes AS (
        INSERT INTO labor_flow_changes (
          transaction_id, ordinal, action, month, side, origin, destination, sector, workers,
          minimum_stay_months, includes_flexible, reference_day, reported_by, revision, changed_at
        )
        SELECT ?, input.ordinal, 'UPSERT', stored.month, stored.side, stored.origin, stored.destination, stored.sector,
          stored.workers, stored.minimum_stay_months, stored.includes_flexible, stored.reference_day,
          stored.reported_by, stored.revision, stored.updated_at
        FROM stored JOIN input USING (origin, destination, sector)
        RETURNING revision
      )
      SELECT count(*) FILTER (WHERE revision = 1) AS new_rows, count(*) FILTER (WHERE revision > 1) AS revised_rows
      FROM changes`,
      [
        ...bindings,
        ...[threshold, month, side],
        month,
        side,
        threshold,
        definition.minimumStayMonths,
        definition.includesFlexible,
        definition.referenceDay,
        reportedBy,
        now,
        transactionId,
      ],
    )
    .catch((error: unknown) => refuseHiddenFigure(error, field));
  const { new_rows: newRows, revised_rows: revisedRows } = counts ?? { new_rows: 0, revised_rows: 0 };
  const unchangedRows = rows.length - newRows - revisedRows;
  if (unchangedRows > 0) await refuseForeignFigures(db, { month, side, rows, reportedBy, field });
  return { newRows, revisedRows, unchangedRows, withdrawnRows: 0 };
}

/** Row security lets nobody revise a figure that they may not see: it belongs to another unit. */
function refuseHiddenFigure(error: unknown, field: RowsField): never {
  if (error instanceof pg.DatabaseError && error.code === '42501') {
    refuse('CONFLICT', [field], {
      en: 'A figure of this batch was first reported by another unit, so it belongs to that unit.',
      zh: '本批次中有数据已由其他单位首先报送，归其所有。',
    });
  }
  throw error;
}

async function refuseForeignFigures(
  db: Db,
  batch: {
    month: string;
    side: LaborFlowSide;
    rows: readonly Omit<LaborFlowRow, 'workers'>[];
    reportedBy: string;
    field: RowsField;
  },
): Promise<void> {
  const { month, side, rows, reportedBy, field } = batch;
  const foreign = await db.raw<{ ordinal: number; reported_by: string }>(
    `/* laborFlow.foreignFigures */
    SELECT input.ordinal, report.reported_by
    FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS input (origin, destination, sector, ordinal)
    JOIN labor_flow_reports AS report USING (origin, destination, sector)
    WHERE report.month = ? AND report.side = ? AND report.reported_by <> ?
    ORDER BY input.ordinal`,
    [
      rows.map((r) => r.origin),
      rows.map((r) => r.destination),
      rows.map((r) => r.sector),
      month,
      side,
      reportedBy,
    ],
  );
  const violations = new Violations();
  for (const { ordinal, reported_by } of foreign) {
    violations.add('CONFLICT', [field, ordinal - 1], foreignFigure(reported_by));
  }
  violations.throwIfAny();
}

/**
 * Takes figures back and notes the changes, in one statement. What is not there is left out; a figure of another unit
 * refuses the batch, by row.
 */
export async function withdrawReports(
  db: Db,
  batch: {
    transactionId: number;
    reportedBy: string;
    withdrawal: Omit<LaborFlowWithdrawal, 'batchKey'>;
    now: Date;
  },
): Promise<BatchCounts> {
  const { transactionId, reportedBy, withdrawal, now } = batch;
  const { month, side, rows } = withdrawal;
  const [counts] = await db.raw<{ withdrawn: number }>(
    `/* laborFlow.withdrawReports */
    WITH input AS MATERIALIZED (
      SELECT * FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS row (origin, destination, sector, ordinal)
    ), held AS MATERIALIZED (
      -- In the order of their keys, as reports are stored, so that no two batches wait for each other.
      SELECT origin, destination, sector, ordinal
      FROM labor_flow_reports JOIN input USING (origin, destination, sector)
      WHERE month = ? AND side = ? AND reported_by = ?
      ORDER BY origin, destination, sector FOR UPDATE OF labor_flow_reports
    ), withdrawn AS (
      DELETE FROM labor_flow_reports AS report USING held
      WHERE report.month = ? AND report.side = ? AND report.origin = held.origin
        AND report.destination = held.destination AND report.sector = held.sector
      RETURNING held.ordinal, report.*
    ), changes AS (
      INSERT INTO labor_flow_changes (
        transaction_id, ordinal, action, month, side, origin, destination, sector, workers,
        minimum_stay_months, includes_flexible, reference_day, reported_by, revision, changed_at
      )
      SELECT ?, ordinal, 'DELETE', month, side, origin, destination, sector, workers,
        minimum_stay_months, includes_flexible, reference_day, reported_by, revision + 1, ?
      FROM withdrawn
      RETURNING ordinal
    )
    SELECT count(*) AS withdrawn FROM changes`,
    [
      ...[rows.map((r) => r.origin), rows.map((r) => r.destination), rows.map((r) => r.sector)],
      ...[month, side, reportedBy, month, side, transactionId, now],
    ],
  );
  const withdrawnRows = counts?.withdrawn ?? 0;
  const unchangedRows = rows.length - withdrawnRows;
  if (unchangedRows > 0) await refuseForeignFigures(db, { month, side, rows, reportedBy, field: 'rows' });
  return { newRows: 0, revisedRows: 0, unchangedRows, withdrawnRows };
}

/** Notes on a batch what it did. */
export async function finishBatch(db: Db, id: string, did: BatchCounts): Promise<LaborFlowBatchRow> {
  const [row] = await db<LaborFlowBatchRow>('labor_flow_batches')
    .comment('laborFlow.finishBatch')
    .where({ id })
    .update({
      new_rows: did.newRows,
      revised_rows: did.revisedRows,
      unchanged_rows: did.unchangedRows,
      withdrawn_rows: did.withdrawnRows,
    })
    .returning<LaborFlowBatchRow[]>('*');
  if (!row) throw new Error(`the batch ${id} is gone`);
  return row;
}

export const newBatchId = (): string => randomUUID();

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
