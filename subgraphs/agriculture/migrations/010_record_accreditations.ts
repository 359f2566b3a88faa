import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'agriculture', item: 'agriculture.standards' } as const;
const { member } = rolesOf('agriculture');
const VIEWER = "(select current_setting('hub.agency', true))";

/** Whether the viewer issued the standard of the accreditation whose columns `row` has. */
const issues = (row: string) =>
  `EXISTS (SELECT FROM supply_standards AS held WHERE held.id = ${row}.standard_id AND held.issuer = ${VIEWER})`;

export const recordAccreditations: Migration = {
  name: '010_record_accreditations',
  up: (sql) =>
    sql(`
      ALTER TABLE accreditations ADD COLUMN applied_by text COLLATE "C";
      CREATE UNIQUE INDEX accreditations_waiting ON accreditations (base_id, standard_id) WHERE status = 'APPLIED';
      CREATE TABLE accreditation_visits (
        id text COLLATE "C" PRIMARY KEY,
        accreditation_id text COLLATE "C" NOT NULL REFERENCES accreditations,
        visited_on date NOT NULL,
        inspectors text[] NOT NULL,
        score numeric NOT NULL CHECK (score BETWEEN 0 AND 100),
        checklist jsonb NOT NULL,
        remark text,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL
      );
      CREATE INDEX accreditation_visits_by_accreditation ON accreditation_visits (accreditation_id, visited_on DESC, recorded_at DESC);
      CREATE TABLE accreditation_events (
        accreditation_id text COLLATE "C" NOT NULL REFERENCES accreditations,
        ordinal int NOT NULL CHECK (ordinal > 0),
        kind text COLLATE "C" NOT NULL CHECK (kind IN
          ('APPLIED', 'VISITED', 'ACCREDITED', 'REJECTED', 'WARNED', 'SUSPENDED', 'REINSTATED', 'REVOKED')),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        PRIMARY KEY (accreditation_id, ordinal)
      );
      ${['accreditation_visits', 'accreditation_events']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}
      GRANT INSERT ON supply_bases, supply_base_products, accreditations, accreditation_visits, accreditation_events TO ${member};
      GRANT UPDATE (status, score, visited_on, valid_until, decided_at) ON accreditations TO ${member};
      CREATE POLICY recorders_insert ON supply_bases FOR INSERT TO ${member} WITH CHECK (registered_by = ${VIEWER});
      CREATE POLICY recorders_insert ON supply_base_products FOR INSERT TO ${member} WITH CHECK (EXISTS (
        SELECT FROM supply_bases AS base WHERE base.id = base_id AND base.registered_by = ${VIEWER}));
      CREATE POLICY applicants_insert ON accreditations FOR INSERT TO ${member}
        WITH CHECK (status = 'APPLIED' AND applied_by = ${VIEWER});
      CREATE POLICY issuers_update ON accreditations FOR UPDATE TO ${member}
        USING (${issues('accreditations')}) WITH CHECK (status <> 'APPLIED' AND ${issues('accreditations')});
      CREATE POLICY issuers_insert ON accreditation_visits FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND EXISTS (
          SELECT FROM accreditations AS visited WHERE visited.id = accreditation_id AND ${issues('visited')}));
      CREATE POLICY actors_insert ON accreditation_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM accreditations AS parent WHERE parent.id = accreditation_id
            AND CASE WHEN kind = 'APPLIED' THEN parent.applied_by = ${VIEWER} ELSE ${issues('parent')} END));`),
};
