import {
  type Connection,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';

export type SupplyStandardKind = 'NATIONAL' | 'PROVINCIAL' | 'MARKET' | 'BUYER';

/** One version of a standard. */
export interface SupplyStandardRow {
  id: string;
  code: string;
  version: string;
  name: string;
  issuer: string;
  kind: SupplyStandardKind;
  jurisdiction: string | null;
  effective_from: string;
  effective_to: string | null;
  /** A decimal as text, like every `numeric`. */
  tolerance: string;
  is_illustrative: boolean;
}

export interface StandardParameterRow {
  code: string;
  name: string;
  unit: string;
}

export interface StandardLimitRow {
  standard_id: string;
  /** The node of the food tree that it is stated for. */
  product: string;
  parameter: string;
  /** A decimal as text. */
  minimum: string | null;
  /** A decimal as text. */
  maximum: string | null;
  unit: string;
  residue_definition: string | null;
  part_measured: string | null;
  method: string | null;
  is_test_required: boolean;
  exclusions: string[];
}

export interface SupplyStandardFilter extends PageArgs {
  kind?: SupplyStandardKind | null;
  issuer?: string | null;
  on?: string | null;
}

const COLUMNS = [
  'id',
  'code',
  'version',
  'name',
  'issuer',
  'kind',
  'jurisdiction',
  'effective_from',
  'effective_to',
  'tolerance',
  'is_illustrative',
];
const BY_CODE: Keyset = {
  name: 'supplyStandards',
  columns: ['code', 'effective_from'],
  direction: 'asc',
  maximum: 200,
};

export async function standardsById(db: Db, ids: readonly string[]): Promise<SupplyStandardRow[]> {
  return db<SupplyStandardRow>('supply_standards')
    .comment('supplyStandards.byId')
    .select<SupplyStandardRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** Every version of each standard, the oldest first. */
export async function standardVersions(db: Db, codes: readonly string[]): Promise<SupplyStandardRow[]> {
  return db<SupplyStandardRow>('supply_standards')
    .comment('supplyStandards.versions')
    .select<SupplyStandardRow[]>(COLUMNS)
    .whereIn('code', [...codes])
    .orderBy(['code', 'effective_from']);
}

/** A page of the versions that match, of every standard there is. */
export async function standardsIn(
  db: Db,
  everywhere: readonly string[],
  filter: SupplyStandardFilter,
): Promise<Map<string, Connection<SupplyStandardRow>>> {
  return pagesByParent(db, {
    comment: 'supplyStandards.in',
    parents: keyParents(everywhere),
    keyset: BY_CODE,
    args: filter,
    rows: () => matching(db, filter),
  });
}

/** A page of the versions that match and state a limit that holds for each of the products. */
export async function standardsByProduct(
  db: Db,
  products: readonly string[],
  filter: SupplyStandardFilter,
): Promise<Map<string, Connection<SupplyStandardRow>>> {
  return pagesByParent(db, {
    comment: 'supplyStandards.byProduct',
    parents: keyParents(products),
    keyset: BY_CODE,
    args: filter,
    rows: () =>
      matching(db, filter).whereRaw(`id IN (
        SELECT stated.standard_id FROM products AS wanted JOIN standard_limits AS stated ON stated.product = ANY (wanted.lineage)
        WHERE wanted.code = ${PARENT.key} AND NOT EXISTS (
          SELECT FROM standard_limit_exclusions AS excluded
          WHERE excluded.limit_id = stated.id AND excluded.product = ANY (wanted.lineage)))`),
  });
}

function matching(db: Db, { kind, issuer, on }: SupplyStandardFilter) {
  const rows = db<SupplyStandardRow>('supply_standards').select<SupplyStandardRow[]>(COLUMNS);
  if (kind) rows.where({ kind });
  if (issuer) rows.where({ issuer });
  if (on) {
    rows
      .where('effective_from', '<=', on)
      .where((open) => open.whereNull('effective_to').orWhere('effective_to', '>=', on));
  }
  return rows;
}

/**
 * The versions that apply in some provinces on a day, of national, provincial and market standards, that state something
 * at one of a product's nodes: in the order of their kinds' authority, then of their codes. One version a standard.
 */
export async function standardsInForce(
  db: Db,
  { day, provinces, product }: { day: string; provinces: readonly string[]; product: readonly string[] },
): Promise<SupplyStandardRow[]> {
  return db.raw<SupplyStandardRow & Record<string, unknown>>(
    `/* supplyStandards.inForce */
     SELECT * FROM (
       SELECT DISTINCT ON (code) ${COLUMNS.join(', ')} FROM supply_standards AS version
       WHERE effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?)
         AND (kind = 'NATIONAL' OR (kind IN ('PROVINCIAL', 'MARKET') AND jurisdiction = ANY (?)))
       ORDER BY code, effective_from DESC
     ) AS version
     WHERE EXISTS (SELECT FROM standard_limits AS stated WHERE stated.product = ANY (?) AND stated.standard_id = version.id)
     ORDER BY array_position('{NATIONAL,PROVINCIAL,MARKET}'::text[], kind::text), code`,
    [day, day, [...provinces], [...product]],
  );
}

/** What each version states at the given nodes of the food tree, of every parameter or of one. */
export async function limitsAt(
  db: Db,
  standards: readonly string[],
  { nodes, parameter = null }: { nodes: readonly string[]; parameter?: string | null },
): Promise<Map<string, StandardLimitRow[]>> {
  const rows = await db.raw<StandardLimitRow>(
    `/* supplyStandards.limitsAt */
     SELECT standard_id, product, parameter, minimum, maximum, unit, residue_definition, part_measured, method,
       is_test_required, ARRAY (SELECT product FROM standard_limit_exclusions WHERE limit_id = stated.id) AS exclusions
     FROM standard_limits AS stated
     WHERE standard_id = ANY (?) AND product = ANY (?) AND (?::text IS NULL OR parameter = ?)`,
    [[...standards], [...nodes], parameter, parameter],
  );
  const limits = new Map<string, StandardLimitRow[]>(standards.map((id) => [id, []]));
  for (const row of rows) limits.get(row.standard_id)?.push(row);
  return limits;
}

const AS_STATED: Keyset = {
  ...{ name: 'statedLimits', columns: ['product', 'parameter'], direction: 'asc', maximum: 200 },
};

/** A page of everything that each version states. */
export async function statedLimitsOf(
  db: Db,
  standards: readonly string[],
  args: PageArgs,
): Promise<Map<string, Connection<StandardLimitRow>>> {
  return pagesByParent(db, {
    comment: 'supplyStandards.statedLimits',
    parents: keyParents(standards),
    keyset: AS_STATED,
    args,
    rows: () =>
      db('standard_limits as stated')
        .select(
          ...['standard_id', 'product', 'parameter', 'minimum', 'maximum', 'unit', 'residue_definition'],
          ...['part_measured', 'method', 'is_test_required', 'exclusions'],
        )
        .joinRaw(
          `CROSS JOIN LATERAL (SELECT coalesce(array_agg(product), '{}') AS exclusions
             FROM standard_limit_exclusions WHERE limit_id = stated.id) AS excluded`,
        )
        .whereRaw(`standard_id = ${PARENT.key}`),
  });
}

export async function parametersByCode(db: Db, codes: readonly string[]): Promise<StandardParameterRow[]> {
  return db<StandardParameterRow>('standard_parameters')
    .comment('standardParameters.byCode')
    .select<StandardParameterRow[]>('code', 'name', 'unit')
    .whereIn('code', [...codes]);
}
