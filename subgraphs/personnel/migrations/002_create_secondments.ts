import type { Migration } from '../../kit/migrate';
import { readableByAll, writableByParties } from '../../kit/policies';

const shared = { subgraph: 'personnel', item: 'personnel.secondments' } as const;

export const createSecondments: Migration = {
  name: '002_create_secondments',
  up: (sql) =>
    sql(`
      CREATE TABLE secondment_programs (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        organizer text COLLATE "C" NOT NULL,
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        CHECK (starts_on <= ends_on)
      );
      -- An exclusion constraint compares keys by "=" only with the extension btree_gist, which a schema's owner cannot
      -- install. Ranges of a single key overlap just when the keys are equal.
      CREATE TYPE key_range AS RANGE (subtype = text, collation = "C");
      CREATE TABLE secondments (
        id text COLLATE "C" PRIMARY KEY,
        officer text COLLATE "C" NOT NULL REFERENCES officers,
        program text COLLATE "C" REFERENCES secondment_programs,
        home_agency text COLLATE "C" NOT NULL,
        host_agency text COLLATE "C" NOT NULL,
        position text NOT NULL,
        status text COLLATE "C" NOT NULL
          CHECK (status IN ('PLANNED', 'ACTIVE', 'COMPLETED', 'RECALLED', 'DECLINED')),
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        recall_reason text,
        recalled_on date,
        CHECK (home_agency <> host_agency),
        CHECK (starts_on <= ends_on),
        CHECK (num_nulls(recall_reason, recalled_on) = CASE status WHEN 'RECALLED' THEN 0 ELSE 2 END),
        CONSTRAINT one_posting_at_a_time EXCLUDE USING gist (
          key_range(officer, officer, '[]') WITH &&,
          daterange(starts_on, ends_on, '[]') WITH &&
        ) WHERE (status IN ('PLANNED', 'ACTIVE'))
      );
      -- None by start alone: for a place that hosts little, reading all postings in that order would look cheap to the
      -- planner, which does not know the place when it plans for many at once.
      CREATE INDEX secondments_by_host ON secondments (host_agency, starts_on, id);
      CREATE INDEX secondments_by_home ON secondments (home_agency, starts_on, id);
      CREATE INDEX secondments_by_officer ON secondments (officer, starts_on, id);
      CREATE INDEX secondments_by_program ON secondments (program, starts_on, id);
      CREATE TABLE secondment_stints (
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        host_agency text COLLATE "C" NOT NULL,
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        PRIMARY KEY (secondment, starts_on),
        CHECK (starts_on <= ends_on),
        CONSTRAINT one_stint_at_a_time EXCLUDE USING gist (
          key_range(secondment, secondment, '[]') WITH &&,
          daterange(starts_on, ends_on, '[]') WITH &&
        )
      );
      CREATE TABLE secondment_events (
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        ordinal int NOT NULL CHECK (ordinal > 0),
        kind text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        PRIMARY KEY (secondment, ordinal)
      );
      ${['secondment_programs', 'secondments', 'secondment_stints', 'secondment_events']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}
      ${writableByParties({ ...shared, table: 'secondments', named: ['home_agency', 'host_agency'] })}`),
};
