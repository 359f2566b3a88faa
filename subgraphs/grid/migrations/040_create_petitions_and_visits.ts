import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.people' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
const VIEWER = setting('hub.agency');
/** That the viewer is a party by the row's place. */
const RULES = `(jurisdiction >= ${setting(rangeSetting(shared.item, 'from'))}
  AND jurisdiction < ${setting(rangeSetting(shared.item, 'below'))})`;

/** Petitioners who were received, and visits to households, with what followed. */
export const createPetitionsAndVisits: Migration = {
  name: '040_create_petitions_and_visits',
  up: (sql) =>
    sql(`
      CREATE TABLE petition_receptions (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        external_id text COLLATE "C",
        received_by text NOT NULL,
        received_at timestamptz(3) NOT NULL,
        petitioner text NOT NULL,
        petitioner_phone text,
        visitors int NOT NULL CHECK (visitors > 0),
        claim text NOT NULL,
        statement text,
        instruction text,
        handler text COLLATE "C",
        due_on date,
        status text COLLATE "C" NOT NULL CHECK (status IN ('RECEIVED', 'INSTRUCTED', 'CARRIED_OUT', 'CLOSED')),
        carried_out_at timestamptz(3),
        outcome text COLLATE "C" CHECK (outcome IN ('SETTLED', 'EXPLAINED', 'TRANSFERRED')),
        case_id text COLLATE "C" UNIQUE REFERENCES cases,
        UNIQUE (recorded_by, external_id),
        CHECK (num_nulls(instruction, handler, due_on) IN (0, 3)),
        CHECK (status NOT IN ('INSTRUCTED', 'CARRIED_OUT') OR instruction IS NOT NULL),
        CHECK ((outcome IS NOT NULL) = (status = 'CLOSED'))
      );
      CREATE INDEX petition_receptions_by_time ON petition_receptions (received_at, id);
      CREATE INDEX petition_receptions_by_place ON petition_receptions (jurisdiction, received_at, id);
      CREATE INDEX petition_receptions_by_handler ON petition_receptions (handler, received_at, id);
      ${readableByParties({
        ...{ ...shared, table: 'petition_receptions' },
        ...{ named: ['recorded_by', 'handler'], places: ['jurisdiction'] },
      })}
      GRANT INSERT, UPDATE (statement, instruction, handler, due_on, status, carried_out_at, outcome, case_id)
        ON petition_receptions TO ${member};
      CREATE POLICY recorders_insert ON petition_receptions FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY parties_update ON petition_receptions FOR UPDATE TO ${member}
        USING (recorded_by = ${VIEWER} OR handler = ${VIEWER}) WITH CHECK (true);

      CREATE TABLE petition_events (
        reception_id text COLLATE "C" NOT NULL REFERENCES petition_receptions,
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        kind text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        PRIMARY KEY (reception_id, ordinal)
      );
      ${readableByParties({
        ...{ ...shared, table: 'petition_events', named: ['agency'] },
        parent: { table: 'petition_receptions', key: 'reception_id' },
      })}
      GRANT INSERT ON petition_events TO ${member};
      CREATE POLICY actors_record ON petition_events FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});

      CREATE TABLE household_visits (
        id text COLLATE "C" PRIMARY KEY,
        household_id text COLLATE "C" NOT NULL REFERENCES households,
        -- The household's own.
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        external_id text COLLATE "C",
        visited_at timestamptz(3) NOT NULL,
        visitors text[] NOT NULL CHECK (cardinality(visitors) > 0),
        -- A list of kind, description and isMet.
        needs jsonb NOT NULL,
        help text,
        status text COLLATE "C" NOT NULL CHECK (status IN ('NO_FOLLOW_UP', 'OPEN', 'DONE')),
        follow_up_on date,
        UNIQUE (recorded_by, external_id),
        CHECK (status <> 'OPEN' OR follow_up_on IS NOT NULL)
      );
      CREATE INDEX household_visits_by_time ON household_visits (visited_at, id);
      CREATE INDEX household_visits_by_place ON household_visits (jurisdiction, visited_at, id);
      CREATE INDEX household_visits_by_household ON household_visits (household_id, visited_at, id);
      ${readableByParties({ ...shared, table: 'household_visits', named: ['recorded_by'], places: ['jurisdiction'] })}
      GRANT INSERT, UPDATE (status, follow_up_on) ON household_visits TO ${member};
      CREATE POLICY places_insert ON household_visits FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});
      CREATE POLICY places_update ON household_visits FOR UPDATE TO ${member} USING (${RULES}) WITH CHECK (${RULES});

      CREATE TABLE household_visit_follow_ups (
        visit_id text COLLATE "C" NOT NULL REFERENCES household_visits,
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        note text NOT NULL,
        is_done boolean NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        PRIMARY KEY (visit_id, ordinal)
      );
      ${readableByParties({
        ...{ ...shared, table: 'household_visit_follow_ups' },
        ...{ named: ['recorded_by'], places: ['jurisdiction'] },
      })}
      GRANT INSERT ON household_visit_follow_ups TO ${member};
      CREATE POLICY places_insert ON household_visit_follow_ups FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});`),
};
