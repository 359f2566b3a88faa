import { randomUUID } from 'node:crypto';
import { type Connection, type Keyset, keyParent, type PageArgs, pageOf } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { HOLDING_STATUSES } from '../bases/rules';
import type { SupplyBaseRow } from '../bases/store';
import type { SupplyBatchRow } from '../batches/store';
import type { StandardLimitRow, SupplyStandardRow } from '../standards/store';
import type { ImportedLimit, ImportedParameter, ImportedProduct, ImportedStandard } from './rules';

/** Keeps two imports from entering products, parameters or versions of the same names at once. */
export async function lockImports(db: Db): Promise<void> {
  await db.raw("/* publication.lock */ SELECT pg_advisory_xact_lock(hashtext('standards imported'))");
}

/** The content hash of a version; null when there is none of it, or it was not imported. */
export async function hashOfVersion(db: Db, id: string): Promise<string | null> {
  const [row] = await db<{ content_hash: string | null }>('supply_standards')
    .comment('publication.hash')
    .select('content_hash')
    .where({ id } as object);
  return row?.content_hash ?? null;
}

/** Enters nodes of the food tree that it lacks, those above before those below. */
export async function insertProducts(
  db: Db,
  products: readonly ImportedProduct[],
  lineages: ReadonlyMap<string, readonly string[]>,
  agency: string,
): Promise<void> {
  const rows = products
    .map(({ code, name }) => ({ code, name, above: (lineages.get(code) ?? []).slice(0, -1) }))
    .sort((a, b) => a.above.length - b.above.length)
    .map(({ code, name, above }) => ({
      code,
      name,
      parent_path: above.length > 0 ? `/${above.join('/')}/` : null,
    }));
  if (rows.length === 0) return;
  await db.raw(
    `/* publication.products */
     INSERT INTO products (code, name, parent_path, recorded_by)
     SELECT code, name, parent_path, ? FROM jsonb_to_recordset(?) AS node (code text, name text, parent_path text)
     ON CONFLICT (code) DO NOTHING`,
    [agency, JSON.stringify(rows)],
  );
}

export async function insertParameters(
  db: Db,
  parameters: readonly ImportedParameter[],
  agency: string,
): Promise<void> {
  if (parameters.length === 0) return;
  await db.raw(
    `/* publication.parameters */
     INSERT INTO standard_parameters (code, name, unit, recorded_by)
     SELECT code, name, unit, ? FROM jsonb_to_recordset(?) AS parameter (code text, name text, unit text)
     ON CONFLICT (code) DO NOTHING`,
    [agency, JSON.stringify(parameters)],
  );
}

/** Enters a version with its limits, and ends the one before it the day before. */
export async function insertVersion(
  db: Db,
  standard: ImportedStandard,
  { issuer, contentHash, dayBefore }: { issuer: string; contentHash: string; dayBefore: string },
): Promise<string> {
  const id = randomUUID();
  await db('supply_standards')
    .comment('publication.endVersion')
    .where({ code: standard.code })
    .whereNull('effective_to')
    .update({ effective_to: dayBefore });
  await db('supply_standards')
    .comment('publication.version')
    .insert({
      ...{ id, code: standard.code, version: standard.version, name: standard.name, issuer },
      ...{ kind: standard.kind, jurisdiction: standard.jurisdiction, tolerance: standard.tolerance },
      ...{ effective_from: standard.effectiveFrom, effective_to: standard.effectiveTo },
      ...{ is_illustrative: standard.isIllustrative, content_hash: contentHash },
    });
  const rows = standard.limits.map((limit) => ({ id: randomUUID(), ...limit }));
  await db.raw(
    `/* publication.limits */
     INSERT INTO standard_limits (id, standard_id, product, parameter, minimum, maximum, unit, residue_definition,
       part_measured, method, is_test_required)
     SELECT id, ?, product, parameter, minimum, maximum, unit, "residueDefinition", "partMeasured", method, "isTestRequired"
     FROM jsonb_to_recordset(?) AS stated (id text, product text, parameter text, minimum numeric, maximum numeric,
       unit text, "residueDefinition" text, "partMeasured" text, method text, "isTestRequired" boolean)`,
    [id, JSON.stringify(rows)],
  );
  const excluded = rows.flatMap((limit: ImportedLimit & { id: string }) =>
    [...new Set(limit.except)].map((product) => ({ limit_id: limit.id, product })),
  );
  if (excluded.length > 0) {
    await db.raw(
      `/* publication.exclusions */
       INSERT INTO standard_limit_exclusions (limit_id, product)
       SELECT limit_id, product FROM jsonb_to_recordset(?) AS excluded (limit_id text, product text)`,
      [JSON.stringify(excluded)],
    );
  }
  return id;
}

/** Everything that versions state, in one statement. */
export async function limitsOfVersions(db: Db, standards: readonly string[]): Promise<StandardLimitRow[]> {
  return db.raw<StandardLimitRow & Record<string, unknown>>(
    `/* publication.limitsOfVersions */
     SELECT standard_id, stated.product, parameter, minimum, maximum, unit, residue_definition, part_measured, method,
       is_test_required, coalesce(array_agg(excluded.product) FILTER (WHERE excluded.product IS NOT NULL), '{}') AS exclusions
     FROM standard_limits AS stated LEFT JOIN standard_limit_exclusions AS excluded ON excluded.limit_id = stated.id
     WHERE standard_id = ANY (?) GROUP BY stated.id`,
    [[...standards]],
  );
}

const BASES: Keyset = {
  ...{ name: 'affectedBases', columns: ['jurisdiction', 'id'], direction: 'asc', maximum: 200 },
};
const BATCHES: Keyset = {
  ...{ name: 'affectedBatches', columns: ['harvested_on', 'id'], direction: 'desc', maximum: 200 },
};

/** The codes of what lies at or below some nodes. */
const UNDER = `SELECT below.code FROM products AS top
  JOIN products AS below ON below.path >= top.path AND below.path < top.path || '~' WHERE top.code = ANY (?)`;

/** The bases that hold an accreditation to a standard on a day and supply something at or below the nodes. */
export async function affectedBases(
  db: Db,
  { code, nodes, today }: { code: string; nodes: readonly string[]; today: string },
  args: PageArgs,
): Promise<Connection<SupplyBaseRow> | null> {
  return pageOf<SupplyBaseRow>(db, {
    comment: 'publication.affectedBases',
    parent: keyParent(code),
    keyset: BASES,
    args,
    rows: () =>
      db<SupplyBaseRow>('supply_bases')
        .select('*')
        .whereRaw(
          `id IN (SELECT base_id FROM accreditations JOIN supply_standards AS held ON held.id = standard_id
           WHERE held.code = ? AND status = ANY (?) AND valid_until >= ?)`,
          [code, [...HOLDING_STATUSES], today],
        )
        .whereRaw(`id IN (SELECT base_id FROM supply_base_products WHERE product IN (${UNDER}))`, [
          [...nodes],
        ]),
  });
}

/** The batches not yet arrived of something at or below the nodes, for the standard or bound for its market. */
export async function affectedBatches(
  db: Db,
  { standard, nodes }: { standard: SupplyStandardRow; nodes: readonly string[] },
  args: PageArgs,
): Promise<Connection<SupplyBatchRow> | null> {
  const market =
    standard.kind === 'NATIONAL'
      ? { from: '', below: '~' }
      : standard.jurisdiction === null
        ? { from: '~', below: '~' }
        : rangeOf(standard.jurisdiction);
  return pageOf<SupplyBatchRow>(db, {
    comment: 'publication.affectedBatches',
    parent: keyParent(standard.code),
    keyset: BATCHES,
    args,
    rows: () =>
      db<SupplyBatchRow>('batches')
        .select('*')
        .whereIn('status', ['RECORDED', 'IN_TRANSIT'])
        .whereRaw(`product IN (${UNDER})`, [[...nodes]])
        .whereRaw('(standard = ? OR (destination >= ? AND destination < ?))', [
          ...[standard.code, market.from, market.below],
        ]),
  });
}
