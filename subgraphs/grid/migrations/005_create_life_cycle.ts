import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
const VIEWER = setting('hub.agency');
/** That the viewer is a party by a row's place. */
const rules = (column: string) =>
  `(${column} >= ${setting(rangeSetting(shared.item, 'from'))} AND ${column} < ${setting(rangeSetting(shared.item, 'below'))})`;
const isNamed = (caseId: string) =>
  `EXISTS (SELECT FROM case_parties AS party WHERE party.case_id = ${caseId} AND party.agency = ${VIEWER})`;

/** What writes a case's life: who may, its routes, extensions and referrals. */
export const createLifeCycle: Migration = {
  name: '005_create_life_cycle',
  up: (sql) =>
    sql(`
      ALTER TABLE case_events ADD CHECK (kind <> 'RETURNED' OR (note IS NOT NULL AND basis IS NOT NULL)) NOT VALID;

      -- Numbers count within a town and day, from where the numbers that are there end.
      CREATE TABLE case_serials (
        prefix text COLLATE "C" PRIMARY KEY,
        last int NOT NULL
      );
      ALTER TABLE case_serials ENABLE ROW LEVEL SECURITY;
      CREATE FUNCTION next_case_serial(wanted text) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${shared.subgraph}, pg_temp AS $$
        DECLARE serial int;
        BEGIN
          UPDATE case_serials SET last = last + 1 WHERE prefix = wanted RETURNING last INTO serial;
          IF FOUND THEN RETURN serial; END IF;
          INSERT INTO case_serials AS counter (prefix, last)
            SELECT wanted, coalesce(max(substr(number, length(wanted) + 1)::int), 0) + 1
            FROM cases WHERE number >= wanted AND number < wanted || ':'
            ON CONFLICT (prefix) DO UPDATE SET last = counter.last + 1
            RETURNING last INTO serial;
          RETURN serial;
        END $$;
      REVOKE EXECUTE ON FUNCTION next_case_serial FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION next_case_serial TO ${member};

      GRANT INSERT ON cases TO ${member};
      GRANT UPDATE (stage, category, filed_at, due_at, is_due_provisional, closed_at, is_supervised, task_agency,
        task_dispatched_by, task_dispatched_at, task_accepted_at, duplicate_of, reopened_at) ON cases TO ${member};
      CREATE POLICY reporters_insert ON cases FOR INSERT TO ${member}
        WITH CHECK (reporter = ${VIEWER} AND (stage = 'RECEIVED' OR (stage = 'FILED' AND source = 'NEIGHBOR_REFERRAL')));
      -- The place's command, and whoever holds the task, until they have it no more.
      CREATE POLICY actors_update ON cases FOR UPDATE TO ${member}
        USING (task_agency = ${VIEWER} OR ${rules('jurisdiction')})
        WITH CHECK (${rules('jurisdiction')} OR ${isNamed('cases.id')});

      GRANT INSERT ON case_events TO ${member};
      CREATE POLICY actors_record ON case_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND (${rules('jurisdiction')} OR ${isNamed('case_events.case_id')}));

      CREATE TABLE case_routes (
        jurisdiction text COLLATE "C" NOT NULL,
        category text COLLATE "C" NOT NULL REFERENCES categories,
        effective_from date NOT NULL,
        effective_until date,
        agency text COLLATE "C" NOT NULL,
        set_by text COLLATE "C" NOT NULL,
        PRIMARY KEY (jurisdiction, category, effective_from),
        CHECK (effective_until >= effective_from)
      );
      ${readableByAll({ ...shared, table: 'case_routes' })}
      GRANT INSERT, UPDATE (effective_until, agency, set_by) ON case_routes TO ${member};
      CREATE POLICY commands_insert ON case_routes FOR INSERT TO ${member}
        WITH CHECK (set_by = ${VIEWER} AND ${rules('jurisdiction')});
      CREATE POLICY commands_update ON case_routes FOR UPDATE TO ${member}
        USING (${rules('jurisdiction')}) WITH CHECK (set_by = ${VIEWER});

      CREATE TABLE case_extensions (
        id text COLLATE "C" PRIMARY KEY,
        case_id text COLLATE "C" NOT NULL REFERENCES cases,
        -- The case's own.
        jurisdiction text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        dispatcher text COLLATE "C" NOT NULL,
        until timestamptz(3) NOT NULL,
        reason text NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'LAPSED')),
        requested_at timestamptz(3) NOT NULL,
        requested_by text NOT NULL,
        decided_at timestamptz(3) CHECK (decided_at >= requested_at),
        decided_by text,
        note text,
        CHECK (num_nulls(decided_at, decided_by) = CASE WHEN status IN ('APPROVED', 'REJECTED') THEN 0 ELSE 2 END),
        CHECK (status <> 'REJECTED' OR note IS NOT NULL)
      );
      CREATE UNIQUE INDEX case_extensions_waiting ON case_extensions (case_id) WHERE status = 'REQUESTED';
      CREATE INDEX case_extensions_by_case ON case_extensions (case_id, requested_at, id);
      ${readableByParties({
        ...shared,
        table: 'case_extensions',
        named: ['agency', 'dispatcher'],
        places: ['jurisdiction'],
        parent: { table: 'cases', key: 'case_id' },
      })}
      GRANT INSERT, UPDATE (status, decided_at, decided_by, note) ON case_extensions TO ${member};
      CREATE POLICY holders_request ON case_extensions FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND status = 'REQUESTED');
      CREATE POLICY parties_end ON case_extensions FOR UPDATE TO ${member}
        USING (status = 'REQUESTED' AND (agency = ${VIEWER} OR dispatcher = ${VIEWER} OR ${rules('jurisdiction')}))
        WITH CHECK (status = 'LAPSED' OR dispatcher = ${VIEWER});

      CREATE TABLE case_referrals (
        id text COLLATE "C" PRIMARY KEY,
        case_id text COLLATE "C" NOT NULL REFERENCES cases,
        -- The case's own place, and that of the unit that it is offered to.
        jurisdiction text COLLATE "C" NOT NULL,
        to_place text COLLATE "C" NOT NULL,
        from_agency text COLLATE "C" NOT NULL,
        to_agency text COLLATE "C" NOT NULL,
        reason text NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('OFFERED', 'ACCEPTED', 'REFUSED')),
        offered_at timestamptz(3) NOT NULL,
        offered_by text NOT NULL,
        decided_at timestamptz(3) CHECK (decided_at >= offered_at),
        decided_by text,
        note text,
        neighbor_case text COLLATE "C" UNIQUE REFERENCES cases,
        CHECK (from_agency <> to_agency),
        CHECK (num_nulls(decided_at, decided_by) = CASE WHEN status = 'OFFERED' THEN 2 ELSE 0 END),
        CHECK (status <> 'REFUSED' OR note IS NOT NULL),
        CHECK ((neighbor_case IS NOT NULL) = (status = 'ACCEPTED'))
      );
      CREATE UNIQUE INDEX case_referrals_waiting ON case_referrals (case_id, to_agency) WHERE status = 'OFFERED';
      CREATE INDEX case_referrals_by_case ON case_referrals (case_id, offered_at, id);
      CREATE INDEX case_referrals_by_sender ON case_referrals (from_agency, offered_at, id);
      CREATE INDEX case_referrals_by_receiver ON case_referrals (to_agency, offered_at, id);
      ${readableByParties({
        ...shared,
        table: 'case_referrals',
        named: ['from_agency', 'to_agency'],
        places: ['jurisdiction', 'to_place'],
        provider: 'from_agency',
      })}
      GRANT INSERT, UPDATE (status, decided_at, decided_by, note, neighbor_case) ON case_referrals TO ${member};
      CREATE POLICY commands_offer ON case_referrals FOR INSERT TO ${member}
        WITH CHECK (from_agency = ${VIEWER} AND status = 'OFFERED' AND ${rules('jurisdiction')});
      CREATE POLICY receivers_decide ON case_referrals FOR UPDATE TO ${member}
        USING (status = 'OFFERED' AND to_agency = ${VIEWER}) WITH CHECK (to_agency = ${VIEWER});
      -- Both sides read both cases.
      CREATE FUNCTION keep_referral_parties() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${shared.subgraph}, pg_temp AS $$
        BEGIN
          INSERT INTO case_parties (case_id, agency, jurisdiction, reported_at, due_order)
            SELECT cases.id, side.agency, cases.jurisdiction, cases.reported_at, cases.due_order
            FROM (VALUES (NEW.case_id, NEW.to_agency), (NEW.neighbor_case, NEW.from_agency)) AS side (case_id, agency)
            JOIN cases ON cases.id = side.case_id
            ON CONFLICT DO NOTHING;
          RETURN NULL;
        END $$;
      REVOKE EXECUTE ON FUNCTION keep_referral_parties FROM PUBLIC;
      CREATE TRIGGER keep_parties AFTER INSERT OR UPDATE OF neighbor_case ON case_referrals
        FOR EACH ROW EXECUTE FUNCTION keep_referral_parties();`),
};
