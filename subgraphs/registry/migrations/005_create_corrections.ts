import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'registry', item: 'registry.directory' } as const;
const { member } = rolesOf('registry');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createCorrections: Migration = {
  name: '005_create_corrections',
  up: (sql) =>
    sql(`
      CREATE TABLE data_corrections (
        id text COLLATE "C" PRIMARY KEY,
        item text COLLATE "C" NOT NULL,
        provider text COLLATE "C" NOT NULL REFERENCES agencies,
        requester text COLLATE "C" NOT NULL REFERENCES agencies,
        coordinate text COLLATE "C" NOT NULL,
        row_id text COLLATE "C" NOT NULL,
        claim text NOT NULL,
        reason text NOT NULL,
        evidence text[] NOT NULL,
        status text COLLATE "C" NOT NULL CHECK (status IN ('REQUESTED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN')),
        requested_at timestamptz(3) NOT NULL,
        requested_by text NOT NULL,
        answered_at timestamptz(3) CHECK (answered_at >= requested_at),
        answered_by text,
        note text,
        withdrawn_at timestamptz(3) CHECK (withdrawn_at >= requested_at),
        CHECK (provider <> requester),
        CHECK (num_nulls(answered_at, answered_by, note) = CASE WHEN status IN ('ACCEPTED', 'REJECTED') THEN 0 ELSE 3 END),
        CHECK ((withdrawn_at IS NULL) = (status <> 'WITHDRAWN'))
      );
      -- Led by the requester, so that nobody learns of others' requests through it.
      CREATE UNIQUE INDEX data_corrections_waiting ON data_corrections (requester, provider, coordinate, row_id)
        WHERE status = 'REQUESTED';
      CREATE INDEX data_corrections_by_requester ON data_corrections (requester, requested_at, id);
      CREATE INDEX data_corrections_by_provider ON data_corrections (provider, requested_at, id);
      ${readableByParties({ ...shared, table: 'data_corrections', named: ['requester', 'provider'] })}
      GRANT INSERT (id, item, provider, requester, coordinate, row_id, claim, reason, evidence, status, requested_at,
        requested_by) ON data_corrections TO ${member};
      GRANT UPDATE (status, answered_at, answered_by, note, withdrawn_at) ON data_corrections TO ${member};
      CREATE POLICY requesters_request ON data_corrections FOR INSERT TO ${member}
        WITH CHECK (requester = ${VIEWER} AND status = 'REQUESTED');
      CREATE POLICY parties_step ON data_corrections FOR UPDATE TO ${member}
        USING (status = 'REQUESTED' AND (requester = ${VIEWER} OR provider = ${VIEWER}))
        WITH CHECK (${VIEWER} = CASE status
          WHEN 'ACCEPTED' THEN provider WHEN 'REJECTED' THEN provider WHEN 'WITHDRAWN' THEN requester END);

      CREATE TABLE data_correction_events (
        data_correction text COLLATE "C" NOT NULL REFERENCES data_corrections,
        ordinal int NOT NULL CHECK (ordinal > 0),
        status text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL REFERENCES agencies,
        note text,
        PRIMARY KEY (data_correction, ordinal)
      );
      ${readableByParties({
        ...shared,
        table: 'data_correction_events',
        parent: { table: 'data_corrections', key: 'data_correction' },
      })}
      GRANT INSERT ON data_correction_events TO ${member};
      CREATE POLICY actors_record ON data_correction_events FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND EXISTS (
          SELECT FROM data_corrections AS parent
          WHERE parent.id = data_correction AND parent.status = data_correction_events.status
            AND agency = CASE WHEN parent.status IN ('REQUESTED', 'WITHDRAWN')
              THEN parent.requester ELSE parent.provider END
        ));`),
};
