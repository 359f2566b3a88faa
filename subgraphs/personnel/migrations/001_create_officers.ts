import type { Migration } from '../../kit/migrate';
import { readableByAll, readableByParties } from '../../kit/policies';
import { CREATE_BIGRAMS } from '../../kit/search';

const shared = { subgraph: 'personnel', item: 'personnel.secondments' } as const;

export const createOfficers: Migration = {
  name: '001_create_officers',
  up: (sql) =>
    sql(`
      ${CREATE_BIGRAMS}
      CREATE TABLE officers (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        title text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED,
        UNIQUE (agency, id)
      );
      CREATE INDEX officers_by_name ON officers USING gin (name_bigrams);
      CREATE TABLE officer_contacts (
        officer text COLLATE "C" PRIMARY KEY,
        agency text COLLATE "C" NOT NULL,
        phone text,
        email text,
        -- The row policy goes by the unit, so an officer who changes units takes the contact along.
        FOREIGN KEY (agency, officer) REFERENCES officers (agency, id) ON UPDATE CASCADE
      );
      ${readableByAll({ ...shared, table: 'officers' })}
      ${readableByParties({
        subgraph: 'personnel',
        item: 'personnel.officer-contact',
        table: 'officer_contacts',
        named: ['agency'],
        provider: 'agency',
      })}`),
};
