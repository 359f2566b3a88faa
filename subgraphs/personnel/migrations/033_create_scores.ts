import { rangeSetting } from '../../kit/database';
import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';
import { CONDUCT, member, PARENT_POSTING, VIEWER, viewerHosts } from '../conduct/row-policies';

const setting = (name: string): string => `(select current_setting('${name}', true))`;
/** Whether the viewer's unit is a party, by place, to every posting to a unit of the ranking's place. */
const overseesPlace = `(place >= ${setting(rangeSetting(CONDUCT.item, 'from'))}
  AND place < ${setting(rangeSetting(CONDUCT.item, 'below'))})`;

/** Weekly scores with their revisions, and the rankings of a month as they were published. */
export const createScores: Migration = {
  name: '033_create_scores',
  up: (sql) =>
    sql(`
      CREATE TABLE weekly_scores (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        -- Where the officer worked that week.
        host_agency text COLLATE "C" NOT NULL,
        week_of date NOT NULL CHECK (extract(isodow FROM week_of) = 1),
        -- The month of the week's Monday.
        month text COLLATE "C" NOT NULL CHECK (month = to_char(week_of, 'YYYY-MM')),
        deductions jsonb NOT NULL,
        deducted double precision NOT NULL CHECK (deducted BETWEEN 0 AND 100),
        revision int NOT NULL CHECK (revision > 0),
        agency text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorded_by text NOT NULL,
        UNIQUE (secondment, week_of)
      );
      CREATE INDEX weekly_scores_by_month ON weekly_scores (month, host_agency);
      CREATE TABLE weekly_score_revisions (
        weekly_score text COLLATE "C" NOT NULL REFERENCES weekly_scores,
        revision int NOT NULL CHECK (revision > 0),
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        deductions jsonb NOT NULL,
        deducted double precision NOT NULL,
        reason text CHECK ((reason IS NULL) = (revision = 1)),
        agency text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorded_by text NOT NULL,
        PRIMARY KEY (weekly_score, revision)
      );
      ${['weekly_scores', 'weekly_score_revisions']
        .map((table) => readableByParties({ ...CONDUCT, table, parent: PARENT_POSTING }))
        .join('\n')}
      GRANT INSERT, UPDATE (deductions, deducted, revision, agency, recorded_at, recorded_by)
        ON weekly_scores TO ${member};
      GRANT INSERT ON weekly_score_revisions TO ${member};
      CREATE POLICY hosts_score ON weekly_scores FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('weekly_scores')});
      CREATE POLICY hosts_correct ON weekly_scores FOR UPDATE TO ${member}
        USING (${viewerHosts('weekly_scores')})
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('weekly_scores')});
      CREATE POLICY hosts_keep ON weekly_score_revisions FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('weekly_score_revisions')});

      CREATE TABLE ranking_editions (
        id text COLLATE "C" PRIMARY KEY,
        place text COLLATE "C" NOT NULL,
        month text COLLATE "C" NOT NULL,
        edition int NOT NULL CHECK (edition > 0),
        -- Why it takes the place of the one before; the first one takes nobody's.
        reason text CHECK ((reason IS NULL) = (edition = 1)),
        agency text COLLATE "C" NOT NULL,
        published_at timestamptz(3) NOT NULL,
        published_by text NOT NULL,
        UNIQUE (place, month, edition),
        UNIQUE (id, place)
      );
      CREATE TABLE ranking_entries (
        ranking text COLLATE "C" NOT NULL,
        -- The edition's. A policy here that asked the editions, whose own asks here, would never end.
        place text COLLATE "C" NOT NULL,
        rank int NOT NULL CHECK (rank > 0),
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        list text COLLATE "C" CHECK (list IN ('RED', 'BLACK')),
        total double precision NOT NULL,
        deductions int NOT NULL,
        weeks int NOT NULL,
        PRIMARY KEY (ranking, rank),
        UNIQUE (ranking, secondment),
        FOREIGN KEY (ranking, place) REFERENCES ranking_editions (id, place)
      );
      ${readableByParties({ ...CONDUCT, table: 'ranking_entries', parent: PARENT_POSTING })}
      ALTER TABLE ranking_editions ENABLE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT ON ranking_editions TO ${member};
      GRANT INSERT ON ranking_entries TO ${member};
      -- Of a ranking the parties to one of its postings know.
      CREATE POLICY parties_read ON ranking_editions FOR SELECT TO ${member}
        USING (agency = ${VIEWER} OR ${overseesPlace} OR EXISTS (
          SELECT FROM ranking_entries AS entry WHERE entry.ranking = ranking_editions.id));
      CREATE POLICY overseers_publish ON ranking_editions FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${overseesPlace});
      CREATE POLICY overseers_list ON ranking_entries FOR INSERT TO ${member}
        WITH CHECK (${overseesPlace});`),
};
