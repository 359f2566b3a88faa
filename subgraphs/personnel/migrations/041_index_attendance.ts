import type { Migration } from '../../kit/migrate';

/** What is asked of thousands of postings at once: phones that were elsewhere, and requests for leave that wait. */
export const indexAttendance: Migration = {
  name: '041_index_attendance',
  up: (sql) =>
    sql(`
      CREATE INDEX check_ins_elsewhere ON check_ins (secondment, day) WHERE NOT is_within;
      CREATE INDEX leave_requests_waiting ON leave_requests (secondment) WHERE status = 'PENDING';`),
};
