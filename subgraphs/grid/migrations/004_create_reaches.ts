import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createReaches: Migration = {
  name: '004_create_reaches',
  up: (sql) =>
    sql(`
      -- Stretches of rivers. Geography, which every unit sees, so that a code may be taken once for all.
      CREATE TABLE reaches (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        river text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL
      );
      CREATE INDEX reaches_by_place ON reaches (jurisdiction, code);
      ${readableByAll({ ...shared, table: 'reaches' })}
      GRANT INSERT, UPDATE (name, river) ON reaches TO ${member};
      CREATE POLICY recorders_insert ON reaches FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY recorders_update ON reaches FOR UPDATE TO ${member} USING (recorded_by = ${VIEWER});

      CREATE TABLE reach_links (
        upstream text COLLATE "C" NOT NULL REFERENCES reaches,
        downstream text COLLATE "C" NOT NULL REFERENCES reaches,
        PRIMARY KEY (upstream, downstream),
        CHECK (upstream <> downstream)
      );
      CREATE INDEX reach_links_by_downstream ON reach_links (downstream, upstream);
      ${readableByAll({ ...shared, table: 'reach_links' })}
      GRANT INSERT, DELETE ON reach_links TO ${member};
      -- Where a stretch flows to, says whoever recorded it.
      CREATE POLICY recorders_insert ON reach_links FOR INSERT TO ${member} WITH CHECK (EXISTS (
        SELECT FROM reaches AS reach WHERE reach.code = upstream AND reach.recorded_by = ${VIEWER}));
      CREATE POLICY recorders_delete ON reach_links FOR DELETE TO ${member} USING (EXISTS (
        SELECT FROM reaches AS reach WHERE reach.code = upstream AND reach.recorded_by = ${VIEWER}));
      ALTER TABLE cases ADD FOREIGN KEY (reach) REFERENCES reaches;

      -- The warnings to places further down of what drifts towards them. They are changes of the same feed as the
      -- events of cases; an ordinal is given once within a transaction, to one or the other.
      CREATE TABLE downstream_alerts (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        id text COLLATE "C" NOT NULL UNIQUE,
        case_id text COLLATE "C" NOT NULL REFERENCES cases,
        -- The place that is warned, and its stretch that is reached first, so many stretches below.
        jurisdiction text COLLATE "C" NOT NULL,
        alerted_reach text COLLATE "C" NOT NULL REFERENCES reaches,
        distance int NOT NULL CHECK (distance > 0),
        -- Where it was reported.
        reach text COLLATE "C" NOT NULL REFERENCES reaches,
        from_place text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        message_zh text NOT NULL,
        message_en text NOT NULL,
        PRIMARY KEY (transaction_id, ordinal),
        UNIQUE (case_id, jurisdiction)
      );
      CREATE INDEX downstream_alerts_by_place ON downstream_alerts (jurisdiction, at, id);
      CREATE INDEX downstream_alerts_by_time ON downstream_alerts (at, id);
      ${readableByParties({
        ...shared,
        table: 'downstream_alerts',
        named: ['recorded_by'],
        places: ['jurisdiction', 'from_place'],
        provider: 'recorded_by',
      })}
      GRANT INSERT ON downstream_alerts TO ${member};
      CREATE POLICY recorders_insert ON downstream_alerts FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});`),
};
