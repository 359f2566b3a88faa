import type { Migration } from '../../kit/migrate';

/** Where the case is found that a source knows by an id, whoever reported it. */
export const findCasesOfPatrols: Migration = {
  name: '051_find_cases_of_patrols',
  up: (sql) =>
    sql(`
      CREATE INDEX cases_by_external_id ON cases (source, external_id, reported_at) WHERE external_id IS NOT NULL;`),
};
