import { createCalendarDays } from '../../kit/calendar-days';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'registry.directory' } as const;

export const createCategories: Migration = {
  name: '001_create_categories',
  up: (sql) =>
    sql(`
      ${createCalendarDays(shared.subgraph, shared.item)}

      CREATE TABLE categories (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('EVENT', 'COMPONENT')),
        parent_code text COLLATE "C" REFERENCES categories,
        filing_condition text,
        closing_condition text,
        CHECK (num_nulls(parent_code, filing_condition, closing_condition) IN (0, 3))
      );
      CREATE INDEX categories_by_parent ON categories (parent_code, code);
      ${readableByAll({ ...shared, table: 'categories' })}

      CREATE TABLE category_limits (
        category text COLLATE "C" NOT NULL REFERENCES categories,
        -- Empty for the default for all places.
        jurisdiction text COLLATE "C" NOT NULL,
        effective_from date NOT NULL,
        effective_until date,
        amount int NOT NULL CHECK (amount > 0),
        unit text COLLATE "C" NOT NULL CHECK (unit IN ('WORKING_HOURS', 'WORKING_DAYS')),
        PRIMARY KEY (category, jurisdiction, effective_from),
        CHECK (effective_until >= effective_from)
      );
      ${readableByAll({ ...shared, table: 'category_limits' })}`),
};
