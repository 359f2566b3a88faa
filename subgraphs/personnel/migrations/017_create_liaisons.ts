import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createLiaisons: Migration = {
  name: '017_create_liaisons',
  up: (sql) =>
    sql(`
      CREATE TABLE liaisons (
        id text COLLATE "C" PRIMARY KEY,
        officer text COLLATE "C" NOT NULL REFERENCES officers,
        agency text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        topic text COLLATE "C" NOT NULL REFERENCES work_topics,
        phone text NOT NULL,
        starts_on date NOT NULL,
        ends_on date CHECK (ends_on >= starts_on),
        appointed_by text NOT NULL,
        ended_by text,
        CHECK ((ended_by IS NULL) = (ends_on IS NULL))
      );
      CREATE UNIQUE INDEX liaisons_now ON liaisons (agency, topic, officer) WHERE ends_on IS NULL;
      CREATE INDEX liaisons_by_place ON liaisons (jurisdiction, agency, topic);
      ${readableByAll({ subgraph: 'personnel', item: 'personnel.secondments', table: 'liaisons' })}
      GRANT INSERT, UPDATE (ends_on, ended_by) ON liaisons TO ${member};
      CREATE POLICY units_appoint ON liaisons FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ends_on IS NULL);
      CREATE POLICY units_end ON liaisons FOR UPDATE TO ${member}
        USING (agency = ${VIEWER} AND ends_on IS NULL) WITH CHECK (agency = ${VIEWER} AND ends_on IS NOT NULL);`),
};
