/** A food tree and standards of the size of the national one, as SQL: for measurements and plans. */
export interface FoodStandardsOptions {
  /** Nodes of the tree. */
  foods: number;
  /** Limits, spread over the versions of the standards. */
  limits: number;
}

/** How many standards are generated; each has two versions, of which the later is in force. */
export const STANDARDS = 5;
export const standardCode = (ordinal: number): string => `FILLED-${ordinal}`;
const FANOUT = 8;

/**
 * SQL that fills an agriculture subgraph: a tree in which each node has eight below it, 200 parameters, and
 * five standards (one national, one of each province's market, in two versions each) among which the limits are spread evenly
 * over nodes and parameters. A tenth of the limits exclude a node below theirs. Values follow from the ordinals alone.
 */
export const fillStandards = ({ foods, limits }: FoodStandardsOptions): string => `
  CREATE TEMPORARY TABLE filled_foods ON COMMIT DROP AS
  WITH RECURSIVE foods AS (
    SELECT 1 AS i, NULL::text AS parent_path, '/FOOD_TOP/' AS path, 0 AS depth
    UNION ALL
    SELECT child, foods.path, foods.path || 'FOOD_' || child || '/', depth + 1
    FROM foods, LATERAL generate_series((i - 1) * ${FANOUT} + 2, LEAST(i * ${FANOUT} + 1, ${foods})) AS child
  )
  SELECT i, parent_path, depth, CASE WHEN i = 1 THEN 'FOOD_TOP' ELSE 'FOOD_' || i END AS code FROM foods;
  INSERT INTO products (code, name, parent_path)
  SELECT code, '食品' || i, parent_path FROM filled_foods ORDER BY depth, i;
  INSERT INTO standard_parameters (code, name, unit)
  SELECT 'RESIDUE_' || i, '残留' || i, 'mg/kg' FROM generate_series(1, 200) AS i;
  INSERT INTO supply_standards (id, code, version, name, issuer, kind, jurisdiction, effective_from, effective_to, is_illustrative)
  SELECT 'filled-' || standard || '-' || version, 'FILLED-' || standard, version::text, '示例标准' || standard, '310000-COMMERCE',
    CASE standard WHEN 1 THEN 'NATIONAL' ELSE 'MARKET' END,
    (ARRAY[NULL, '310000', '320000', '330000', '340000'])[standard],
    CASE version WHEN 1 THEN date '2020-01-01' ELSE date '2024-01-01' END,
    CASE version WHEN 1 THEN date '2023-12-31' END, true
  FROM generate_series(1, ${STANDARDS}) AS standard, generate_series(1, 2) AS version;
  INSERT INTO standard_limits (id, standard_id, product, parameter, maximum, unit, residue_definition, method)
  SELECT 'filled-limit-' || stated.i, 'filled-' || standard || '-' || version, food.code, 'RESIDUE_' || parameter,
    -- The later version is tighter in every third.
    round((1 + (place * 7919) % 500)::numeric / CASE WHEN version = 2 AND place % 3 = 0 THEN 2000 ELSE 1000 END, 6),
    CASE WHEN stated.i % 2 = 0 THEN 'mg/kg' ELSE 'µg/kg' END, 'R' || parameter, 'GB 23200.113'
  FROM (
    SELECT i, 1 + i % ${STANDARDS} AS standard, 1 + (i / ${STANDARDS}) % 2 AS version, i / ${STANDARDS * 2} AS place
    FROM generate_series(0, ${limits} - 1) AS i
  ) AS stated
  -- Every place of a version is another pair of node and parameter.
  CROSS JOIN LATERAL (SELECT 1 + place % 200 AS parameter, 1 + (place / 200 * 97 + place * 31) % ${foods} AS node) AS at
  JOIN filled_foods AS food ON food.i = at.node
  ON CONFLICT (standard_id, product, parameter) DO NOTHING;
  -- Everything that the deepest product inherits, so that comparing two standards for it finds something to say.
  INSERT INTO standard_limits (id, standard_id, product, parameter, maximum, unit, residue_definition)
  SELECT 'filled-top-' || standard || '-' || parameter, 'filled-' || standard || '-2', 'FOOD_TOP', 'RESIDUE_' || parameter,
    (standard + parameter % 5)::numeric / 100, 'mg/kg', 'R' || parameter
  FROM generate_series(1, ${STANDARDS}) AS standard, generate_series(1, 100) AS parameter
  ON CONFLICT (standard_id, product, parameter) DO NOTHING;
  INSERT INTO standard_limit_exclusions (limit_id, product)
  SELECT stated.id, below.code FROM standard_limits AS stated
  JOIN filled_foods AS food ON food.code = stated.product
  JOIN filled_foods AS below ON below.i = (food.i - 1) * ${FANOUT} + 2
  WHERE stated.id LIKE 'filled-limit-%0';`;

/** What such a filling has touched, to be analyzed before plans are worth anything. */
export const FILLED_STANDARDS =
  'products, standard_parameters, supply_standards, standard_limits, standard_limit_exclusions';
