import type { Migration } from '../../kit/migrate';

export const admitUnconfirmedGrants: Migration = {
  name: '070_admit_unconfirmed_grants',
  up: (sql) =>
    sql(`
      ALTER TABLE receipt_items DROP CONSTRAINT receipt_items_reason_check,
        ADD CONSTRAINT receipt_items_reason_check
          CHECK (reason IN ('NO_GRANT', 'NO_PURPOSE', 'EXPIRED', 'UNCONFIRMED'));`),
};
