import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'personnel', item: 'personnel.secondments' } as const;
const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";
/** Whether the viewer is one of the two units that manage a posting together. */
const managed = (posting: string) => `EXISTS (SELECT FROM secondments AS posting
  WHERE posting.id = ${posting} AND (posting.home_agency = ${VIEWER} OR posting.host_agency = ${VIEWER}))`;

/** Who may do what to a posting, and extensions that both units agree on. */
export const openSecondments: Migration = {
  name: '011_open_secondments',
  up: (sql) =>
    sql(`
      DROP POLICY parties_insert ON secondments;
      DROP POLICY parties_update ON secondments;
      REVOKE INSERT, UPDATE ON secondments FROM ${member};
      GRANT INSERT (id, officer, program, home_agency, host_agency, position, status, starts_on, ends_on)
        ON secondments TO ${member};
      GRANT UPDATE (status, ends_on, recall_reason, recalled_on) ON secondments TO ${member};
      CREATE POLICY homes_plan ON secondments FOR INSERT TO ${member}
        WITH CHECK (home_agency = ${VIEWER} AND status = 'PLANNED' AND EXISTS (
          SELECT FROM officers WHERE officers.id = officer AND officers.agency = home_agency));
      CREATE POLICY units_step ON secondments FOR UPDATE TO ${member}
        USING (status IN ('PLANNED', 'ACTIVE') AND (home_agency = ${VIEWER} OR host_agency = ${VIEWER}))
        WITH CHECK (CASE status
          WHEN 'DECLINED' THEN host_agency = ${VIEWER}
          WHEN 'RECALLED' THEN home_agency = ${VIEWER}
          WHEN 'PLANNED' THEN false
          ELSE home_agency = ${VIEWER} OR host_agency = ${VIEWER} END);

      -- After a recall the last day is that of the recall, which lies before the first when the officer never went.
      UPDATE secondments SET ends_on = recalled_on WHERE status = 'RECALLED';
      ALTER TABLE secondments DROP CONSTRAINT secondments_check1;
      ALTER TABLE secondments ADD CONSTRAINT begins_before_it_ends CHECK (starts_on <= ends_on OR status = 'RECALLED');
      -- What is over counts too: systems that replay the past enter postings in any order.
      ALTER TABLE secondments DROP CONSTRAINT one_posting_at_a_time;
      ALTER TABLE secondments ADD CONSTRAINT one_posting_at_a_time EXCLUDE USING gist (
          key_range(officer, officer, '[]') WITH &&,
          daterange(starts_on, greatest(starts_on, coalesce(recalled_on, ends_on)), '[]') WITH &&
        ) WHERE (status <> 'DECLINED' AND coalesce(recalled_on, ends_on) >= starts_on);

      GRANT INSERT ON secondment_programs TO ${member};
      CREATE POLICY organizers_open ON secondment_programs FOR INSERT TO ${member}
        WITH CHECK (organizer = ${VIEWER});
      GRANT INSERT ON secondment_stints TO ${member};
      CREATE POLICY units_plan ON secondment_stints FOR INSERT TO ${member} WITH CHECK (${managed('secondment')});
      GRANT INSERT ON secondment_events TO ${member};
      CREATE POLICY parties_record ON secondment_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM secondment_parties AS party WHERE party.id = secondment AND party.agency = ${VIEWER}));

      CREATE TABLE secondment_extensions (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        status text COLLATE "C" NOT NULL CHECK (status IN ('PROPOSED', 'AGREED', 'REFUSED', 'WITHDRAWN')),
        previously_ends_on date NOT NULL,
        ends_on date NOT NULL,
        stints jsonb NOT NULL,
        reason text NOT NULL,
        proposed_by text COLLATE "C" NOT NULL,
        proposed_at timestamptz(3) NOT NULL,
        proposer text NOT NULL,
        answered_by text COLLATE "C",
        answered_at timestamptz(3) CHECK (answered_at >= proposed_at),
        answerer text,
        note text,
        CHECK (ends_on > previously_ends_on),
        CHECK (num_nulls(answered_by, answered_at, answerer) = CASE status WHEN 'PROPOSED' THEN 3 ELSE 0 END)
      );
      CREATE UNIQUE INDEX secondment_extensions_waiting ON secondment_extensions (secondment) WHERE status = 'PROPOSED';
      CREATE INDEX secondment_extensions_by_posting ON secondment_extensions (secondment, proposed_at, id);
      ${readableByAll({ ...shared, table: 'secondment_extensions' })}
      GRANT INSERT, UPDATE (status, answered_by, answered_at, answerer, note) ON secondment_extensions TO ${member};
      CREATE POLICY units_propose ON secondment_extensions FOR INSERT TO ${member}
        WITH CHECK (status = 'PROPOSED' AND proposed_by = ${VIEWER} AND ${managed('secondment')});
      CREATE POLICY units_answer ON secondment_extensions FOR UPDATE TO ${member}
        USING (status = 'PROPOSED' AND ${managed('secondment')})
        WITH CHECK (answered_by = ${VIEWER} AND CASE status
          WHEN 'WITHDRAWN' THEN proposed_by = ${VIEWER} ELSE proposed_by <> ${VIEWER} END);`),
};
