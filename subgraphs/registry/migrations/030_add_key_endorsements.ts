import type { Migration } from '../../kit/migrate';

export const addKeyEndorsements: Migration = {
  name: '030_add_key_endorsements',
  up: (sql) => sql("ALTER TABLE receipt_keys ADD COLUMN endorsements jsonb NOT NULL DEFAULT '[]'"),
};
