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

export interface OfficerRow {
  id: string;
  name: string;
  title: string;
  agency: string;
}

export interface OfficerContactRow {
  officer: string;
  phone: string | null;
  email: string | null;
}

export interface OfficerFilter extends PageArgs {
  agency?: string | null;
  nameContains?: string | null;
}

const COLUMNS = ['id', 'name', 'title', 'agency'];
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
