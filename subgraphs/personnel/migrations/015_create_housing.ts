import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createHousing: Migration = {
  name: '015_create_housing',
  up: (sql) =>
    sql(`
      -- A place ends on the day before the next one begins, so no end is kept.
      CREATE TABLE secondment_housing (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        kind text COLLATE "C" NOT NULL CHECK (kind IN
          ('VILLAGE_OFFICE', 'TEACHING_POINT', 'HOME', 'CLINIC', 'DORMITORY', 'RENTED', 'OTHER')),
        address text NOT NULL,
        lives_from date NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorder text NOT NULL,
        UNIQUE (secondment, lives_from)
      );
      ${readableByParties({
        ...{ subgraph: 'personnel', item: 'personnel.conduct', table: 'secondment_housing' },
        parent: { table: 'secondment_parties', key: 'secondment' },
      })}
      GRANT INSERT ON secondment_housing TO ${member};
      CREATE POLICY hosts_record ON secondment_housing FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND EXISTS (
          SELECT FROM secondment_parties AS party WHERE party.id = secondment AND party.agency = ${VIEWER}));`),
};
