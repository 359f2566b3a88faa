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

/** Leads in lists that are pushed down, and what the checks found. */
export const createLeads: Migration = {
  name: '023_create_leads',
  up: (sql) =>
    sql(`
      CREATE TABLE lead_lists (
        id text COLLATE "C" PRIMARY KEY,
        title text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        pushed_by text COLLATE "C" NOT NULL,
        due_on date NOT NULL,
        note text,
        external_id text COLLATE "C",
        opened_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        UNIQUE (pushed_by, external_id)
      );
      CREATE INDEX lead_lists_by_time ON lead_lists (opened_at, id);
      CREATE INDEX lead_lists_by_place ON lead_lists (jurisdiction, opened_at, id);
      GRANT INSERT ON lead_lists TO ${member};
      CREATE POLICY pushers_open ON lead_lists FOR INSERT TO ${member} WITH CHECK (pushed_by = ${VIEWER});

      CREATE TABLE leads (
        id text COLLATE "C" PRIMARY KEY,
        list_id text COLLATE "C" NOT NULL REFERENCES lead_lists,
        external_id text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        -- The list's own.
        pushed_by text COLLATE "C" NOT NULL,
        due_on date NOT NULL,
        title text NOT NULL,
        address text,
        evidence text NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('PUSHED', 'ASSIGNED', 'CHECKED')),
        agency text COLLATE "C",
        grid text COLLATE "C" REFERENCES grids,
        result text COLLATE "C" CHECK (result IN ('CONFIRMED', 'UNFOUNDED', 'UNREACHABLE')),
        result_note text,
        photos text[] NOT NULL DEFAULT '{}',
        checked_at timestamptz(3),
        case_id text COLLATE "C" REFERENCES cases,
        UNIQUE (list_id, external_id),
        CHECK ((agency IS NULL) = (status = 'PUSHED')),
        CHECK ((result IS NOT NULL) = (status = 'CHECKED')),
        CHECK ((checked_at IS NOT NULL) = (status = 'CHECKED')),
        CHECK (case_id IS NULL OR result = 'CONFIRMED')
      );
      CREATE UNIQUE INDEX leads_by_case ON leads (case_id) WHERE case_id IS NOT NULL;
      CREATE INDEX leads_by_list ON leads (list_id, due_on, id);
      CREATE INDEX leads_by_place ON leads (jurisdiction, due_on, id);
      CREATE INDEX leads_by_agency ON leads (agency, due_on, id);
      CREATE INDEX leads_by_pusher ON leads (pushed_by, due_on, id);
      -- Whoever has a lead reads what its list is about.
      ${readableByParties({
        ...{ ...shared, table: 'lead_lists', named: ['pushed_by'], places: ['jurisdiction'] },
        through: { table: 'leads', key: 'list_id' },
      })}
      ${readableByParties({ ...shared, table: 'leads', named: ['pushed_by', 'agency'], places: ['jurisdiction'] })}
      GRANT INSERT, UPDATE (status, agency, grid, result, result_note, photos, checked_at, case_id) ON leads TO ${member};
      CREATE POLICY pushers_push ON leads FOR INSERT TO ${member} WITH CHECK (pushed_by = ${VIEWER} AND status = 'PUSHED');
      CREATE POLICY parties_work ON leads FOR UPDATE TO ${member}
        USING (pushed_by = ${VIEWER} OR agency = ${VIEWER} OR ${RULES}) WITH CHECK (true);

      CREATE TABLE lead_events (
        lead_id text COLLATE "C" NOT NULL REFERENCES leads,
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('PUSHED', 'ASSIGNED', 'CHECKED', 'CASE_OPENED')),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        subject text COLLATE "C",
        result text COLLATE "C",
        note text,
        PRIMARY KEY (lead_id, ordinal)
      );
      ${readableByParties({
        ...{ ...shared, table: 'lead_events', named: ['agency'] },
        parent: { table: 'leads', key: 'lead_id' },
      })}
      GRANT INSERT ON lead_events TO ${member};
      CREATE POLICY actors_record ON lead_events FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});`),
};
