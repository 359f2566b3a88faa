import {
  type Connection,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { AgencyRow as DirectoryRow } from '../../kit/directory';
import { nameContaining } from '../../kit/search';

export interface AgencyRow {
  code: string;
  name: string;
  jurisdiction: string;
  credit_code: string | null;
  latitude: number | null;
  longitude: number | null;
  radius_meters: number | null;
}

export interface AgencyFunctionRow {
  code: string;
  name: string;
}

export interface AgencyFilter extends PageArgs {
  function?: string | null;
  nameContains?: string | null;
}

const COLUMNS = ['code', 'name', 'jurisdiction', 'credit_code', 'latitude', 'longitude', 'radius_meters'];
const BY_CODE: Keyset = { name: 'agencies', columns: ['code'], direction: 'asc', maximum: 200 };

export async function agenciesByCode(db: Db, codes: readonly string[]): Promise<AgencyRow[]> {
  return db<AgencyRow>('agencies')
    .comment('agencies.byCode')
    .select<AgencyRow[]>(COLUMNS)
    .whereIn('code', [...codes]);
}

/** A page of the units in each of `places` and below. */
export async function agenciesIn(
  db: Db,
  places: readonly string[],
  filter: AgencyFilter,
): Promise<Map<string, Connection<AgencyRow>>> {
  return pagesByParent(db, {
    comment: 'agencies.in',
    parents: placeParents(places),
    keyset: BY_CODE,
    args: filter,
    rows: () => {
      const rows = db<AgencyRow>('agencies').select(COLUMNS).modify(inParentPlace('jurisdiction'));
      if (filter.function) {
        rows.whereIn('code', db('agency_functions').select('agency').where({ function: filter.function }));
      }
      if (filter.nameContains) rows.modify(nameContaining(filter.nameContains));
      return rows;
    },
  });
}

/** The functions of each unit: pairs of the unit's code and a function, in the order of the function codes. */
export async function functionsOf(
  db: Db,
  agencies: readonly string[],
): Promise<(AgencyFunctionRow & { agency: string })[]> {
  return db<AgencyFunctionRow & { agency: string }>('agency_functions')
    .comment('agencies.functions')
    .join('functions', 'functions.code', 'agency_functions.function')
    .select('agency_functions.agency', 'functions.code', 'functions.name')
    .whereIn('agency_functions.agency', [...agencies])
    .orderBy('functions.code');
}

/** The remit of each unit: pairs of the unit's code and a jurisdiction's. */
export async function remitsOf(
  db: Db,
  agencies: readonly string[],
): Promise<{ agency: string; jurisdiction: string }[]> {
  return db<{ agency: string; jurisdiction: string }>('agency_remits')
    .comment('agencies.remits')
    .select('agency', 'jurisdiction')
    .whereIn('agency', [...agencies])
    .orderBy('jurisdiction');
}

export async function allFunctions(db: Db): Promise<AgencyFunctionRow[]> {
  return db<AgencyFunctionRow>('functions')
    .comment('agencies.allFunctions')
    .select('code', 'name')
    .orderBy('code');
}

/** The units of exactly the given places that perform one of the functions: one row a unit and function. */
export async function performersIn(
  db: Db,
  places: readonly string[],
  functions: readonly string[],
): Promise<(AgencyRow & { function: string })[]> {
  return db<AgencyRow & { function: string }>('agencies')
    .comment('agencies.performersIn')
    .join('agency_functions', 'agency_functions.agency', 'agencies.code')
    .select('agency_functions.function', ...COLUMNS)
    .whereIn('jurisdiction', [...places])
    .whereIn('agency_functions.function', [...functions])
    .orderBy('code') as unknown as Promise<(AgencyRow & { function: string })[]>;
}

/** The number that every change of the directory raises. */
export async function directoryVersion(db: Db): Promise<number> {
  const [row] = await db<{ version: number }>('directory_version')
    .comment('agencies.directoryVersion')
    .select('version');
  if (!row) throw new Error('the directory has no version');
  return row.version;
}

/** Every unit with its functions and remit, as subgraphs copy it. */
export async function directory(db: Db): Promise<DirectoryRow[]> {
  return db.raw<DirectoryRow>(
    `/* agencies.directory */
     SELECT code, name, jurisdiction, latitude, longitude, radius_meters,
       ARRAY(SELECT function FROM agency_functions WHERE agency = code ORDER BY function) AS functions,
       ARRAY(SELECT remit.jurisdiction FROM agency_remits AS remit
         WHERE remit.agency = code ORDER BY remit.jurisdiction) AS remit
     FROM agencies ORDER BY code`,
  );
}

/** Every unit with its name and the full name of its jurisdiction, in the order of their codes. */
export async function unitNames(db: Db): Promise<{ code: string; name: string; jurisdiction: string }[]> {
  return db('agencies')
    .comment('agencies.unitNames')
    .join('jurisdictions', 'jurisdictions.code', 'agencies.jurisdiction')
    .select({ code: 'agencies.code', name: 'agencies.name', jurisdiction: 'jurisdictions.full_name' })
    .orderBy('agencies.code');
}
