import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'tourism', item: 'tourism.applications', provider: 'agency' } as const;
const { member } = rolesOf('tourism');
const VIEWER = "(select current_setting('hub.agency', true))";
const inPlace = `(jurisdiction >= (select current_setting('${rangeSetting(shared.item, 'from')}', true))
  AND jurisdiction < (select current_setting('${rangeSetting(shared.item, 'below')}', true)))`;

export const createPatrols: Migration = {
  name: '101_create_patrols',
  up: (sql) =>
    sql(`
      CREATE TABLE scenic_patrols (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        patrolled_on date NOT NULL,
        patroller text NOT NULL,
        note text,
        submitted_at timestamptz(3) NOT NULL,
        -- Of what was sent, by which the same form is known when it comes again.
        digest text COLLATE "C" NOT NULL,
        UNIQUE (agency, jurisdiction, patrolled_on),
        UNIQUE (id, jurisdiction, agency)
      );
      CREATE INDEX scenic_patrols_by_place ON scenic_patrols (jurisdiction, patrolled_on, id);
      ${readableByParties({ ...shared, table: 'scenic_patrols', named: ['agency'], places: ['jurisdiction'] })}
      GRANT INSERT ON scenic_patrols TO ${member};
      CREATE POLICY patrollers_insert ON scenic_patrols FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});

      CREATE TABLE patrol_findings (
        id text COLLATE "C" PRIMARY KEY,
        patrol_id text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        ordinal int NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('HYGIENE', 'SAFETY')),
        text text NOT NULL,
        latitude double precision,
        longitude double precision,
        photos text[] NOT NULL,
        condition_id text COLLATE "C" REFERENCES decision_conditions,
        due_on date NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('OPEN', 'RECTIFIED')),
        rectified_at timestamptz(3),
        rectified_by text COLLATE "C",
        rectification text,
        rectification_photos text[] NOT NULL DEFAULT '{}',
        UNIQUE (patrol_id, ordinal),
        FOREIGN KEY (patrol_id, jurisdiction, agency) REFERENCES scenic_patrols (id, jurisdiction, agency),
        CHECK (num_nulls(latitude, longitude) IN (0, 2)),
        CHECK (num_nulls(rectified_at, rectified_by, rectification) = CASE status WHEN 'RECTIFIED' THEN 0 ELSE 3 END)
      );
      CREATE INDEX patrol_findings_by_place ON patrol_findings (jurisdiction, status, due_on, id);
      CREATE INDEX patrol_findings_by_condition ON patrol_findings (condition_id) WHERE condition_id IS NOT NULL;
      ${readableByParties({ ...shared, table: 'patrol_findings', named: ['agency'], places: ['jurisdiction'] })}
      GRANT INSERT ON patrol_findings TO ${member};
      GRANT UPDATE (status, rectified_at, rectified_by, rectification, rectification_photos) ON patrol_findings TO ${member};
      CREATE POLICY patrollers_insert ON patrol_findings FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY parties_update ON patrol_findings FOR UPDATE TO ${member} USING (agency = ${VIEWER} OR ${inPlace});`),
};
