import { rolesOf } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByAll } from '../../kit/policies';

const shared = { subgraph: 'personnel', item: 'personnel.secondments' } as const;
const { member } = rolesOf('personnel');
const VIEWER = "(select current_setting('hub.agency', true))";

export const createPractices: Migration = {
  name: '016_create_practices',
  up: (sql) =>
    sql(`
      CREATE TABLE work_topics (
        code text COLLATE "C" PRIMARY KEY,
        name text NOT NULL
      );
      CREATE TABLE practices (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        title text NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('FORM', 'DOCUMENT', 'PROCEDURE')),
        origin text COLLATE "C" NOT NULL,
        topic text COLLATE "C" REFERENCES work_topics,
        summary text NOT NULL,
        document_url text,
        recorded_by text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorder text NOT NULL,
        -- What is searched; see kit/search.ts.
        name text NOT NULL GENERATED ALWAYS AS (title || E'\\n' || summary) STORED,
        name_bigrams text[] NOT NULL GENERATED ALWAYS AS (bigrams(title || E'\\n' || summary)) STORED
      );
      CREATE INDEX practices_latest ON practices (recorded_at, id);
      CREATE INDEX practices_by_origin ON practices (origin, recorded_at, id);
      CREATE INDEX practices_by_posting ON practices (secondment, recorded_at, id);
      CREATE INDEX practices_by_text ON practices USING gin (name_bigrams);
      CREATE TABLE practice_adoptions (
        practice text COLLATE "C" NOT NULL REFERENCES practices,
        agency text COLLATE "C" NOT NULL,
        adopted_at timestamptz(3) NOT NULL,
        adopted_by text NOT NULL,
        note text,
        PRIMARY KEY (practice, agency)
      );
      CREATE INDEX practice_adoptions_by_agency ON practice_adoptions (agency, practice);
      CREATE TABLE practice_outcomes (
        practice text COLLATE "C" NOT NULL,
        agency text COLLATE "C" NOT NULL,
        ordinal int NOT NULL CHECK (ordinal > 0),
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        outcome text NOT NULL,
        PRIMARY KEY (practice, agency, ordinal),
        FOREIGN KEY (practice, agency) REFERENCES practice_adoptions
      );
      ${['work_topics', 'practices', 'practice_adoptions', 'practice_outcomes']
        .map((table) => readableByAll({ ...shared, table }))
        .join('\n')}
      GRANT INSERT (id, secondment, title, kind, origin, topic, summary, document_url, recorded_by, recorded_at, recorder)
        ON practices TO ${member};
      GRANT INSERT ON practice_adoptions, practice_outcomes TO ${member};
      CREATE POLICY parties_record ON practices FOR INSERT TO ${member}
        WITH CHECK (recorded_by = ${VIEWER} AND EXISTS (
          SELECT FROM secondment_parties AS party WHERE party.id = secondment AND party.agency = ${VIEWER}));
      CREATE POLICY adopters_adopt ON practice_adoptions FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});
      CREATE POLICY adopters_tell ON practice_outcomes FOR INSERT TO ${member} WITH CHECK (agency = ${VIEWER});`),
};
