import type { Knex } from 'knex';
import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { addDays, startOfDay } from '../../kit/time';
import { grantedProviders, partyRange, type Viewer } from '../../kit/viewer';
import type {
  GridCaseEventKind,
  GridCaseSnapshot,
  GridCaseSource,
  GridCaseStage,
  GridCaseState,
} from './rules';

export interface GridCaseRow extends GridCaseState {
  id: string;
  number: string;
  title: string;
  description: string | null;
  source: GridCaseSource;
  jurisdiction: string;
  latitude: number | null;
  longitude: number | null;
  address: string | null;
  /** The reach of a river that it was reported on. */
  reach: string | null;
  photos: string[];
  reporter: string;
  /** What the source that it came from calls it. */
  external_id: string | null;
  reported_at: Date;
  /** What the pages of the order by deadline are cut along. */
  due_order: Date;
}

export interface GridCaseEventRow {
  case_id: string;
  kind: GridCaseEventKind;
  at: Date;
  actor: string;
  agency: string;
  /** Whom it was dispatched or referred to. */
  subject: string | null;
  note: string | null;
  basis: string | null;
  photos: string[];
  stage: GridCaseStage;
}

/** What an event keeps beside that, for the feed. */
export interface GridCaseChange extends GridCaseEventRow {
  transaction_id: number;
  ordinal: number;
  jurisdiction: string;
  snapshot: GridCaseSnapshot;
}

export type GridCaseOrder = 'REPORTED_LATEST_FIRST' | 'REPORTED_EARLIEST_FIRST' | 'DUE_EARLIEST_FIRST';

export interface GridCaseFilter extends PageArgs {
  stage?: GridCaseStage | null;
  source?: GridCaseSource | null;
  category?: string | null;
  isOverdue?: boolean | null;
  isSupervised?: boolean | null;
  handledBy?: string | null;
  /** Days, both included. */
  reportedFrom?: string | null;
  reportedTo?: string | null;
  titleContains?: string | null;
  /** Days, both included. */
  dueFrom?: string | null;
  dueTo?: string | null;
  /** Has a deadline. */
  isDue?: boolean | null;
  /** Neither closed nor declined. */
  isOpen?: boolean | null;
  /** Came in one of these ways. */
  sources?: readonly GridCaseSource[];
  /** The day on which no route names a unit for it. */
  unroutedOn?: string | null;
  order?: GridCaseOrder | null;
}

export const GRID_CASE_COLUMNS = [
  'id',
  'number',
  'title',
  'description',
  'stage',
  'source',
  'category',
  'jurisdiction',
  'latitude',
  'longitude',
  'address',
  'reach',
  'photos',
  'reporter',
  'external_id',
  'reported_at',
  'filed_at',
  'due_at',
  'is_due_provisional',
  'closed_at',
  'is_supervised',
  'task_agency',
  'task_dispatched_by',
  'task_dispatched_at',
  'task_accepted_at',
  'duplicate_of',
  'reopened_at',
  'due_order',
] as const satisfies (keyof GridCaseRow)[];

/** The same of a case joined to its party, with what the index of parties holds taken from there. */
const NAMED_COLUMNS: Record<string, string> = {
  ...Object.fromEntries(GRID_CASE_COLUMNS.map((column) => [column, `cases.${column}`])),
  id: 'party.case_id',
  jurisdiction: 'party.jurisdiction',
  reported_at: 'party.reported_at',
  due_order: 'party.due_order',
};

const keyset = (order: GridCaseOrder, column: string, direction: Keyset['direction']): Keyset => ({
  name: `gridCases(order: ${order})`,
  columns: [column, 'id'],
  direction,
  maximum: 200,
});

const ORDERS: Record<GridCaseOrder, Keyset> = {
  REPORTED_LATEST_FIRST: keyset('REPORTED_LATEST_FIRST', 'reported_at', 'desc'),
  REPORTED_EARLIEST_FIRST: keyset('REPORTED_EARLIEST_FIRST', 'reported_at', 'asc'),
  DUE_EARLIEST_FIRST: keyset('DUE_EARLIEST_FIRST', 'due_order', 'asc'),
};

export async function gridCasesById(db: Db, ids: readonly string[]): Promise<GridCaseRow[]> {
  return db<GridCaseRow>('cases')
    .comment('gridCases.byId')
    .select(...GRID_CASE_COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the cases in each of `places` (or in `EVERYWHERE`) and below that the viewer may read. */
export async function gridCasesIn(
  db: Db,
  { viewer, now, maximum }: { viewer: Viewer; now: Date; maximum?: number },
  places: readonly string[],
  filter: GridCaseFilter,
): Promise<Map<string, Connection<GridCaseRow>>> {
  const keyset = ORDERS[filter.order ?? 'REPORTED_LATEST_FIRST'];
  return pagesByParent<GridCaseRow>(db, {
    comment: 'gridCases.in',
    parents: placeParents(places),
    keyset: { ...keyset, maximum: maximum ?? keyset.maximum },
    args: filter,
    rows: () =>
      readableBy(db, viewer, places).map((rows) =>
        rows.select(...GRID_CASE_COLUMNS).modify(matching(db, filter, now)),
      ),
  });
}

/**
 * The cases in the parent's place that the viewer may read: as a party by place, as one that they name, or by a grant
 * of who reported them. Row security leaves out all others anyway, but only after each was looked at; this says where
 * an index finds the viewer's own.
 */
function readableBy(db: Db, viewer: Viewer, places: readonly string[]): Knex.QueryBuilder[] {
  const { from, below } = partyRange(viewer, 'grid.cases');
  const byPlace = db('cases')
    .modify(inParentPlace('jurisdiction'))
    .where('jurisdiction', '>=', from)
    .where('jurisdiction', '<', below);
  const isOwn = (place: string) => place !== EVERYWHERE && place >= from && place < below;
  if (places.every(isOwn)) return [byPlace];
  const byName = db('case_parties as party')
    .join('cases', 'cases.id', 'party.case_id')
    .select(NAMED_COLUMNS)
    .where('party.agency', viewer.agency)
    .modify(inParentPlace('party.jurisdiction'));
  const parts = [byPlace, db('named as cases').with('named', byName)];
  const providers = grantedProviders(viewer, 'grid.cases');
  if (providers.length > 0)
    parts.push(db('cases').modify(inParentPlace('jurisdiction')).whereIn('reporter', providers));
  return parts;
}

const matching =
  (db: Db, filter: GridCaseFilter, now: Date) =>
  (rows: Knex.QueryBuilder): void => {
    const { stage, source, category, isOverdue, isSupervised, handledBy, reportedFrom, reportedTo } = filter;
    if (stage) rows.where({ stage });
    if (source) rows.where({ source });
    if (category) {
      const codes = db('categories').select('code').where({ code: category });
      rows.whereIn('category', codes.orWhere({ parent_code: category }));
    }
    // The rule `isOverdue`, for rows.
    const overdue = 'due_at < coalesce(closed_at, ?)';
    if (isOverdue === true) rows.whereRaw(overdue, [now]);
    if (isOverdue === false) rows.whereRaw(`(${overdue}) IS NOT TRUE`, [now]);
    if (isSupervised != null) rows.where({ is_supervised: isSupervised });
    if (handledBy) rows.where({ task_agency: handledBy });
    if (reportedFrom) rows.where('reported_at', '>=', startOfDay(reportedFrom));
    if (reportedTo) rows.where('reported_at', '<', startOfDay(addDays(reportedTo, 1)));
    const { dueFrom, dueTo, isDue, isOpen, sources, unroutedOn } = filter;
    if (dueFrom) rows.where('due_order', '>=', startOfDay(dueFrom));
    if (dueTo) rows.where('due_order', '<', startOfDay(addDays(dueTo, 1)));
    if (isDue) rows.whereNotNull('due_at');
    if (isOpen) rows.whereNotIn('stage', ['CLOSED', 'NOT_FILED']);
    if (sources) rows.whereIn('source', [...sources]);
    if (unroutedOn) rows.whereRaw(UNROUTED, [unroutedOn, unroutedOn]);
    // Without an index of words: under row security none is used, since its operators are not leakproof.
    const wanted = filter.titleContains?.trim();
    if (wanted) rows.whereRaw('position(lower(?) in lower(title)) > 0', [wanted]);
  };

/** The rule of routes, for rows: none in effect on a day holds for the case, of its place or of one above it. */
const UNROUTED = `NOT EXISTS (
  SELECT FROM categories AS matter
  JOIN case_routes AS route ON route.category IN (matter.code, matter.parent_code)
  WHERE matter.code = cases.category AND effective_from <= ? AND ? <= coalesce(effective_until, 'infinity')
    AND starts_with(cases.jurisdiction, CASE
      WHEN length(route.jurisdiction) > 6 THEN route.jurisdiction
      WHEN right(route.jurisdiction, 4) = '0000' THEN left(route.jurisdiction, 2)
      WHEN right(route.jurisdiction, 2) = '00' THEN left(route.jurisdiction, 4)
      ELSE route.jurisdiction END))`;

/**
 * The cases that scenic patrols made of findings: of each that the viewer may read, the first that was reported. The id
 * is the finding's own, so that which unit reported it does not matter.
 */
export async function casesOfPatrolFindings(
  db: Db,
  findings: readonly string[],
): Promise<(GridCaseRow & { external_id: string })[]> {
  return db.raw<GridCaseRow & { external_id: string } & Record<string, unknown>>(
    `/* gridCases.ofPatrolFindings */
     SELECT DISTINCT ON (external_id) ${GRID_CASE_COLUMNS.join(', ')} FROM cases
     WHERE source = 'SCENIC_PATROL' AND external_id = ANY (?::text[])
     ORDER BY external_id, reported_at, id`,
    [[...findings]],
  );
}

/** The latest event of each case. */
export async function lastEventsOf(
  db: Db,
  ids: readonly string[],
): Promise<Pick<GridCaseEventRow, 'case_id' | 'at' | 'note'>[]> {
  return db.raw<Pick<GridCaseEventRow, 'case_id' | 'at' | 'note'> & Record<string, unknown>>(
    `/* gridCases.lastEvents */ SELECT wanted.id AS case_id, event.at, event.note
     FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL (
       SELECT at, note FROM case_events WHERE case_id = wanted.id
       ORDER BY at DESC, transaction_id DESC, ordinal DESC LIMIT 1
     ) AS event`,
    [[...ids]],
  );
}

/** The events of each case, in the order in which they happened. */
export async function eventsOf(db: Db, ids: readonly string[]): Promise<GridCaseEventRow[]> {
  return db<GridCaseEventRow>('case_events')
    .comment('gridCases.events')
    .select('case_id', 'kind', 'at', 'actor', 'agency', 'subject', 'note', 'basis', 'photos', 'stage')
    .whereIn('case_id', [...ids])
    .orderBy(['case_id', 'at', 'transaction_id', 'ordinal']);
}

/** The cases that are marked as duplicates of each, in the order of their numbers. */
export async function duplicatesOf(db: Db, ids: readonly string[]): Promise<GridCaseRow[]> {
  return db<GridCaseRow>('cases')
    .comment('gridCases.duplicates')
    .select(...GRID_CASE_COLUMNS)
    .whereIn('duplicate_of', [...ids])
    .orderBy('number');
}
