import { createFeed } from '../../kit/feed';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';

const shared = { subgraph: 'grid', item: 'grid.cases' } as const;

export const createCases: Migration = {
  name: '002_create_cases',
  up: (sql) =>
    sql(`
      ${createFeed(shared.subgraph)}

      CREATE TABLE cases (
        id text COLLATE "C" PRIMARY KEY,
        number text COLLATE "C" NOT NULL UNIQUE,
        title text NOT NULL,
        description text,
        stage text COLLATE "C" NOT NULL,
        source text COLLATE "C" NOT NULL,
        category text COLLATE "C" NOT NULL REFERENCES categories,
        jurisdiction text COLLATE "C" NOT NULL,
        latitude double precision CHECK (latitude BETWEEN -90 AND 90),
        longitude double precision CHECK (longitude BETWEEN -180 AND 180),
        address text,
        reporter text COLLATE "C" NOT NULL,
        -- What the reporter's own system calls it: sent twice, it arrives once.
        external_id text COLLATE "C",
        reported_at timestamptz(3) NOT NULL,
        filed_at timestamptz(3),
        due_at timestamptz(3),
        is_due_provisional boolean NOT NULL DEFAULT false,
        closed_at timestamptz(3),
        is_supervised boolean NOT NULL DEFAULT false,
        -- The current task: who has the case to deal with.
        task_agency text COLLATE "C",
        task_dispatched_at timestamptz(3),
        task_accepted_at timestamptz(3),
        -- Never null, so that pages can be cut along it: what has no deadline comes last.
        due_order timestamptz(3) NOT NULL
          GENERATED ALWAYS AS (coalesce(due_at, timestamptz '9999-01-01 00:00:00+00')) STORED,
        UNIQUE (reporter, source, external_id),
        CHECK (num_nulls(latitude, longitude) IN (0, 2)),
        CHECK (stage IN ('RECEIVED', 'FILED', 'NOT_FILED', 'DISPATCHED', 'IN_PROGRESS', 'VERIFYING', 'CLOSED')),
        CHECK (num_nulls(filed_at, due_at) = CASE WHEN stage IN ('RECEIVED', 'NOT_FILED') THEN 2 ELSE 0 END),
        CHECK (num_nulls(task_agency, task_dispatched_at) =
          CASE WHEN stage IN ('RECEIVED', 'NOT_FILED', 'FILED') THEN 2 ELSE 0 END),
        CHECK ((task_accepted_at IS NOT NULL) = (stage IN ('IN_PROGRESS', 'VERIFYING', 'CLOSED'))),
        CHECK ((closed_at IS NOT NULL) = (stage = 'CLOSED'))
      );
      -- Large places are read along an order, small ones by place; the planner knows which is which.
      CREATE INDEX cases_by_report ON cases (reported_at, id);
      CREATE INDEX cases_by_deadline ON cases (due_order, id);
      CREATE INDEX cases_by_place ON cases (jurisdiction, reported_at, id);
      CREATE INDEX cases_by_stage ON cases (stage, jurisdiction);
      CREATE INDEX cases_by_source ON cases (source, jurisdiction);
      CREATE INDEX cases_by_category ON cases (category, jurisdiction);
      CREATE INDEX cases_by_task ON cases (task_agency, jurisdiction);
      CREATE INDEX cases_by_reporter ON cases (reporter, reported_at, id);
      CREATE INDEX cases_supervised ON cases (jurisdiction) WHERE is_supervised;

      -- The units that a case names, and that it ever named: who held its task stays a party to it. What lists are cut
      -- along is kept here too, so that a unit's own cases are one index range in each order.
      CREATE TABLE case_parties (
        case_id text COLLATE "C" NOT NULL REFERENCES cases,
        agency text COLLATE "C" NOT NULL,
        jurisdiction text COLLATE "C" NOT NULL,
        reported_at timestamptz(3) NOT NULL,
        due_order timestamptz(3) NOT NULL,
        PRIMARY KEY (case_id, agency)
      );
      CREATE INDEX case_parties_by_report ON case_parties (agency, reported_at, case_id, jurisdiction);
      CREATE INDEX case_parties_by_deadline ON case_parties (agency, due_order, case_id, jurisdiction);
      ${readableByParties({ ...shared, table: 'case_parties', named: ['agency'] })}
      CREATE FUNCTION keep_case_parties() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${shared.subgraph}, pg_temp AS $$
        BEGIN
          INSERT INTO case_parties (case_id, agency, jurisdiction, reported_at, due_order)
            SELECT NEW.id, named, NEW.jurisdiction, NEW.reported_at, NEW.due_order
            FROM unnest(ARRAY[NEW.reporter, NEW.task_agency]) AS named WHERE named IS NOT NULL
            ON CONFLICT DO NOTHING;
          UPDATE case_parties SET due_order = NEW.due_order
            WHERE case_id = NEW.id AND due_order <> NEW.due_order;
          RETURN NULL;
        END $$;
      REVOKE EXECUTE ON FUNCTION keep_case_parties FROM PUBLIC;
      CREATE TRIGGER keep_parties AFTER INSERT OR UPDATE OF task_agency, due_at ON cases
        FOR EACH ROW EXECUTE FUNCTION keep_case_parties();
      ${readableByParties({
        ...shared,
        table: 'cases',
        named: ['reporter'],
        places: ['jurisdiction'],
        namedIn: { table: 'case_parties', key: 'case_id' },
        provider: 'reporter',
      })}

      -- Every step of every case. The timeline and the live feed read it.
      CREATE TABLE case_events (
        transaction_id bigint NOT NULL,
        ordinal int NOT NULL,
        case_id text COLLATE "C" NOT NULL REFERENCES cases,
        -- The case's own, and its stage after the step.
        jurisdiction text COLLATE "C" NOT NULL,
        stage text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        note text,
        PRIMARY KEY (transaction_id, ordinal)
      );
      CREATE INDEX case_events_by_case ON case_events (case_id, at, transaction_id, ordinal);
      ${readableByParties({
        ...shared,
        table: 'case_events',
        places: ['jurisdiction'],
        parent: { table: 'cases', key: 'case_id' },
      })}`),
};
