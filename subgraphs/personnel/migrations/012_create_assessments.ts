import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'personnel', item: 'personnel.conduct' } as const;
const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createAssessments: Migration = {
  name: '012_create_assessments',
  up: (sql) =>
    sql(`
      CREATE TABLE secondment_assessments (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('MIDTERM', 'FINAL')),
        agency text COLLATE "C" NOT NULL,
        grade text COLLATE "C" NOT NULL
          CHECK (grade IN ('EXCELLENT', 'COMPETENT', 'BARELY_COMPETENT', 'NOT_COMPETENT')),
        comment text NOT NULL,
        assessed_at timestamptz(3) NOT NULL,
        assessed_by text NOT NULL,
        UNIQUE (secondment, kind, agency)
      );
      ${readableByParties({
        ...shared,
        table: 'secondment_assessments',
        parent: { table: 'secondment_parties', key: 'secondment' },
      })}
      GRANT INSERT ON secondment_assessments TO ${member};
      CREATE POLICY units_assess ON secondment_assessments FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM secondments AS posting WHERE posting.id = secondment
            AND (posting.home_agency = ${VIEWER} OR posting.host_agency = ${VIEWER})));`),
};
