import { addDays, startOfDay } from '../../kit/time';
import { HOUR_MS, type WorkingCalendar } from '../../kit/working-calendar';
import type { ReviewProcedureRow } from '../procedures/store';
import type { MeetingWeekday, ReviewSessionStatus } from '../schema-types';

/** What of a procedure says when its meetings are. */
export type MeetingProcedure = Pick<
  ReviewProcedureRow,
  'id' | 'effective_from' | 'effective_to' | 'meeting_weekday' | 'cut_off_working_days' | 'cut_off_time'
> & { quorum: number; capacity: number };

/** A day on which a town meets. */
export interface MeetingDay {
  readonly procedure: MeetingProcedure;
  /** The weekday that the procedure names. */
  readonly plannedOn: string;
  /** That day, or the next working day when it is none. */
  readonly heldOn: string;
  /** Until when, that moment included, a complete application comes onto the agenda. */
  readonly cutOffAt: Date;
  /** Whether the day depends on a year whose official calendar is not known. */
  readonly isProvisional: boolean;
}

const WEEKDAYS: readonly MeetingWeekday[] = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
];

const weekdayOf = (day: string): MeetingWeekday =>
  WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'SUNDAY';

/** No holiday moves a meeting by more than this many days. */
const LONGEST_HOLIDAY = 21;
/** How far ahead meetings are planned. */
const HORIZON_DAYS = 3 * 366;

/** The procedure in force on a day; null when none is. */
export const procedureOn = <Procedure extends Pick<MeetingProcedure, 'effective_from' | 'effective_to'>>(
  procedures: readonly Procedure[],
  day: string,
): Procedure | null =>
  procedures.find(
    ({ effective_from: from, effective_to: to }) => from <= day && (to === null || day <= to),
  ) ?? null;

/**
 * The days on which a town meets by its procedures, from a day on, in order and none of them twice: two weeks whose
 * meetings a long holiday moves to one day have one meeting.
 */
export function* meetingDays(
  procedures: readonly MeetingProcedure[],
  from: string,
  calendar: WorkingCalendar,
): Generator<MeetingDay> {
  let latest = '';
  for (let i = -LONGEST_HOLIDAY; i < HORIZON_DAYS; i += 1) {
    const plannedOn = addDays(from, i);
    const procedure = procedureOn(procedures, plannedOn);
    if (!procedure || procedure.meeting_weekday !== weekdayOf(plannedOn)) continue;
    const heldOn = calendar.isWorkingDay(plannedOn) ? plannedOn : calendar.addWorkingDays(plannedOn, 1);
    if (heldOn < from || heldOn <= latest) continue;
    latest = heldOn;
    const cutOffDay = calendar.addWorkingDays(heldOn, -procedure.cut_off_working_days);
    yield {
      ...{ procedure, plannedOn, heldOn, cutOffAt: instantOf(cutOffDay, procedure.cut_off_time) },
      isProvisional: [plannedOn, heldOn, cutOffDay].some((day) => calendar.isProvisional(day)),
    };
  }
}

/** The instant of a time of day, `HH:MM`, in Shanghai. */
function instantOf(day: string, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(startOfDay(day).getTime() + hours * HOUR_MS + minutes * 60_000);
}

/** What of a meeting says when it is and what it can still take. */
interface Meeting {
  readonly held_on: string;
  readonly cut_off_at: Date;
  readonly status: ReviewSessionStatus;
  readonly opened_at: Date | null;
  readonly closed_at: Date | null;
  readonly agenda_count: number;
  readonly capacity: number;
}

/** When a meeting begins: when it was opened, else with its day. What is said before is written. */
export const beginningOf = ({ opened_at, held_on }: Pick<Meeting, 'opened_at' | 'held_on'>): Date =>
  opened_at ?? startOfDay(held_on);

/**
 * Whether a meeting can hear an application that was complete at one time and comes onto the agenda at another: its
 * cut-off had not passed, it has room, and it was not over. A script that replays what happened may fill a meeting that
 * is over by now.
 */
export const canHear = (
  { status, cut_off_at, closed_at, agenda_count, capacity }: Omit<Meeting, 'held_on' | 'opened_at'>,
  { completeAt, at }: { completeAt: Date; at: Date },
): boolean =>
  status !== 'LAPSED' &&
  status !== 'CANCELLED' &&
  completeAt <= cut_off_at &&
  (closed_at === null || at < closed_at) &&
  agenda_count < capacity;

/** Which of the required functions are there, and whether they are enough. */
export function quorumOf<Function extends { readonly code: string }>(
  required: number,
  functions: readonly Function[],
  present: ReadonlySet<string>,
): { required: number; present: number; isMet: boolean; missing: Function[] } {
  const missing = functions.filter(({ code }) => !present.has(code));
  const there = functions.length - missing.length;
  return { required, present: there, isMet: there >= required, missing };
}
