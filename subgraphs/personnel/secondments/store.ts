import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type Connection,
  inParentPlace,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { constraintOf } from '../conflicts';
import { appendEvent } from '../events';
import {
  ACTIONS,
  type PostingAtHand,
  type SecondmentEventKind,
  type SecondmentPlan,
  type SecondmentStatus,
  type Stint,
} from './rules';

export interface SecondmentRow {
  id: string;
  officer: string;
  program: string | null;
  home_agency: string;
  host_agency: string;
  position: string;
  status: SecondmentStatus;
  starts_on: string;
  ends_on: string;
  recall_reason: string | null;
  recalled_on: string | null;
}

export interface SecondmentStintRow {
  secondment: string;
  host_agency: string;
  starts_on: string;
  ends_on: string;
}

export interface SecondmentEventRow {
  secondment: string;
  kind: SecondmentEventKind;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

export interface SecondmentFilter extends PageArgs {
  status?: SecondmentStatus | null;
  program?: string | null;
  activeOn?: string | null;
}

/** Which postings a question about their conduct is about. */
export interface ConductScope {
  program?: string | null;
  hostUnder?: string | null;
  homeUnder?: string | null;
}

export interface SecondmentSearch extends SecondmentFilter {
  homeUnder?: string | null;
  homeAgency?: string | null;
  hostAgency?: string | null;
  isOverdue?: boolean | null;
}

type Pages = Promise<Map<string, Connection<SecondmentRow>>>;

const COLUMNS = [
  'id',
  'officer',
  'program',
  'home_agency',
  'host_agency',
  'position',
  'status',
  'starts_on',
  'ends_on',
  'recall_reason',
  'recalled_on',
];
const LATEST_FIRST: Keyset = {
  name: 'secondments',
  columns: ['starts_on', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function secondmentsById(db: Db, ids: readonly string[]): Promise<SecondmentRow[]> {
  return db<SecondmentRow>('secondments')
    .comment('secondments.byId')
    .select<SecondmentRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the postings to each of `places` (or to `EVERYWHERE`) and below that the search finds on `today`. */
export async function searchSecondments(
  db: Db,
  today: string,
  places: readonly string[],
  search: SecondmentSearch,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.search',
    parents: placeParents(places),
    keyset: LATEST_FIRST,
    args: search,
    rows: () => {
      const { homeUnder, homeAgency, hostAgency, activeOn, isOverdue } = search;
      const rows = matching(db, search).modify(inParentPlace('host_agency'));
      if (homeUnder) {
        const { from, below } = rangeOf(homeUnder);
        rows.where('home_agency', '>=', from).where('home_agency', '<', below);
      }
      if (homeAgency) rows.where({ home_agency: homeAgency });
      if (hostAgency) rows.where({ host_agency: hostAgency });
      if (activeOn) rows.modify(activeOnDay(activeOn, today));
      if (isOverdue != null) rows.whereRaw(`(status = 'ACTIVE' AND ends_on < ?) = ?`, [today, isOverdue]);
      return rows;
    },
  });
}

/** A page of the postings to units in each of `places` and below. */
export async function secondmentsHostedIn(
  db: Db,
  places: readonly string[],
  filter: SecondmentFilter,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.hostedIn',
    parents: placeParents(places),
    keyset: LATEST_FIRST,
    args: filter,
    // A unit's code begins with its place's: the range that holds the places holds their units.
    rows: () => matching(db, filter).modify(inParentPlace('host_agency')),
  });
}

/** A page of the postings from units in each of `places` and below. */
export async function secondmentsSentFrom(
  db: Db,
  places: readonly string[],
  filter: SecondmentFilter,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.sentFrom',
    parents: placeParents(places),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => matching(db, filter).modify(inParentPlace('home_agency')),
  });
}

/** A page of the postings of each of `officers`. */
export async function secondmentsByOfficer(
  db: Db,
  officers: readonly string[],
  filter: SecondmentFilter,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.byOfficer',
    parents: keyParents(officers),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => matching(db, filter).whereRaw(`officer = ${PARENT.key}`),
  });
}

/** A page of the postings of each of `programs`. */
export async function secondmentsByProgram(
  db: Db,
  today: string,
  programs: readonly string[],
  filter: SecondmentFilter,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.byProgram',
    parents: keyParents(programs),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => {
      const rows = matching(db, filter).whereRaw(`program = ${PARENT.key}`);
      if (filter.activeOn) rows.modify(activeOnDay(filter.activeOn, today));
      return rows;
    },
  });
}

function matching(db: Db, { status, program }: SecondmentFilter) {
  const rows = db<SecondmentRow>('secondments').select(COLUMNS);
  if (status) rows.where({ status });
  if (program) rows.where({ program });
  return rows;
}

/** Restricts a statement to postings in which the officer is in post on a day: nobody is before the host accepts. */
const activeOnDay =
  (day: string, today: string) =>
  (query: Knex.QueryBuilder): void => {
    query.where('starts_on', '<=', day).whereRaw(
      `CASE status
         WHEN 'ACTIVE' THEN greatest(ends_on, ?::date)
         WHEN 'COMPLETED' THEN ends_on
         WHEN 'RECALLED' THEN recalled_on
       END >= ?`,
      [today, day],
    );
  };

/** Restricts a statement about postings to those of a scope. */
export const inScope =
  ({ program, hostUnder, homeUnder }: ConductScope) =>
  (query: Knex.QueryBuilder): void => {
    if (program) query.where({ program });
    for (const [column, under] of [
      ['host_agency', hostUnder],
      ['home_agency', homeUnder],
    ] as const) {
      if (!under) continue;
      const { from, below } = rangeOf(under);
      query.where(column, '>=', from).where(column, '<', below);
    }
  };

/** The postings to whose conduct the viewer is a party, of a scope and, with a filter of its own, of a state. */
const ofConduct = (db: Db, scope: ConductScope) =>
  db<SecondmentRow>('secondments')
    .select<SecondmentRow[]>(COLUMNS)
    .whereExists((party) => {
      party.from('secondment_parties AS party').whereRaw('party.id = secondments.id');
    })
    .modify(inScope(scope));

/** The viewer's postings (as a party to their conduct) in which the officer was in post on a day. */
export async function conductOnDay(
  db: Db,
  scope: ConductScope,
  { day, today }: { day: string; today: string },
): Promise<SecondmentRow[]> {
  return ofConduct(db, scope).comment('secondments.conductOnDay').modify(activeOnDay(day, today));
}

/** The viewer's postings (as a party to their conduct) that are still planned or active. */
export async function conductUnderWay(db: Db, scope: ConductScope): Promise<SecondmentRow[]> {
  return ofConduct(db, scope).comment('secondments.conductUnderWay').whereIn('status', ['PLANNED', 'ACTIVE']);
}

/** The viewer's postings (as a party to their conduct) that were entered upon and take up some day between two. */
export async function conductBetween(
  db: Db,
  scope: ConductScope,
  { from, until }: { from: string; until: string },
): Promise<SecondmentRow[]> {
  return ofConduct(db, scope)
    .comment('secondments.conductBetween')
    .whereIn('status', ['ACTIVE', 'COMPLETED', 'RECALLED'])
    .where('starts_on', '<=', until)
    .where('ends_on', '>=', from)
    .orderBy('id');
}

/** How many postings of each program are in each status. */
export async function countsByProgram(
  db: Db,
  programs: readonly string[],
): Promise<{ program: string; status: SecondmentStatus; count: number }[]> {
  return [
    ...(await db.raw<{ program: string; status: SecondmentStatus; count: number }>(
      `/* secondments.countsByProgram */
       SELECT program, status, count(*) AS count FROM secondments WHERE program = ANY (?::text[])
       GROUP BY program, status ORDER BY program, status`,
      [[...programs]],
    )),
  ];
}

/** Of postings those to whose conduct the viewer is a party. */
export async function partyAmong(db: Db, secondments: readonly string[]): Promise<{ id: string }[]> {
  return db<{ id: string }>('secondment_parties')
    .comment('secondments.partyAmong')
    .distinct<{ id: string }[]>('id')
    .whereIn('id', [...secondments]);
}

/** The stints of each posting, in their order. */
export async function stintsOf(db: Db, secondments: readonly string[]): Promise<SecondmentStintRow[]> {
  return db<SecondmentStintRow>('secondment_stints')
    .comment('secondments.stints')
    .select('secondment', 'host_agency', 'starts_on', 'ends_on')
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'starts_on']);
}

/** The events of each posting, in their order. */
export async function eventsOf(db: Db, secondments: readonly string[]): Promise<SecondmentEventRow[]> {
  return db<SecondmentEventRow & { ordinal: number }>('secondment_events')
    .comment('secondments.events')
    .select('secondment', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'at', 'ordinal']);
}

/** Who does something for their unit, and when it happened. */
export interface Act {
  readonly user: string;
  readonly agency: string;
  readonly at: Date;
}

/** A posting with what decides who may act on it; null when there is none of the id. */
export async function postingAtHand(db: Db, id: string): Promise<(PostingAtHand & SecondmentRow) | null> {
  const [posting] = await db.raw<PostingAtHand & SecondmentRow>(
    `/* secondments.atHand */
     SELECT ${COLUMNS.map((column) => `posting.${column}`).join(', ')}, program.organizer,
       ARRAY(SELECT host_agency FROM secondment_stints WHERE secondment = posting.id) AS stint_hosts,
       (SELECT max(at) FROM secondment_events
        WHERE secondment = posting.id AND kind IN ('PLANNED', 'ACCEPTED', 'EXTENDED')) AS stepped_at
     FROM secondments AS posting LEFT JOIN secondment_programs AS program ON program.code = posting.program
     WHERE posting.id = ?`,
    [id],
  );
  return posting ?? null;
}

/** Stores a plan of the officer's own unit; null when the officer is posted elsewhere on some of its days. */
export async function insertPlan(
  db: Db,
  officer: string,
  { program, home, hostAgency, position, startsOn, endsOn, stints, note, at }: SecondmentPlan,
  user: string,
): Promise<SecondmentRow | null> {
  const [posting] = await db<SecondmentRow>('secondments')
    .comment('secondments.insertPlan')
    .insert({
      ...{ id: randomUUID(), officer, program, home_agency: home, host_agency: hostAgency, position },
      ...{ status: 'PLANNED', starts_on: startsOn, ends_on: endsOn },
    })
    .onConflict()
    .ignore()
    .returning<SecondmentRow[]>(COLUMNS);
  if (!posting) return null;
  await insertStints(db, posting.id, stints);
  await recordEvent(db, posting.id, 'PLANNED', { user, agency: home, at }, note);
  return posting;
}

export async function insertStints(db: Db, secondment: string, stints: readonly Stint[]): Promise<void> {
  if (stints.length === 0) return;
  await db('secondment_stints')
    .comment('secondments.insertStints')
    .insert(
      stints.map(({ hostAgency: host_agency, startsOn: starts_on, endsOn: ends_on }) => ({
        ...{ secondment, host_agency, starts_on, ends_on },
      })),
    );
}

const STEPS = {
  ACCEPT: { to: 'ACTIVE', event: 'ACCEPTED' },
  DECLINE: { to: 'DECLINED', event: 'DECLINED' },
  RECALL: { to: 'RECALLED', event: 'RECALLED' },
  COMPLETE: { to: 'COMPLETED', event: 'COMPLETED' },
} as const satisfies Record<string, { to: SecondmentStatus; event: SecondmentEventKind }>;
export type SecondmentStep = keyof typeof STEPS;

/** Takes a step; null when the status is no longer one that the step is from. A recall also moves the last day. */
export async function takeStep(
  db: Db,
  id: string,
  {
    step,
    note,
    recalledOn,
    ...act
  }: Act & { step: SecondmentStep; note: string | null; recalledOn?: string },
): Promise<SecondmentRow | null> {
  const { to, event } = STEPS[step];
  const [posting] = await db<SecondmentRow>('secondments')
    .comment('secondments.takeStep')
    .where({ id })
    .whereIn('status', [...ACTIONS[step].in])
    .update({
      status: to,
      ...(recalledOn && { recall_reason: note, recalled_on: recalledOn, ends_on: recalledOn }),
    })
    .returning<SecondmentRow[]>(COLUMNS);
  if (posting) await recordEvent(db, id, event, act, note);
  return posting ?? null;
}

/**
 * Moves the last day of an active posting: null when it is no longer active, or no longer ends on that day; `OVERLAPS`
 * when the officer is posted elsewhere on some of the days that are added.
 */
export async function extendTo(
  db: Db,
  id: string,
  { from, to, note, ...act }: Act & { from: string; to: string; note: string },
): Promise<SecondmentRow | null | 'OVERLAPS'> {
  const extended = db<SecondmentRow>('secondments')
    .comment('secondments.extendTo')
    .where({ id, status: 'ACTIVE', ends_on: from })
    .update({ ends_on: to })
    .returning<SecondmentRow[]>(COLUMNS);
  const found = await extended.catch((error: unknown) => {
    if (constraintOf(error) === 'one_posting_at_a_time') return 'OVERLAPS' as const;
    throw error;
  });
  if (found === 'OVERLAPS') return found;
  const [posting] = found;
  if (posting) await recordEvent(db, id, 'EXTENDED', act, note);
  return posting ?? null;
}

export async function recordEvent(
  db: Db,
  secondment: string,
  kind: SecondmentEventKind,
  { at, user, agency }: Act,
  note: string | null,
): Promise<void> {
  await appendEvent(db, {
    ...{ comment: 'secondments.recordEvent', table: 'secondment_events', of: { secondment } },
    event: { kind, at, actor: user, agency, note },
  });
}
