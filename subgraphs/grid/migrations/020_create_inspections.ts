import { rangeSetting, rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.inspections' } as const;
const { member } = rolesOf('grid');
const setting = (name: string) => `(select current_setting('${name}', true))`;
const VIEWER = setting('hub.agency');
/** That the viewer is a party by the row's place. */
const RULES = `(jurisdiction >= ${setting(rangeSetting(shared.item, 'from'))}
  AND jurisdiction < ${setting(rangeSetting(shared.item, 'below'))})`;
const isOpen = (campaign: string) =>
  `EXISTS (SELECT FROM inspection_campaigns AS campaign WHERE campaign.id = ${campaign} AND campaign.status = 'OPEN')`;

export const createInspections: Migration = {
  name: '020_create_inspections',
  up: (sql) =>
    sql(`
      -- The units of each campaign with their places: whoever reads one of these rows reads the campaign.
      CREATE TABLE inspection_units (
        campaign_id text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        organizer text COLLATE "C" NOT NULL,
        PRIMARY KEY (campaign_id, agency)
      );
      CREATE INDEX inspection_units_by_agency ON inspection_units (agency, campaign_id);
      CREATE INDEX inspection_units_by_place ON inspection_units (jurisdiction, campaign_id);
      ${readableByParties({
        ...shared,
        table: 'inspection_units',
        named: ['agency', 'organizer'],
        places: ['jurisdiction'],
        provider: 'organizer',
      })}
      GRANT INSERT ON inspection_units TO ${member};
      CREATE POLICY organizers_insert ON inspection_units FOR INSERT TO ${member} WITH CHECK (organizer = ${VIEWER});

      CREATE TABLE inspection_campaigns (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        month text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
        organizer text COLLATE "C" NOT NULL,
        external_id text COLLATE "C",
        floor int NOT NULL CHECK (floor >= 0),
        bonus_per_finding double precision NOT NULL CHECK (bonus_per_finding >= 0),
        bonus_cap int NOT NULL CHECK (bonus_cap >= 0),
        cap_basis text COLLATE "C" NOT NULL CHECK (cap_basis IN ('ABOVE_FLOOR', 'IN_ALL')),
        seed text NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        closed_at timestamptz(3) CHECK (closed_at >= opened_at),
        UNIQUE (organizer, external_id),
        CHECK ((closed_at IS NOT NULL) = (status = 'CLOSED'))
      );
      CREATE INDEX inspection_campaigns_by_month ON inspection_campaigns (month, id);
      CREATE INDEX inspection_campaigns_by_organizer ON inspection_campaigns (organizer, month, id);
      ${readableByParties({
        ...shared,
        table: 'inspection_campaigns',
        named: ['organizer'],
        through: { table: 'inspection_units', key: 'campaign_id' },
        provider: 'organizer',
      })}
      GRANT INSERT, UPDATE (status, closed_at) ON inspection_campaigns TO ${member};
      CREATE POLICY organizers_open ON inspection_campaigns FOR INSERT TO ${member}
        WITH CHECK (organizer = ${VIEWER} AND status = 'OPEN');
      CREATE POLICY organizers_close ON inspection_campaigns FOR UPDATE TO ${member}
        USING (organizer = ${VIEWER} AND status = 'OPEN') WITH CHECK (organizer = ${VIEWER});

      -- The draw, as it was made.
      CREATE TABLE inspection_assignments (
        campaign_id text COLLATE "C" NOT NULL REFERENCES inspection_campaigns,
        inspector text COLLATE "C" NOT NULL,
        inspected text COLLATE "C" NOT NULL,
        -- Of the unit that is inspected.
        jurisdiction text COLLATE "C" NOT NULL,
        PRIMARY KEY (campaign_id, inspector),
        UNIQUE (campaign_id, inspected),
        CHECK (inspector <> inspected)
      );
      ${readableByParties({
        ...shared,
        table: 'inspection_assignments',
        parent: { table: 'inspection_campaigns', key: 'campaign_id' },
      })}
      GRANT INSERT ON inspection_assignments TO ${member};
      CREATE POLICY organizers_draw ON inspection_assignments FOR INSERT TO ${member} WITH CHECK (EXISTS (
        SELECT FROM inspection_campaigns AS campaign WHERE campaign.id = campaign_id AND campaign.organizer = ${VIEWER}));

      CREATE TABLE inspection_findings (
        id text COLLATE "C" PRIMARY KEY,
        campaign_id text COLLATE "C" NOT NULL REFERENCES inspection_campaigns,
        organizer text COLLATE "C" NOT NULL,
        inspector text COLLATE "C" NOT NULL,
        inspected text COLLATE "C" NOT NULL,
        -- Of the unit that is inspected.
        jurisdiction text COLLATE "C" NOT NULL,
        category text COLLATE "C" NOT NULL REFERENCES categories,
        description text NOT NULL,
        responsible_person text NOT NULL,
        responsible_phone text NOT NULL,
        photos text[] NOT NULL CHECK (cardinality(photos) > 0),
        latitude double precision NOT NULL CHECK (abs(latitude) <= 90),
        longitude double precision NOT NULL CHECK (abs(longitude) <= 180),
        road text NOT NULL,
        found_at timestamptz(3) NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('SUBMITTED', 'ACCEPTED', 'RETURNED')),
        submitted_at timestamptz(3) NOT NULL,
        reviewed_at timestamptz(3),
        return_reason text,
        external_id text COLLATE "C",
        case_id text COLLATE "C" UNIQUE REFERENCES cases,
        UNIQUE (campaign_id, inspector, external_id),
        FOREIGN KEY (campaign_id, inspector) REFERENCES inspection_assignments,
        CHECK ((reviewed_at IS NULL) = (status = 'SUBMITTED')),
        CHECK ((return_reason IS NOT NULL) = (status = 'RETURNED'))
      );
      CREATE INDEX inspection_findings_by_time ON inspection_findings (found_at, id);
      CREATE INDEX inspection_findings_by_campaign ON inspection_findings (campaign_id, found_at, id);
      CREATE INDEX inspection_findings_by_inspector ON inspection_findings (inspector, found_at, id);
      CREATE INDEX inspection_findings_by_inspected ON inspection_findings (inspected, found_at, id);
      CREATE INDEX inspection_findings_by_place ON inspection_findings (jurisdiction, found_at, id);
      CREATE INDEX inspection_findings_waiting ON inspection_findings (campaign_id) WHERE status = 'SUBMITTED';
      ${readableByParties({
        ...shared,
        table: 'inspection_findings',
        named: ['organizer', 'inspector', 'inspected'],
        places: ['jurisdiction'],
        provider: 'organizer',
      })}
      GRANT INSERT, UPDATE (category, description, responsible_person, responsible_phone, photos, latitude, longitude, road,
        status, submitted_at, reviewed_at, return_reason, case_id) ON inspection_findings TO ${member};
      CREATE POLICY inspectors_submit ON inspection_findings FOR INSERT TO ${member} WITH CHECK (
        inspector = ${VIEWER} AND status = 'SUBMITTED' AND ${isOpen('campaign_id')} AND EXISTS (
          SELECT FROM inspection_assignments AS pair WHERE pair.campaign_id = inspection_findings.campaign_id
            AND pair.inspector = inspection_findings.inspector AND pair.inspected = inspection_findings.inspected
            AND pair.jurisdiction = inspection_findings.jurisdiction));
      CREATE POLICY parties_change ON inspection_findings FOR UPDATE TO ${member}
        USING (organizer = ${VIEWER} OR inspector = ${VIEWER} OR inspected = ${VIEWER} OR ${RULES}) WITH CHECK (true);

      -- What was done with campaigns, and with findings where one is named.
      CREATE TABLE inspection_events (
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        campaign_id text COLLATE "C" NOT NULL REFERENCES inspection_campaigns,
        finding_id text COLLATE "C" REFERENCES inspection_findings,
        kind text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        -- The finding as a submission made it, so that what was returned stays known.
        content jsonb,
        PRIMARY KEY (campaign_id, ordinal)
      );
      CREATE INDEX inspection_events_by_finding ON inspection_events (finding_id, at, ordinal);
      ALTER TABLE inspection_events ENABLE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT ON inspection_events TO ${member};
      CREATE POLICY parties_read ON inspection_events FOR SELECT TO ${member} USING (CASE WHEN finding_id IS NULL
        THEN EXISTS (SELECT FROM inspection_campaigns AS parent WHERE parent.id = inspection_events.campaign_id)
        ELSE EXISTS (SELECT FROM inspection_findings AS parent WHERE parent.id = inspection_events.finding_id) END);
      CREATE POLICY actors_record ON inspection_events FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});

      -- What the units have in each campaign. Kept with the findings, since a unit reads its own findings alone, and the
      -- scores of all.
      CREATE TABLE inspection_tallies (
        campaign_id text COLLATE "C" NOT NULL REFERENCES inspection_campaigns,
        agency text COLLATE "C" NOT NULL,
        submitted int NOT NULL DEFAULT 0 CHECK (submitted >= 0),
        accepted int NOT NULL DEFAULT 0 CHECK (accepted >= 0),
        returned int NOT NULL DEFAULT 0 CHECK (returned >= 0),
        found_against int NOT NULL DEFAULT 0 CHECK (found_against >= 0),
        PRIMARY KEY (campaign_id, agency)
      );
      ${readableByParties({
        ...shared,
        table: 'inspection_tallies',
        parent: { table: 'inspection_campaigns', key: 'campaign_id' },
      })}
      CREATE FUNCTION open_inspection_tally() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${shared.subgraph}, pg_temp AS $$
        BEGIN
          INSERT INTO inspection_tallies (campaign_id, agency) VALUES (NEW.campaign_id, NEW.inspector);
          RETURN NULL;
        END $$;
      REVOKE EXECUTE ON FUNCTION open_inspection_tally FROM PUBLIC;
      CREATE TRIGGER open_tally AFTER INSERT ON inspection_assignments
        FOR EACH ROW EXECUTE FUNCTION open_inspection_tally();
      CREATE FUNCTION keep_inspection_tallies() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${shared.subgraph}, pg_temp AS $$
        DECLARE before text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END;
        BEGIN
          IF before IS NOT DISTINCT FROM NEW.status THEN RETURN NULL; END IF;
          -- The lower code first, so that two findings of units that inspect in a circle do not wait for each other.
          PERFORM FROM inspection_tallies WHERE campaign_id = NEW.campaign_id AND agency IN (NEW.inspector, NEW.inspected)
            ORDER BY agency FOR NO KEY UPDATE;
          UPDATE inspection_tallies SET
            submitted = submitted + (NEW.status = 'SUBMITTED')::int - (before IS NOT DISTINCT FROM 'SUBMITTED')::int,
            accepted = accepted + (NEW.status = 'ACCEPTED')::int - (before IS NOT DISTINCT FROM 'ACCEPTED')::int,
            returned = returned + (NEW.status = 'RETURNED')::int - (before IS NOT DISTINCT FROM 'RETURNED')::int
            WHERE campaign_id = NEW.campaign_id AND agency = NEW.inspector;
          IF NEW.status = 'ACCEPTED' OR before = 'ACCEPTED' THEN
            UPDATE inspection_tallies SET found_against = found_against
              + (NEW.status = 'ACCEPTED')::int - (before IS NOT DISTINCT FROM 'ACCEPTED')::int
              WHERE campaign_id = NEW.campaign_id AND agency = NEW.inspected;
          END IF;
          RETURN NULL;
        END $$;
      REVOKE EXECUTE ON FUNCTION keep_inspection_tallies FROM PUBLIC;
      CREATE TRIGGER keep_tallies AFTER INSERT OR UPDATE OF status ON inspection_findings
        FOR EACH ROW EXECUTE FUNCTION keep_inspection_tallies();`),
};
