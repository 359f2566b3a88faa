import fc from 'fast-check';
import { deadlineOf } from '../../subgraphs/grid/cases/rules';
import { clocksOf } from '../../subgraphs/grid/life-cycle/rules';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { HOUR_MS, WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { at } from './make';

describe('clocksOf', () => {
  const calendar = new WorkingCalendar(OFFICIAL_DAYS);
  const event = (
    kind: Parameters<typeof clocksOf>[0][number]['kind'],
    time: string,
    agency: string,
    subject?: string,
  ) => ({
    ...{ kind, at: at(`2026-11-${time}`), agency, subject: subject ?? null },
  });

  it('counts each unit’s own working time: who dispatches and checks, and who deals with it', () => {
    const events = [
      event('RECEIVED', '16 09:00', 'C'),
      event('FILED', '16 09:30', 'C'),
      event('DISPATCHED', '16 09:45', 'C', 'B'),
      event('RETURNED', '16 10:00', 'B'),
      event('DISPATCHED', '16 10:10', 'C', 'S'),
      event('ACCEPTED', '16 10:20', 'S'),
      event('RESOLVED', '17 10:00', 'S'),
      event('CHECK_FAILED', '17 11:00', 'C'),
      event('RESOLVED', '17 14:00', 'S'),
      event('CLOSED', '17 15:00', 'C'),
    ];
    expect(clocksOf(events, calendar, at('2026-11-20 09:00'))).toEqual([
      { agency: 'C', workingMinutes: 15 + 10 + 60 + 60, isRunning: false },
      { agency: 'B', workingMinutes: 15, isRunning: false },
      { agency: 'S', workingMinutes: 80 + 240 + 90 + 30 + 30, isRunning: false },
    ]);
    expect(clocksOf(events.slice(0, 6), calendar, at('2026-11-16 11:20')).at(-1)).toEqual({
      ...{ agency: 'S', workingMinutes: 70, isRunning: true },
    });
  });

  it('adds up to the working time between filing and closing, whatever happens', () => {
    const step = fc.record({
      minutes: fc.integer({ min: 0, max: 6_000 }),
      kind: fc.constantFrom(
        'DISPATCHED' as const,
        'RETURNED' as const,
        'RESOLVED' as const,
        'CHECK_FAILED' as const,
      ),
      agency: fc.constantFrom('C', 'B', 'S'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let time = at('2026-09-25 09:00').getTime();
        const start = new Date(time);
        const events = steps.map(({ minutes, kind, agency }) => {
          time += minutes * 60_000;
          return { kind, at: new Date(time), agency: 'C', subject: agency };
        });
        const dispatched = [
          { kind: 'FILED' as const, at: start, agency: 'C', subject: null },
          { kind: 'DISPATCHED' as const, at: start, agency: 'C', subject: 'B' },
          ...events,
        ];
        const end = new Date(time + 3_600_000);
        const whole = calendar.workingTimeBetween(start, end) / 60_000;
        const sum = clocksOf(dispatched, calendar, end).reduce(
          (minutes, clock) => minutes + clock.workingMinutes,
          0,
        );
        expect(sum).toBeLessThanOrEqual(whole);
        expect(sum).toBeGreaterThan(whole - 4);
      }),
    );
  });
});

describe('the clock', () => {
  const span = fc
    .uniqueArray(fc.integer({ min: 0, max: 24 * 12 }), { minLength: 2, maxLength: 6 })
    .filter((ends) => ends.length % 2 === 0)
    .map((ends) => {
      const sorted = [...ends].sort((a, b) => a - b);
      const time = (n: number) =>
        `${String(Math.floor(n / 12)).padStart(2, '0')}:${String((n % 12) * 5).padStart(2, '0')}`;
      return sorted
        .filter((_, i) => i % 2 === 0)
        .map((from, i) => ({ from: time(from), until: time(sorted[i * 2 + 1] ?? 0) }));
    });
  // Around National Day and the Spring Festival of 2026, with their make-up days, and into a year that is not known.
  const instant = fc
    .tuple(
      fc.constantFrom('2026-09-18', '2026-02-10', '2026-05-01', '2026-12-28'),
      fc.integer({ min: 0, max: 20 * 1_440 }),
    )
    .map(([day, minutes]) => new Date(at(`${day} 00:00`).getTime() + minutes * 60_000));

  it('measures what it added, over weekends, holidays, make-up days, lunch and midnight, in any place’s hours', () => {
    fc.assert(
      fc.property(span, instant, fc.integer({ min: 0, max: 80 * 60 }), (hours, from, minutes) => {
        const calendar = new WorkingCalendar(OFFICIAL_DAYS, hours);
        const to = calendar.addWorkingTime(from, minutes * 60_000);
        expect(calendar.workingTimeBetween(from, to)).toBe(minutes * 60_000);
        expect(to >= from).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('adds in two parts what it adds in one, and measures in two what it measures in one', () => {
    fc.assert(
      fc.property(
        span,
        instant,
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        (hours, from, a, b) => {
          const calendar = new WorkingCalendar(OFFICIAL_DAYS, hours);
          const middle = calendar.addWorkingTime(from, a * 60_000);
          const end = calendar.addWorkingTime(middle, b * 60_000);
          expect(end).toEqual(calendar.addWorkingTime(from, (a + b) * 60_000));
          const whole = calendar.workingTimeBetween(from, end);
          expect(calendar.workingTimeBetween(from, middle) + calendar.workingTimeBetween(middle, end)).toBe(
            whole,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends a limit of hours after exactly as much working time, one of days at the same time of a working day', () => {
    const usual = new WorkingCalendar(OFFICIAL_DAYS);
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 30 }), (filedAt, amount) => {
        const hours = deadlineOf(filedAt, { amount, unit: 'WORKING_HOURS' }, usual).dueAt;
        expect(usual.workingTimeBetween(filedAt, hours)).toBe(amount * HOUR_MS);
        const days = deadlineOf(filedAt, { amount, unit: 'WORKING_DAYS' }, usual).dueAt;
        expect(usual.workingTimeBetween(filedAt, days)).toBe(amount * 7 * HOUR_MS);
      }),
      { numRuns: 500 },
    );
  });
});
