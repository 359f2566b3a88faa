import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { dayOf } from '../../kit/time';
import type { Act } from '../life-cycle/store';
import { clockOf, type GridKind, type GridRecord, type GridWorkerRole, type WorkerRecord } from './rules';

export interface GridRow {
  code: string;
  name: string;
  kind: GridKind;
  jurisdiction: string;
  agency: string;
  people: number;
  places: number;
  things: number;
  closed_on: string | null;
  recorded_by: string;
}

export interface GridWorkerRow {
  id: string;
  grid: string;
  number: string;
  jurisdiction: string;
  agency: string;
  name: string;
  role: GridWorkerRole;
  phone: string | null;
  duty_weekdays: number[];
  duty_begins: string;
  duty_ends: string;
  left_on: string | null;
  recorded_by: string;
}

const GRID = [
  'code',
  'name',
  'kind',
  'jurisdiction',
  'agency',
  'people',
  'places',
  'things',
  'closed_on',
  'recorded_by',
] as const satisfies (keyof GridRow)[];

const WORKER = [
  'id',
  'grid',
  'number',
  'jurisdiction',
  'agency',
  'name',
  'role',
  'phone',
  'duty_weekdays',
  'duty_begins',
  'duty_ends',
  'left_on',
  'recorded_by',
] as const satisfies (keyof GridWorkerRow)[];

const BY_CODE: Keyset = { name: 'grids', columns: ['jurisdiction', 'code'], direction: 'asc', maximum: 200 };
const BY_NUMBER: Keyset = {
  name: 'gridWorkers',
  columns: ['jurisdiction', 'grid', 'number'],
  direction: 'asc',
  maximum: 200,
};

export interface GridFilter extends PageArgs {
  under?: string | null;
  kind?: GridKind | null;
  isInUse?: boolean | null;
}

export interface GridWorkerFilter extends PageArgs {
  under?: string | null;
  grid?: string | null;
  isOnDuty?: boolean | null;
}

export async function gridsByCode(db: Db, codes: readonly string[]): Promise<GridRow[]> {
  return db<GridRow>('grids')
    .comment('grids.byCode')
    .select(...GRID)
    .whereIn('code', [...codes]);
}

const IN_USE = "coalesce(closed_on, 'infinity') >= ?";

export async function gridsIn(
  db: Db,
  { under, kind, isInUse, ...args }: GridFilter,
  { now, maximum }: { now: Date; maximum?: number },
): Promise<Connection<GridRow>> {
  return pageIn<GridRow>(db, under, {
    comment: 'grids.in',
    keyset: { ...BY_CODE, maximum: maximum ?? BY_CODE.maximum },
    args,
    rows: () => {
      const rows = db<GridRow>('grids')
        .select(...GRID)
        .modify(inParentPlace('jurisdiction'));
      if (kind) rows.where({ kind });
      if (isInUse === true) rows.whereRaw(IN_USE, [dayOf(now)]);
      if (isInUse === false) rows.whereRaw(`NOT (${IN_USE})`, [dayOf(now)]);
      return rows;
    },
  });
}

/** The rule `isOnDuty`, for rows: those whom it holds for at an instant. */
const ON_DUTY =
  "coalesce(left_on, 'infinity') >= ? AND duty_weekdays @> ARRAY[?]::int[] AND duty_begins <= ? AND ? < duty_ends";
const onDutyAt = (now: Date): (string | number)[] => {
  const { weekday, time } = clockOf(now);
  return [dayOf(now), weekday, time, time];
};

export async function workersIn(
  db: Db,
  { under, grid, isOnDuty, ...args }: GridWorkerFilter,
  now: Date,
): Promise<Connection<GridWorkerRow>> {
  return pageIn<GridWorkerRow>(db, under, {
    comment: 'grids.workersIn',
    keyset: BY_NUMBER,
    args,
    rows: () => {
      const rows = db<GridWorkerRow>('grid_workers')
        .select(...WORKER)
        .modify(inParentPlace('jurisdiction'));
      if (grid) rows.where({ grid });
      if (isOnDuty === true) rows.whereRaw(ON_DUTY, onDutyAt(now));
      if (isOnDuty === false) rows.whereRaw(`NOT (${ON_DUTY})`, onDutyAt(now));
      return rows;
    },
  });
}

/** Who leads each grid on a day. */
export async function leadersOf(db: Db, grids: readonly string[], day: string): Promise<GridWorkerRow[]> {
  return (
    db<GridWorkerRow>('grid_workers')
      .comment('grids.leaders')
      .select(...WORKER)
      .whereIn('grid', [...grids])
      .where({ role: 'LEADER' })
      .whereRaw("coalesce(left_on, 'infinity') >= ?", [day])
      // Of one who leaves later today and one who follows, who stays.
      .orderByRaw('grid, left_on NULLS LAST')
  );
}

/** How many work in each grid on a day. */
export async function workerCountsOf(
  db: Db,
  grids: readonly string[],
  day: string,
): Promise<{ grid: string; count: number }[]> {
  return db.raw<{ grid: string; count: number }>(
    `/* grids.workerCounts */ SELECT grid, count(*) FROM grid_workers
     WHERE grid = ANY (?::text[]) AND coalesce(left_on, 'infinity') >= ? GROUP BY grid`,
    [[...grids], day],
  );
}

export interface NetworkRow {
  villages: number;
  comprehensive: number;
  dedicated: number;
  workers: number;
  onDuty: number;
  people: number;
  places: number;
  things: number;
  /** Who entered them. */
  recorders: string[];
}

/** What the grids in use of a place come to. */
export async function networkOf(db: Db, place: string, now: Date): Promise<NetworkRow> {
  const { from, below } = rangeOf(place);
  const day = dayOf(now);
  const [row] = await db.raw<NetworkRow & Record<string, unknown>>(
    `/* grids.network */
     WITH used AS (SELECT * FROM grids WHERE jurisdiction >= ? AND jurisdiction < ? AND ${IN_USE}),
     staff AS (
       SELECT count(*) AS workers, count(*) FILTER (WHERE ${ON_DUTY}) AS on_duty
       FROM grid_workers WHERE grid IN (SELECT code FROM used) AND coalesce(left_on, 'infinity') >= ?)
     SELECT count(DISTINCT jurisdiction) AS villages,
       count(*) FILTER (WHERE kind = 'COMPREHENSIVE') AS comprehensive,
       count(*) FILTER (WHERE kind = 'DEDICATED') AS dedicated,
       (SELECT workers FROM staff) AS workers, (SELECT on_duty FROM staff) AS "onDuty",
       coalesce(sum(people), 0)::int AS people, coalesce(sum(places), 0)::int AS places,
       coalesce(sum(things), 0)::int AS things,
       coalesce(array_agg(DISTINCT recorded_by::text), '{}') AS recorders
     FROM used`,
    [from, below, day, ...onDutyAt(now), day],
  );
  if (!row) throw new Error('a sum has no row');
  return row;
}

/** What an import came to. */
export interface Importation {
  added: number;
  changed: number;
  unchanged: number;
}

const importation = (total: number, stored: readonly { is_new: boolean }[]): Importation => {
  const added = stored.filter((row) => row.is_new).length;
  return { added, changed: stored.length - added, unchanged: total - stored.length };
};

const GRID_CHANGES = ['name', 'kind', 'agency', 'people', 'places', 'things', 'closed_on'];

/** Stores grids as they are to stand, in a fixed number of statements. */
export async function storeGrids(
  db: Db,
  grids: readonly (GridRecord & { jurisdiction: string })[],
  { user, agency, at }: Act,
): Promise<Importation> {
  const stored = await db.raw<{ code: string; is_new: boolean }>(
    `/* grids.store */
     INSERT INTO grids (${GRID.join(', ')})
     SELECT code, name, kind, jurisdiction, agency, people, places, things, "closedOn", ?
     FROM jsonb_to_recordset(?) AS row (code text, name text, kind text, jurisdiction text, agency text,
       people int, places int, things int, "closedOn" date)
     ORDER BY code
     ON CONFLICT (code) DO UPDATE SET ${GRID_CHANGES.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}
     WHERE (${GRID_CHANGES.map((column) => `grids.${column}`).join(', ')})
       IS DISTINCT FROM (${GRID_CHANGES.map((column) => `EXCLUDED.${column}`).join(', ')})
     RETURNING code, xmax = 0 AS is_new`,
    [agency, JSON.stringify(grids)],
  );
  await db.raw(
    `/* grids.record */
     INSERT INTO grid_events (grid, jurisdiction, at, actor, recorded_by, content)
     SELECT code, jurisdiction, ?, ?, ?, to_jsonb(grids) FROM grids WHERE code = ANY (?::text[])`,
    [at, user, agency, stored.map(({ code }) => code)],
  );
  // Who works there is the unit's that is in charge now.
  await db.raw(
    `/* grids.handOver */ UPDATE grid_workers AS worker SET agency = grids.agency FROM grids
     WHERE grids.code = worker.grid AND worker.grid = ANY (?::text[]) AND worker.agency <> grids.agency`,
    [stored.map(({ code }) => code)],
  );
  return importation(grids.length, stored);
}

const WORKER_CHANGES = ['name', 'role', 'phone', 'duty_weekdays', 'duty_begins', 'duty_ends', 'left_on'];

/** Stores workers as they are to stand, in a fixed number of statements; null when a grid would have two leaders. */
export async function storeWorkers(
  db: Db,
  workers: readonly WorkerRecord[],
  { user, agency, at }: Act,
): Promise<Importation> {
  const stored = await db.raw<{ id: string; is_new: boolean }>(
    `/* grids.storeWorkers */
     INSERT INTO grid_workers (${WORKER.join(', ')})
     SELECT row.id, grids.code, row.number, grids.jurisdiction, grids.agency, row.name, row.role, nullif(row.phone, ''),
       ARRAY(SELECT jsonb_array_elements_text(row."dutyWeekdays")::int), row."dutyBegins", row."dutyEnds", row."leftOn", ?
     FROM jsonb_to_recordset(?) AS row (id text, grid text, number text, name text, role text, phone text,
       "dutyWeekdays" jsonb, "dutyBegins" text, "dutyEnds" text, "leftOn" date)
     JOIN grids ON grids.code = row.grid
     -- Who leads no more before who leads from now on.
     ORDER BY (row.role = 'LEADER' AND row."leftOn" IS NULL), row.grid, row.number
     ON CONFLICT (grid, number) DO UPDATE SET ${WORKER_CHANGES.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}
     WHERE (${WORKER_CHANGES.map((column) => `grid_workers.${column}`).join(', ')})
       IS DISTINCT FROM (${WORKER_CHANGES.map((column) => `EXCLUDED.${column}`).join(', ')})
     RETURNING id, xmax = 0 AS is_new`,
    [agency, JSON.stringify(workers.map((worker) => ({ ...worker, id: randomUUID() })))],
  );
  await db.raw(
    `/* grids.recordWorkers */
     INSERT INTO grid_events (grid, worker, jurisdiction, at, actor, recorded_by, content)
     SELECT grid, id, jurisdiction, ?, ?, ?, to_jsonb(grid_workers) FROM grid_workers WHERE id = ANY (?::text[])`,
    [at, user, agency, stored.map(({ id }) => id)],
  );
  return importation(workers.length, stored);
}

/** Of the grids those that have a leader whom the workers of an import do not replace. */
export async function otherLeaders(
  db: Db,
  workers: readonly Pick<WorkerRecord, 'grid' | 'number'>[],
): Promise<{ grid: string; number: string }[]> {
  return db.raw<{ grid: string; number: string }>(
    `/* grids.otherLeaders */ SELECT grid, number FROM grid_workers
     WHERE role = 'LEADER' AND left_on IS NULL AND grid = ANY (?::text[])
       AND (grid, number) NOT IN (SELECT * FROM unnest(?::text[], ?::text[]))`,
    [
      [...new Set(workers.map(({ grid }) => grid))],
      workers.map(({ grid }) => grid),
      workers.map(({ number }) => number),
    ],
  );
}
