import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
const VIEWER = setting('hub.agency');
/** That the viewer is a party by the row's place. */
const RULES = `(jurisdiction >= ${setting(rangeSetting(shared.item, 'from'))}
  AND jurisdiction < ${setting(rangeSetting(shared.item, 'below'))})`;
const parties = { named: ['recorded_by', 'agency'], places: ['jurisdiction'], provider: 'recorded_by' };
const writable = (table: string) => `
  GRANT INSERT, UPDATE ON ${table} TO ${member};
  CREATE POLICY commands_insert ON ${table} FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});
  CREATE POLICY commands_update ON ${table} FOR UPDATE TO ${member} USING (${RULES}) WITH CHECK (${RULES});`;

/** Grids with what is counted in them, and who works there when. */
export const createGrids: Migration = {
  name: '022_create_grids',
  up: (sql) =>
    sql(`
      CREATE TABLE grids (
        -- Begins with the village, whose command alone enters it: so the code gives nothing away.
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('COMPREHENSIVE', 'DEDICATED')),
        jurisdiction text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        people int NOT NULL CHECK (people >= 0),
        places int NOT NULL CHECK (places >= 0),
        things int NOT NULL CHECK (things >= 0),
        closed_on date,
        recorded_by text COLLATE "C" NOT NULL,
        CHECK (starts_with(code, jurisdiction || '-'))
      );
      CREATE INDEX grids_by_place ON grids (jurisdiction, code);
      CREATE INDEX grids_by_agency ON grids (agency, code);
      ${readableByParties({ ...shared, table: 'grids', ...parties })}
      ${writable('grids')}

      CREATE TABLE grid_workers (
        id text COLLATE "C" PRIMARY KEY,
        grid text COLLATE "C" NOT NULL REFERENCES grids,
        number text COLLATE "C" NOT NULL,
        -- The grid's own place and unit.
        jurisdiction text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        name text NOT NULL,
        role text COLLATE "C" NOT NULL CHECK (role IN ('LEADER', 'FULL_TIME', 'PART_TIME')),
        phone text,
        duty_weekdays int[] NOT NULL,
        -- Clock times in Shanghai, HH:MM.
        duty_begins text COLLATE "C" NOT NULL,
        duty_ends text COLLATE "C" NOT NULL CHECK (duty_ends > duty_begins),
        left_on date,
        recorded_by text COLLATE "C" NOT NULL,
        UNIQUE (grid, number)
      );
      CREATE UNIQUE INDEX grid_workers_leader ON grid_workers (grid) WHERE role = 'LEADER' AND left_on IS NULL;
      CREATE INDEX grid_workers_by_place ON grid_workers (jurisdiction, grid, number);
      ${readableByParties({ ...shared, table: 'grid_workers', ...parties })}
      ${writable('grid_workers')}

      -- What was entered of grids, and of their workers, and how it stood then.
      CREATE TABLE grid_events (
        ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        grid text COLLATE "C" NOT NULL REFERENCES grids,
        worker text COLLATE "C" REFERENCES grid_workers,
        jurisdiction text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        content jsonb NOT NULL
      );
      CREATE INDEX grid_events_by_grid ON grid_events (grid, ordinal);
      ${readableByParties({
        ...{ ...shared, table: 'grid_events', named: ['recorded_by'] },
        ...{ places: ['jurisdiction'], provider: 'recorded_by' },
      })}
      GRANT INSERT ON grid_events TO ${member};
      CREATE POLICY commands_insert ON grid_events FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});`),
};
