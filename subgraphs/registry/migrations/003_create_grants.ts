import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { ownersOnly, readableByParties } from '../../kit/policies';

const shared = { subgraph: 'registry', item: 'registry.directory' } as const;
const { member } = rolesOf('registry');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createGrants: Migration = {
  name: '003_create_grants',
  up: (sql) =>
    sql(`
      -- An exclusion constraint compares keys by "=" only with the extension btree_gist, which a schema's owner cannot
      -- install. Ranges of a single key overlap just when the keys are equal.
      CREATE TYPE key_range AS RANGE (subtype = text, collation = "C");
      CREATE TABLE sharing_grants (
        id text COLLATE "C" PRIMARY KEY,
        item text COLLATE "C" NOT NULL,
        provider text COLLATE "C" NOT NULL REFERENCES agencies,
        consumer text COLLATE "C" NOT NULL REFERENCES agencies,
        purpose text NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'REVOKED')),
        valid_from date NOT NULL,
        valid_until date NOT NULL,
        requested_at timestamptz(3) NOT NULL,
        requested_by text NOT NULL,
        decided_at timestamptz(3) CHECK (decided_at >= requested_at),
        decided_by text,
        revoked_at timestamptz(3) CHECK (revoked_at >= decided_at),
        reason text,
        CHECK (provider <> consumer),
        CHECK (valid_from <= valid_until),
        CHECK (num_nulls(decided_at, decided_by) = CASE status WHEN 'REQUESTED' THEN 2 ELSE 0 END),
        CHECK ((revoked_at IS NULL) = (status <> 'REVOKED')),
        CHECK (reason IS NULL OR status IN ('REJECTED', 'REVOKED')),
        CHECK (reason IS NOT NULL OR status <> 'REVOKED'),
        -- A grant stands in the way of another like it from the day of its request until its last. Items and codes
        -- hold no spaces, so the key is the same only when all of its parts are.
        CONSTRAINT one_grant_at_a_time EXCLUDE USING gist (
          key_range(
            item || ' ' || provider || ' ' || consumer || ' ' || purpose,
            item || ' ' || provider || ' ' || consumer || ' ' || purpose,
            '[]'
          ) WITH &&,
          daterange((requested_at AT TIME ZONE 'Asia/Shanghai')::date, valid_until, '[]') WITH &&
        ) WHERE (status IN ('REQUESTED', 'APPROVED'))
      );
      CREATE INDEX sharing_grants_by_consumer ON sharing_grants (consumer, requested_at, id);
      CREATE INDEX sharing_grants_by_provider ON sharing_grants (provider, requested_at, id);
      CREATE INDEX sharing_grants_approved ON sharing_grants (id) WHERE status = 'APPROVED';
      ${readableByParties({ ...shared, table: 'sharing_grants', named: ['consumer', 'provider'] })}
      GRANT INSERT (id, item, provider, consumer, purpose, status, valid_from, valid_until, requested_at, requested_by)
        ON sharing_grants TO ${member};
      GRANT UPDATE (status, decided_at, decided_by, revoked_at, reason) ON sharing_grants TO ${member};
      CREATE POLICY consumers_request ON sharing_grants FOR INSERT TO ${member}
        WITH CHECK (consumer = ${VIEWER} AND status = 'REQUESTED');
      CREATE POLICY providers_update ON sharing_grants FOR UPDATE TO ${member}
        USING (provider = ${VIEWER}) WITH CHECK (provider = ${VIEWER} AND status <> 'REQUESTED');

      CREATE TABLE sharing_grant_events (
        sharing_grant text COLLATE "C" NOT NULL REFERENCES sharing_grants,
        ordinal int NOT NULL CHECK (ordinal > 0),
        status text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL REFERENCES agencies,
        reason text,
        PRIMARY KEY (sharing_grant, ordinal)
      );
      ${readableByParties({
        ...shared,
        table: 'sharing_grant_events',
        parent: { table: 'sharing_grants', key: 'sharing_grant' },
      })}
      GRANT INSERT ON sharing_grant_events TO ${member};
      CREATE POLICY actors_record ON sharing_grant_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM sharing_grants AS parent
          WHERE parent.id = sharing_grant AND parent.status = sharing_grant_events.status
            AND agency = CASE parent.status WHEN 'REQUESTED' THEN parent.consumer ELSE parent.provider END
        ));

      -- Gateways follow the grants by this number. A trigger raises it, so that no change escapes them; the lock on its
      -- only row puts the changes in the order in which they are committed.
      CREATE TABLE sharing_state (
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        version bigint NOT NULL
      );
      INSERT INTO sharing_state (version) VALUES (1);
      ${ownersOnly('sharing_state')}
      CREATE FUNCTION raise_sharing_version() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = registry, pg_temp AS $$
        BEGIN
          UPDATE sharing_state SET version = version + 1;
          RETURN NULL;
        END $$;
      REVOKE EXECUTE ON FUNCTION raise_sharing_version FROM PUBLIC;
      CREATE TRIGGER raise_sharing_version AFTER INSERT OR UPDATE OR DELETE ON sharing_grants
        FOR EACH ROW EXECUTE FUNCTION raise_sharing_version();`),
};
