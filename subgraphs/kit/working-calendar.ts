import { addDays, dayOf, startOfDay } from './time';

/** What the State Council's yearly notices 国务院办公厅关于节假日安排的通知 say of single days, `YYYY-MM-DD`. */
export interface OfficialDays {
  /** Days off, the weekends within a holiday included. */
  readonly holidays: ReadonlySet<string>;
  /** Saturdays and Sundays worked in exchange 调休上班. */
  readonly makeUpDays: ReadonlySet<string>;
}

/** A stretch of every working day, `HH:MM` in Shanghai. */
export interface WorkingSpan {
  readonly from: string;
  readonly until: string;
}

/** Seven hours with a break at noon. */
export const WORKING_HOURS: readonly WorkingSpan[] = [
  { from: '08:30', until: '11:30' },
  { from: '13:30', until: '17:30' },
];

// 全国年节及纪念日放假办法 (2024), the holidays that no lunar calendar moves: New Year, Labor Day, National Day.
const FIXED_HOLIDAYS = new Set(['01-01', '05-01', '05-02', '10-01', '10-02', '10-03']);

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

function millisecondsInto(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * HOUR_MS + minutes * MINUTE_MS;
}

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/**
 * Working days and working time in Shanghai. A year whose official calendar is not known counts weekends and
 * fixed-date holidays; `isProvisional` says so.
 */
export class WorkingCalendar {
  readonly #official: OfficialDays;
  /** Milliseconds after midnight, in order. */
  readonly #spans: readonly { from: number; until: number }[];

  constructor(official: OfficialDays, hours: readonly WorkingSpan[] = WORKING_HOURS) {
    this.#official = official;
    this.#spans = hours.map(({ from, until }) => ({
      from: millisecondsInto(from),
      until: millisecondsInto(until),
    }));
    const instants = this.#spans.flatMap(({ from, until }) => [from, until]);
    // Without a moment to work in, adding working time would never end.
    if (instants.length === 0 || instants.some((at, i) => i > 0 && at <= (instants[i - 1] ?? 0))) {
      throw new RangeError('working hours are at least one span, in order, none of them empty');
    }
  }

  /** The same days with other working hours. */
  withHours(hours: readonly WorkingSpan[]): WorkingCalendar {
    return new WorkingCalendar(this.#official, hours);
  }

  /** Whether the official calendar of the day's year is not known: a notice always names National Day. */
  isProvisional(day: string): boolean {
    return !this.#official.holidays.has(`${day.slice(0, 4)}-10-01`);
  }

  isWorkingDay(day: string): boolean {
    if (this.#official.makeUpDays.has(day)) return true;
    if (this.#official.holidays.has(day) || isWeekend(day)) return false;
    return !(this.isProvisional(day) && FIXED_HOLIDAYS.has(day.slice(5)));
  }

  /** The `count`-th working day after a day; before it, when negative; the day itself for 0. Whole counts only. */
  addWorkingDays(day: string, count: number): string {
    if (!Number.isSafeInteger(count)) throw new RangeError(`${count} is no number of whole days`);
    const step = Math.sign(count);
    let found = day;
    for (let left = Math.abs(count); left > 0; ) {
      found = addDays(found, step);
      if (this.isWorkingDay(found)) left -= 1;
    }
    return found;
  }

  /**
   * How many working days lie after `from`, up to and including `to`: what `addWorkingDays` would have to be given.
   * Negative when `to` is the earlier one.
   */
  workingDaysBetween(from: string, to: string): number {
    const step = to < from ? -1 : 1;
    let count = 0;
    for (let day = from; day !== to; ) {
      day = addDays(day, step);
      if (this.isWorkingDay(day)) count += step;
    }
    return count;
  }

  /**
   * The instant by which so much working time has passed. Time that begins outside working hours begins with the next
   * of them, so 0 gives the next working moment. What runs out with a span ends with it, not with the next one's start.
   */
  addWorkingTime(from: Date, milliseconds: number): Date {
    if (!(milliseconds >= 0 && Number.isFinite(milliseconds))) {
      throw new RangeError(`${milliseconds} ms of working time cannot be added`);
    }
    let left = milliseconds;
    for (let day = dayOf(from); ; day = addDays(day, 1)) {
      for (const span of this.#spansOf(day)) {
        const start = Math.max(span.from, from.getTime());
        const available = span.until - start;
        if (available < 0) continue;
        if (left <= available) return new Date(start + left);
        left -= available;
      }
    }
  }

  /** Milliseconds of working time between two instants; negative when `to` is the earlier one. */
  workingTimeBetween(from: Date, to: Date): number {
    if (to < from) return -this.workingTimeBetween(to, from);
    let sum = 0;
    for (let day = dayOf(from); day <= dayOf(to); day = addDays(day, 1)) {
      for (const span of this.#spansOf(day)) {
        const overlap = Math.min(span.until, to.getTime()) - Math.max(span.from, from.getTime());
        sum += Math.max(0, overlap);
      }
    }
    return sum;
  }

  /** The working spans of a day as instants; none on a day off. */
  #spansOf(day: string): { from: number; until: number }[] {
    if (!this.isWorkingDay(day)) return [];
    const midnight = startOfDay(day).getTime();
    return this.#spans.map(({ from, until }) => ({ from: midnight + from, until: midnight + until }));
  }
}
