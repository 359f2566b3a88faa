import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';
import { CONDUCT, member, PARENT_POSTING, VIEWER, viewerIsParty } from '../conduct/row-policies';

/** Spot checks and reminder talks, by whichever party made them. */
export const createSupervision: Migration = {
  name: '034_create_supervision',
  up: (sql) =>
    sql(`
      CREATE TABLE spot_checks (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        at timestamptz(3) NOT NULL,
        finding text COLLATE "C" NOT NULL CHECK (finding IN ('PRESENT', 'ABSENT')),
        note text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        recorded_by text NOT NULL,
        UNIQUE (agency, secondment, at)
      );
      CREATE INDEX spot_checks_by_posting ON spot_checks (secondment, at);
      CREATE TABLE reminder_talks (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        at timestamptz(3) NOT NULL,
        talker text NOT NULL,
        content text NOT NULL,
        agency text COLLATE "C" NOT NULL,
        recorded_by text NOT NULL,
        UNIQUE (agency, secondment, at)
      );
      CREATE INDEX reminder_talks_by_posting ON reminder_talks (secondment, at);
      ${['spot_checks', 'reminder_talks']
        .map(
          (table) => `${readableByParties({ ...CONDUCT, table, parent: PARENT_POSTING })}
      GRANT INSERT ON ${table} TO ${member};
      CREATE POLICY parties_record ON ${table} FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerIsParty(table)});`,
        )
        .join('\n')}`),
};
