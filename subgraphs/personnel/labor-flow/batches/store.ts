import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg, { type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Db } from '../../../kit/database';
import { refuse, Violations } from '../../../kit/errors';
import {
  foreignFigure,
  type LaborFlowRow,
  type LaborFlowSide,
  type LaborFlowSubmission,
  type LaborFlowWithdrawal,
  type RowsField,
} from '../rules';

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

/** A batch whose figures are to be stored. */
interface StoredBatch {
  transactionId: number;
  reportedBy: string;
  submission: Omit<LaborFlowSubmission, 'batchKey'>;
  /** Where the submission's rows are; sent along as arrays when left out. */
  incoming?: Incoming;
  field?: RowsField;
  /** Under which a cell is small; see {@link openMonth}. */
  threshold: number;
  now: Date;
}

/**
 * Stores a batch's figures and their changes, all in a few statements: new ones are inserted, those that differ are
 * revised, equal ones left alone. A figure of another unit refuses the batch, by row.
 */
export async function storeReports(db: Db, batch: StoredBatch): Promise<BatchCounts> {
  const { length } = batch.submission.rows;
  if (await storeNew(db, batch)) {
    return { newRows: length, revisedRows: 0, unchangedRows: 0, withdrawnRows: 0 };
  }
  const { newRows, revisedRows } = await storeNewAndRevised(db, batch);
  const unchangedRows = length - newRows - revisedRows;
  if (unchangedRows > 0) await refuseForeignFigures(db, batch);
  return { newRows, revisedRows, unchangedRows, withdrawnRows: 0 };
}

const INTO_REPORTS = `INSERT INTO labor_flow_reports AS report (
  month, side, origin, destination, sector, workers, public_workers, is_small,
  minimum_stay_months, includes_flexible, reference_day, reported_by, revision, updated_at
)`;
const INTO_CHANGES = `INSERT INTO labor_flow_changes (
  transaction_id, ordinal, action, month, side, origin, destination, sector, workers,
  minimum_stay_months, includes_flexible, reference_day, reported_by, revision, changed_at
)`;

/** The batch's rows, and what those of them that are small count for in public figures. */
function givenRows({ incoming, submission, threshold }: StoredBatch) {
  const { from, bindings } = incoming ?? incomingRows(submission.rows);
  return {
    sql: `input AS MATERIALIZED (
        SELECT * FROM ${from}
      ), drawn AS MATERIALIZED (
        SELECT small.* FROM (
          SELECT array_agg(origin), array_agg(destination), array_agg(sector), array_agg(workers)
          FROM input WHERE workers < ?
        ) AS given (origins, destinations, sectors, counts)
        CROSS JOIN LATERAL draw_small_labor_flows(?, ?, origins, destinations, sectors, counts) AS small
      )`,
    bindings: [...bindings, threshold, submission.month, submission.side],
  };
}

/** The batch's rows as rows of reports, in the order of their keys, so that no two batches wait for each other. */
function asReports({ submission, reportedBy, threshold, now }: StoredBatch, condition = 'true') {
  const { month, side, definition } = submission;
  return {
    sql: `SELECT ?, ?, origin, destination, sector, workers, coalesce(drawn, workers), workers < ?, ?::int, ?::boolean,
          ?::date, ?, 1, ?
        FROM input LEFT JOIN drawn USING (origin, destination, sector)
        WHERE ${condition}
        ORDER BY origin, destination, sector`,
    bindings: [
      ...[month, side, threshold],
      ...[definition.minimumStayMonths, definition.includesFlexible, definition.referenceDay],
      ...[reportedBy, now],
    ],
  };
}

const LOOKED_AT = 100;

/**
 * Stores a batch that is new in every row, and says whether it was: what need not be looked up, compared and given back
 * row by row takes a quarter less of the database. Of a batch that seems not to be, as a look at some rows scattered
 * over it tells, nothing is tried; when another row turns out to be there, nothing has been done.
 */
async function storeNew(db: Db, batch: StoredBatch): Promise<boolean> {
  const { transactionId, reportedBy, submission, now } = batch;
  const { month, side, definition, rows } = submission;
  const given = givenRows(batch);
  const reports = asReports(batch, 'NOT (SELECT is_there FROM known)');
  const every = Math.ceil(rows.length / LOOKED_AT);
  const stored = await unlessRefused(
    db,
    () =>
      db.raw<{ rows: number }>(
        `/* laborFlow.storeNew */
    WITH ${given.sql}, known AS MATERIALIZED (
      SELECT EXISTS (
        SELECT FROM (SELECT origin, destination, sector FROM input WHERE ordinal % ? = 0) AS scattered
        -- One look by its key for each: planned as a join it may read all reports before it finds that none is there.
        CROSS JOIN LATERAL (
          SELECT FROM labor_flow_reports AS report
          WHERE report.month = ? AND report.side = ? AND report.origin = scattered.origin
            AND report.destination = scattered.destination AND report.sector = scattered.sector
          LIMIT 1
        ) AS found
      ) AS is_there
    ), stored AS (
      ${INTO_REPORTS}
      ${reports.sql}
    ), changes AS (
      ${INTO_CHANGES}
      SELECT ?, ordinal, 'UPSERT', ?, ?, origin, destination, sector, workers, ?::int, ?::boolean, ?::date, ?, 1, ?
      FROM input WHERE NOT (SELECT is_there FROM known)
      RETURNING ordinal
    )
    SELECT count(*) AS rows FROM changes`,
        [
          ...given.bindings,
          ...[every, month, side],
          ...reports.bindings,
          ...[transactionId, month, side],
          ...[definition.minimumStayMonths, definition.includesFlexible, definition.referenceDay],
          ...[reportedBy, now],
        ],
      ),
    (error) => error.constraint === 'labor_flow_reports_pkey',
  );
  return stored?.[0]?.rows === rows.length;
}

/** Runs a statement; null when the database refused it for a reason that is expected, and then nothing has been done. */
async function unlessRefused<Result>(
  db: Db,
  work: () => Promise<Result>,
  isExpected: (error: pg.DatabaseError) => boolean,
): Promise<Result | null> {
  await db.raw('/* laborFlow.before */ SAVEPOINT before');
  try {
    const result = await work();
    await db.raw('/* laborFlow.after */ RELEASE SAVEPOINT before');
    return result;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && isExpected(error))) throw error;
    await db.raw('/* laborFlow.undo */ ROLLBACK TO SAVEPOINT before');
    return null;
  }
}

/** Row security lets nobody revise a figure of another unit. */
const INSUFFICIENT_PRIVILEGE = '42501';

async function storeNewAndRevised(
  db: Db,
  batch: StoredBatch,
): Promise<{ newRows: number; revisedRows: number }> {
  const given = givenRows(batch);
  const reports = asReports(batch);
  const stored = await unlessRefused(
    db,
    () =>
      db.raw<{ new_rows: number; revised_rows: number }>(
        `/* laborFlow.storeReports */
      WITH ${given.sql}, stored AS (
        ${INTO_REPORTS}
        ${reports.sql}
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
        ${INTO_CHANGES}
        SELECT ?, input.ordinal, 'UPSERT', stored.month, stored.side, stored.origin, stored.destination, stored.sector,
          stored.workers, stored.minimum_stay_months, stored.includes_flexible, stored.reference_day,
          stored.reported_by, stored.revision, stored.updated_at
        FROM stored JOIN input USING (origin, destination, sector)
        RETURNING revision
      )
      SELECT count(*) FILTER (WHERE revision = 1) AS new_rows, count(*) FILTER (WHERE revision > 1) AS revised_rows
      FROM changes`,
        [...given.bindings, ...reports.bindings, batch.transactionId],
      ),
    (error) => error.code === INSUFFICIENT_PRIVILEGE,
  );
  if (!stored) await refuseForeignFigures(db, batch);
  const [counts] = stored ?? refuseHiddenFigure(batch.field ?? 'rows');
  return { newRows: counts?.new_rows ?? 0, revisedRows: counts?.revised_rows ?? 0 };
}

/** A figure that the unit may not even see belongs to another one. */
function refuseHiddenFigure(field: RowsField): never {
  refuse('CONFLICT', [field], {
    en: 'A figure of this batch was first reported by another unit, so it belongs to that unit.',
    zh: '本批次中有数据已由其他单位首先报送，归其所有。',
  });
}

async function refuseForeignFigures(
  db: Db,
  batch: {
    reportedBy: string;
    submission: {
      month: string;
      side: LaborFlowSide;
      rows: readonly Omit<LaborFlowRow, 'workers'>[];
    };
    field?: RowsField;
  },
): Promise<void> {
  const { reportedBy, submission, field = 'rows' } = batch;
  const { month, side, rows } = submission;
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
  if (unchangedRows > 0) await refuseForeignFigures(db, { reportedBy, submission: withdrawal });
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
