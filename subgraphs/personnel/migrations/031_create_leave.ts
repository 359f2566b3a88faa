import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';
import { CONDUCT, member, PARENT_POSTING, VIEWER, viewerManages } from '../conduct/row-policies';

/** Whether the viewer's unit holds one of a request's rungs. */
const holdsRung = (request: string) => `EXISTS (SELECT FROM leave_rungs AS rung
  WHERE rung.leave_request = ${request} AND rung.agency = ${VIEWER})`;

/** Leave with its ladder: a request, the rungs that it may come before, and what was done about it. */
export const createLeave: Migration = {
  name: '031_create_leave',
  up: (sql) =>
    sql(`
      CREATE TABLE leave_requests (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        -- Where the officer works when the leave begins.
        host_agency text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL
          CHECK (status IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'RETURNED')),
        starts_on date NOT NULL,
        start_part text COLLATE "C" NOT NULL,
        ends_on date NOT NULL,
        end_part text COLLATE "C" NOT NULL,
        days double precision NOT NULL CHECK (days > 0),
        reason text NOT NULL,
        requested_at timestamptz(3) NOT NULL,
        requested_by text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        decided_step int,
        -- What is off work, in halves of days since 1970-01-01; an early return gives the rest back.
        starts_half int NOT NULL,
        ends_half int NOT NULL,
        returned_on date,
        returned_part text COLLATE "C",
        days_taken double precision,
        CHECK (starts_half <= ends_half),
        CHECK (decided_step IS NOT NULL OR status IN ('PENDING', 'WITHDRAWN')),
        CHECK (num_nulls(returned_on, returned_part, days_taken) = CASE status WHEN 'RETURNED' THEN 0 ELSE 3 END),
        CONSTRAINT one_leave_at_a_time EXCLUDE USING gist (
          key_range(secondment, secondment, '[]') WITH &&,
          int4range(starts_half, ends_half, '[]') WITH &&
        ) WHERE (status IN ('PENDING', 'APPROVED', 'RETURNED'))
      );
      CREATE INDEX leave_requests_by_posting ON leave_requests (secondment, starts_half);
      CREATE INDEX leave_requests_by_host ON leave_requests (host_agency, requested_at, id);

      CREATE TABLE leave_rungs (
        leave_request text COLLATE "C" NOT NULL REFERENCES leave_requests,
        step int NOT NULL CHECK (step > 0),
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        role text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        since timestamptz(3) NOT NULL,
        live_since timestamptz(3) NOT NULL CHECK (live_since >= since),
        PRIMARY KEY (leave_request, step)
      );
      CREATE INDEX leave_rungs_by_agency ON leave_rungs (agency, leave_request);
      ${readableByParties({ ...CONDUCT, table: 'leave_rungs', named: ['agency'], parent: PARENT_POSTING })}
      ${readableByParties({
        ...CONDUCT,
        table: 'leave_requests',
        named: ['agency'],
        parent: PARENT_POSTING,
      })}
      GRANT INSERT ON leave_requests, leave_rungs TO ${member};
      GRANT UPDATE (status, decided_step, ends_half, returned_on, returned_part, days_taken)
        ON leave_requests TO ${member};
      CREATE POLICY managers_request ON leave_requests FOR INSERT TO ${member}
        WITH CHECK (status = 'PENDING' AND agency = ${VIEWER} AND ${viewerManages('leave_requests')});
      CREATE POLICY units_step ON leave_requests FOR UPDATE TO ${member}
        USING (status IN ('PENDING', 'APPROVED'))
        WITH CHECK (CASE status
          WHEN 'WITHDRAWN' THEN agency = ${VIEWER}
          WHEN 'RETURNED' THEN ${viewerManages('leave_requests')}
          WHEN 'PENDING' THEN false
          ELSE ${holdsRung('id')} END);
      CREATE POLICY requesters_lay ON leave_rungs FOR INSERT TO ${member}
        WITH CHECK (EXISTS (SELECT FROM leave_requests AS request
          WHERE request.id = leave_request AND request.secondment = leave_rungs.secondment
            AND request.agency = ${VIEWER} AND request.status = 'PENDING'));

      CREATE TABLE leave_events (
        leave_request text COLLATE "C" NOT NULL REFERENCES leave_requests,
        ordinal int NOT NULL CHECK (ordinal > 0),
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('REQUEST', 'APPROVE', 'REJECT', 'WITHDRAW', 'RETURN')),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        role text COLLATE "C",
        is_deputy boolean NOT NULL,
        note text,
        PRIMARY KEY (leave_request, ordinal)
      );
      ${readableByParties({
        ...CONDUCT,
        table: 'leave_events',
        parent: { table: 'leave_requests', key: 'leave_request' },
      })}
      GRANT INSERT ON leave_events TO ${member};
      CREATE POLICY actors_record ON leave_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM leave_requests AS request WHERE request.id = leave_request));

      CREATE TABLE leave_deputies (
        id text COLLATE "C" PRIMARY KEY,
        agency text COLLATE "C" NOT NULL,
        role text COLLATE "C" NOT NULL,
        deputy text NOT NULL,
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        appointed_by text NOT NULL,
        appointed_at timestamptz(3) NOT NULL,
        CHECK (starts_on <= ends_on),
        CONSTRAINT once_at_a_time EXCLUDE USING gist (
          key_range(agency, agency, '[]') WITH &&,
          key_range(role, role, '[]') WITH &&,
          key_range(deputy COLLATE "C", deputy COLLATE "C", '[]') WITH &&,
          daterange(starts_on, ends_on, '[]') WITH &&
        )
      );
      CREATE INDEX leave_deputies_by_agency ON leave_deputies (agency, starts_on, id);
      ${readableByParties({ ...CONDUCT, table: 'leave_deputies', named: ['agency'] })}
      GRANT INSERT, UPDATE (ends_on) ON leave_deputies TO ${member};
      CREATE POLICY holders_appoint ON leave_deputies FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY holders_end ON leave_deputies FOR UPDATE TO ${member}
        USING (agency = ${VIEWER}) WITH CHECK (agency = ${VIEWER});`),
};
