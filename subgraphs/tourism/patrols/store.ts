import {
  type Connection,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pageOf,
  placeParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { PatrolFindingKind, PatrolFindingStatus } from '../schema-types';

export interface ScenicPatrolRow {
  id: string;
  jurisdiction: string;
  agency: string;
  patrolled_on: string;
  patroller: string;
  note: string | null;
  submitted_at: Date;
  digest: string;
  practice_id: string | null;
}

export interface PatrolFindingRow {
  id: string;
  patrol_id: string;
  jurisdiction: string;
  agency: string;
  ordinal: number;
  kind: PatrolFindingKind;
  text: string;
  latitude: number | null;
  longitude: number | null;
  photos: string[];
  condition_id: string | null;
  due_on: string;
  status: PatrolFindingStatus;
  rectified_at: Date | null;
  rectified_by: string | null;
  rectification: string | null;
  rectification_photos: string[];
}

const PATROL_COLUMNS = [
  'id',
  'jurisdiction',
  'agency',
  'patrolled_on',
  'patroller',
  'note',
  'submitted_at',
  'digest',
  'practice_id',
] as const satisfies (keyof ScenicPatrolRow)[];

const FINDING_COLUMNS = [
  'id',
  'patrol_id',
  'jurisdiction',
  'agency',
  'ordinal',
  'kind',
  'text',
  'latitude',
  'longitude',
  'photos',
  'condition_id',
  'due_on',
  'status',
  'rectified_at',
  'rectified_by',
  'rectification',
  'rectification_photos',
] as const satisfies (keyof PatrolFindingRow)[];

export async function patrolsById(db: Db, ids: readonly string[]): Promise<ScenicPatrolRow[]> {
  return db<ScenicPatrolRow>('scenic_patrols')
    .comment('patrols.byId')
    .select<ScenicPatrolRow[]>(...PATROL_COLUMNS)
    .whereIn('id', [...ids]);
}

/** The form of a unit for a place and day; null when there is none. */
export async function patrolOf(
  db: Db,
  form: Pick<ScenicPatrolRow, 'agency' | 'jurisdiction' | 'patrolled_on'>,
): Promise<ScenicPatrolRow | null> {
  const [row] = await db<ScenicPatrolRow>('scenic_patrols')
    .comment('patrols.of')
    .select<ScenicPatrolRow[]>(...PATROL_COLUMNS)
    .where(form);
  return row ?? null;
}

export interface PatrolFilter extends PageArgs {
  patrolledFrom?: string | null;
  patrolledTo?: string | null;
}

const LATEST_FIRST: Keyset = {
  name: 'scenicPatrols',
  columns: ['patrolled_on', 'id'],
  direction: 'desc',
  maximum: 200,
};

/** A page of the patrols of a place and of everything below it. */
export async function patrolsIn(
  db: Db,
  place: string,
  { patrolledFrom, patrolledTo, ...args }: PatrolFilter,
): Promise<Connection<ScenicPatrolRow> | null> {
  return pageOf<ScenicPatrolRow>(db, {
    comment: 'patrols.in',
    parent: placeParent(place),
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<ScenicPatrolRow>('scenic_patrols')
        .select(...PATROL_COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (patrolledFrom) rows.where('patrolled_on', '>=', patrolledFrom);
      if (patrolledTo) rows.where('patrolled_on', '<=', patrolledTo);
      return rows;
    },
  });
}

/** Stores a form; false when the unit has one for that place and day. */
export async function insertPatrol(
  db: Db,
  patrol: ScenicPatrolRow,
  findings: readonly PatrolFindingRow[],
): Promise<boolean> {
  const stored = await db('scenic_patrols')
    .comment('patrols.insert')
    .insert({ ...patrol })
    .onConflict(['agency', 'jurisdiction', 'patrolled_on'])
    .ignore()
    .returning('id');
  if (stored.length === 0) return false;
  if (findings.length > 0) {
    await db('patrol_findings')
      .comment('patrols.insertFindings')
      .insert(findings.map((finding) => ({ ...finding })));
  }
  return true;
}

export async function findingsById(db: Db, ids: readonly string[]): Promise<PatrolFindingRow[]> {
  return db<PatrolFindingRow>('patrol_findings')
    .comment('patrols.findingsById')
    .select<PatrolFindingRow[]>(...FINDING_COLUMNS)
    .whereIn('id', [...ids]);
}

/** The findings of patrols, in the order of their forms. */
export async function findingsOf(db: Db, patrols: readonly string[]): Promise<PatrolFindingRow[]> {
  return db<PatrolFindingRow>('patrol_findings')
    .comment('patrols.findings')
    .select<PatrolFindingRow[]>(...FINDING_COLUMNS)
    .whereIn('patrol_id', [...patrols])
    .orderBy(['patrol_id', 'ordinal']);
}

/** What patrols found about conditions, in the order of the days. */
export async function findingsOnConditions(
  db: Db,
  conditions: readonly string[],
): Promise<(PatrolFindingRow & { condition_id: string })[]> {
  return db('patrol_findings')
    .comment('patrols.onConditions')
    .join('scenic_patrols', 'scenic_patrols.id', 'patrol_findings.patrol_id')
    .select(FINDING_COLUMNS.map((column) => `patrol_findings.${column}`))
    .whereIn('condition_id', [...conditions])
    .orderBy(['patrolled_on', 'patrol_id', 'ordinal']);
}

/** How many findings on a condition are open. */
export async function openFindingsOn(db: Db, condition_id: string): Promise<number> {
  const rows = await db('patrol_findings')
    .comment('patrols.openOn')
    .select('id')
    .where({ condition_id, status: 'OPEN' });
  return rows.length;
}

/** Says that an open finding is put right; null when it is not open, or no longer. */
export async function rectify(
  db: Db,
  id: string,
  change: Partial<PatrolFindingRow>,
): Promise<PatrolFindingRow | null> {
  const [finding] = await db<PatrolFindingRow>('patrol_findings')
    .comment('patrols.rectify')
    .where({ id, status: 'OPEN' })
    .update({ ...change, status: 'RECTIFIED' })
    .returning<PatrolFindingRow[]>([...FINDING_COLUMNS]);
  return finding ?? null;
}

export interface FindingFilter extends PageArgs {
  status?: PatrolFindingStatus | null;
  kind?: PatrolFindingKind | null;
}

const EARLIEST_DUE_FIRST: Keyset = {
  name: 'patrolFindings',
  columns: ['due_on', 'id'],
  direction: 'asc',
  maximum: 200,
};

/** A page of what patrols found in a place and below it. */
export async function findingsIn(
  db: Db,
  place: string,
  { status, kind, ...args }: FindingFilter,
): Promise<Connection<PatrolFindingRow> | null> {
  return pageOf<PatrolFindingRow>(db, {
    comment: 'patrols.findingsIn',
    parent: placeParent(place),
    keyset: EARLIEST_DUE_FIRST,
    args,
    rows: () => {
      const rows = db<PatrolFindingRow>('patrol_findings')
        .select(...FINDING_COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (status) rows.where({ status });
      if (kind) rows.where({ kind });
      return rows;
    },
  });
}
