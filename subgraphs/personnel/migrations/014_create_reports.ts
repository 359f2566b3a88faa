import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'personnel', item: 'personnel.conduct' } as const;
const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";
const NAMED = `EXISTS (SELECT FROM secondment_parties AS party
  WHERE party.id = secondment AND party.agency = ${VIEWER})`;

export const createReports: Migration = {
  name: '014_create_reports',
  up: (sql) =>
    sql(`
      CREATE TABLE secondment_reports (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('MONTHLY', 'FINAL')),
        -- Empty for the final one.
        month text COLLATE "C" NOT NULL,
        title text NOT NULL,
        body text NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('SUBMITTED', 'CIRCULATED', 'RETURNED')),
        editor_note text,
        submitted_by text COLLATE "C" NOT NULL,
        first_submitted_at timestamptz(3) NOT NULL,
        submitted_at timestamptz(3) NOT NULL CHECK (submitted_at >= first_submitted_at),
        decided_by text COLLATE "C",
        decided_at timestamptz(3),
        UNIQUE (secondment, month),
        CHECK ((month = '') = (kind = 'FINAL')),
        CHECK (status = 'SUBMITTED' OR num_nulls(editor_note, decided_by, decided_at) = 0)
      );
      CREATE INDEX secondment_reports_latest ON secondment_reports (submitted_at, id);
      ${readableByParties({
        ...shared,
        table: 'secondment_reports',
        parent: { table: 'secondment_parties', key: 'secondment' },
      })}
      GRANT INSERT, UPDATE (title, body, status, editor_note, submitted_at, decided_by, decided_at)
        ON secondment_reports TO ${member};
      CREATE POLICY hosts_submit ON secondment_reports FOR INSERT TO ${member}
        WITH CHECK (status = 'SUBMITTED' AND submitted_by = ${VIEWER} AND ${NAMED});
      CREATE POLICY parties_step ON secondment_reports FOR UPDATE TO ${member}
        USING (status <> 'CIRCULATED' AND ${NAMED})
        WITH CHECK (CASE status WHEN 'SUBMITTED' THEN submitted_by = ${VIEWER}
          ELSE decided_by = ${VIEWER} AND decided_by <> submitted_by END);

      CREATE TABLE secondment_report_events (
        report text COLLATE "C" NOT NULL REFERENCES secondment_reports,
        secondment text COLLATE "C" NOT NULL,
        ordinal int NOT NULL CHECK (ordinal > 0),
        status text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        title text,
        body text,
        editor_note text,
        PRIMARY KEY (report, ordinal)
      );
      ${readableByParties({
        ...shared,
        table: 'secondment_report_events',
        parent: { table: 'secondment_parties', key: 'secondment' },
      })}
      GRANT INSERT ON secondment_report_events TO ${member};
      CREATE POLICY actors_record ON secondment_report_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM secondment_reports AS parent WHERE parent.id = report
            AND parent.secondment = secondment_report_events.secondment
            AND agency IN (parent.submitted_by, parent.decided_by)));`),
};
