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
const parties = { named: ['recorded_by'], places: ['jurisdiction'] };

/** Households with their waste cards: the stamps of each week, and the rewards of each month. */
export const createHouseholds: Migration = {
  name: '021_create_households',
  up: (sql) =>
    sql(`
      CREATE TABLE households (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        card_number text COLLATE "C" NOT NULL,
        head text NOT NULL,
        address text,
        phone text,
        members int CHECK (members > 0),
        moved_in_on date,
        moved_out_on date CHECK (moved_out_on >= moved_in_on),
        recorded_by text COLLATE "C" NOT NULL,
        -- Whoever may register a household of a village sees all of them, so that the number gives nothing away.
        UNIQUE (jurisdiction, card_number)
      );
      CREATE INDEX households_by_recorder ON households (recorded_by, jurisdiction, card_number);
      ${readableByParties({ ...shared, table: 'households', ...parties })}
      GRANT INSERT, UPDATE (moved_out_on) ON households TO ${member};
      CREATE POLICY places_insert ON households FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});
      CREATE POLICY places_update ON households FOR UPDATE TO ${member} USING (${RULES}) WITH CHECK (${RULES});

      CREATE TABLE household_events (
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        household_id text COLLATE "C" NOT NULL REFERENCES households,
        jurisdiction text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('REGISTERED', 'MOVED_AWAY')),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        PRIMARY KEY (household_id, ordinal)
      );
      ${readableByParties({ ...shared, table: 'household_events', ...parties })}
      GRANT INSERT ON household_events TO ${member};
      CREATE POLICY places_insert ON household_events FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});

      CREATE TABLE waste_stamps (
        id text COLLATE "C" PRIMARY KEY,
        household_id text COLLATE "C" NOT NULL REFERENCES households,
        -- The household's own.
        jurisdiction text COLLATE "C" NOT NULL,
        week_of date NOT NULL CHECK (extract(isodow FROM week_of) = 1),
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('RED', 'EMPTY', 'BLACK')),
        stamped_at timestamptz(3) NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        UNIQUE (household_id, week_of)
      );
      ${readableByParties({ ...shared, table: 'waste_stamps', ...parties })}
      GRANT INSERT, UPDATE (kind) ON waste_stamps TO ${member};
      CREATE POLICY places_insert ON waste_stamps FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});
      CREATE POLICY places_update ON waste_stamps FOR UPDATE TO ${member} USING (${RULES}) WITH CHECK (${RULES});

      -- How each stamp was put, and what it was corrected to.
      CREATE TABLE waste_stamp_revisions (
        stamp_id text COLLATE "C" NOT NULL REFERENCES waste_stamps,
        ordinal int NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        reason text,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        PRIMARY KEY (stamp_id, ordinal),
        CHECK ((reason IS NULL) = (ordinal = 0))
      );
      ${readableByParties({ ...shared, table: 'waste_stamp_revisions', ...parties })}
      GRANT INSERT ON waste_stamp_revisions TO ${member};
      CREATE POLICY places_insert ON waste_stamp_revisions FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});

      CREATE TABLE waste_reward_hand_outs (
        household_id text COLLATE "C" NOT NULL REFERENCES households,
        month text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        reward text COLLATE "C" NOT NULL,
        reward_name text NOT NULL,
        points double precision NOT NULL,
        recipient text NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        PRIMARY KEY (household_id, month)
      );
      ${readableByParties({ ...shared, table: 'waste_reward_hand_outs', ...parties })}
      GRANT INSERT ON waste_reward_hand_outs TO ${member};
      CREATE POLICY places_insert ON waste_reward_hand_outs FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND ${RULES});`),
};
