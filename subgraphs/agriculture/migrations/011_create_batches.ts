import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { partyCondition, readableByAll, readableByParties } from '../../kit/policies';

const shared = { subgraph: 'agriculture', item: 'agriculture.batches' } as const;
const { member } = rolesOf('agriculture');
const VIEWER = "(select current_setting('hub.agency', true))";

const PARTIES = {
  named: ['recorded_by', 'standard_issuer'],
  places: ['base_place'],
  destinations: ['destination'],
  through: { table: 'batch_kin', key: 'batch_id' },
} as const;

/** Whether the viewer is a party to the batch of a row, for what only parties write. */
const ofParty = (key: string): string => `EXISTS (SELECT FROM batches WHERE batches.id = ${key} AND
  (${partyCondition({ ...shared, table: 'batches', ...PARTIES })}))`;

const PARTS = ['batch_events', 'batch_tests', 'batch_samples'] as const;

// Who is a party to a batch is one to all that is made of it: a recall reaches whatever became of the batch. What the
// batches before it make of its parties is written down beside it, so that no policy has to climb.
export const createBatches: Migration = {
  name: '011_create_batches',
  up: (sql) =>
    sql(`
      CREATE TABLE batch_kin (
        batch_id text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        base_place text COLLATE "C" NOT NULL,
        destination text COLLATE "C" NOT NULL,
        PRIMARY KEY (batch_id, agency, base_place, destination)
      );
      CREATE TABLE batches (
        id text COLLATE "C" PRIMARY KEY,
        code text COLLATE "C" NOT NULL,
        base_id text COLLATE "C" REFERENCES supply_bases,
        base_place text COLLATE "C" NOT NULL,
        product text COLLATE "C" NOT NULL REFERENCES products,
        quantity_kg numeric NOT NULL CHECK (quantity_kg > 0),
        harvested_on date NOT NULL,
        destination text COLLATE "C" NOT NULL,
        standard text COLLATE "C",
        standard_issuer text COLLATE "C",
        applied_pesticides text[] NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN
          ('RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED', 'RECALLED')),
        received_on date,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        content_hash text COLLATE "C" NOT NULL,
        UNIQUE (recorded_by, code),
        CHECK ((standard IS NULL) = (standard_issuer IS NULL))
      );
      CREATE INDEX batches_by_harvest ON batches (harvested_on, id);
      CREATE INDEX batches_by_origin ON batches (base_place, harvested_on, id);
      CREATE INDEX batches_by_destination ON batches (destination, harvested_on, id);
      CREATE INDEX batches_by_base ON batches (base_id, harvested_on, id);
      CREATE INDEX batches_by_issuer ON batches (standard_issuer, harvested_on, id);
      CREATE INDEX batches_by_code ON batches (code);
      CREATE TABLE batch_links (
        parent_id text COLLATE "C" NOT NULL REFERENCES batches,
        child_id text COLLATE "C" NOT NULL REFERENCES batches,
        PRIMARY KEY (parent_id, child_id),
        CHECK (parent_id <> child_id)
      );
      CREATE INDEX batch_links_by_child ON batch_links (child_id, parent_id);
      CREATE TABLE batch_events (
        id text COLLATE "C" NOT NULL,
        batch_id text COLLATE "C" NOT NULL REFERENCES batches,
        ordinal int NOT NULL CHECK (ordinal > 0),
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('RECORDED', 'TESTED', 'SHIPPED', 'RECEIVED', 'DIVIDED', 'MERGED',
          'CERTIFIED', 'CORRECTED', 'RECALLED')),
        at timestamptz(3) NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        reason text,
        error text COLLATE "C" CHECK (error IN ('DID_NOT_OCCUR', 'INCORRECT_DATA')),
        quantity_kg numeric,
        recipient text,
        corrects text COLLATE "C",
        PRIMARY KEY (batch_id, ordinal),
        UNIQUE (batch_id, id),
        FOREIGN KEY (batch_id, corrects) REFERENCES batch_events (batch_id, id),
        CHECK ((kind = 'CORRECTED') = (corrects IS NOT NULL))
      );
      CREATE TABLE batch_tests (
        id text COLLATE "C" PRIMARY KEY,
        batch_id text COLLATE "C" NOT NULL REFERENCES batches,
        event_id text COLLATE "C" NOT NULL,
        parameter text COLLATE "C" NOT NULL REFERENCES standard_parameters,
        value numeric CHECK (value >= 0),
        unit measuring_unit NOT NULL,
        limit_of_quantification numeric CHECK (limit_of_quantification > 0),
        uncertainty numeric CHECK (uncertainty >= 0),
        residue_definition text,
        method text NOT NULL,
        laboratory text NOT NULL,
        tested_on date NOT NULL,
        is_struck boolean NOT NULL DEFAULT false,
        CHECK (num_nulls(value, limit_of_quantification) < 2)
      );
      CREATE INDEX batch_tests_by_batch ON batch_tests (batch_id, tested_on, id);
      CREATE INDEX batch_tests_by_event ON batch_tests (event_id);
      CREATE TABLE batch_samples (
        batch_id text COLLATE "C" NOT NULL REFERENCES batches,
        event_id text COLLATE "C" NOT NULL,
        weights numeric[] NOT NULL,
        is_struck boolean NOT NULL DEFAULT false,
        PRIMARY KEY (batch_id, event_id)
      );
      CREATE INDEX batch_samples_by_event ON batch_samples (event_id);

      ${readableByParties({
        ...{ ...shared, table: 'batch_kin', named: ['agency'] },
        ...{ places: ['base_place'], destinations: ['destination'] },
      })}
      ${readableByParties({ ...shared, table: 'batches', ...PARTIES, provider: 'recorded_by' })}
      ${PARTS.map((table) =>
        readableByParties({ ...shared, table, parent: { table: 'batches', key: 'batch_id' } }),
      ).join('\n')}
      ${readableByParties({ ...shared, table: 'batch_links', parent: { table: 'batches', key: 'child_id' } })}
      CREATE POLICY parents_read ON batch_links FOR SELECT TO ${member} USING (
        EXISTS (SELECT FROM batches AS parent WHERE parent.id = batch_links.parent_id));

      GRANT INSERT ON batches, batch_links, batch_events, batch_tests, batch_samples TO ${member};
      GRANT UPDATE (status, destination, quantity_kg, received_on) ON batches TO ${member};
      GRANT UPDATE (is_struck) ON batch_tests, batch_samples TO ${member};
      CREATE POLICY recorders_insert ON batches FOR INSERT TO ${member} WITH CHECK (recorded_by = ${VIEWER});
      CREATE POLICY parties_update ON batches FOR UPDATE TO ${member}
        USING (${partyCondition({ ...shared, table: 'batches', ...PARTIES })}) WITH CHECK (true);
      CREATE POLICY makers_insert ON batch_links FOR INSERT TO ${member} WITH CHECK (${ofParty('parent_id')} AND EXISTS (
        SELECT FROM batches WHERE batches.id = child_id AND batches.recorded_by = ${VIEWER}));
      CREATE POLICY actors_insert ON batch_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${ofParty('batch_id')});
      ${['batch_tests', 'batch_samples']
        .map(
          (table) => `
      CREATE POLICY parties_insert ON ${table} FOR INSERT TO ${member} WITH CHECK (${ofParty('batch_id')});
      CREATE POLICY parties_strike ON ${table} FOR UPDATE TO ${member}
        USING (${ofParty('batch_id')}) WITH CHECK (is_struck);`,
        )
        .join('\n')}

      -- Nobody writes kin: whoever may link a batch to one that it was made of has it follow from that.
      CREATE FUNCTION inherit_parties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = agriculture, pg_temp AS $$
      BEGIN
        INSERT INTO batch_kin (batch_id, agency, base_place, destination)
        SELECT NEW.child_id, kin.agency, kin.base_place, kin.destination FROM (
          SELECT unnest(ARRAY [recorded_by, coalesce(standard_issuer, recorded_by)]) AS agency, base_place, destination
          FROM batches WHERE id = NEW.parent_id
          UNION SELECT agency, base_place, destination FROM batch_kin WHERE batch_id = NEW.parent_id
        ) AS kin ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER inherit_parties AFTER INSERT ON batch_links FOR EACH ROW EXECUTE FUNCTION inherit_parties();

      CREATE TABLE conformity_certificates (
        number text COLLATE "C" PRIMARY KEY,
        sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        batch_id text COLLATE "C" NOT NULL REFERENCES batches,
        content jsonb NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT 'VALID' CHECK (state IN ('VALID', 'RECALLED', 'SUPERSEDED')),
        issued_by text COLLATE "C" NOT NULL,
        issued_at timestamptz(3) NOT NULL
      );
      CREATE INDEX conformity_certificates_by_batch ON conformity_certificates (batch_id, issued_at DESC);
      ${readableByAll({ ...shared, table: 'conformity_certificates', isPublic: true })}
      GRANT INSERT ON conformity_certificates TO ${member};
      GRANT UPDATE (state) ON conformity_certificates TO ${member};
      CREATE POLICY issuers_insert ON conformity_certificates FOR INSERT TO ${member}
        WITH CHECK (issued_by = ${VIEWER} AND ${ofParty('batch_id')});
      CREATE POLICY parties_update ON conformity_certificates FOR UPDATE TO ${member}
        USING (${ofParty('batch_id')}) WITH CHECK (state <> 'VALID');`),
};
