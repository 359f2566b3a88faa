import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { Link, ReachRecord } from './rules';

export interface ReachRow {
  code: string;
  name: string;
  river: string;
  jurisdiction: string;
  recorded_by: string;
}

export interface GridAlertRow {
  id: string;
  case_id: string;
  /** The place that is warned, its reach, and how far below the one of the report that lies. */
  jurisdiction: string;
  alerted_reach: string;
  distance: number;
  reach: string;
  from_place: string;
  recorded_by: string;
  at: Date;
  message_zh: string;
  message_en: string;
}

export interface PlaceFilter extends PageArgs {
  under?: string | null;
}

const REACH = ['code', 'name', 'river', 'jurisdiction', 'recorded_by'] as const satisfies (keyof ReachRow)[];

export const ALERT_COLUMNS = [
  'id',
  'case_id',
  'jurisdiction',
  'alerted_reach',
  'distance',
  'reach',
  'from_place',
  'recorded_by',
  'at',
  'message_zh',
  'message_en',
] as const satisfies (keyof GridAlertRow)[];

const BY_CODE: Keyset = { name: 'reaches', columns: ['code'], direction: 'asc', maximum: 200 };
const LATEST_FIRST: Keyset = { name: 'gridAlerts', columns: ['at', 'id'], direction: 'desc', maximum: 200 };

export async function reachesByCode(db: Db, codes: readonly string[]): Promise<ReachRow[]> {
  return db<ReachRow>('reaches')
    .comment('reaches.byCode')
    .select(...REACH)
    .whereIn('code', [...codes]);
}

export async function reaches(db: Db, { under, ...args }: PlaceFilter): Promise<Connection<ReachRow>> {
  return pageIn<ReachRow>(db, under, {
    comment: 'reaches.in',
    keyset: BY_CODE,
    args,
    rows: () =>
      db<ReachRow>('reaches')
        .select(...REACH)
        .modify(inParentPlace('jurisdiction')),
  });
}

/** The neighbors of each reach on one side: the reaches that it flows into, or that flow into it. */
export async function neighborsOf(
  db: Db,
  codes: readonly string[],
  side: 'upstream' | 'downstream',
): Promise<(ReachRow & { of: string })[]> {
  const own = side === 'downstream' ? 'upstream' : 'downstream';
  return db('reach_links as link')
    .comment(`reaches.${side}`)
    .join('reaches as reach', 'reach.code', `link.${side}`)
    .select<(ReachRow & { of: string })[]>({ of: `link.${own}` }, ...REACH.map((column) => `reach.${column}`))
    .whereIn(`link.${own}`, [...codes])
    .orderBy('reach.code');
}

/** Every link at or below some reaches, however far. */
export async function linksBelow(db: Db, codes: readonly string[]): Promise<Link[]> {
  return db.raw<Link & Record<string, unknown>>(
    `/* reaches.linksBelow */
     WITH RECURSIVE below AS (
       SELECT upstream, downstream FROM reach_links WHERE upstream = ANY (?::text[])
       UNION
       SELECT link.upstream, link.downstream FROM reach_links AS link JOIN below ON link.upstream = below.downstream
     )
     SELECT upstream, downstream FROM below`,
    [[...codes]],
  );
}

/** Keeps others from changing where reaches flow until the transaction ends: two changes could close a circle. */
export async function lockLinks(db: Db): Promise<void> {
  await db.raw("/* reaches.lock */ SELECT pg_advisory_xact_lock(hashtext('links of reaches'))");
}

/** Stores a reach as it is to stand; null when another unit recorded it, or for another place. */
export async function storeReach(
  db: Db,
  { downstream, ...reach }: ReachRecord,
  recordedBy: string,
): Promise<ReachRow | null> {
  const [stored] = await db.raw<ReachRow & Record<string, unknown>>(
    `/* reaches.store */
     INSERT INTO reaches AS reach (code, name, river, jurisdiction, recorded_by) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, river = EXCLUDED.river
       WHERE reach.recorded_by = EXCLUDED.recorded_by AND reach.jurisdiction = EXCLUDED.jurisdiction
     RETURNING ${REACH.join(', ')}`,
    [reach.code, reach.name, reach.river, reach.jurisdiction, recordedBy],
  );
  if (!stored) return null;
  await db('reach_links')
    .comment('reaches.unlink')
    .where({ upstream: reach.code })
    .whereNotIn('downstream', [...downstream])
    .delete();
  await db.raw(
    `/* reaches.link */ INSERT INTO reach_links (upstream, downstream) SELECT ?, unnest(?::text[])
     ON CONFLICT DO NOTHING`,
    [reach.code, [...downstream]],
  );
  return stored;
}

/** The warnings that cases gave, in the order of the warned places. */
export async function alertsOf(db: Db, cases: readonly string[]): Promise<GridAlertRow[]> {
  return db<GridAlertRow>('downstream_alerts')
    .comment('alerts.ofCases')
    .select(...ALERT_COLUMNS)
    .whereIn('case_id', [...cases])
    .orderBy(['case_id', 'jurisdiction']);
}

export async function alertsIn(db: Db, { under, ...args }: PlaceFilter): Promise<Connection<GridAlertRow>> {
  return pageIn<GridAlertRow>(db, under, {
    comment: 'alerts.in',
    keyset: LATEST_FIRST,
    args,
    rows: () =>
      db<GridAlertRow>('downstream_alerts')
        .select(...ALERT_COLUMNS)
        .modify(inParentPlace('jurisdiction')),
  });
}

/** Stores warnings as changes of the feed, under ordinals from `firstOrdinal` on; a place that was warned of the case stays so. */
export async function insertAlerts(
  db: Db,
  alerts: readonly GridAlertRow[],
  { transactionId, firstOrdinal }: { transactionId: number; firstOrdinal: number },
): Promise<void> {
  if (alerts.length === 0) return;
  await db('downstream_alerts')
    .comment('alerts.insert')
    .insert(
      alerts.map((alert, i) => ({ ...alert, transaction_id: transactionId, ordinal: firstOrdinal + i })),
    );
}
