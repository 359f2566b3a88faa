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
import { type JurisdictionLevel, MUNICIPALITIES } from '../../kit/jurisdiction';
import { nameContaining } from '../../kit/search';

export interface JurisdictionRow {
  code: string;
  name: string;
  full_name: string;
  level: JurisdictionLevel;
  parent_code: string | null;
  valid_from: string | null;
  valid_to: string | null;
}

export interface JurisdictionFilter extends PageArgs {
  level?: JurisdictionLevel | null;
  nameContains?: string | null;
}

const COLUMNS = ['code', 'name', 'full_name', 'level', 'parent_code', 'valid_from', 'valid_to'];
const BY_CODE: Keyset = { name: 'jurisdictions', columns: ['code'], direction: 'asc', maximum: 200 };

export async function jurisdictionsByCode(db: Db, codes: readonly string[]): Promise<JurisdictionRow[]> {
  return db<JurisdictionRow>('jurisdictions')
    .comment('jurisdictions.byCode')
    .select<JurisdictionRow[]>(COLUMNS)
    .whereIn('code', [...codes]);
}

/** A page of the places in each of `places` (or in `EVERYWHERE`), themselves included. */
export async function jurisdictionsIn(
  db: Db,
  places: readonly string[],
  filter: JurisdictionFilter,
): Promise<Map<string, Connection<JurisdictionRow>>> {
  return pagesByParent(db, {
    comment: 'jurisdictions.in',
    parents: placeParents(places),
    keyset: BY_CODE,
    args: filter,
    rows: () => matching(db, filter).modify(inParentPlace('code')),
  });
}

/** A page of the places directly below each of `parents`. */
export async function jurisdictionsByParent(
  db: Db,
  parents: readonly string[],
  filter: JurisdictionFilter,
): Promise<Map<string, Connection<JurisdictionRow>>> {
  return pagesByParent(db, {
    comment: 'jurisdictions.byParent',
    parents: keyParents(parents),
    keyset: BY_CODE,
    args: filter,
    rows: () => matching(db, filter).whereRaw(`parent_code = ${PARENT.key}`),
  });
}

function matching(db: Db, { level, nameContains }: JurisdictionFilter) {
  const rows = db<JurisdictionRow>('jurisdictions').select(COLUMNS);
  // Wherever a list is asked for at prefecture level, a municipality stands for itself.
  if (level === 'PREFECTURE') rows.where((w) => w.where({ level }).orWhereIn('code', [...MUNICIPALITIES]));
  else if (level) rows.where({ level });
  if (nameContains) rows.modify(nameContaining(nameContains));
  return rows;
}

/** The successors of each place: pairs of the abolished code and its successor's row. */
export async function successorsOf(
  db: Db,
  codes: readonly string[],
): Promise<(JurisdictionRow & { predecessor: string })[]> {
  return db('jurisdiction_successors')
    .comment('jurisdictions.successors')
    .join('jurisdictions', 'jurisdictions.code', 'jurisdiction_successors.successor_code')
    .select({ predecessor: 'jurisdiction_successors.code' }, ...COLUMNS.map((c) => `jurisdictions.${c}`))
    .whereIn('jurisdiction_successors.code', [...codes])
    .orderBy('jurisdictions.code') as unknown as Promise<(JurisdictionRow & { predecessor: string })[]>;
}
