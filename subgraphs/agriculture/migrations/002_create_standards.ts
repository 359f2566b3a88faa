import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'agriculture', item: 'agriculture.standards' } as const;

const TABLES = [
  'standard_parameters',
  'supply_standards',
  'standard_limits',
  'standard_limit_exclusions',
] as const;

// Limits are numeric: 0.1 mg/kg and 100 µg/kg are equal, which binary fractions would not say.
export const createStandards: Migration = {
  name: '002_create_standards',
  up: (sql) =>
    sql(`
      CREATE DOMAIN measuring_unit AS text COLLATE "C" CHECK (value IN ('mg/kg', 'µg/kg', 'g', 'kg', '%'));
      CREATE TABLE standard_parameters (
        code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[A-Z][A-Z0-9_]*$'),
        name text NOT NULL,
        unit measuring_unit NOT NULL
      );
      CREATE TABLE supply_standards (
        id text COLLATE "C" PRIMARY KEY,
        code text COLLATE "C" NOT NULL,
        version text COLLATE "C" NOT NULL,
        name text NOT NULL,
        issuer text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('NATIONAL', 'PROVINCIAL', 'MARKET', 'BUYER')),
        jurisdiction text COLLATE "C",
        effective_from date NOT NULL,
        effective_to date CHECK (effective_to >= effective_from),
        tolerance numeric NOT NULL DEFAULT 0.1 CHECK (tolerance BETWEEN 0 AND 1),
        is_illustrative boolean NOT NULL,
        UNIQUE (code, version),
        UNIQUE (code, effective_from),
        CHECK ((kind IN ('PROVINCIAL', 'MARKET')) = (jurisdiction IS NOT NULL))
      );
      CREATE INDEX supply_standards_by_kind ON supply_standards (kind, code, effective_from);
      CREATE INDEX supply_standards_by_issuer ON supply_standards (issuer, code, effective_from);
      CREATE TABLE standard_limits (
        id text COLLATE "C" PRIMARY KEY,
        standard_id text COLLATE "C" NOT NULL REFERENCES supply_standards,
        product text COLLATE "C" NOT NULL REFERENCES products,
        parameter text COLLATE "C" NOT NULL REFERENCES standard_parameters,
        minimum numeric CHECK (minimum >= 0),
        maximum numeric CHECK (maximum >= 0),
        unit measuring_unit NOT NULL,
        residue_definition text,
        part_measured text,
        method text,
        is_test_required boolean NOT NULL DEFAULT false,
        UNIQUE (standard_id, product, parameter),
        CHECK (num_nulls(minimum, maximum) < 2),
        CHECK (minimum <= maximum)
      );
      CREATE INDEX standard_limits_by_product ON standard_limits (product, standard_id);
      CREATE TABLE standard_limit_exclusions (
        limit_id text COLLATE "C" NOT NULL REFERENCES standard_limits,
        product text COLLATE "C" NOT NULL REFERENCES products,
        PRIMARY KEY (limit_id, product)
      );
      ${TABLES.map((table) => readableByAll({ ...shared, table })).join('\n')}`),
};
