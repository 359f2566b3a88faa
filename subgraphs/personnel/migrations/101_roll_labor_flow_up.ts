import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties, writableByParties } from '../../kit/policies';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);
const parties = {
  subgraph,
  item: 'labor-flow.reports',
  named: ['reported_by'],
  places: ['origin', 'destination'],
  provider: 'reported_by',
} as const;

const KEY = `month, sector, side, origin, destination, reported_by,
  minimum_stay_months, includes_flexible, reference_day`;
const FIGURE = `month, sector, side, origin, destination, reported_by,
  minimum_stay_months, includes_flexible, reference_day, workers, public_workers, is_small`;

/** Adds a set of rows (of `figures`, each with its `sign`) to the sums, in the order of their keys. */
const add = (figures: string): string => `
  INSERT INTO labor_flow_sums AS sums (${KEY}, workers, public_workers, cells, small_cells)
  SELECT month, coalesce(sector, ''), side, origin, destination, reported_by,
    minimum_stay_months, includes_flexible, reference_day,
    sum(sign * workers), sum(sign * public_workers), sum(sign), sum(sign * is_small::int)
  FROM (
    SELECT month, sector, side, labor_flow_prefecture(origin) AS origin, labor_flow_prefecture(destination) AS destination,
      reported_by, minimum_stay_months, includes_flexible, reference_day,
      workers::bigint, public_workers::bigint, is_small, sign
    FROM (${figures}) AS figure
  ) AS figure
  GROUP BY GROUPING SETS (
    (month, sector, side, origin, destination, reported_by, minimum_stay_months, includes_flexible, reference_day),
    (month, side, origin, destination, reported_by, minimum_stay_months, includes_flexible, reference_day)
  )
  HAVING sum(sign * workers) <> 0 OR sum(sign * public_workers) <> 0 OR sum(sign) <> 0 OR sum(sign * is_small::int) <> 0
  ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
  ON CONFLICT (${KEY}) DO UPDATE SET
    workers = sums.workers + excluded.workers,
    public_workers = sums.public_workers + excluded.public_workers,
    cells = sums.cells + excluded.cells,
    small_cells = sums.small_cells + excluded.small_cells;`;

const added = `SELECT ${FIGURE}, 1 AS sign FROM after_it`;
const removed = `SELECT ${FIGURE}, -1 AS sign FROM before_it`;

const trigger = (event: 'INSERT' | 'UPDATE' | 'DELETE', tables: string, figures: string): string => `
  CREATE FUNCTION roll_labor_flow_up_on_${event.toLowerCase()}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      ${add(figures)}
      RETURN NULL;
    END $$;
  CREATE TRIGGER roll_up_on_${event.toLowerCase()} AFTER ${event} ON labor_flow_reports
    REFERENCING ${tables} FOR EACH STATEMENT EXECUTE FUNCTION roll_labor_flow_up_on_${event.toLowerCase()}();`;

/**
 * Sums of the figures between prefectures, kept by the database with every change to a figure, so that they hold
 * whichever way the figures come. Each reporter and definition has rows of its own: sums say who counted and how, and
 * no two reporters wait for each other.
 */
export const rollLaborFlowUp: Migration = {
  name: '101_roll_labor_flow_up',
  up: (sql) =>
    sql(`
      -- The prefecture of a code; the code itself for what no prefecture stands above: provinces, municipalities and
      -- counties directly below a province.
      CREATE FUNCTION labor_flow_prefecture(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
        CASE
          WHEN left(code, 2) IN ('11', '12', '31', '50') THEN left(code, 2) || '0000'
          WHEN substr(code, 3, 2) = '90' THEN code
          ELSE left(code, 4) || '00'
        END;

      CREATE TABLE labor_flow_sums (
        month text COLLATE "C" NOT NULL,
        -- Empty for the sum of all sectors.
        sector text COLLATE "C" NOT NULL,
        side text COLLATE "C" NOT NULL,
        origin text COLLATE "C" NOT NULL,
        destination text COLLATE "C" NOT NULL,
        reported_by text COLLATE "C" NOT NULL,
        minimum_stay_months int NOT NULL,
        includes_flexible boolean NOT NULL,
        reference_day date NOT NULL,
        workers bigint NOT NULL,
        public_workers bigint NOT NULL,
        -- How many figures are summed, and how many of them are small. No cells are left when all were withdrawn.
        cells int NOT NULL,
        small_cells int NOT NULL,
        PRIMARY KEY (${KEY})
      );
      CREATE INDEX labor_flow_sums_by_destination ON labor_flow_sums (month, sector, side, destination, origin);
      CREATE INDEX labor_flow_sums_by_reporter ON labor_flow_sums (month, sector, reported_by);
      ${readableByParties({ ...parties, table: 'labor_flow_sums' })}
      ${writableByParties({ ...parties, table: 'labor_flow_sums', places: [] })}

      CREATE VIEW labor_flow_public_sums AS
        SELECT ${KEY}, public_workers AS workers, public_workers, cells, small_cells FROM labor_flow_sums;
      GRANT SELECT ON labor_flow_public_sums TO ${member};
      -- The figures themselves in the shape of sums, for questions below prefectures: for parties as they are, under the
      -- reader's own rights, and for all by their public value.
      CREATE VIEW labor_flow_exact_cells WITH (security_invoker = true) AS
        SELECT ${KEY}, workers, public_workers, 1 AS cells, is_small::int AS small_cells FROM labor_flow_reports;
      CREATE VIEW labor_flow_public_cells AS
        SELECT ${KEY}, public_workers AS workers, public_workers, 1 AS cells, is_small::int AS small_cells
        FROM labor_flow_reports;
      DROP VIEW labor_flow_public;
      GRANT SELECT ON labor_flow_exact_cells, labor_flow_public_cells TO ${member};

      GRANT DELETE ON labor_flow_reports TO ${member};
      CREATE POLICY reporters_delete ON labor_flow_reports FOR DELETE TO ${member}
        USING (reported_by = (select current_setting('hub.agency', true)));

      ALTER TABLE labor_flow_batches
        ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'SUBMISSION' CHECK (kind IN ('SUBMISSION', 'WITHDRAWAL')),
        ADD COLUMN withdrawn_rows int NOT NULL DEFAULT 0;

      ${add(`SELECT ${FIGURE}, 1 AS sign FROM labor_flow_reports`)}
      ${trigger('INSERT', 'NEW TABLE AS after_it', added)}
      ${trigger('UPDATE', 'OLD TABLE AS before_it NEW TABLE AS after_it', `${removed} UNION ALL ${added}`)}
      ${trigger('DELETE', 'OLD TABLE AS before_it', removed)}`),
};
