import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';
import { CREATE_BIGRAMS } from '../../kit/search';

const shared = { subgraph: 'registry', item: 'registry.directory', isPublic: true } as const;

export const createJurisdictions: Migration = {
  name: '001_create_jurisdictions',
  up: (sql) =>
    sql(`
      ${CREATE_BIGRAMS}
      CREATE TABLE jurisdictions (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        full_name text NOT NULL,
        level text COLLATE "C" NOT NULL,
        parent_code text COLLATE "C" REFERENCES jurisdictions,
        valid_from date,
        valid_to date,
        name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED
      );
      CREATE INDEX jurisdictions_by_level ON jurisdictions (level, code);
      CREATE INDEX jurisdictions_by_parent ON jurisdictions (parent_code, code);
      CREATE INDEX jurisdictions_by_name ON jurisdictions USING gin (name_bigrams);
      CREATE TABLE jurisdiction_successors (
        code text COLLATE "C" NOT NULL REFERENCES jurisdictions,
        successor_code text COLLATE "C" NOT NULL REFERENCES jurisdictions,
        PRIMARY KEY (code, successor_code)
      );
      ${readableByAll({ ...shared, table: 'jurisdictions' })}
      ${readableByAll({ ...shared, table: 'jurisdiction_successors' })}`),
};
