import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import type { Act } from '../leave/store';
import { type SheetDay, weeksTouching } from './rules';

export interface AttendanceSheetRow {
  id: string;
  secondment: string;
  week_of: string;
  days: SheetDay[];
  revision: number;
  agency: string;
  recorded_at: Date;
  recorded_by: string;
}

export interface SheetRevisionRow {
  sheet: string;
  revision: number;
  secondment: string;
  days: SheetDay[];
  reason: string | null;
  agency: string;
  recorded_at: Date;
  recorded_by: string;
}

/** The first and last of months in a row, `YYYY-MM`. */
export interface Months {
  readonly first: string;
  readonly last: string;
}

export interface CheckInRow {
  id: string;
  secondment: string;
  day: string;
  at: Date;
  latitude: number;
  longitude: number;
  host_agency: string;
  distance_meters: number | null;
  is_within: boolean | null;
  agency: string;
  recorded_by: string;
}

const SHEET_COLUMNS = [
  'id',
  'secondment',
  'week_of',
  'days',
  'revision',
  'agency',
  'recorded_at',
  'recorded_by',
] as const;
const CHECK_IN_COLUMNS = [
  'id',
  'secondment',
  'day',
  'at',
  'latitude',
  'longitude',
  'host_agency',
  'distance_meters',
  'is_within',
  'agency',
  'recorded_by',
];

export async function sheetsById(db: Db, ids: readonly string[]): Promise<AttendanceSheetRow[]> {
  return db<AttendanceSheetRow>('attendance_sheets')
    .comment('attendance.sheetsById')
    .select<AttendanceSheetRow[]>(...SHEET_COLUMNS)
    .whereIn('id', [...ids]);
}

/** The sheets of postings for the weeks that touch the months from one to another, the earliest first. */
export async function sheetsIn(
  db: Db,
  secondments: readonly string[],
  { first, last }: Months,
): Promise<AttendanceSheetRow[]> {
  const { from } = weeksTouching(first);
  const { to } = weeksTouching(last);
  return db<AttendanceSheetRow>('attendance_sheets')
    .comment('attendance.sheetsIn')
    .select<AttendanceSheetRow[]>(...SHEET_COLUMNS)
    .whereIn('secondment', [...secondments])
    .whereBetween('week_of', [from, to])
    .orderBy(['secondment', 'week_of']);
}

/** The check-ins of postings in the months from one to another, the earliest first. */
export async function checkInsIn(
  db: Db,
  secondments: readonly string[],
  { first, last }: Months,
): Promise<CheckInRow[]> {
  return db<CheckInRow>('check_ins')
    .comment('attendance.checkInsIn')
    .select<CheckInRow[]>(CHECK_IN_COLUMNS)
    .whereIn('secondment', [...secondments])
    .whereBetween('day', [`${first}-01`, lastDayOf(last)])
    .orderBy(['secondment', 'at']);
}

/** Every state of each sheet, the first one first. */
export async function sheetRevisionsOf(db: Db, sheets: readonly string[]): Promise<SheetRevisionRow[]> {
  return db<SheetRevisionRow>('attendance_sheet_revisions')
    .comment('attendance.revisions')
    .select<SheetRevisionRow[]>(
      'sheet',
      'revision',
      'secondment',
      'days',
      'reason',
      'agency',
      'recorded_at',
      'recorded_by',
    )
    .whereIn('sheet', [...sheets])
    .orderBy(['sheet', 'revision']);
}

/** The sheets of postings for one week. */
export async function sheetsOfWeek(
  db: Db,
  secondments: readonly string[],
  weekOf: string,
): Promise<AttendanceSheetRow[]> {
  return db<AttendanceSheetRow>('attendance_sheets')
    .comment('attendance.sheetsOfWeek')
    .select<AttendanceSheetRow[]>(...SHEET_COLUMNS)
    .whereIn('secondment', [...secondments])
    .where({ week_of: weekOf });
}

/**
 * Stores sheets of one week, with their first revisions, in two statements whatever their number. Answers those that
 * were stored: of a posting that has one for the week by now, none is.
 */
export async function insertSheets(
  db: Db,
  weekOf: string,
  sheets: readonly { secondment: string; days: readonly SheetDay[] }[],
  { agency, user, at }: Act,
): Promise<AttendanceSheetRow[]> {
  if (sheets.length === 0) return [];
  const rows = sheets.map((sheet) => ({ ...sheet, id: randomUUID() }));
  const stored = await db.raw<AttendanceSheetRow>(
    `/* attendance.insertSheets */
     INSERT INTO attendance_sheets (id, secondment, week_of, days, revision, agency, recorded_at, recorded_by)
     SELECT id, secondment, ?::date, days, 1, ?, ?::timestamptz, ?
     FROM jsonb_to_recordset(?) AS sheet (id text, secondment text, days jsonb)
     ON CONFLICT (secondment, week_of) DO NOTHING
     RETURNING ${SHEET_COLUMNS.join(', ')}`,
    [weekOf, agency, at, user, JSON.stringify(rows)],
  );
  await keepRevisions(
    db,
    stored.map(({ id }) => id),
    null,
  );
  return stored;
}

/** Puts other days into a sheet; null when it is no longer at the revision that was seen. */
export async function correctSheet(
  db: Db,
  { id, revision }: AttendanceSheetRow,
  { days, reason }: { days: readonly SheetDay[]; reason: string },
  { agency, user, at }: Act,
): Promise<AttendanceSheetRow | null> {
  const [sheet] = await db('attendance_sheets')
    .comment('attendance.correctSheet')
    .where({ id, revision })
    .update({
      ...{ days: JSON.stringify(days), revision: revision + 1 },
      ...{ agency, recorded_at: at, recorded_by: user },
    })
    .returning<AttendanceSheetRow[]>([...SHEET_COLUMNS]);
  if (!sheet) return null;
  await keepRevisions(db, [id], reason);
  return sheet;
}

/** Keeps sheets as they stand. */
async function keepRevisions(db: Db, sheets: readonly string[], reason: string | null): Promise<void> {
  await db.raw(
    `/* attendance.keepRevisions */
     INSERT INTO attendance_sheet_revisions
       (sheet, revision, secondment, days, reason, agency, recorded_at, recorded_by)
     SELECT id, revision, secondment, days, ?, agency, recorded_at, recorded_by
     FROM attendance_sheets WHERE id = ANY (?::text[])`,
    [reason, [...sheets]],
  );
}

/** Stores a check-in; null when the officer checked in at the same time. */
export async function insertCheckIn(db: Db, checkIn: Omit<CheckInRow, 'id'>): Promise<CheckInRow | null> {
  const [row] = await db<CheckInRow>('check_ins')
    .comment('attendance.insertCheckIn')
    .insert({ id: randomUUID(), ...checkIn })
    .onConflict(['secondment', 'at'])
    .ignore()
    .returning<CheckInRow[]>(CHECK_IN_COLUMNS);
  return row ?? null;
}

/** The check-in of a posting at a time. */
export async function checkInAt(db: Db, secondment: string, at: Date): Promise<CheckInRow | null> {
  const [row] = await db<CheckInRow>('check_ins')
    .comment('attendance.checkInAt')
    .select<CheckInRow[]>(CHECK_IN_COLUMNS)
    .where({ secondment, at });
  return row ?? null;
}
