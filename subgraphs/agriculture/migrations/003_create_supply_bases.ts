import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'agriculture', item: 'agriculture.standards' } as const;

// That an accreditation has expired follows from its last valid day, so it is no status of a row.
export const createSupplyBases: Migration = {
  name: '003_create_supply_bases',
  up: (sql) =>
    sql(`
      CREATE TABLE supply_bases (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        operator text NOT NULL,
        area_mu numeric NOT NULL CHECK (area_mu > 0),
        latitude double precision CHECK (latitude BETWEEN -90 AND 90),
        longitude double precision CHECK (longitude BETWEEN -180 AND 180),
        registered_by text COLLATE "C" NOT NULL,
        registered_at timestamptz(3) NOT NULL,
        name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED,
        CHECK (num_nulls(latitude, longitude) IN (0, 2))
      );
      CREATE INDEX supply_bases_by_place ON supply_bases (jurisdiction, id);
      CREATE INDEX supply_bases_by_name ON supply_bases USING gin (name_bigrams);
      CREATE TABLE supply_base_products (
        base_id text COLLATE "C" NOT NULL REFERENCES supply_bases,
        product text COLLATE "C" NOT NULL REFERENCES products,
        PRIMARY KEY (base_id, product)
      );
      CREATE INDEX supply_base_products_by_product ON supply_base_products (product, base_id);
      CREATE TABLE accreditations (
        id text COLLATE "C" PRIMARY KEY,
        base_id text COLLATE "C" NOT NULL REFERENCES supply_bases,
        standard_id text COLLATE "C" NOT NULL REFERENCES supply_standards,
        status text COLLATE "C" NOT NULL
          CHECK (status IN ('APPLIED', 'ACCREDITED', 'REJECTED', 'WARNED', 'SUSPENDED', 'REVOKED')),
        score numeric CHECK (score BETWEEN 0 AND 100),
        visited_on date,
        valid_until date,
        applied_at timestamptz(3) NOT NULL,
        decided_at timestamptz(3) CHECK (decided_at >= applied_at),
        CHECK ((status = 'APPLIED') = (decided_at IS NULL)),
        CHECK ((status IN ('APPLIED', 'REJECTED')) = (valid_until IS NULL)),
        CHECK (status IN ('APPLIED', 'REJECTED') OR num_nulls(score, visited_on) = 0)
      );
      CREATE INDEX accreditations_by_base ON accreditations (base_id, applied_at DESC, id);
      CREATE INDEX accreditations_by_standard ON accreditations (standard_id, status, base_id);
      ${['supply_bases', 'supply_base_products', 'accreditations']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}`),
};
