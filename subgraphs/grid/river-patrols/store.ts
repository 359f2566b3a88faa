import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { addDays, dayOf, startOfDay } from '../../kit/time';
import type { Confiscation, PatrolRecord } from './rules';

export interface RiverPatrolRow {
  id: string;
  reach: string;
  jurisdiction: string;
  recorded_by: string;
  external_id: string | null;
  started_at: Date;
  ended_at: Date;
  members: string[];
  note: string | null;
  photos: string[];
  confiscations: Confiscation[];
}

export interface RiverRemovalRow {
  id: string;
  patrol_id: string;
  ordinal: number;
  reach: string;
  jurisdiction: string;
  recorded_by: string;
  thing: string;
  ordered_on: string;
  remove_until: string;
  due_on: string;
  removed_at: Date | null;
  removal_note: string | null;
}

export interface RiverRemovalGraceRow {
  removal_id: string;
  grace_until: string;
  granted_by: string;
  agency: string;
  granted_at: Date;
  reason: string;
}

export interface RiverPatrolFilter extends PageArgs {
  under?: string | null;
  reach?: string | null;
  from?: string | null;
  to?: string | null;
}

export interface RiverRemovalFilter extends PageArgs {
  under?: string | null;
  isRemoved?: boolean | null;
  isOverdue?: boolean | null;
}

const PATROL = [
  'id',
  'reach',
  'jurisdiction',
  'recorded_by',
  'external_id',
  'started_at',
  'ended_at',
  'members',
  'note',
  'photos',
  'confiscations',
] as const satisfies (keyof RiverPatrolRow)[];

const REMOVAL = [
  'id',
  'patrol_id',
  'ordinal',
  'reach',
  'jurisdiction',
  'recorded_by',
  'thing',
  'ordered_on',
  'remove_until',
  'due_on',
  'removed_at',
  'removal_note',
] as const satisfies (keyof RiverRemovalRow)[];

const LATEST_FIRST: Keyset = {
  name: 'riverPatrols',
  columns: ['started_at', 'id'],
  direction: 'desc',
  maximum: 200,
};
const DUE_FIRST: Keyset = {
  name: 'riverRemovals',
  columns: ['due_on', 'id'],
  direction: 'asc',
  maximum: 200,
};

export async function patrolsIn(
  db: Db,
  { under, reach, from, to, ...args }: RiverPatrolFilter,
): Promise<Connection<RiverPatrolRow>> {
  return pageIn<RiverPatrolRow>(db, under, {
    comment: 'riverPatrols.in',
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<RiverPatrolRow>('river_patrols')
        .select(...PATROL)
        .modify(inParentPlace('jurisdiction'));
      if (reach) rows.where({ reach });
      if (from) rows.where('started_at', '>=', startOfDay(from));
      if (to) rows.where('started_at', '<', startOfDay(addDays(to, 1)));
      return rows;
    },
  });
}

export async function removalsIn(
  db: Db,
  { under, isRemoved, isOverdue, ...args }: RiverRemovalFilter,
  now: Date,
): Promise<Connection<RiverRemovalRow>> {
  return pageIn<RiverRemovalRow>(db, under, {
    comment: 'riverPatrols.removalsIn',
    keyset: DUE_FIRST,
    args,
    rows: () => {
      const rows = db<RiverRemovalRow>('river_removals')
        .select(...REMOVAL)
        .modify(inParentPlace('jurisdiction'));
      if (isRemoved === true) rows.whereNotNull('removed_at');
      if (isRemoved === false) rows.whereNull('removed_at');
      // The rule `isOverdue`, for rows.
      const overdue = "due_on < (coalesce(removed_at, ?) AT TIME ZONE 'Asia/Shanghai')::date";
      if (isOverdue === true) rows.whereRaw(overdue, [now]);
      if (isOverdue === false) rows.whereRaw(`NOT (${overdue})`, [now]);
      return rows;
    },
  });
}

/** What each patrol ordered to be removed, in the order given. */
export async function removalsOf(db: Db, patrols: readonly string[]): Promise<RiverRemovalRow[]> {
  return db<RiverRemovalRow>('river_removals')
    .comment('riverPatrols.removalsOf')
    .select(...REMOVAL)
    .whereIn('patrol_id', [...patrols])
    .orderBy(['patrol_id', 'ordinal']);
}

/** The graces of each removal, the earliest first: each is to a later day. */
export async function gracesOf(db: Db, removals: readonly string[]): Promise<RiverRemovalGraceRow[]> {
  return db<RiverRemovalGraceRow>('river_removal_graces')
    .comment('riverPatrols.graces')
    .select('removal_id', 'grace_until', 'granted_by', 'agency', 'granted_at', 'reason')
    .whereIn('removal_id', [...removals])
    .orderBy(['removal_id', 'grace_until']);
}

export async function removalById(db: Db, id: string): Promise<RiverRemovalRow | null> {
  const [row] = await db<RiverRemovalRow>('river_removals')
    .comment('riverPatrols.removalById')
    .select(...REMOVAL)
    .where({ id });
  return row ?? null;
}

/** The patrol that the unit recorded before under an external id; null when there is none. */
export async function patrolByExternalId(
  db: Db,
  recorded_by: string,
  external_id: string,
): Promise<RiverPatrolRow | null> {
  const [row] = await db<RiverPatrolRow>('river_patrols')
    .comment('riverPatrols.byExternalId')
    .select(...PATROL)
    .where({ recorded_by, external_id });
  return row ?? null;
}

/** Stores a patrol with what it ordered; null when its external id is taken. */
export async function insertPatrol(
  db: Db,
  patrol: PatrolRecord,
  { recordedBy, jurisdiction }: { recordedBy: string; jurisdiction: string },
): Promise<RiverPatrolRow | null> {
  const [stored] = await db('river_patrols')
    .comment('riverPatrols.insert')
    .insert({
      ...{ id: randomUUID(), reach: patrol.reach, jurisdiction, recorded_by: recordedBy },
      ...{ external_id: patrol.externalId || null, started_at: patrol.startedAt, ended_at: patrol.endedAt },
      ...{ members: [...patrol.members], note: patrol.note || null, photos: [...patrol.photos] },
      confiscations: JSON.stringify(patrol.confiscations),
    })
    .onConflict(['recorded_by', 'external_id'])
    .ignore()
    .returning<RiverPatrolRow[]>([...PATROL]);
  if (!stored) return null;
  if (patrol.removals.length > 0) {
    await db('river_removals')
      .comment('riverPatrols.insertRemovals')
      .insert(
        patrol.removals.map(({ thing, removeUntil }, ordinal) => ({
          ...{ id: randomUUID(), patrol_id: stored.id, ordinal, reach: patrol.reach, jurisdiction, thing },
          ...{ recorded_by: recordedBy, ordered_on: dayOf(patrol.startedAt) },
          ...{ remove_until: removeUntil, due_on: removeUntil },
        })),
      );
  }
  return stored;
}

/** Lets something stay longer; null when it was removed, or its last day changed, meanwhile. */
export async function grantGrace(
  db: Db,
  removal: RiverRemovalRow,
  grace: Omit<RiverRemovalGraceRow, 'removal_id'>,
): Promise<RiverRemovalRow | null> {
  const [changed] = await db<RiverRemovalRow>('river_removals')
    .comment('riverPatrols.extend')
    .where({ id: removal.id, due_on: removal.due_on })
    .whereNull('removed_at')
    .update({ due_on: grace.grace_until })
    .returning<RiverRemovalRow[]>([...REMOVAL]);
  if (!changed) return null;
  await db('river_removal_graces')
    .comment('riverPatrols.grantGrace')
    .insert({ ...grace, removal_id: removal.id });
  return changed;
}

/** Records that something was removed; null when that was recorded before. */
export async function completeRemoval(
  db: Db,
  id: string,
  { at, note }: { at: Date; note: string },
): Promise<RiverRemovalRow | null> {
  const [changed] = await db<RiverRemovalRow>('river_removals')
    .comment('riverPatrols.complete')
    .where({ id })
    .whereNull('removed_at')
    .update({ removed_at: at, removal_note: note || null })
    .returning<RiverRemovalRow[]>([...REMOVAL]);
  return changed ?? null;
}
