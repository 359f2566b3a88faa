import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { ownersOnly } from '../../kit/policies';

const { member } = rolesOf('registry');
const VIEWER = `(select current_setting('hub.agency', true))`;

export const createReceipts: Migration = {
  name: '004_create_receipts',
  up: (sql) =>
    sql(`
      CREATE TABLE receipts (
        sequence bigint PRIMARY KEY CHECK (sequence > 0),
        previous_hash text COLLATE "C" NOT NULL UNIQUE,
        id text COLLATE "C" NOT NULL UNIQUE,
        at timestamptz(3) NOT NULL,
        gateway text NOT NULL,
        request_id text NOT NULL,
        consumer text COLLATE "C" NOT NULL,
        leaf_hashes text[] NOT NULL CHECK (cardinality(leaf_hashes) > 0),
        hash text COLLATE "C" NOT NULL
      );
      CREATE TABLE receipt_leaves (
        sequence bigint NOT NULL REFERENCES receipts,
        provider text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        consumer text COLLATE "C" NOT NULL,
        user_name text NOT NULL,
        purpose text,
        operation_name text,
        salt text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL,
        PRIMARY KEY (sequence, provider)
      );
      CREATE INDEX receipt_leaves_by_provider ON receipt_leaves (provider, at, sequence);
      CREATE INDEX receipt_leaves_by_consumer ON receipt_leaves (provider, consumer, at, sequence);
      CREATE TABLE receipt_items (
        sequence bigint NOT NULL,
        provider text COLLATE "C" NOT NULL,
        ordinal int NOT NULL,
        item text COLLATE "C" NOT NULL,
        disclosed_rows int NOT NULL CHECK (disclosed_rows >= 0),
        withheld_rows int NOT NULL CHECK (withheld_rows >= 0),
        reason text COLLATE "C" CHECK (reason IN ('NO_GRANT', 'NO_PURPOSE', 'EXPIRED')),
        PRIMARY KEY (sequence, provider, ordinal),
        FOREIGN KEY (sequence, provider) REFERENCES receipt_leaves
      );
      CREATE TABLE receipt_keys (
        key_id text COLLATE "C" PRIMARY KEY,
        public_key jsonb NOT NULL,
        gateway text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      );
      -- No foreign key to receipts: a head whose receipt is gone is what tells of it.
      CREATE TABLE receipt_heads (
        sequence bigint NOT NULL CHECK (sequence > 0),
        hash text COLLATE "C" NOT NULL,
        key_id text COLLATE "C" NOT NULL REFERENCES receipt_keys,
        signature text COLLATE "C" NOT NULL,
        PRIMARY KEY (sequence, key_id, hash)
      );
      ${['receipts', 'receipt_leaves', 'receipt_items', 'receipt_keys', 'receipt_heads'].map(ownersOnly).join('\n')}
      GRANT SELECT ON receipts, receipt_leaves, receipt_items TO ${member};
      CREATE POLICY provider_reads ON receipt_leaves FOR SELECT TO ${member} USING (provider = ${VIEWER});
      CREATE POLICY provider_reads ON receipt_items FOR SELECT TO ${member} USING (provider = ${VIEWER});
      -- Of the other providers' leaves a receipt holds the hashes alone.
      CREATE POLICY provider_reads ON receipts FOR SELECT TO ${member} USING (EXISTS (
        SELECT FROM receipt_leaves AS leaf WHERE leaf.sequence = receipts.sequence AND leaf.provider = ${VIEWER}
      ));`),
};
