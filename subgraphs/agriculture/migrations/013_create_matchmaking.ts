import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'agriculture', item: 'agriculture.standards' } as const;
const { member } = rolesOf('agriculture');
const VIEWER = "(select current_setting('hub.agency', true))";
const TABLES = ['supply_events', 'sales_channels', 'supply_offers', 'cooperation_projects'] as const;

// Each row's id follows from its content, so that the same one sent twice arrives once.
export const createMatchmaking: Migration = {
  name: '013_create_matchmaking',
  up: (sql) =>
    sql(`
      CREATE TABLE supply_events (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        venue text NOT NULL,
        held_on date NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL
      );
      CREATE INDEX supply_events_by_day ON supply_events (held_on, id);
      CREATE TABLE sales_channels (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('WHOLESALE_MARKET', 'SUPERMARKET', 'CANTEEN', 'ONLINE')),
        operator text NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL
      );
      CREATE INDEX sales_channels_by_place ON sales_channels (jurisdiction, id);
      CREATE TABLE supply_offers (
        id text COLLATE "C" PRIMARY KEY,
        side text COLLATE "C" NOT NULL CHECK (side IN ('SUPPLY', 'DEMAND')),
        product text COLLATE "C" NOT NULL REFERENCES products,
        quantity_kg numeric NOT NULL CHECK (quantity_kg > 0),
        month text COLLATE "C" NOT NULL,
        base_id text COLLATE "C" REFERENCES supply_bases,
        channel_id text COLLATE "C" REFERENCES sales_channels,
        event_id text COLLATE "C" REFERENCES supply_events,
        standard text COLLATE "C",
        is_withdrawn boolean NOT NULL DEFAULT false,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        CHECK ((side = 'SUPPLY') = (base_id IS NOT NULL))
      );
      CREATE INDEX supply_offers_by_month ON supply_offers (month, id) WHERE NOT is_withdrawn;
      CREATE INDEX supply_offers_by_event ON supply_offers (event_id, month, id) WHERE NOT is_withdrawn;
      CREATE TABLE cooperation_projects (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        product text COLLATE "C" NOT NULL REFERENCES products,
        partners text[] NOT NULL,
        investment_ten_thousand_yuan int NOT NULL CHECK (investment_ten_thousand_yuan > 0),
        yearly_output_tonnes int NOT NULL CHECK (yearly_output_tonnes > 0),
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL
      );
      CREATE INDEX cooperation_projects_by_place ON cooperation_projects (jurisdiction, id);
      CREATE TABLE project_milestones (
        project_id text COLLATE "C" NOT NULL REFERENCES cooperation_projects,
        title text COLLATE "C" NOT NULL,
        due_on date NOT NULL,
        reached_on date,
        PRIMARY KEY (project_id, title)
      );
      ${[...TABLES, 'project_milestones'].map((table) => readableByAll({ ...shared, table })).join('\n')}
      GRANT INSERT ON ${TABLES.join(', ')}, project_milestones TO ${member};
      GRANT UPDATE (is_withdrawn) ON supply_offers TO ${member};
      GRANT UPDATE (reached_on) ON project_milestones TO ${member};
      ${TABLES.map(
        (table) => `
      CREATE POLICY recorders_insert ON ${table} FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});`,
      ).join('')}
      CREATE POLICY recorders_withdraw ON supply_offers FOR UPDATE TO ${member}
        USING (recorded_by = ${VIEWER}) WITH CHECK (is_withdrawn);
      CREATE POLICY recorders_insert ON project_milestones FOR INSERT TO ${member} WITH CHECK (EXISTS (
        SELECT FROM cooperation_projects AS project WHERE project.id = project_id AND project.recorded_by = ${VIEWER}));
      CREATE POLICY partners_reach ON project_milestones FOR UPDATE TO ${member}
        USING (reached_on IS NULL AND EXISTS (SELECT FROM cooperation_projects AS project WHERE project.id = project_id
          AND (project.recorded_by = ${VIEWER} OR ${VIEWER} = ANY (project.partners)))) WITH CHECK (reached_on IS NOT NULL);`),
};
