import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, checkPosition } from '../../kit/inputs';
import { dayOf } from '../../kit/time';
import { postingAtHand } from '../conduct/at-hand';
import { checkWeek, conductFault, hostOfDay } from '../conduct/rules';
import { postingsOfConduct } from '../conduct/store';
import type { PersonnelContext } from '../loaders';
import type {
  CheckInInput,
  CorrectAttendanceSheetInput,
  RecordAttendanceSheetInput,
  RecordAttendanceSheetsInput,
} from '../schema-types';
import {
  anotherWasFaster,
  areSameDays,
  checkedInOtherwise,
  checkInDay,
  checkReason,
  checkSheetDays,
  geofence,
  isRecorded,
  noSuchSheet,
  saysTheSame,
  sheetDaysOf,
} from './rules';
import {
  type AttendanceSheetRow,
  type CheckInRow,
  checkInAt,
  correctSheet,
  insertCheckIn,
  insertSheets,
  sheetsById,
  sheetsOfWeek,
} from './store';

/** Records the sheet of one posting for a week. The same sheet again is the one that there is. */
export async function recordAttendanceSheet(
  context: PersonnelContext,
  input: RecordAttendanceSheetInput,
): Promise<AttendanceSheetRow> {
  const { signedIn: viewer, now } = context;
  const { secondmentId, weekOf } = input;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const days = sheetDaysOf(input.days);
  return context.write(async (db) => {
    const violations = new Violations();
    const posting = await postingAtHand(db, secondmentId, { action: 'RECORD_SHEET', agency, violations });
    checkWeek(violations, ['weekOf'], weekOf);
    checkInstant(violations, at, now);
    checkSheetDays(violations, ['days'], { weekOf, days: inOrder(input.days), posting, today: dayOf(at) });
    violations.throwIfAny();
    const [stored] = await insertSheets(db, weekOf, [{ secondment: secondmentId, days }], {
      ...{ agency, user, at },
    });
    if (stored) return stored;
    const [present] = await sheetsOfWeek(db, [secondmentId], weekOf);
    return present && areSameDays(present.days, days) ? present : refuse('CONFLICT', ['weekOf'], isRecorded);
  });
}

/** What is given in the order in which it is given, so that paths name the caller's lines. */
const inOrder = (days: RecordAttendanceSheetInput['days']) =>
  days.map(({ date, presence, note }) => ({ date, presence, note: note?.trim() ?? null }));

/** The most lines of a table. */
export const MAXIMUM_LINES = 5_000;

export interface AttendanceBatch {
  readonly weekOf: string;
  readonly recordedSheets: number;
  readonly unchangedSheets: number;
}

/**
 * Records a week's table of a whole team: all of it, or nothing and every problem. Lines that are there already, word
 * for word, stay as they are, so that a table may be sent again.
 */
export async function recordAttendanceSheets(
  context: PersonnelContext,
  input: RecordAttendanceSheetsInput,
): Promise<AttendanceBatch> {
  const { signedIn: viewer, now } = context;
  const { weekOf, lines } = input;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  if (lines.length === 0 || lines.length > MAXIMUM_LINES) {
    refuse(lines.length === 0 ? 'REQUIRED' : 'LIMIT_EXCEEDED', ['lines'], {
      en: `A table has 1 to ${MAXIMUM_LINES} lines, and this one has ${lines.length}. Send it in parts.`,
      zh: `每张表 1 至 ${MAXIMUM_LINES} 行，此表有 ${lines.length} 行，请分批提交。`,
    });
  }
  return context.write(async (db) => {
    const violations = new Violations();
    checkWeek(violations, ['weekOf'], weekOf);
    checkInstant(violations, at, now);
    const ids = lines.map(({ secondmentId }) => secondmentId);
    const postings = await postingsOfConduct(db, ids);
    const present = new Map(
      (await sheetsOfWeek(db, [...postings.keys()], weekOf)).map((sheet) => [sheet.secondment, sheet]),
    );
    const lineOf = new Map<string, number>();
    const sheets: { secondment: string; days: ReturnType<typeof sheetDaysOf> }[] = [];
    for (const [i, line] of lines.entries()) {
      const path = ['lines', i, 'secondmentId'];
      const posting = postings.get(line.secondmentId) ?? null;
      const fault = conductFault(posting, 'RECORD_SHEET', agency);
      if (fault) violations.add(fault.code, path, fault.text);
      const first = lineOf.get(line.secondmentId);
      if (first !== undefined) {
        violations.add('INVALID', path, {
          en: `The posting is on line ${first + 1} too. Give one line for each.`,
          zh: `该挂职与第 ${first + 1} 行重复，每个挂职只填一行。`,
        });
      }
      lineOf.set(line.secondmentId, i);
      if (!posting || fault?.code === 'NOT_ALLOWED') continue;
      checkSheetDays(violations, ['lines', i, 'days'], {
        ...{ weekOf, days: inOrder(line.days), posting, today: dayOf(at) },
      });
      const days = sheetDaysOf(line.days);
      const stands = present.get(posting.id);
      if (!stands) sheets.push({ secondment: posting.id, days });
      else if (!areSameDays(stands.days, days)) violations.add('CONFLICT', path, isRecorded);
    }
    violations.throwIfAny();
    const stored = await insertSheets(db, weekOf, sheets, { agency, user, at });
    const done = new Set(stored.map(({ secondment }) => secondment));
    for (const { secondment } of sheets) {
      if (done.has(secondment)) continue;
      violations.add('CONFLICT', ['lines', lineOf.get(secondment) ?? 0, 'secondmentId'], anotherWasFaster);
    }
    violations.throwIfAny();
    return { weekOf, recordedSheets: stored.length, unchangedSheets: lines.length - stored.length };
  });
}

/** Puts right what a sheet says, and keeps what it said. */
export async function correctAttendanceSheet(
  context: PersonnelContext,
  input: CorrectAttendanceSheetInput,
): Promise<AttendanceSheetRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const reason = input.reason.trim();
  const days = sheetDaysOf(input.days);
  return context.write(async (db) => {
    const [sheet] = await sheetsById(db, [input.sheetId]);
    if (!sheet) return refuse('NOT_FOUND', ['sheetId'], noSuchSheet);
    const posting = (await postingsOfConduct(db, [sheet.secondment])).get(sheet.secondment);
    if (!posting) throw new Error(`the sheet ${sheet.id} is of no posting`);
    const fault = conductFault(posting, 'RECORD_SHEET', agency);
    if (fault) refuse(fault.code, ['sheetId'], fault.text);
    const violations = new Violations();
    checkSheetDays(violations, ['days'], {
      ...{ weekOf: sheet.week_of, days: inOrder(input.days), posting, today: dayOf(at) },
    });
    if (areSameDays(sheet.days, days)) violations.add('INVALID', ['days'], saysTheSame);
    checkReason(violations, reason);
    checkInstant(violations, at, now);
    checkNotBefore(violations, at, sheet.recorded_at);
    violations.throwIfAny();
    const corrected = await correctSheet(db, sheet, { days, reason }, { agency, user, at });
    return corrected ?? refuse('CONFLICT', ['sheetId'], anotherWasFaster);
  });
}

/** Takes a check-in with its position, measured from where the officer works that day. The same one again is that one. */
export async function checkIn(context: PersonnelContext, input: CheckInInput): Promise<CheckInRow> {
  const { signedIn: viewer, now } = context;
  const { secondmentId, latitude, longitude } = input;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  return context.write(async (db) => {
    const violations = new Violations();
    const posting = await postingAtHand(db, secondmentId, { action: 'CHECK_IN', agency, violations });
    checkPosition(violations, [], { latitude, longitude });
    checkInstant(violations, at, now);
    checkInDay(violations, posting, at);
    violations.throwIfAny();
    const day = dayOf(at);
    const host = hostOfDay(posting, day);
    const [unit] = await agenciesByCode(db, [host]);
    const fence = geofence({ latitude, longitude }, unit ?? null);
    const stored = await insertCheckIn(db, {
      ...{ secondment: secondmentId, day, at, latitude, longitude, host_agency: host },
      ...{ distance_meters: fence?.distance ?? null, is_within: fence?.isWithin ?? null },
      ...{ agency, recorded_by: user },
    });
    if (stored) return stored;
    const present = await checkInAt(db, secondmentId, at);
    return present?.latitude === latitude && present.longitude === longitude
      ? present
      : refuse('CONFLICT', ['at'], checkedInOtherwise);
  });
}
