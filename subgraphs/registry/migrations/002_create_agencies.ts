import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'registry', item: 'registry.directory' } as const;

export const createAgencies: Migration = {
  name: '002_create_agencies',
  up: (sql) =>
    sql(`
      CREATE TABLE functions (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL
      );
      CREATE TABLE agencies (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL REFERENCES jurisdictions,
        credit_code text,
        latitude double precision CHECK (latitude BETWEEN -90 AND 90),
        longitude double precision CHECK (longitude BETWEEN -180 AND 180),
        radius_meters int CHECK (radius_meters > 0),
        name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED,
        CHECK (num_nulls(latitude, longitude, radius_meters) IN (0, 3)),
        CHECK (starts_with(code, jurisdiction || '-'))
      );
      CREATE INDEX agencies_by_name ON agencies USING gin (name_bigrams);
      CREATE TABLE agency_functions (
        agency text COLLATE "C" NOT NULL REFERENCES agencies,
        function text COLLATE "C" NOT NULL REFERENCES functions,
        PRIMARY KEY (agency, function)
      );
      CREATE INDEX agency_functions_by_function ON agency_functions (function, agency);
      CREATE TABLE agency_remits (
        agency text COLLATE "C" NOT NULL REFERENCES agencies,
        jurisdiction text COLLATE "C" NOT NULL REFERENCES jurisdictions,
        PRIMARY KEY (agency, jurisdiction)
      );
      ${['functions', 'agencies', 'agency_functions', 'agency_remits']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}`),
};
