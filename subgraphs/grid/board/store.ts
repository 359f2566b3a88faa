import type { Db } from '../../kit/database';
import type { FeedPosition } from '../../kit/feed';
import { rangeOf } from '../../kit/jurisdiction';
import { addDays, startOfDay } from '../../kit/time';
import type { GridCaseSnapshot, GridCaseStage } from '../cases/rules';
import type { GridCaseEventRow } from '../cases/store';
import {
  FIELDWORK_CHANGE,
  type FieldworkChangeRow,
  INSPECTION_CHANGE,
  type InspectionChangeRow,
} from '../fieldwork/store';
import { ALERT_COLUMNS, type GridAlertRow } from '../reaches/store';
import { type ForcesReport, PERFORMED, type PerformedCount } from './rules';

export interface GridForcesRow extends ForcesReport {
  id: string;
  agency: string;
}

/** A part of the feed: behind `after`, up to the end of `through`, of a place and all below it. */
export interface FeedPart {
  readonly under: string;
  readonly after: FeedPosition;
  readonly through: number;
  readonly limit: number;
}

type Placed<Row> = Row & FeedPosition;
export type CaseChange = Placed<GridCaseEventRow & { snapshot: GridCaseSnapshot; reporter: string }>;

const FORCES = [
  'id',
  'agency',
  'jurisdiction',
  'people',
  'vehicles',
  'boats',
  'note',
  'at',
] as const satisfies (keyof GridForcesRow)[];
const CASE_EVENT = [
  'case_id',
  'kind',
  'at',
  'actor',
  'agency',
  'subject',
  'note',
  'basis',
  'photos',
  'stage',
  'snapshot',
] as const;

/** The most units that a board shows. */
export const MAXIMUM_UNITS = 200;

/** The rows of one of the feed's tables in a part of it, in the feed's order. */
async function changesIn<Row extends object>(
  db: Db,
  name: string,
  table: string,
  columns: string,
  { under, after, through, limit }: FeedPart,
): Promise<Placed<Row>[]> {
  const { from, below } = rangeOf(under);
  return db.raw<Placed<Row>>(
    `/* ${name} */ SELECT tx.position, change.ordinal, ${columns}
     FROM feed_transactions AS tx JOIN ${table} ON change.transaction_id = tx.id
     WHERE tx.position BETWEEN ? AND ? AND (tx.position > ? OR change.ordinal > ?)
       AND change.jurisdiction >= ? AND change.jurisdiction < ?
     ORDER BY tx.position, change.ordinal LIMIT ?`,
    [after.position, through, after.position, after.ordinal, from, below, limit],
  );
}

const of = (columns: readonly string[]): string => columns.map((column) => `change.${column}`).join(', ');

/** Who reported a case never changes, so that the row of now says it. */
export const caseChanges = (db: Db, part: FeedPart): Promise<CaseChange[]> =>
  changesIn(
    db,
    'board.caseChanges',
    'case_events AS change JOIN cases ON cases.id = change.case_id',
    `${of(CASE_EVENT)}, cases.reporter`,
    part,
  );

export const alertChanges = (db: Db, part: FeedPart): Promise<Placed<GridAlertRow>[]> =>
  changesIn(db, 'board.alerts', 'downstream_alerts AS change', of(ALERT_COLUMNS), part);

export const forcesChanges = (db: Db, part: FeedPart): Promise<Placed<GridForcesRow>[]> =>
  changesIn(db, 'board.forcesChanges', 'force_changes AS change', of(FORCES), part);

export const inspectionChanges = (db: Db, part: FeedPart): Promise<Placed<InspectionChangeRow>[]> =>
  changesIn(db, 'board.inspectionChanges', 'inspection_changes AS change', of(INSPECTION_CHANGE), part);

export const fieldworkChanges = (db: Db, part: FeedPart): Promise<Placed<FieldworkChangeRow>[]> =>
  changesIn(db, 'board.fieldworkChanges', 'fieldwork_changes AS change', of(FIELDWORK_CHANGE), part);

export interface OpenCount {
  stage: GridCaseStage;
  task_agency: string | null;
  count: number;
  overdue: number;
  supervised: number;
}

/** How many open cases in a place and below stand at each step, by the unit that holds them. */
export async function openCounts(db: Db, under: string, now: Date): Promise<OpenCount[]> {
  const { from, below } = rangeOf(under);
  return db.raw<OpenCount & Record<string, unknown>>(
    `/* board.openCounts */
     SELECT stage, task_agency, count(*) AS count, count(*) FILTER (WHERE due_at < ?) AS overdue,
       count(*) FILTER (WHERE is_supervised) AS supervised
     FROM cases WHERE jurisdiction >= ? AND jurisdiction < ? AND stage NOT IN ('CLOSED', 'NOT_FILED')
     GROUP BY stage, task_agency`,
    [now, from, below],
  );
}

/** How many cases in a place and below ended on a day, closed or not filed, and still stand so. */
export async function endedCounts(
  db: Db,
  under: string,
  day: string,
): Promise<{ stage: GridCaseStage; count: number }[]> {
  const { from, below } = rangeOf(under);
  return db.raw<{ stage: GridCaseStage; count: number }>(
    `/* board.endedCounts */
     SELECT cases.stage, count(DISTINCT cases.id) AS count
     FROM case_events AS event JOIN cases ON cases.id = event.case_id AND cases.stage = event.kind
     WHERE event.jurisdiction >= ? AND event.jurisdiction < ? AND event.at >= ? AND event.at < ?
       AND event.kind IN ('CLOSED', 'NOT_FILED')
     GROUP BY cases.stage`,
    [from, below, startOfDay(day), startOfDay(addDays(day, 1))],
  );
}

/** What units have on duty in a place and below, in the order of their codes. */
export async function forcesIn(db: Db, under: string): Promise<GridForcesRow[]> {
  const { from, below } = rangeOf(under);
  return db<GridForcesRow>('forces')
    .comment('board.forces')
    .select(...FORCES)
    .where('jurisdiction', '>=', from)
    .where('jurisdiction', '<', below)
    .orderBy(['agency', 'jurisdiction'])
    .limit(MAXIMUM_UNITS);
}

/** Whose task a step of a case is about: whoever holds it afterwards, or whoever handed it back. */
const UNIT = "CASE event.kind WHEN 'RETURNED' THEN event.agency ELSE event.snapshot ->> 'task_agency' END";
const COUNTS = `count(*) AS count,
  count(*) FILTER (WHERE event.kind = 'CLOSED' AND event.at <= (event.snapshot ->> 'due_at')::timestamptz) AS on_time`;

/** What was done to units' tasks in a place and below on a day. */
export async function performedOn(
  db: Db,
  under: string,
  day: string,
): Promise<(PerformedCount & { agency: string })[]> {
  const { from, below } = rangeOf(under);
  return db.raw<PerformedCount & { agency: string }>(
    `/* board.performedOn */ SELECT ${UNIT} AS agency, event.kind, ${COUNTS}
     FROM case_events AS event
     WHERE event.jurisdiction >= ? AND event.jurisdiction < ? AND event.at >= ? AND event.at < ?
       AND event.kind = ANY (?::text[])
     GROUP BY 1, 2`,
    [from, below, startOfDay(day), startOfDay(addDays(day, 1)), [...PERFORMED]],
  );
}

/** One unit's day up to a change of the feed. */
export interface PerformanceQuestion extends FeedPosition {
  readonly under: string;
  readonly agency: string;
  readonly day: string;
}

/** What was done to units' tasks on their days up to changes of the feed, each by its place in `questions`. */
export async function performedUpTo(
  db: Db,
  questions: readonly PerformanceQuestion[],
): Promise<(PerformedCount & { question: number })[]> {
  const column = <Value>(read: (question: PerformanceQuestion) => Value): Value[] => questions.map(read);
  return db.raw<PerformedCount & { question: number }>(
    `/* board.performedUpTo */ SELECT asked.question::int AS question, done.*
     FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::bigint[], ?::int[])
       WITH ORDINALITY AS asked (place_from, place_below, agency, day_from, day_below, position, ordinal, question)
     CROSS JOIN LATERAL (
       SELECT event.kind, ${COUNTS}
       FROM case_events AS event JOIN feed_transactions AS tx ON tx.id = event.transaction_id
       WHERE event.jurisdiction >= asked.place_from AND event.jurisdiction < asked.place_below
         AND event.at >= asked.day_from AND event.at < asked.day_below
         AND event.kind = ANY (?::text[]) AND ${UNIT} = asked.agency
         AND (tx.position < asked.position OR (tx.position = asked.position AND event.ordinal <= asked.ordinal))
       GROUP BY event.kind
     ) AS done`,
    [
      column(({ under }) => rangeOf(under).from),
      column(({ under }) => rangeOf(under).below),
      column(({ agency }) => agency),
      column(({ day }) => startOfDay(day)),
      column(({ day }) => startOfDay(addDays(day, 1))),
      column(({ position }) => position),
      column(({ ordinal }) => ordinal),
      [...PERFORMED],
    ],
  );
}

/** What a unit last said of a place, kept from changing until the transaction ends; null before it said anything. */
export async function lastForces(
  db: Db,
  agency: string,
  jurisdiction: string,
): Promise<GridForcesRow | null> {
  const [row] = await db<GridForcesRow>('forces')
    .comment('board.lastForces')
    .select(...FORCES)
    .where({ agency, jurisdiction })
    .forUpdate();
  return row ?? null;
}

/** Stores what a unit has on duty, and the change for the feed. Null when another report was faster. */
export async function storeForces(
  db: Db,
  row: GridForcesRow,
  { transactionId, actor }: { transactionId: number; actor: string },
): Promise<GridForcesRow | null> {
  const [stored] = await db.raw<GridForcesRow & Record<string, unknown>>(
    `/* board.storeForces */
     INSERT INTO forces AS known (${FORCES.join(', ')}) VALUES (${FORCES.map(() => '?').join(', ')})
     ON CONFLICT (agency, jurisdiction) DO UPDATE
       SET people = EXCLUDED.people, vehicles = EXCLUDED.vehicles, boats = EXCLUDED.boats,
         note = EXCLUDED.note, at = EXCLUDED.at
       WHERE known.at <= EXCLUDED.at AND (known.people, known.vehicles, known.boats, known.note, known.at)
         IS DISTINCT FROM (EXCLUDED.people, EXCLUDED.vehicles, EXCLUDED.boats, EXCLUDED.note, EXCLUDED.at)
     RETURNING ${FORCES.join(', ')}`,
    FORCES.map((column) => row[column]),
  );
  if (!stored) return null;
  await db('force_changes')
    .comment('board.recordForces')
    .insert({ ...stored, actor, transaction_id: transactionId, ordinal: 0 });
  return stored;
}
