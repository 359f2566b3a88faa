import type { Migration } from '../../kit/migrate';

/**
 * The days of a sheet on which the officer was there, as bits from Monday on: whoever looks at thousands of postings counts
 * bits and reads no table of days. Generated, so that no write can leave it behind.
 */
export const sumSheetsUp: Migration = {
  name: '050_sum_sheets_up',
  up: (sql) =>
    sql(`
      -- Dates are taken apart because a cast of text depends on the session, which a generated column may not.
      CREATE FUNCTION days_there(days jsonb, week_of date) RETURNS int
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN (
          SELECT coalesce(bit_or(1 << weekday), 0)
          FROM jsonb_to_recordset(days) AS said (date text, presence text), LATERAL (
            SELECT make_date(split_part(date, '-', 1)::int, split_part(date, '-', 2)::int,
              split_part(date, '-', 3)::int) - week_of AS weekday) AS its
          WHERE presence IN ('PRESENT', 'ON_BUSINESS') AND weekday BETWEEN 0 AND 6);
      ALTER TABLE attendance_sheets
        ADD COLUMN days_there int NOT NULL GENERATED ALWAYS AS (days_there(days, week_of)) STORED;`),
};
