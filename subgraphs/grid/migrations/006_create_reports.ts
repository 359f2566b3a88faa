import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const VIEWER = "(select current_setting('hub.agency', true))";

/** What daily lists and monthly reports are read along, and the shifts of joint patrols. */
export const createReports: Migration = {
  name: '006_create_reports',
  up: (sql) =>
    sql(`
      -- Most cases are closed, and the daily lists are of those that are not.
      CREATE INDEX cases_open_by_deadline ON cases (due_order, id) WHERE stage NOT IN ('CLOSED', 'NOT_FILED');
      CREATE INDEX cases_waiting ON cases (stage, due_order, id) WHERE stage IN ('RECEIVED', 'FILED');
      CREATE INDEX cases_by_filing ON cases (filed_at);

      CREATE TABLE joint_patrol_shifts (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        member text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        starts_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        arrived_at timestamptz(3),
        left_at timestamptz(3),
        is_excused boolean NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        UNIQUE (recorded_by, member, starts_at),
        CHECK (ends_at > starts_at),
        CHECK (left_at >= arrived_at),
        CHECK (left_at IS NULL OR arrived_at IS NOT NULL),
        CHECK (NOT is_excused OR arrived_at IS NULL)
      );
      CREATE INDEX joint_patrol_shifts_by_time ON joint_patrol_shifts (starts_at, id);
      CREATE INDEX joint_patrol_shifts_by_place ON joint_patrol_shifts (jurisdiction, starts_at, id);
      ${readableByParties({
        ...shared,
        table: 'joint_patrol_shifts',
        named: ['recorded_by', 'agency'],
        places: ['jurisdiction'],
        provider: 'recorded_by',
      })}
      GRANT INSERT, UPDATE (jurisdiction, agency, ends_at, arrived_at, left_at, is_excused)
        ON joint_patrol_shifts TO ${member};
      CREATE POLICY recorders_insert ON joint_patrol_shifts FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY recorders_update ON joint_patrol_shifts FOR UPDATE TO ${member} USING (recorded_by = ${VIEWER});`),
};
