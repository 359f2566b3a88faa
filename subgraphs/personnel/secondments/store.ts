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
import type { SecondmentEventKind, SecondmentStatus } from './rules';

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

export interface SecondmentProgramRow {
  code: string;
  name: string;
  organizer: string;
  starts_on: string;
  ends_on: string;
}

export interface SecondmentFilter extends PageArgs {
  status?: SecondmentStatus | null;
  program?: string | null;
}

export interface SecondmentSearch extends SecondmentFilter {
  homeUnder?: string | null;
  homeAgency?: string | null;
  hostAgency?: string | null;
  activeOn?: string | null;
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
const PROGRAM_COLUMNS = ['code', 'name', 'organizer', 'starts_on', 'ends_on'];
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
      const { homeUnder, homeAgency, hostAgency, activeOn } = search;
      const rows = matching(db, search).modify(inParentPlace('host_agency'));
      if (homeUnder) {
        const { from, below } = rangeOf(homeUnder);
        rows.where('home_agency', '>=', from).where('home_agency', '<', below);
      }
      if (homeAgency) rows.where({ home_agency: homeAgency });
      if (hostAgency) rows.where({ host_agency: hostAgency });
      if (activeOn) rows.modify(activeOnDay(activeOn, today));
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
  programs: readonly string[],
  filter: SecondmentFilter,
): Pages {
  return pagesByParent(db, {
    comment: 'secondments.byProgram',
    parents: keyParents(programs),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => matching(db, filter).whereRaw(`program = ${PARENT.key}`),
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
    .orderBy(['secondment', 'ordinal']);
}

export async function programsByCode(db: Db, codes: readonly string[]): Promise<SecondmentProgramRow[]> {
  return db<SecondmentProgramRow>('secondment_programs')
    .comment('secondments.programsByCode')
    .select<SecondmentProgramRow[]>(PROGRAM_COLUMNS)
    .whereIn('code', [...codes]);
}

export async function allPrograms(db: Db): Promise<SecondmentProgramRow[]> {
  return db<SecondmentProgramRow>('secondment_programs')
    .comment('secondments.allPrograms')
    .select<SecondmentProgramRow[]>(PROGRAM_COLUMNS)
    .orderBy([{ column: 'starts_on', order: 'desc' }, 'code']);
}
