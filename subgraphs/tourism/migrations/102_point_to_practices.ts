import type { Migration } from '../../kit/migrate';

/** The practices that procedures and patrol forms were made after, and where an applicant is found by telephone. */
export const pointToPractices: Migration = {
  name: '102_point_to_practices',
  up: (sql) =>
    sql(`
      ALTER TABLE procedures ADD COLUMN practice_id text COLLATE "C";
      ALTER TABLE scenic_patrols ADD COLUMN practice_id text COLLATE "C";
      ALTER TABLE applicants ALTER COLUMN phone TYPE text COLLATE "C";
      CREATE INDEX applicants_by_phone ON applicants (phone, application_id);`),
};
