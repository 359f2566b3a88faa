import { createCalendarDays } from '../../kit/calendar-days';
import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties, writableByParties } from '../../kit/policies';

const subgraph = 'tourism';
const { member, nobody } = rolesOf(subgraph);
const VIEWER = "(select current_setting('hub.agency', true))";

/** That a column lies where the viewer is a party by place to an item; see `kit/policies.ts`. */
const inRangeOf = (item: 'tourism.applications' | 'tourism.applicants', column: string): string =>
  `(${column} >= (select current_setting('${rangeSetting(item, 'from')}', true))
    AND ${column} < (select current_setting('${rangeSetting(item, 'below')}', true)))`;

/** Tables of what belongs to an application repeat the columns that make its parties, so that their own policies decide. */
const OF_APPLICATION = `
  application_id text COLLATE "C" NOT NULL,
  jurisdiction text COLLATE "C" NOT NULL,
  filed_by text COLLATE "C" NOT NULL,
  FOREIGN KEY (application_id, jurisdiction, filed_by) REFERENCES applications (id, jurisdiction, filed_by)`;

const readable = (table: string): string =>
  readableByParties({
    ...{ subgraph, table, item: 'tourism.applications', provider: 'filed_by' },
    ...{ named: ['filed_by'], places: ['jurisdiction'] },
  });
const writable = (table: string): string =>
  writableByParties({
    ...{ subgraph, table, item: 'tourism.applications' },
    ...{ named: ['filed_by'], places: ['jurisdiction'] },
  });

/** Rows that only a review office where they lie inserts, and that nobody changes. */
const insertedByOffices = (table: string, place: string): string => `
  GRANT INSERT ON ${table} TO ${member};
  CREATE POLICY offices_insert ON ${table} FOR INSERT TO ${member}
    WITH CHECK (${inRangeOf('tourism.applicants', place)});`;

export const createReviews: Migration = {
  name: '100_create_reviews',
  up: (sql) =>
    sql(`
      ${createCalendarDays(subgraph, 'tourism.procedures')}

      -- A town's review office adopts its procedures. What is in force only ever gets an end.
      GRANT INSERT ON procedures, procedure_functions, procedure_materials TO ${member};
      GRANT UPDATE (effective_to) ON procedures TO ${member};
      CREATE POLICY offices_insert ON procedures FOR INSERT TO ${member}
        WITH CHECK (${inRangeOf('tourism.applicants', 'jurisdiction')});
      CREATE POLICY offices_update ON procedures FOR UPDATE TO ${member}
        USING (${inRangeOf('tourism.applicants', 'jurisdiction')});
      ${['procedure_functions', 'procedure_materials']
        .map(
          (table) => `CREATE POLICY offices_insert ON ${table} FOR INSERT TO ${member}
            WITH CHECK (EXISTS (SELECT FROM procedures AS parent WHERE parent.id = procedure_id
              AND ${inRangeOf('tourism.applicants', 'parent.jurisdiction')}));`,
        )
        .join('\n')}

      -- Running numbers of a town and year. The row is locked until the transaction ends, so that a number which is
      -- given back by a rollback is the next one's.
      CREATE TABLE counters (
        town text COLLATE "C" NOT NULL,
        series text COLLATE "C" NOT NULL CHECK (series IN ('APPLICATION', 'CERTIFICATE')),
        year int NOT NULL,
        last int NOT NULL CHECK (last >= 1),
        PRIMARY KEY (town, series, year)
      );
      ${readableByParties({ subgraph, table: 'counters', item: 'tourism.applications', places: ['town'] })}
      ${writableByParties({ subgraph, table: 'counters', item: 'tourism.applications', places: ['town'] })}

      CREATE TABLE review_sessions (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        -- The weekday that the procedure names, and the working day to which a holiday moves it.
        planned_on date NOT NULL,
        held_on date NOT NULL CHECK (held_on >= planned_on),
        is_provisional boolean NOT NULL,
        office text COLLATE "C" NOT NULL,
        procedure_id text COLLATE "C" NOT NULL REFERENCES procedures,
        cut_off_at timestamptz(3) NOT NULL,
        quorum int NOT NULL CHECK (quorum >= 1),
        capacity int NOT NULL CHECK (capacity >= 1),
        status text COLLATE "C" NOT NULL CHECK (status IN ('PLANNED', 'OPEN', 'CLOSED', 'LAPSED', 'CANCELLED')),
        agenda_count int NOT NULL DEFAULT 0 CHECK (agenda_count BETWEEN 0 AND capacity),
        last_position int NOT NULL DEFAULT 0,
        opened_at timestamptz(3),
        closed_at timestamptz(3) CHECK (closed_at >= opened_at),
        chair text,
        note text,
        CHECK ((closed_at IS NOT NULL) = (status IN ('CLOSED', 'LAPSED')))
      );
      CREATE UNIQUE INDEX review_sessions_planned ON review_sessions (jurisdiction, planned_on)
        WHERE status <> 'CANCELLED';
      CREATE UNIQUE INDEX review_sessions_held ON review_sessions (jurisdiction, held_on)
        WHERE status <> 'CANCELLED';
      CREATE INDEX review_sessions_by_day ON review_sessions (jurisdiction, held_on, id);
      ${readableByAll({ subgraph, table: 'review_sessions', item: 'tourism.procedures' })}
      ${writableByParties({
        ...{ subgraph, table: 'review_sessions', item: 'tourism.applications', places: ['jurisdiction'] },
      })}

      ALTER TABLE applications
        ADD COLUMN town text COLLATE "C",
        ADD COLUMN round int NOT NULL DEFAULT 1 CHECK (round >= 1),
        ADD COLUMN stepped_at timestamptz(3),
        ADD COLUMN complete_at timestamptz(3),
        ADD COLUMN noticed_at timestamptz(3),
        ADD COLUMN session_id text COLLATE "C" REFERENCES review_sessions,
        ADD COLUMN refiling_of text COLLATE "C" REFERENCES applications UNIQUE,
        ADD COLUMN external_id text COLLATE "C",
        -- Working seconds that it spent before the stay in its present stage.
        ADD COLUMN spent_intake int NOT NULL DEFAULT 0,
        ADD COLUMN spent_materials int NOT NULL DEFAULT 0,
        ADD COLUMN spent_session_wait int NOT NULL DEFAULT 0,
        ADD COLUMN spent_deciding int NOT NULL DEFAULT 0,
        -- The same house however its number is typed.
        ADD COLUMN premises_key text COLLATE "C" GENERATED ALWAYS AS (
          lower(regexp_replace(translate(address, '０１２３４５６７８９（）', '0123456789()'), '\\s', '', 'g') COLLATE "C")) STORED;
      UPDATE applications SET
        town = (SELECT jurisdiction FROM procedures WHERE id = procedure_id),
        stepped_at = coalesce(
          (SELECT max(at) FROM application_events WHERE application_id = applications.id), submitted_at),
        noticed_at = (SELECT min(at) FROM application_events
          WHERE application_id = applications.id AND kind = 'MATERIALS_REQUESTED'),
        complete_at = (SELECT max(at) FROM application_events
          WHERE application_id = applications.id AND kind = 'SCHEDULED');
      ALTER TABLE applications ALTER COLUMN town SET NOT NULL, ALTER COLUMN stepped_at SET NOT NULL;
      CREATE UNIQUE INDEX applications_by_external_id ON applications (filed_by, external_id);
      CREATE INDEX applications_by_premises ON applications (town, premises_key, submitted_at, id);
      CREATE INDEX applications_by_town ON applications (town, stage, stepped_at);

      CREATE TABLE agenda_items (
        ${OF_APPLICATION},
        session_id text COLLATE "C" NOT NULL REFERENCES review_sessions,
        agenda_position int NOT NULL CHECK (agenda_position >= 1),
        round int NOT NULL,
        entered_at timestamptz(3) NOT NULL,
        result text COLLATE "C" NOT NULL CHECK (result IN ('PENDING', 'DECIDED', 'RETURNED', 'CARRIED_OVER', 'REMOVED')),
        left_at timestamptz(3) CHECK (left_at >= entered_at),
        note text,
        PRIMARY KEY (session_id, agenda_position),
        CHECK ((left_at IS NULL) = (result = 'PENDING'))
      );
      -- Nobody waits for two meetings at once, and none hears the same complete application twice.
      CREATE UNIQUE INDEX agenda_items_pending ON agenda_items (application_id) WHERE result = 'PENDING';
      CREATE UNIQUE INDEX agenda_items_heard ON agenda_items (application_id, round) WHERE result IN ('DECIDED', 'RETURNED');
      CREATE INDEX agenda_items_by_application ON agenda_items (application_id, entered_at);
      ${readable('agenda_items')}${writable('agenda_items')}

      CREATE TABLE session_attendance (
        session_id text COLLATE "C" NOT NULL REFERENCES review_sessions,
        function text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        office text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        is_present boolean NOT NULL,
        representative text,
        recorded_at timestamptz(3) NOT NULL,
        PRIMARY KEY (session_id, function)
      );
      ${readableByParties({
        ...{ subgraph, table: 'session_attendance', item: 'tourism.applications', provider: 'office' },
        ...{ named: ['office', 'agency'], places: ['jurisdiction'] },
      })}
      ${writableByParties({
        ...{ subgraph, table: 'session_attendance', item: 'tourism.applications' },
        ...{ places: ['jurisdiction'] },
      })}

      CREATE TABLE review_opinions (
        ${OF_APPLICATION},
        round int NOT NULL,
        function text COLLATE "C" NOT NULL,
        session_id text COLLATE "C" NOT NULL REFERENCES review_sessions,
        agency text COLLATE "C" NOT NULL,
        speaker text NOT NULL,
        verdict text COLLATE "C" NOT NULL CHECK (verdict IN ('APPROVE', 'APPROVE_WITH_CONDITIONS', 'SUPPLEMENT', 'OBJECT')),
        comment text CHECK (comment IS NOT NULL OR verdict = 'APPROVE'),
        conditions text[] NOT NULL,
        materials jsonb NOT NULL,
        given_at timestamptz(3) NOT NULL,
        -- Working seconds that the meeting had waited for it.
        waited int NOT NULL CHECK (waited >= 0),
        PRIMARY KEY (application_id, round, function)
      );
      CREATE INDEX review_opinions_by_place ON review_opinions (jurisdiction, given_at)
        INCLUDE (filed_by, function, agency, waited);
      ${readable('review_opinions')}
      GRANT INSERT ON review_opinions TO ${member};
      CREATE POLICY departments_insert ON review_opinions FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${inRangeOf('tourism.applications', 'jurisdiction')});

      CREATE TABLE review_recusals (
        ${OF_APPLICATION},
        person text COLLATE "C" NOT NULL,
        function text COLLATE "C",
        reason text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        PRIMARY KEY (application_id, person)
      );
      ${readable('review_recusals')}
      GRANT INSERT ON review_recusals TO ${member};
      CREATE POLICY units_insert ON review_recusals FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${inRangeOf('tourism.applications', 'jurisdiction')});

      CREATE TABLE decisions (
        ${OF_APPLICATION},
        town text COLLATE "C" NOT NULL,
        session_id text COLLATE "C" NOT NULL REFERENCES review_sessions,
        outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('APPROVED', 'APPROVED_WITH_CONDITIONS', 'REJECTED')),
        -- The line of the table of rules that gave the outcome.
        rule text COLLATE "C" NOT NULL,
        note text,
        decided_at timestamptz(3) NOT NULL,
        decided_by text COLLATE "C" NOT NULL,
        actor text NOT NULL,
        -- Working seconds, as the application had spent them when it was decided.
        intake int NOT NULL,
        materials int NOT NULL,
        session_wait int NOT NULL,
        deciding int NOT NULL,
        target_days double precision NOT NULL,
        is_within_target boolean NOT NULL,
        PRIMARY KEY (application_id)
      );
      CREATE INDEX decisions_by_town ON decisions (town, decided_at)
        INCLUDE (jurisdiction, filed_by, intake, materials, session_wait, deciding, is_within_target);
      ${readable('decisions')}${insertedByOffices('decisions', 'town')}

      CREATE TABLE decision_conditions (
        ${OF_APPLICATION},
        id text COLLATE "C" PRIMARY KEY,
        ordinal int NOT NULL,
        function text COLLATE "C" NOT NULL,
        text text NOT NULL,
        due_on date NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('OPEN', 'FULFILLED')),
        fulfilled_at timestamptz(3),
        fulfilled_by text COLLATE "C",
        note text,
        photos text[] NOT NULL DEFAULT '{}',
        CHECK (num_nulls(fulfilled_at, fulfilled_by) = CASE status WHEN 'FULFILLED' THEN 0 ELSE 2 END)
      );
      CREATE UNIQUE INDEX decision_conditions_in_order ON decision_conditions (application_id, ordinal);
      CREATE INDEX decision_conditions_by_place ON decision_conditions (jurisdiction, status, due_on, id);
      ${readable('decision_conditions')}${insertedByOffices('decision_conditions', 'jurisdiction')}
      GRANT UPDATE (status, fulfilled_at, fulfilled_by, note, photos) ON decision_conditions TO ${member};
      CREATE POLICY parties_update ON decision_conditions FOR UPDATE TO ${member}
        USING (${inRangeOf('tourism.applications', 'jurisdiction')});

      -- What a certificate says, to whoever holds it. Nobody is told which application it is from.
      CREATE TABLE certificates (
        number text COLLATE "C" PRIMARY KEY,
        town text COLLATE "C" NOT NULL,
        year int NOT NULL,
        serial int NOT NULL CHECK (serial >= 1),
        application_id text COLLATE "C" NOT NULL UNIQUE REFERENCES decisions,
        content text NOT NULL,
        hash text COLLATE "C" NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
        UNIQUE (town, year, serial)
      );
      ALTER TABLE certificates ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON certificates TO ${member};
      GRANT SELECT (number, content, hash) ON certificates TO ${nobody};
      CREATE POLICY readers ON certificates FOR SELECT TO ${member}, ${nobody} USING (true);
      ${insertedByOffices('certificates', 'town')}`),
};
