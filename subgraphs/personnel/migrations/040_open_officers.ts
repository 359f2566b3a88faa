import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties } from '../../kit/policies';

const subgraph = 'personnel';
const { member } = rolesOf(subgraph);

const VIEWER = "(select current_setting('hub.agency', true))";

/** Officers are registered and changed by their own unit, and go to another when both units want it. */
export const openOfficers: Migration = {
  name: '040_open_officers',
  up: (sql) =>
    sql(`
      ALTER TABLE officers ADD COLUMN number text COLLATE "C";
      CREATE UNIQUE INDEX officers_by_number ON officers (agency, number);
      GRANT INSERT (id, name, title, agency, number), UPDATE (name, title, number) ON officers TO ${member};
      CREATE POLICY units_register ON officers FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY units_change ON officers FOR UPDATE TO ${member}
        USING (agency = ${VIEWER}) WITH CHECK (agency = ${VIEWER});
      GRANT INSERT, UPDATE (phone, email) ON officer_contacts TO ${member};
      CREATE POLICY units_enter ON officer_contacts FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY units_change ON officer_contacts FOR UPDATE TO ${member}
        USING (agency = ${VIEWER}) WITH CHECK (agency = ${VIEWER});

      CREATE TABLE officer_events (
        officer text COLLATE "C" NOT NULL REFERENCES officers,
        ordinal int NOT NULL CHECK (ordinal > 0),
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('REGISTERED', 'CHANGED', 'TRANSFERRED')),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        name text NOT NULL,
        title text NOT NULL,
        unit text COLLATE "C" NOT NULL,
        was_name text,
        was_title text,
        was_unit text COLLATE "C",
        PRIMARY KEY (officer, ordinal),
        CHECK (num_nulls(was_name, was_title, was_unit) = CASE kind WHEN 'REGISTERED' THEN 3 ELSE 0 END)
      );
      ${readableByAll({ subgraph, item: 'personnel.secondments', table: 'officer_events' })}
      GRANT INSERT ON officer_events TO ${member};
      CREATE POLICY units_record ON officer_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND kind IN ('REGISTERED', 'CHANGED') AND EXISTS (
          SELECT FROM officers WHERE officers.id = officer AND officers.agency = ${VIEWER}
            AND (officers.name, officers.title, officers.agency)
              = (officer_events.name, officer_events.title, officer_events.unit)));

      CREATE TABLE officer_transfers (
        id text COLLATE "C" PRIMARY KEY,
        officer text COLLATE "C" NOT NULL REFERENCES officers,
        from_agency text COLLATE "C" NOT NULL,
        to_agency text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('PROPOSED', 'AGREED', 'REFUSED', 'WITHDRAWN')),
        -- The post, and the number, that the officer gets there.
        title text CHECK (title IS NOT NULL OR status <> 'AGREED'),
        number text COLLATE "C",
        reason text NOT NULL,
        proposed_by text COLLATE "C" NOT NULL CHECK (proposed_by IN (from_agency, to_agency)),
        proposed_at timestamptz(3) NOT NULL,
        proposer text NOT NULL,
        answered_by text COLLATE "C" CHECK (answered_by IN (from_agency, to_agency)),
        answered_at timestamptz(3) CHECK (answered_at >= proposed_at),
        answerer text,
        note text,
        CHECK (from_agency <> to_agency),
        CHECK (num_nulls(answered_by, answered_at, answerer) = CASE status WHEN 'PROPOSED' THEN 3 ELSE 0 END)
      );
      -- By both units: of the others' proposals about the same officer neither learns from a conflict.
      CREATE UNIQUE INDEX officer_transfers_waiting ON officer_transfers (officer, from_agency, to_agency)
        WHERE status = 'PROPOSED';
      CREATE INDEX officer_transfers_from ON officer_transfers (from_agency, proposed_at, id);
      CREATE INDEX officer_transfers_to ON officer_transfers (to_agency, proposed_at, id);
      ${readableByParties({
        ...{ subgraph, item: 'personnel.conduct', table: 'officer_transfers' },
        ...{ named: ['from_agency', 'to_agency'], places: ['from_agency', 'to_agency'] },
      })}
      GRANT INSERT, UPDATE (status, title, number, answered_by, answered_at, answerer, note)
        ON officer_transfers TO ${member};
      CREATE POLICY units_propose ON officer_transfers FOR INSERT TO ${member}
        WITH CHECK (status = 'PROPOSED' AND proposed_by = ${VIEWER} AND EXISTS (
          SELECT FROM officers WHERE officers.id = officer AND officers.agency = from_agency));
      CREATE POLICY units_answer ON officer_transfers FOR UPDATE TO ${member}
        USING (status = 'PROPOSED' AND ${VIEWER} IN (from_agency, to_agency))
        WITH CHECK (answered_by = ${VIEWER} AND CASE status
          WHEN 'WITHDRAWN' THEN proposed_by = ${VIEWER} ELSE proposed_by <> ${VIEWER} END);

      -- Nobody may write an officer's unit: it follows from what both agreed on.
      CREATE FUNCTION carry_out_transfer() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${subgraph}, pg_temp AS $$
        DECLARE
          was officers%ROWTYPE;
        BEGIN
          -- Waits for whoever plans a posting, so that what is looked for below is there when it was first.
          SELECT * INTO was FROM officers WHERE id = NEW.officer AND agency = NEW.from_agency FOR UPDATE;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'the officer has left the unit' USING ERRCODE = 'HB001';
          END IF;
          IF EXISTS (SELECT FROM secondments
                     WHERE officer = NEW.officer AND status IN ('PLANNED', 'ACTIVE')) THEN
            RAISE EXCEPTION 'the officer is posted' USING ERRCODE = 'HB002';
          END IF;
          UPDATE officers SET agency = NEW.to_agency, title = NEW.title, number = NEW.number WHERE id = NEW.officer;
          INSERT INTO officer_events
              (officer, ordinal, kind, at, actor, agency, name, title, unit, was_name, was_title, was_unit)
            SELECT NEW.officer, count(*) + 1, 'TRANSFERRED', NEW.answered_at, NEW.answerer, NEW.answered_by,
              was.name, NEW.title, NEW.to_agency, was.name, was.title, was.agency
            FROM officer_events WHERE officer = NEW.officer;
          RETURN NULL;
        END $$;
      CREATE TRIGGER carry_out AFTER UPDATE ON officer_transfers
        FOR EACH ROW WHEN (NEW.status = 'AGREED') EXECUTE FUNCTION carry_out_transfer();`),
};
