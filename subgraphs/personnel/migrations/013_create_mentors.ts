import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";
/** Whether the viewer is the host unit of a posting, or that of one of its stints. */
const HOSTED = `(EXISTS (SELECT FROM secondments AS posting
    WHERE posting.id = secondment AND posting.host_agency = ${VIEWER})
  OR EXISTS (SELECT FROM secondment_stints AS stint
    WHERE stint.secondment = secondment_mentors.secondment AND stint.host_agency = ${VIEWER}))`;

export const createMentors: Migration = {
  name: '013_create_mentors',
  up: (sql) =>
    sql(`
      CREATE TABLE secondment_mentors (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        officer text COLLATE "C" NOT NULL REFERENCES officers,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('POLITICAL', 'OPERATIONAL')),
        assigned_by text COLLATE "C" NOT NULL,
        assigned_at timestamptz(3) NOT NULL,
        relieved_at timestamptz(3) CHECK (relieved_at >= assigned_at)
      );
      CREATE UNIQUE INDEX secondment_mentors_now ON secondment_mentors (secondment, kind) WHERE relieved_at IS NULL;
      CREATE INDEX secondment_mentors_by_posting ON secondment_mentors (secondment, assigned_at, id);
      ${readableByAll({ subgraph: 'personnel', item: 'personnel.secondments', table: 'secondment_mentors' })}
      GRANT INSERT, UPDATE (relieved_at) ON secondment_mentors TO ${member};
      CREATE POLICY hosts_assign ON secondment_mentors FOR INSERT TO ${member}
        WITH CHECK (assigned_by = ${VIEWER} AND ${HOSTED});
      CREATE POLICY hosts_relieve ON secondment_mentors FOR UPDATE TO ${member}
        USING (relieved_at IS NULL AND ${HOSTED}) WITH CHECK (relieved_at IS NOT NULL);`),
};
