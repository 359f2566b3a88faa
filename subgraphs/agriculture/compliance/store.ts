import type { Db } from '../../kit/database';
import type { StandardLimitRow } from '../standards/store';

/** A limit that may hold for a product on a day, with what is asked of it and of its standard. */
export interface ApplicableLimitRow extends StandardLimitRow {
  key: string;
  lineage: string[];
  parameter_unit: string;
  standard_code: string;
  kind: string;
  jurisdiction: string | null;
  tolerance: string;
}

/** What is asked about: a product, the day whose versions count, and the buyer's standard if there is one. */
export interface Judged {
  readonly product: string;
  readonly day: string;
  readonly buyer: string | null;
}

export const keyOf = ({ product, day, buyer }: Judged): string => JSON.stringify([product, day, buyer]);

/**
 * Everything that the versions in force then state at the products' nodes: of national, provincial and market standards,
 * and of the buyer's. In one statement, however much is asked about.
 */
export async function applicableLimits(db: Db, judged: readonly Judged[]): Promise<ApplicableLimitRow[]> {
  return db.raw<ApplicableLimitRow & Record<string, unknown>>(
    `/* compliance.limits */
     SELECT wanted.key, product.lineage, version.code AS standard_code, version.kind, version.jurisdiction,
       version.tolerance, parameter.unit AS parameter_unit, stated.standard_id, stated.product, stated.parameter,
       stated.minimum, stated.maximum, stated.unit, stated.residue_definition, stated.part_measured, stated.method,
       stated.is_test_required,
       ARRAY (SELECT product FROM standard_limit_exclusions WHERE limit_id = stated.id) AS exclusions
     FROM unnest(?::text[], ?::text[], ?::date[], ?::text[]) AS wanted (key, product, day, buyer)
     JOIN products AS product ON product.code = wanted.product
     CROSS JOIN LATERAL (
       SELECT DISTINCT ON (code) * FROM supply_standards
       WHERE effective_from <= wanted.day AND (effective_to IS NULL OR effective_to >= wanted.day)
         AND (kind <> 'BUYER' OR code = wanted.buyer)
       ORDER BY code, effective_from DESC
     ) AS version
     CROSS JOIN LATERAL unnest(product.lineage) AS node
     JOIN standard_limits AS stated ON stated.standard_id = version.id AND stated.product = node
     JOIN standard_parameters AS parameter ON parameter.code = stated.parameter
     ORDER BY wanted.key, version.code, stated.parameter`,
    [
      judged.map(keyOf),
      judged.map(({ product }) => product),
      judged.map(({ day }) => day),
      judged.map(({ buyer }) => buyer ?? ''),
    ],
  );
}

export interface MeasurementRow {
  batch_id: string;
  recorded_by: string;
  month: string;
  /** Decimals as text. */
  value: string;
  unit: string;
}

/** What single pieces of a base's batches weighed, in g, with the month of their harvest. */
export async function weightsOfBase(
  db: Db,
  { baseId, product, from, to }: { baseId: string; product: string; from: string; to: string },
): Promise<MeasurementRow[]> {
  return db.raw<MeasurementRow & Record<string, unknown>>(
    `/* compliance.weightsOfBase */
     SELECT batch.id AS batch_id, batch.recorded_by, to_char(batch.harvested_on, 'YYYY-MM') AS month,
       weight::text AS value, 'g' AS unit
     FROM batches AS batch JOIN batch_samples AS sample ON sample.batch_id = batch.id
     CROSS JOIN LATERAL unnest(sample.weights) AS weight
     WHERE batch.base_id = ? AND batch.product = ? AND batch.harvested_on BETWEEN ? AND ? AND NOT sample.is_struck
       AND NOT EXISTS (SELECT FROM batch_links WHERE child_id = batch.id)
     ORDER BY month`,
    [baseId, product, from, to],
  );
}

/** What laboratories measured of a base's batches, with the month of their harvest; what was not detected left out. */
export async function resultsOfBase(
  db: Db,
  {
    baseId,
    product,
    parameter,
    from,
    to,
  }: { baseId: string; product: string; parameter: string; from: string; to: string },
): Promise<MeasurementRow[]> {
  return db.raw<MeasurementRow & Record<string, unknown>>(
    `/* compliance.resultsOfBase */
     SELECT batch.id AS batch_id, batch.recorded_by, to_char(batch.harvested_on, 'YYYY-MM') AS month,
       test.value::text AS value, test.unit
     FROM batches AS batch JOIN batch_tests AS test ON test.batch_id = batch.id
     WHERE batch.base_id = ? AND batch.product = ? AND batch.harvested_on BETWEEN ? AND ? AND NOT test.is_struck
       AND test.parameter = ? AND test.value IS NOT NULL
       AND NOT EXISTS (SELECT FROM batch_links WHERE child_id = batch.id)
     ORDER BY month`,
    [baseId, product, from, to, parameter],
  );
}
