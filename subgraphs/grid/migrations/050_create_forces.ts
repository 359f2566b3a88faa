import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const VIEWER = "(select current_setting('hub.agency', true))";
const parties = { named: ['agency'], places: ['jurisdiction'], provider: 'agency' };

/** Forces on duty, each change of them for the feed, and what the board counts of a day. */
export const createForces: Migration = {
  name: '050_create_forces',
  up: (sql) =>
    sql(`
      CREATE TABLE forces (
        id text COLLATE "C" PRIMARY KEY,
        agency text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        people int NOT NULL CHECK (people >= 0),
        vehicles int NOT NULL CHECK (vehicles >= 0),
        boats int NOT NULL CHECK (boats >= 0),
        note text,
        at timestamptz(3) NOT NULL,
        UNIQUE (agency, jurisdiction)
      );
      CREATE INDEX forces_by_place ON forces (jurisdiction, agency);
      ${readableByParties({ ...shared, table: 'forces', ...parties })}
      GRANT INSERT, UPDATE (people, vehicles, boats, note, at) ON forces TO ${member};
      CREATE POLICY own_insert ON forces FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY own_update ON forces FOR UPDATE TO ${member} USING (agency = ${VIEWER}) WITH CHECK (agency = ${VIEWER});

      -- The forces as they stood after each report: changes of the same feed as the events of cases.
      CREATE TABLE force_changes (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        id text COLLATE "C" NOT NULL REFERENCES forces,
        agency text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        people int NOT NULL,
        vehicles int NOT NULL,
        boats int NOT NULL,
        note text,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        PRIMARY KEY (transaction_id, ordinal)
      );
      ${readableByParties({ ...shared, table: 'force_changes', ...parties })}
      GRANT INSERT ON force_changes TO ${member};
      CREATE POLICY own_insert ON force_changes FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});

      -- What was done in a place on a day.
      CREATE INDEX case_events_by_place ON case_events (jurisdiction, at);`),
};
