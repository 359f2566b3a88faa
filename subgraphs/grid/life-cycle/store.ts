import type { Knex } from 'knex';
import type { Db } from '../../kit/database';
import {
  type GridCaseEventKind,
  type GridCaseSource,
  type GridCaseState,
  numberOf,
  snapshotOf,
} from '../cases/rules';
import { GRID_CASE_COLUMNS, type GridCaseRow } from '../cases/store';

/** Who does something, for which unit, and when it happened. */
export interface Act {
  user: string;
  agency: string;
  at: Date;
}

/** A case, and when the last thing happened to it. */
export type SteppedCase = GridCaseRow & { last_at: Date };

/** The case that a step is about, if the viewer may see it. */
export async function caseForStep(db: Db, id: string): Promise<SteppedCase | null> {
  const [row] = await db.raw<SteppedCase & Record<string, unknown>>(
    `/* lifeCycle.caseForStep */ SELECT ${GRID_CASE_COLUMNS.join(', ')},
       greatest(reported_at, (SELECT max(at) FROM case_events WHERE case_id = cases.id)) AS last_at
     FROM cases WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Restricts to a case as it was read: whoever changed it meanwhile was faster. */
const asRead =
  (row: GridCaseRow) =>
  (rows: Knex.QueryBuilder): void => {
    rows.where({ id: row.id, stage: row.stage, is_supervised: row.is_supervised });
    for (const column of ['task_agency', 'reopened_at', 'duplicate_of'] as const) {
      rows.whereRaw(`${column} IS NOT DISTINCT FROM ?`, [row[column]]);
    }
  };

/** Changes a case that still is as it was read; null when it is not. */
export async function changeCase(
  db: Db,
  row: GridCaseRow,
  change: Partial<GridCaseState>,
): Promise<GridCaseRow | null> {
  const [changed] = await db<GridCaseRow>('cases')
    .comment('lifeCycle.changeCase')
    .modify(asRead(row))
    .update(change)
    .returning<GridCaseRow[]>([...GRID_CASE_COLUMNS]);
  return changed ?? null;
}

/** Keeps a case as it was read until the transaction ends; false when it is so no more. */
export async function holdCase(db: Db, row: GridCaseRow): Promise<boolean> {
  const held = await db<GridCaseRow>('cases')
    .comment('lifeCycle.holdCase')
    .select('id')
    .modify(asRead(row))
    .forNoKeyUpdate();
  return held.length > 0;
}

/** Keeps two cases as they are until the transaction ends, so that what is read of them then stands. */
export async function holdCases(db: Db, ids: readonly string[]): Promise<void> {
  await db<GridCaseRow>('cases')
    .comment('lifeCycle.holdCases')
    .select('id')
    .whereIn('id', [...ids])
    .orderBy('id')
    .forNoKeyUpdate();
}

/** Whether other cases are marked as duplicates of a case. */
export async function hasDuplicates(db: Db, id: string): Promise<boolean> {
  const found = await db<GridCaseRow>('cases')
    .comment('lifeCycle.hasDuplicates')
    .select('id')
    .where({ duplicate_of: id })
    .limit(1);
  return found.length > 0;
}

interface NewEvent extends Act {
  kind: GridCaseEventKind;
  subject?: string | null;
  note?: string;
  basis?: string;
  photos?: readonly string[];
}

/** Enters what was done to a case, which stands as `row` after it, on its timeline and into the feed. */
export async function recordEvent(
  db: Db,
  row: GridCaseRow,
  { kind, user, agency, at, subject, note, basis, photos }: NewEvent,
  { transactionId, ordinal }: { transactionId: number; ordinal: number },
): Promise<void> {
  await db('case_events')
    .comment('lifeCycle.recordEvent')
    .insert({
      ...{ transaction_id: transactionId, ordinal, case_id: row.id, jurisdiction: row.jurisdiction },
      ...{ kind, at, actor: user, agency, stage: row.stage, subject: subject ?? null },
      ...{ note: note || null, basis: basis || null, photos: [...(photos ?? [])] },
      snapshot: JSON.stringify(snapshotOf(row)),
    });
}

/** The case that the unit reported before under the source's id; null when there is none. */
export async function caseByExternalId(
  db: Db,
  { reporter, source, externalId }: { reporter: string; source: GridCaseSource; externalId: string },
): Promise<GridCaseRow | null> {
  const [row] = await db<GridCaseRow>('cases')
    .comment('lifeCycle.byExternalId')
    .select<GridCaseRow[]>(...GRID_CASE_COLUMNS)
    .where({ reporter, source, external_id: externalId });
  return row ?? null;
}

/** The columns of a new case that its first step decides. */
export type NewCase = Pick<
  GridCaseRow,
  | 'id'
  | 'title'
  | 'description'
  | 'stage'
  | 'source'
  | 'category'
  | 'jurisdiction'
  | 'latitude'
  | 'longitude'
  | 'address'
  | 'reach'
  | 'photos'
  | 'reporter'
  | 'external_id'
  | 'reported_at'
> &
  Partial<GridCaseState>;

/** Stores a case under the next number of its town and day; null when its external id is taken. */
export async function insertCase(db: Db, row: NewCase): Promise<GridCaseRow | null> {
  const prefix = numberOf(row.jurisdiction, row.reported_at, 0).slice(0, -4);
  const [next] = await db.raw<{ serial: number }>(
    '/* lifeCycle.nextSerial */ SELECT next_case_serial(?) AS serial',
    [prefix],
  );
  if (!next) throw new Error('the case got no serial number');
  const [stored] = await db('cases')
    .comment('lifeCycle.insertCase')
    .insert({ ...row, number: numberOf(row.jurisdiction, row.reported_at, next.serial) })
    .onConflict(['reporter', 'source', 'external_id'])
    .ignore()
    .returning<GridCaseRow[]>([...GRID_CASE_COLUMNS]);
  return stored ?? null;
}
