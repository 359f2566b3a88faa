import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';
import { CREATE_BIGRAMS } from '../../kit/search';

// A node keeps its parent's path, which PostgreSQL holds to; its own follows from it. What is at or below a node is
// then a range of paths, and the nodes above it are known without climbing: both follow from the row alone.
export const createProducts: Migration = {
  name: '001_create_products',
  up: (sql) =>
    sql(`
      ${CREATE_BIGRAMS}
      CREATE TABLE products (
        code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[A-Z][A-Z0-9_]*$'),
        name text NOT NULL,
        parent_path text COLLATE "C",
        path text COLLATE "C" NOT NULL UNIQUE
          GENERATED ALWAYS AS (coalesce(parent_path, '/') || code || '/') STORED,
        lineage text[] COLLATE "C" NOT NULL
          GENERATED ALWAYS AS (string_to_array(ltrim(coalesce(parent_path, '') || code, '/'), '/')) STORED,
        name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED
      );
      ALTER TABLE products ADD FOREIGN KEY (parent_path) REFERENCES products (path) ON UPDATE CASCADE;
      CREATE INDEX products_by_parent ON products (parent_path, path);
      CREATE INDEX products_by_name ON products USING gin (name_bigrams);
      ${readableByAll({ subgraph: 'agriculture', item: 'agriculture.standards', table: 'products' })}`),
};
