import { rolesOf } from '../../kit/database';
import { createFeed } from '../../kit/feed';
import type { Migration } from '../../kit/migrate';
import { ownersOnly, readableByAll, readableByParties, writableByParties } from '../../kit/policies';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);
const parties = {
  subgraph,
  item: 'labor-flow.reports',
  named: ['reported_by'],
  places: ['origin', 'destination'],
} as const;

const DEFINITION_COLUMNS = `
  minimum_stay_months int NOT NULL CHECK (minimum_stay_months BETWEEN 0 AND 60),
  includes_flexible boolean NOT NULL,
  reference_day date NOT NULL`;

export const createLaborFlow: Migration = {
  name: '100_create_labor_flow',
  up: (sql) =>
    sql(`
      ${createFeed(subgraph)}

      CREATE TABLE places (
        code text COLLATE "C" PRIMARY KEY,
        level text COLLATE "C" NOT NULL
      );
      ${readableByAll({ subgraph, table: 'places', item: 'labor-flow.statistics' })}

      CREATE TABLE labor_flow_policies (
        name text COLLATE "C" NOT NULL,
        effective_from date NOT NULL,
        value int NOT NULL,
        source text NOT NULL,
        PRIMARY KEY (name, effective_from)
      );
      ${readableByAll({ subgraph, table: 'labor_flow_policies', item: 'labor-flow.statistics' })}
      INSERT INTO labor_flow_policies (name, effective_from, value, source) VALUES
        ('SMALL_CELL_THRESHOLD', '1900-01-01', 10, 'ONS and LEHD practice: counts under 10 are not published');

      CREATE TABLE labor_flow_batches (
        id text COLLATE "C" PRIMARY KEY,
        reported_by text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        content_hash text NOT NULL,
        month text COLLATE "C" NOT NULL,
        side text COLLATE "C" NOT NULL,
        new_rows int NOT NULL,
        revised_rows int NOT NULL,
        unchanged_rows int NOT NULL,
        submitted_at timestamptz(3) NOT NULL,
        UNIQUE (reported_by, key)
      );
      ${readableByParties({ ...parties, table: 'labor_flow_batches', places: [] })}
      ${writableByParties({ ...parties, table: 'labor_flow_batches', places: [] })}

      CREATE TABLE labor_flow_reports (
        month text COLLATE "C" NOT NULL,
        side text COLLATE "C" NOT NULL CHECK (side IN ('ORIGIN', 'DESTINATION')),
        origin text COLLATE "C" NOT NULL,
        destination text COLLATE "C" NOT NULL,
        sector text COLLATE "C" NOT NULL,
        workers int NOT NULL CHECK (workers >= 0),
        -- What the cell counts for in public figures: the number itself, or 0 or 10 when it is small.
        public_workers int NOT NULL,
        is_small boolean NOT NULL,
        ${DEFINITION_COLUMNS},
        reported_by text COLLATE "C" NOT NULL,
        revision int NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (month, side, origin, destination, sector)
      );
      CREATE INDEX labor_flow_reports_by_destination ON labor_flow_reports (month, side, destination, origin);
      ${readableByParties({ ...parties, table: 'labor_flow_reports', provider: 'reported_by' })}
      ${writableByParties({ ...parties, table: 'labor_flow_reports' })}

      CREATE TABLE labor_flow_changes (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        action text COLLATE "C" NOT NULL,
        month text COLLATE "C" NOT NULL,
        side text COLLATE "C" NOT NULL,
        origin text COLLATE "C" NOT NULL,
        destination text COLLATE "C" NOT NULL,
        sector text COLLATE "C" NOT NULL,
        workers int NOT NULL,
        ${DEFINITION_COLUMNS},
        reported_by text COLLATE "C" NOT NULL,
        revision int NOT NULL,
        changed_at timestamptz(3) NOT NULL,
        PRIMARY KEY (transaction_id, ordinal)
      );
      ${readableByParties({ ...parties, table: 'labor_flow_changes', provider: 'reported_by' })}
      GRANT INSERT ON labor_flow_changes TO ${member};
      CREATE POLICY parties_insert ON labor_flow_changes FOR INSERT TO ${member}
        WITH CHECK (reported_by = (select current_setting('hub.agency', true)));

      -- The key of a month's draws of small cells. Whoever has it can narrow down what a 0 or a 10 stands for, so
      -- no role reads the table; the function hands out one month's key to whoever writes that month.
      CREATE TABLE labor_flow_month_keys (
        month text COLLATE "C" PRIMARY KEY,
        key bytea NOT NULL
      );
      ${ownersOnly('labor_flow_month_keys')}
      CREATE FUNCTION labor_flow_month_key(of_month text) RETURNS bytea
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        DECLARE found bytea;
        BEGIN
          INSERT INTO labor_flow_month_keys (month, key)
            VALUES (of_month, sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea))
            ON CONFLICT (month) DO NOTHING;
          SELECT key INTO found FROM labor_flow_month_keys WHERE month = of_month;
          RETURN found;
        END $$;
      REVOKE EXECUTE ON FUNCTION labor_flow_month_key FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION labor_flow_month_key TO ${member};

      -- What anyone signed in may sum: every cell, but by its public value only. It reads past row security because
      -- it belongs to the owner; what it leaves out is what row security guards.
      CREATE VIEW labor_flow_public AS
        SELECT month, side, origin, destination, sector, public_workers AS workers, is_small,
          minimum_stay_months, includes_flexible, reference_day, reported_by
        FROM labor_flow_reports;
      GRANT SELECT ON labor_flow_public TO ${member};`),
};
