import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import { halfOf } from '../leave/rules';
import type { Act } from '../leave/store';
import { type SheetDay, weeksTouching, workingBits } from './rules';

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

/** What sheets say of postings, without who recorded it. */
export type SheetDaysRow = Pick<AttendanceSheetRow, 'secondment' | 'week_of' | 'days'>;

/** What the phone said of a posting's day: whether it was at the unit at some time, or might have been. */
export type CheckInDayRow = Pick<CheckInRow, 'secondment' | 'day' | 'is_within'>;

/** What the sheets of postings say of the weeks that touch the months from one to another, in no order. */
export async function sheetDaysIn(
  db: Db,
  secondments: readonly string[],
  { first, last }: Months,
): Promise<SheetDaysRow[]> {
  return db<SheetDaysRow>('attendance_sheets')
    .comment('attendance.sheetDaysIn')
    .select<SheetDaysRow[]>('secondment', 'week_of', 'days')
    .whereRaw('secondment = ANY (?::text[])', [[...secondments]])
    .whereBetween('week_of', [weeksTouching(first).from, weeksTouching(last).to]);
}

/** What the phone said of each day of postings in the months from one to another, in no order. */
export async function checkInDaysIn(
  db: Db,
  secondments: readonly string[],
  { first, last }: Months,
): Promise<CheckInDayRow[]> {
  return db.raw<CheckInDayRow>(
    `/* attendance.checkInDaysIn */
     SELECT secondment, day, bool_or(is_within IS NOT FALSE) AS is_within FROM check_ins
     WHERE secondment = ANY (?::text[]) AND day BETWEEN ?::date AND ?::date
     GROUP BY secondment, day`,
    [[...secondments], `${first}-01`, lastDayOf(last)],
  );
}

/**
 * On how many working days of each month the officers of postings were there at the least: those on which the sheet has
 * them there and no phone was elsewhere. Of postings with leave in these months nothing is said.
 */
export async function leastAttended(
  db: Db,
  secondments: readonly string[],
  { first, last, workingDays }: Months & { workingDays: readonly string[] },
): Promise<{ secondment: string; month: string; days: number }[]> {
  const weeks = workingBits(workingDays);
  return db.raw<{ secondment: string; month: string; days: number }>(
    `/* attendance.leastAttended */
     WITH elsewhere AS MATERIALIZED (
       SELECT secondment, monday AS week_of, bit_or(1 << (day - monday)) AS days
       FROM check_ins, LATERAL (SELECT day - (extract(isodow FROM day)::int - 1) AS monday) AS its
       WHERE NOT is_within AND secondment = ANY (?::text[]) AND day BETWEEN ?::date AND ?::date
       GROUP BY secondment, monday)
     SELECT sheet.secondment, week.month, sum(bit_count((sheet.days_there & week.days & ~coalesce(elsewhere.days, 0)
         -- Of the days from Monday to Sunday those that the posting takes up.
         & (127 << greatest(0, least(7, posting.starts_on - week.week_of)))
         & ((1 << greatest(0, least(7, coalesce(posting.recalled_on, posting.ends_on) - week.week_of + 1))) - 1)
       )::bit(7))::int) AS days
     FROM unnest(?::date[], ?::text[], ?::int[]) AS week (week_of, month, days)
       JOIN attendance_sheets AS sheet ON sheet.week_of = week.week_of
       JOIN secondments AS posting ON posting.id = sheet.secondment
       LEFT JOIN elsewhere ON elsewhere.secondment = sheet.secondment AND elsewhere.week_of = sheet.week_of
     WHERE sheet.secondment = ANY (?::text[]) AND sheet.week_of BETWEEN ?::date AND ?::date
       AND sheet.secondment NOT IN (SELECT secondment FROM leave_requests
         WHERE secondment = ANY (?::text[]) AND status IN ('APPROVED', 'RETURNED')
           AND ends_half >= ? AND starts_half <= ?)
     GROUP BY sheet.secondment, week.month`,
    [
      ...[[...secondments], `${first}-01`, lastDayOf(last)],
      ...[weeks.map(({ week }) => week), weeks.map(({ month }) => month), weeks.map(({ bits }) => bits)],
      ...[[...secondments], weeksTouching(first).from, weeksTouching(last).to],
      ...[[...secondments], halfOf(`${first}-01`, false), halfOf(lastDayOf(last), true)],
    ],
  );
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
