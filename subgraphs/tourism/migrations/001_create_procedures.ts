import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'tourism', item: 'tourism.procedures' } as const;

export const createProcedures: Migration = {
  name: '001_create_procedures',
  up: (sql) =>
    sql(`
      CREATE TABLE procedures (
        id text COLLATE "C" PRIMARY KEY,
        jurisdiction text COLLATE "C" NOT NULL,
        version int NOT NULL CHECK (version >= 1),
        effective_from date NOT NULL,
        effective_to date CHECK (effective_to >= effective_from),
        meeting_weekday text COLLATE "C" NOT NULL CHECK (
          meeting_weekday IN ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')),
        cut_off_working_days int NOT NULL CHECK (cut_off_working_days >= 0),
        cut_off_time text COLLATE "C" NOT NULL CHECK (cut_off_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
        quorum int NOT NULL CHECK (quorum >= 1),
        capacity int NOT NULL CHECK (capacity >= 1),
        derived_from text COLLATE "C" REFERENCES procedures CHECK (derived_from <> id),
        UNIQUE (jurisdiction, version)
      );
      -- Of a town's versions only the latest has no end.
      CREATE UNIQUE INDEX procedures_in_force ON procedures (jurisdiction) WHERE effective_to IS NULL;
      CREATE INDEX procedures_by_origin ON procedures (derived_from);
      CREATE TABLE procedure_functions (
        procedure_id text COLLATE "C" NOT NULL REFERENCES procedures,
        code text COLLATE "C" NOT NULL,
        is_veto boolean NOT NULL,
        PRIMARY KEY (procedure_id, code)
      );
      CREATE TABLE procedure_materials (
        procedure_id text COLLATE "C" NOT NULL REFERENCES procedures,
        code text COLLATE "C" NOT NULL,
        name text NOT NULL,
        kinds text[] NOT NULL CHECK (
          kinds <> '{}' AND kinds <@ '{NEW_BUSINESS,RENOVATION,CHANGE_OF_BUSINESS}'),
        PRIMARY KEY (procedure_id, code)
      );
      ${['procedures', 'procedure_functions', 'procedure_materials']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}`),
};
