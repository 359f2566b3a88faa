import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.people' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
/** That the viewer is a party by the row's place. */
const RULES = `(jurisdiction >= ${setting(rangeSetting(shared.item, 'from'))}
  AND jurisdiction < ${setting(rangeSetting(shared.item, 'below'))})`;

/** What was corrected of rows of a table, as each said before: the row itself says what holds. */
const corrections = (table: string, of: string, key: string) => `
  ALTER TABLE ${of} ADD COLUMN corrections int NOT NULL DEFAULT 0;
  CREATE TABLE ${table} (
    ${key} text COLLATE "C" NOT NULL REFERENCES ${of},
    ordinal int NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    before jsonb NOT NULL,
    reason text NOT NULL,
    at timestamptz(3) NOT NULL,
    actor text NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (${key}, ordinal)
  );
  ${readableByParties({ ...shared, table, named: ['recorded_by'], places: ['jurisdiction'], parent: { table: of, key } })}
  GRANT INSERT ON ${table} TO ${member};
  CREATE POLICY places_insert ON ${table} FOR INSERT TO ${member}
    WITH CHECK (recorded_by = ${setting('hub.agency')} AND ${RULES});`;

/** Corrections of households and visits, and findings that whoever found them takes back. */
export const correctFieldwork: Migration = {
  name: '062_correct_fieldwork',
  up: (sql) =>
    sql(`
      ${corrections('household_corrections', 'households', 'household_id')}
      GRANT UPDATE (head, address, phone, members, moved_in_on, moved_out_on, corrections) ON households TO ${member};
      ALTER TABLE household_events
        DROP CONSTRAINT household_events_kind_check,
        ADD CONSTRAINT household_events_kind_check CHECK (kind IN ('REGISTERED', 'CORRECTED', 'MOVED_AWAY'));

      ${corrections('household_visit_corrections', 'household_visits', 'visit_id')}
      GRANT UPDATE (visited_at, visitors, needs, help, status, follow_up_on, corrections) ON household_visits TO ${member};

      DO $$
        DECLARE name text;
        BEGIN
          FOR name IN SELECT conname FROM pg_constraint
            WHERE conrelid = 'inspection_findings'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) ~ '\\mstatus\\M'
          LOOP
            EXECUTE format('ALTER TABLE inspection_findings DROP CONSTRAINT %I', name);
          END LOOP;
        END $$;
      ALTER TABLE inspection_findings
        ADD CONSTRAINT inspection_findings_status_check
          CHECK (status IN ('SUBMITTED', 'ACCEPTED', 'RETURNED', 'WITHDRAWN')),
        ADD CONSTRAINT inspection_findings_review_check CHECK (status = 'WITHDRAWN' OR (reviewed_at IS NULL) = (status = 'SUBMITTED')),
        ADD CONSTRAINT inspection_findings_reason_check
          CHECK (status = 'WITHDRAWN' OR (return_reason IS NOT NULL) = (status = 'RETURNED'));`),
};
