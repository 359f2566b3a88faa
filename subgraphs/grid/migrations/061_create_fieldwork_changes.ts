import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const { member } = rolesOf('grid');
const VIEWER = "(select current_setting('hub.agency', true))";
const writable = (table: string) => `
  GRANT INSERT ON ${table} TO ${member};
  CREATE POLICY actors_record ON ${table} FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});`;

/**
 * What was done in the field, for the live feed. Each is read by the parties to what it is about, and told once for what
 * was done together.
 */
export const createFieldworkChanges: Migration = {
  name: '061_create_fieldwork_changes',
  up: (sql) =>
    sql(`
      CREATE TABLE inspection_changes (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        kind text COLLATE "C" NOT NULL,
        campaign_id text COLLATE "C" NOT NULL REFERENCES inspection_campaigns,
        finding_id text COLLATE "C" REFERENCES inspection_findings,
        jurisdiction text COLLATE "C" NOT NULL,
        organizer text COLLATE "C" NOT NULL,
        -- Of a finding, who found it with whom; of a campaign, the unit that takes part.
        inspector text COLLATE "C",
        inspected text COLLATE "C",
        unit text COLLATE "C",
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        -- What steps change of a finding, as it stood after this one.
        kept jsonb,
        PRIMARY KEY (transaction_id, ordinal),
        CHECK (num_nulls(finding_id, inspector, inspected, kept) = CASE WHEN unit IS NULL THEN 0 ELSE 4 END)
      );
      ${readableByParties({
        ...{ subgraph: 'grid', item: 'grid.inspections', table: 'inspection_changes' },
        ...{ named: ['organizer', 'inspector', 'inspected', 'unit'], places: ['jurisdiction'] },
        provider: 'organizer',
      })}
      ${writable('inspection_changes')}

      CREATE TABLE fieldwork_changes (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        kind text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        -- Whose it is, and who else has to do with it: the unit that has a lead, or is instructed on a petition.
        provider text COLLATE "C" NOT NULL,
        party text COLLATE "C",
        -- What it was done with, where that was one; the kind says in which table.
        subject text COLLATE "C",
        list_id text COLLATE "C" REFERENCES lead_lists,
        week_of date,
        level int,
        count int NOT NULL CHECK (count > 0),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        -- What steps change of the subject, as it stood after this one.
        kept jsonb,
        PRIMARY KEY (transaction_id, ordinal),
        CHECK (count = 1 OR subject IS NULL)
      );
      ${readableByParties({
        ...{ subgraph: 'grid', item: 'grid.people', table: 'fieldwork_changes' },
        ...{ named: ['provider', 'party'], places: ['jurisdiction'] },
      })}
      ${writable('fieldwork_changes')}

      -- How many levels up an overdue lead has gone by what was told of it, and when it may go the next; at the earliest
      -- on the day after its last.
      ALTER TABLE leads
        ADD COLUMN escalated_level int NOT NULL DEFAULT 0,
        ADD COLUMN escalates_on date;
      CREATE INDEX leads_by_escalation ON leads ((coalesce(escalates_on, due_on + 1)), id) WHERE status <> 'CHECKED';
      ALTER TABLE lead_events
        DROP CONSTRAINT lead_events_kind_check,
        ADD CONSTRAINT lead_events_kind_check
          CHECK (kind IN ('PUSHED', 'ASSIGNED', 'CHECKED', 'ESCALATED', 'CASE_OPENED'));`),
};
