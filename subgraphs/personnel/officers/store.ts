import { randomUUID } from 'node:crypto';
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
import { nameContaining } from '../../kit/search';
import { constraintOf } from '../conflicts';
import { appendEvent } from '../events';
import type { Act } from '../secondments/store';
import type { OfficerEventKind } from './rules';

export interface OfficerRow {
  id: string;
  /** The unit's own for the officer; null when it gave none. */
  number: string | null;
  name: string;
  title: string;
  agency: string;
}

export interface OfficerContactRow {
  officer: string;
  phone: string | null;
  email: string | null;
}

export interface OfficerEventRow {
  officer: string;
  kind: OfficerEventKind;
  at: Date;
  actor: string;
  agency: string;
  name: string;
  title: string;
  unit: string;
  was_name: string | null;
  was_title: string | null;
  was_unit: string | null;
}

export interface OfficerFilter extends PageArgs {
  agency?: string | null;
  nameContains?: string | null;
}

const COLUMNS = ['id', 'number', 'name', 'title', 'agency'];
const BY_AGENCY: Keyset = { name: 'officers', columns: ['agency', 'id'], direction: 'asc', maximum: 200 };

export async function officersById(db: Db, ids: readonly string[]): Promise<OfficerRow[]> {
  return db<OfficerRow>('officers')
    .comment('officers.byId')
    .select<OfficerRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the officers of units in each of `places` (or in `EVERYWHERE`) and below. */
export async function officersIn(
  db: Db,
  places: readonly string[],
  filter: OfficerFilter,
): Promise<Map<string, Connection<OfficerRow>>> {
  return pagesByParent(db, {
    comment: 'officers.in',
    parents: placeParents(places),
    keyset: BY_AGENCY,
    args: filter,
    // A unit's code begins with its place's: the range that holds the places holds their units.
    rows: () => matching(db, filter).modify(inParentPlace('agency')),
  });
}

/** A page of the officers of each of `agencies`. */
export async function officersByAgency(
  db: Db,
  agencies: readonly string[],
  filter: OfficerFilter,
): Promise<Map<string, Connection<OfficerRow>>> {
  return pagesByParent(db, {
    comment: 'officers.byAgency',
    parents: keyParents(agencies),
    keyset: BY_AGENCY,
    args: filter,
    rows: () => matching(db, filter).whereRaw(`agency = ${PARENT.key}`),
  });
}

function matching(db: Db, { agency, nameContains }: OfficerFilter) {
  const rows = db<OfficerRow>('officers').select(COLUMNS);
  if (agency) rows.where({ agency });
  if (nameContains) rows.modify(nameContaining(nameContains));
  return rows;
}

/** The contacts of those officers whose contacts the viewer may read. */
export async function contactsOf(db: Db, officers: readonly string[]): Promise<OfficerContactRow[]> {
  return db<OfficerContactRow>('officer_contacts')
    .comment('officers.contacts')
    .select('officer', 'phone', 'email')
    .whereIn('officer', [...officers]);
}

/** What happened to each officer, the first step first. */
export async function officerEventsOf(db: Db, officers: readonly string[]): Promise<OfficerEventRow[]> {
  return db<OfficerEventRow>('officer_events')
    .comment('officers.events')
    .select<OfficerEventRow[]>(
      ...['officer', 'kind', 'at', 'actor', 'agency', 'name', 'title', 'unit'],
      ...['was_name', 'was_title', 'was_unit'],
    )
    .whereIn('officer', [...officers])
    .orderBy(['officer', 'ordinal']);
}

/** When the last step of an officer was; null when none is known. */
export async function lastStepOf(db: Db, officer: string): Promise<Date | null> {
  const [row] = await db.raw<{ at: Date | null }>(
    '/* officers.lastStep */ SELECT max(at) AS at FROM officer_events WHERE officer = ?',
    [officer],
  );
  return row?.at ?? null;
}

export async function officerByNumber(db: Db, agency: string, number: string): Promise<OfficerRow | null> {
  const [row] = await db<OfficerRow>('officers')
    .comment('officers.byNumber')
    .select<OfficerRow[]>(COLUMNS)
    .where({ agency, number });
  return row ?? null;
}

/** Keeps an officer from leaving the unit until the transaction ends; false when they have left. */
export async function holdOfficer(db: Db, { id, agency }: OfficerRow): Promise<boolean> {
  const held = await db<OfficerRow>('officers')
    .comment('officers.hold')
    .select('id')
    .where({ id, agency })
    .forKeyShare();
  return held.length > 0;
}

/** Stores an officer; null when the unit has one of that number. */
export async function insertOfficer(
  db: Db,
  officer: Pick<OfficerRow, 'number' | 'name' | 'title' | 'agency'>,
): Promise<OfficerRow | null> {
  const [row] = await db<OfficerRow>('officers')
    .comment('officers.insert')
    .insert({ id: randomUUID(), ...officer })
    .onConflict(['agency', 'number'])
    .ignore()
    .returning<OfficerRow[]>(COLUMNS);
  return row ?? null;
}

/**
 * Changes an officer: null when they are no longer as they were seen, `NUMBER_TAKEN` when another of the unit has the
 * number.
 */
export async function updateOfficer(
  db: Db,
  { id, agency, number, name, title }: OfficerRow,
  change: Pick<OfficerRow, 'number' | 'name' | 'title'>,
): Promise<OfficerRow | null | 'NUMBER_TAKEN'> {
  const updated = db<OfficerRow>('officers')
    .comment('officers.update')
    .where({ id, agency, number, name, title })
    .update(change)
    .returning<OfficerRow[]>(COLUMNS);
  const found = await updated.catch((error: unknown) => {
    if (constraintOf(error) === 'officers_by_number') return 'NUMBER_TAKEN' as const;
    throw error;
  });
  return found === 'NUMBER_TAKEN' ? found : (found[0] ?? null);
}

/** Keeps how to reach an officer, in the place of what was kept. */
export async function enterContact(
  db: Db,
  { id: officer, agency }: OfficerRow,
  contact: Pick<OfficerContactRow, 'phone' | 'email'>,
): Promise<void> {
  await db('officer_contacts')
    .comment('officers.enterContact')
    .insert({ officer, agency, ...contact })
    .onConflict('officer')
    .merge(['phone', 'email']);
}

/** Tells of a step in an officer's service; `before` is null for the first. */
export async function recordOfficerEvent(
  db: Db,
  after: OfficerRow,
  { kind, before }: { kind: 'REGISTERED' | 'CHANGED'; before: OfficerRow | null },
  { at, user, agency }: Act,
): Promise<void> {
  const { id: officer, name, title, agency: unit } = after;
  await appendEvent(db, {
    ...{ comment: 'officers.recordEvent', table: 'officer_events', of: { officer } },
    event: {
      ...{ kind, at, actor: user, agency, name, title, unit },
      ...{ was_name: before?.name ?? null, was_title: before?.title ?? null },
      was_unit: before?.agency ?? null,
    },
  });
}
