import type { Migration } from '../../kit/migrate';
import { readableByAll, writableByParties } from '../../kit/policies';

const subgraph = 'personnel';
const item = 'labor-flow.market';

const table = (name: string, columns: string): string => `
  CREATE TABLE ${name} (
    id text COLLATE "C" PRIMARY KEY,
    recorded_by text COLLATE "C" NOT NULL,
    external_id text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    skill text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    ${columns},
    UNIQUE (recorded_by, external_id)
  );
  CREATE INDEX ${name}_by_month ON ${name} (month, place, id);
  CREATE INDEX ${name}_by_place ON ${name} (place, month, id);
  ${readableByAll({ subgraph, table: name, item })}
  ${writableByParties({ subgraph, table: name, item, named: ['recorded_by'] })}`;

export const createLaborMarket: Migration = {
  name: '102_create_labor_market',
  up: (sql) =>
    sql(`
      ${table(
        'labor_demands',
        `employer text NOT NULL,
        sector text COLLATE "C" NOT NULL,
        openings int NOT NULL CHECK (openings >= 0)`,
      )}
      ${table(
        'labor_supplies',
        `institution text NOT NULL,
        -- Null when the graduates may work in any.
        sector text COLLATE "C",
        graduates int NOT NULL CHECK (graduates >= 0)`,
      )}`),
};
