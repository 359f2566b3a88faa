import type { Migration } from '../../kit/migrate';
import { readableByParties } from '../../kit/policies';
import { CONDUCT, member, PARENT_POSTING, VIEWER, viewerHosts, viewerManages } from '../conduct/row-policies';

const table = (name: string) => readableByParties({ ...CONDUCT, table: name, parent: PARENT_POSTING });

/** Attendance by its two channels, kept apart: the weekly sheet with its revisions, and check-ins. */
export const createAttendance: Migration = {
  name: '032_create_attendance',
  up: (sql) =>
    sql(`
      CREATE TABLE attendance_sheets (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        week_of date NOT NULL CHECK (extract(isodow FROM week_of) = 1),
        -- As it stands: an object for each day, in their order.
        days jsonb NOT NULL,
        revision int NOT NULL CHECK (revision > 0),
        agency text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorded_by text NOT NULL,
        UNIQUE (secondment, week_of)
      );
      CREATE TABLE attendance_sheet_revisions (
        sheet text COLLATE "C" NOT NULL REFERENCES attendance_sheets,
        revision int NOT NULL CHECK (revision > 0),
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        days jsonb NOT NULL,
        -- Why it was corrected; the first one was not.
        reason text CHECK ((reason IS NULL) = (revision = 1)),
        agency text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        recorded_by text NOT NULL,
        PRIMARY KEY (sheet, revision)
      );
      CREATE TABLE check_ins (
        id text COLLATE "C" PRIMARY KEY,
        secondment text COLLATE "C" NOT NULL REFERENCES secondments,
        -- Shanghai's day of the instant.
        day date NOT NULL,
        at timestamptz(3) NOT NULL,
        latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
        longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
        host_agency text COLLATE "C" NOT NULL,
        -- From where the host unit stood then; null for a unit without a location.
        distance_meters double precision,
        is_within boolean,
        agency text COLLATE "C" NOT NULL,
        recorded_by text NOT NULL,
        CHECK ((distance_meters IS NULL) = (is_within IS NULL)),
        UNIQUE (secondment, at)
      );
      CREATE INDEX check_ins_by_day ON check_ins (secondment, day);
      ${['attendance_sheets', 'attendance_sheet_revisions', 'check_ins'].map(table).join('\n')}
      GRANT INSERT, UPDATE (days, revision, agency, recorded_at, recorded_by) ON attendance_sheets TO ${member};
      GRANT INSERT ON attendance_sheet_revisions, check_ins TO ${member};
      CREATE POLICY hosts_record ON attendance_sheets FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('attendance_sheets')});
      CREATE POLICY hosts_correct ON attendance_sheets FOR UPDATE TO ${member}
        USING (${viewerHosts('attendance_sheets')})
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('attendance_sheets')});
      CREATE POLICY hosts_record ON attendance_sheet_revisions FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerHosts('attendance_sheet_revisions')});
      CREATE POLICY managers_record ON check_ins FOR INSERT TO ${member}
        WITH CHECK (agency = ${VIEWER} AND ${viewerManages('check_ins')});`),
};
