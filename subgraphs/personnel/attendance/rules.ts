import type { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays, dayOf, lastDayOf } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';
import { checkInPost, isInPost, type PostingInPost } from '../conduct/rules';
import { coversDay, type Halves } from '../leave/rules';

export type Presence = 'PRESENT' | 'ABSENT' | 'ON_LEAVE' | 'ON_BUSINESS';
export type AttendanceConflictKind = 'NO_CHECK_IN' | 'CHECKED_IN_ELSEWHERE' | 'NOT_ON_SHEET';

/** What a sheet says of a day. */
export interface SheetDay {
  readonly date: string;
  readonly presence: Presence;
  readonly note: string | null;
}

/** What the phone said on a day. */
export interface DayCheckIn {
  readonly day: string;
  /** Null when the host unit has no location to measure from. */
  readonly is_within: boolean | null;
}

const EARTH_METERS = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** Meters between two positions (degrees, WGS 84) along a great circle of a sphere: within 0.6 % of the ellipsoid's. */
export function distanceBetween(a: Position, b: Position): number {
  const latitudes = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const longitudes = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = latitudes + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * longitudes;
  return 2 * EARTH_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** How far a position is from a unit, and whether within its radius; null for a unit without a location. */
export function geofence(
  position: Position,
  unit: { latitude: number | null; longitude: number | null; radius_meters: number | null } | null,
): { distance: number; isWithin: boolean } | null {
  if (!unit || unit.latitude === null || unit.longitude === null || unit.radius_meters === null) return null;
  const distance = distanceBetween(position, { latitude: unit.latitude, longitude: unit.longitude });
  return { distance, isWithin: distance <= unit.radius_meters };
}

const MAXIMUM_NOTE = 200;
const MAXIMUM_REASON = 500;

/** What is wrong with the days of a sheet for a week that begins on a Monday. */
export function checkSheetDays(
  violations: Violations,
  path: readonly (string | number)[],
  { weekOf, days, posting, today }: SheetInput,
): void {
  if (days.length === 0) {
    violations.add('REQUIRED', path, {
      en: 'The sheet has no days. Give at least one.',
      zh: '签到表没有日期，请至少填写一天。',
    });
  }
  const lastDay = addDays(weekOf, 6);
  const seen = new Set<string>();
  for (const [i, { date, note }] of days.entries()) {
    const at = [...path, i, 'date'];
    if (seen.has(date)) {
      violations.add('INVALID', at, {
        en: `${date} is on the sheet twice. Give each day once.`,
        zh: `${date} 重复，每天只填一次。`,
      });
    }
    seen.add(date);
    if (date < weekOf || date > lastDay) {
      violations.add('INVALID', at, {
        en: `${date} is not in the week from ${weekOf} to ${lastDay}.`,
        zh: `${date} 不在 ${weekOf} 至 ${lastDay} 这一周内。`,
      });
    } else {
      checkInPost(violations, at, posting, date);
      if (date > today) {
        violations.add('INVALID', at, {
          en: `${date} has not come. Record a day when it is there.`,
          zh: `${date} 尚未到来，请届时登记。`,
        });
      }
    }
    checkLine(violations, [...path, i, 'note'], note ?? '', MAXIMUM_NOTE);
  }
}

interface SheetInput {
  readonly weekOf: string;
  readonly days: readonly SheetDay[];
  readonly posting: PostingInPost;
  readonly today: string;
}

/** The days of a sheet in their order, notes trimmed. */
export const sheetDaysOf = (
  days: readonly { date: string; presence: Presence; note?: string | null }[],
): SheetDay[] =>
  days
    .map(({ date, presence, note }) => ({ date, presence, note: note?.trim() || null }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));

/** Whether two sheets say the same. */
export const areSameDays = (a: readonly SheetDay[], b: readonly SheetDay[]): boolean =>
  a.length === b.length &&
  a.every((day, i) => {
    const other = b[i];
    return day.date === other?.date && day.presence === other.presence && day.note === other.note;
  });

export const checkReason = (violations: Violations, reason: string): void =>
  checkLine(violations, ['reason'], reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why the sheet is corrected.',
    zh: '更正原因为空，请说明。',
  });

export const isRecorded: Text = {
  en: 'There is a sheet for this week that says otherwise. Correct that one, with a reason.',
  zh: '该周已有内容不同的签到表，请更正原表并说明原因。',
};

export const saysTheSame: Text = {
  en: 'The sheet says just this already. There is nothing to correct.',
  zh: '签到表内容与此相同，无需更正。',
};

export const noSuchSheet: Text = {
  en: 'There is no such sheet. Take the id from the attendance of a posting.',
  zh: '不存在该签到表，请从挂职考勤中获取标识。',
};

export const anotherWasFaster: Text = {
  en: 'Someone else changed the sheet at the same moment. Look at it again.',
  zh: '该签到表刚被他人更正，请重新查看。',
};

export const checkedInOtherwise: Text = {
  en: 'There is a check-in at this very time from another position. One officer is at one place at a time.',
  zh: '同一时间已有另一位置的打卡，同一人同一时间只能在一处。',
};

/** What is known of a posting's attendance in a month. */
export interface MonthOfAttendance<CheckIn extends DayCheckIn> {
  readonly posting: PostingInPost;
  readonly month: string;
  readonly sheetDays: readonly SheetDay[];
  /** The earliest first. */
  readonly checkIns: readonly CheckIn[];
  readonly leave: readonly Halves[];
}

/** How one day of a posting went, by both channels. */
export interface AttendanceDay<CheckIn extends DayCheckIn = DayCheckIn> {
  readonly date: string;
  readonly isWorkingDay: boolean;
  /** Whether the officer was on leave all day. */
  readonly isOnLeave: boolean;
  readonly sheet: SheetDay | null;
  /** The day's first check-in at the unit; without one, the first. */
  readonly checkIn: CheckIn | null;
  readonly conflict: AttendanceConflictKind | null;
}

type Channels = Omit<AttendanceDay, 'conflict'>;

/** Where the two channels say different things of a day; null where they do not. Leave and days off are no conflict. */
function conflictOf({ isWorkingDay, isOnLeave, sheet, checkIn }: Channels): AttendanceConflictKind | null {
  if (!isWorkingDay || isOnLeave) return null;
  switch (sheet?.presence) {
    case 'PRESENT':
      if (checkIn === null) return 'NO_CHECK_IN';
      return checkIn.is_within === false ? 'CHECKED_IN_ELSEWHERE' : null;
    case 'ON_BUSINESS':
      return null;
    case 'ABSENT':
    case 'ON_LEAVE':
      return checkIn !== null && checkIn.is_within !== false ? 'NOT_ON_SHEET' : null;
    case undefined:
      return checkIn === null ? null : 'NOT_ON_SHEET';
  }
}

/** Whether a day was attended: by the sheet, unless the phone was elsewhere; where the sheet is silent, by the phone. */
function isAttended({ sheet, checkIn }: Channels): boolean {
  if (sheet === null) return checkIn !== null && checkIn.is_within !== false;
  return sheet.presence === 'ON_BUSINESS' || (sheet.presence === 'PRESENT' && checkIn?.is_within !== false);
}

export interface AttendanceFigures<CheckIn extends DayCheckIn = DayCheckIn> {
  /** The days of the month that lie within the posting. */
  readonly days: readonly AttendanceDay<CheckIn>[];
  /** Of these the working days, those of leave left out. */
  readonly workingDays: number;
  readonly attendedDays: number;
  readonly isProvisional: boolean;
}

interface CalendarDay {
  readonly date: string;
  readonly isWorkingDay: boolean;
}

/** Which days a month has is asked anew for each of thousands of postings. */
const monthsOfCalendars = new WeakMap<WorkingCalendar, Map<string, readonly CalendarDay[]>>();

/** The days of a month, the first one first. */
function daysOf(month: string, calendar: WorkingCalendar): readonly CalendarDay[] {
  const months = monthsOfCalendars.get(calendar) ?? new Map<string, readonly CalendarDay[]>();
  monthsOfCalendars.set(calendar, months);
  const known = months.get(month);
  if (known) return known;
  const days: CalendarDay[] = [];
  for (let date = `${month}-01`, last = lastDayOf(month); date <= last; date = addDays(date, 1)) {
    days.push({ date, isWorkingDay: calendar.isWorkingDay(date) });
  }
  months.set(month, days);
  return days;
}

/** The two channels of a month held against each other. */
export function attendanceOf<CheckIn extends DayCheckIn>(
  { posting, month, sheetDays, checkIns, leave }: MonthOfAttendance<CheckIn>,
  calendar: WorkingCalendar,
): AttendanceFigures<CheckIn> {
  const sheets = new Map(sheetDays.map((day) => [day.date, day]));
  const phones = new Map<string, CheckIn>();
  for (const checkIn of checkIns) {
    const kept = phones.get(checkIn.day);
    // One check-in at the unit is enough, whatever else was sent that day.
    if (!kept || (kept.is_within === false && checkIn.is_within !== false)) phones.set(checkIn.day, checkIn);
  }
  const days: AttendanceDay<CheckIn>[] = [];
  for (const { date, isWorkingDay } of daysOf(month, calendar)) {
    if (!isInPost(posting, date)) continue;
    const channels = {
      ...{ date, isWorkingDay },
      isOnLeave: leave.some((halves) => coversDay(halves, date)),
      ...{ sheet: sheets.get(date) ?? null, checkIn: phones.get(date) ?? null },
    };
    days.push({ ...channels, conflict: conflictOf(channels) });
  }
  const due = days.filter(({ isWorkingDay, isOnLeave }) => isWorkingDay && !isOnLeave);
  return {
    ...{ days, workingDays: due.length, attendedDays: due.filter(isAttended).length },
    isProvisional: calendar.isProvisional(`${month}-01`),
  };
}

/** The share of working days that were attended; null in a month without any. */
export const attendanceRate = ({
  workingDays,
  attendedDays,
}: Pick<AttendanceFigures, 'workingDays' | 'attendedDays'>): number | null =>
  workingDays === 0 ? null : attendedDays / workingDays;

/** The Mondays of the weeks that touch a month. */
export function weeksTouching(month: string): { from: string; to: string } {
  return { from: addDays(`${month}-01`, -6), to: lastDayOf(month) };
}

/** The working days of each week and month, as bits from Monday on; a week of two months is there for both. */
export function workingBits(workingDays: readonly string[]): { week: string; month: string; bits: number }[] {
  const weeks = new Map<string, { week: string; month: string; bits: number }>();
  for (const day of workingDays) {
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const [week, month] = [addDays(day, -weekday), day.slice(0, 7)];
    const found = weeks.get(`${week} ${month}`);
    weeks.set(`${week} ${month}`, { week, month, bits: (found?.bits ?? 0) | (1 << weekday) });
  }
  return [...weeks.values()];
}

/** Whether an instant's day lies within the posting, for a check-in. */
export const checkInDay = (violations: Violations, posting: PostingInPost, at: Date): void =>
  checkInPost(violations, ['at'], posting, dayOf(at));
