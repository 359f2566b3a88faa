import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
const VIEWER = setting('hub.agency');
/** That the viewer is a party by the row's place. */
const RULES = `(jurisdiction >= ${setting(rangeSetting(shared.item, 'from'))}
  AND jurisdiction < ${setting(rangeSetting(shared.item, 'below'))})`;
const parties = { named: ['recorded_by'], places: ['jurisdiction'], provider: 'recorded_by' };

export const createRiverPatrols: Migration = {
  name: '007_create_river_patrols',
  up: (sql) =>
    sql(`
      CREATE TABLE river_patrols (
        id text COLLATE "C" PRIMARY KEY,
        reach text COLLATE "C" NOT NULL REFERENCES reaches,
        -- The reach's own.
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        external_id text COLLATE "C",
        started_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3) NOT NULL,
        members text[] NOT NULL,
        note text,
        photos text[] NOT NULL,
        -- A list of thing, quantity, unit and note.
        confiscations jsonb NOT NULL,
        UNIQUE (recorded_by, external_id),
        CHECK (ended_at >= started_at)
      );
      CREATE INDEX river_patrols_by_time ON river_patrols (started_at, id);
      CREATE INDEX river_patrols_by_place ON river_patrols (jurisdiction, started_at, id);
      CREATE INDEX river_patrols_by_reach ON river_patrols (reach, started_at, id);
      ${readableByParties({ ...shared, ...parties, table: 'river_patrols' })}
      GRANT INSERT ON river_patrols TO ${member};
      CREATE POLICY recorders_insert ON river_patrols FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});

      CREATE TABLE river_removals (
        id text COLLATE "C" PRIMARY KEY,
        patrol_id text COLLATE "C" NOT NULL REFERENCES river_patrols,
        ordinal int NOT NULL,
        reach text COLLATE "C" NOT NULL REFERENCES reaches,
        jurisdiction text COLLATE "C" NOT NULL,
        recorded_by text COLLATE "C" NOT NULL,
        thing text NOT NULL,
        ordered_on date NOT NULL,
        remove_until date NOT NULL,
        -- With the grace that was granted.
        due_on date NOT NULL,
        removed_at timestamptz(3),
        removal_note text,
        UNIQUE (patrol_id, ordinal),
        CHECK (remove_until >= ordered_on),
        CHECK (due_on >= remove_until)
      );
      CREATE INDEX river_removals_by_day ON river_removals (due_on, id);
      ${readableByParties({ ...shared, ...parties, table: 'river_removals' })}
      GRANT INSERT, UPDATE (due_on, removed_at, removal_note) ON river_removals TO ${member};
      CREATE POLICY recorders_insert ON river_removals FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY places_update ON river_removals FOR UPDATE TO ${member}
        USING (removed_at IS NULL AND (recorded_by = ${VIEWER} OR ${RULES})) WITH CHECK (true);

      CREATE TABLE river_removal_graces (
        removal_id text COLLATE "C" NOT NULL REFERENCES river_removals,
        grace_until date NOT NULL,
        granted_by text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        granted_at timestamptz(3) NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (removal_id, grace_until)
      );
      ${readableByParties({
        ...shared,
        table: 'river_removal_graces',
        named: ['agency'],
        parent: { table: 'river_removals', key: 'removal_id' },
      })}
      GRANT INSERT ON river_removal_graces TO ${member};
      CREATE POLICY granters_insert ON river_removal_graces FOR INSERT TO ${member} WITH CHECK (
        agency = ${VIEWER} AND EXISTS (
          SELECT FROM river_removals AS removal WHERE removal.id = removal_id AND removal.due_on = grace_until));`),
};
