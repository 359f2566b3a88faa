import type { Migration } from '../../kit/migrate';

/** What a board counts: the cases that are open, and what a day did. Neither grows with the cases that are closed. */
export const countOpenCases: Migration = {
  name: '060_count_open_cases',
  up: (sql) =>
    sql(`
      CREATE INDEX cases_open_by_place ON cases (jurisdiction) WHERE stage NOT IN ('CLOSED', 'NOT_FILED');
      -- A place and all below it is a range, behind which an index by place and time no longer narrows the time.
      CREATE INDEX case_events_by_time ON case_events (at, jurisdiction);`),
};
