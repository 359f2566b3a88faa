import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { addDays, startOfDay } from '../../subgraphs/kit/time';
import { HOUR_MS, WorkingCalendar } from '../../subgraphs/kit/working-calendar';

const calendar = new WorkingCalendar(OFFICIAL_DAYS);

/** An instant in Shanghai, `2026-11-16 09:30`. */
const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);

describe('isWorkingDay', () => {
  it.each([
    ['a Monday', '2026-11-16', true],
    ['a Saturday', '2026-11-14', false],
    ['a Sunday', '2026-11-15', false],
    ['a holiday within the week', '2026-10-01', false],
    ['a weekend within a holiday', '2026-10-03', false],
    ['the Saturday that makes up for National Day', '2026-10-10', true],
    ['the Sunday that makes up for it', '2026-09-20', true],
    ['the Thursday after the holiday', '2026-10-08', true],
  ])('%s: %s', (_, day, expected) => {
    expect(calendar.isWorkingDay(day)).toBe(expected);
  });

  it.each([
    ['New Year', '2031-01-01'],
    ['Labor Day', '2031-05-01'],
    ['the day after Labor Day', '2031-05-02'],
    ['National Day', '2031-10-01'],
    ['the third day of National Day', '2031-10-03'],
    ['a Saturday', '2031-10-11'],
  ])('a year without an official calendar has %s off', (_, day) => {
    expect(calendar.isWorkingDay(day)).toBe(false);
  });

  it('a year without an official calendar works on days that only a notice would give', () => {
    expect(['2031-01-23', '2031-10-06'].map((day) => calendar.isWorkingDay(day))).toEqual([true, true]);
  });

  it('an official calendar says all of its year: fixed dates are not added', () => {
    const swapped = new WorkingCalendar({
      holidays: new Set(['2031-10-01']),
      makeUpDays: new Set(['2031-05-01']),
    });
    expect(['2031-05-01', '2031-05-02', '2031-10-01'].map((day) => swapped.isWorkingDay(day))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('isProvisional', () => {
  it.each([
    ['2026-01-01', false],
    ['2026-12-31', false],
    ['2031-01-01', true],
    ['1999-06-01', true],
  ])('%s: %s', (day, expected) => {
    expect(calendar.isProvisional(day)).toBe(expected);
  });
});

describe('addWorkingDays', () => {
  it.each([
    ['the next day within a week', '2026-11-16', 1, '2026-11-17'],
    ['over a weekend', '2026-11-13', 1, '2026-11-16'],
    ['from a Saturday', '2026-11-14', 1, '2026-11-16'],
    ['over National Day', '2026-09-30', 1, '2026-10-08'],
    ['onto a make-up day', '2026-10-09', 1, '2026-10-10'],
    ['back over a weekend', '2026-11-16', -1, '2026-11-13'],
    ['nothing', '2026-11-14', 0, '2026-11-14'],
  ])('%s', (_, day, count, expected) => {
    expect(calendar.addWorkingDays(day, count)).toBe(expected);
  });

  it('takes whole days only', () => {
    expect(() => calendar.addWorkingDays('2026-11-16', 0.5)).toThrow(RangeError);
  });
});

describe('workingDaysBetween', () => {
  it.each([
    ['the same day', '2026-11-16', '2026-11-16', 0],
    ['a week', '2026-11-16', '2026-11-23', 5],
    ['a weekend only', '2026-11-13', '2026-11-15', 0],
    ['over National Day, with its make-up day', '2026-09-30', '2026-10-10', 3],
    ['backwards', '2026-11-23', '2026-11-16', -5],
  ])('%s', (_, from, to, expected) => {
    expect(calendar.workingDaysBetween(from, to)).toBe(expected);
  });
});

describe('addWorkingTime', () => {
  it.each([
    ['over lunch', '2026-11-16 09:30', 4, '2026-11-16 15:30'],
    ['to the end of the morning', '2026-11-16 09:30', 2, '2026-11-16 11:30'],
    ['to the end of the day', '2026-11-16 13:30', 4, '2026-11-16 17:30'],
    ['over night', '2026-11-16 16:30', 2, '2026-11-17 09:30'],
    ['over a weekend', '2026-11-13 16:30', 2, '2026-11-16 09:30'],
    ['over National Day', '2026-09-30 16:30', 2, '2026-10-08 09:30'],
    ['through a make-up day', '2026-10-09 16:30', 2, '2026-10-10 09:30'],
    ['from before work', '2026-11-16 06:00', 1, '2026-11-16 09:30'],
    ['from lunch', '2026-11-16 12:00', 1, '2026-11-16 14:30'],
    ['from the evening', '2026-11-16 20:00', 1, '2026-11-17 09:30'],
    ['from a Sunday', '2026-11-15 10:00', 1, '2026-11-16 09:30'],
    ['half an hour', '2026-11-16 11:15', 0.5, '2026-11-16 13:45'],
    ['nothing within working hours', '2026-11-16 10:00', 0, '2026-11-16 10:00'],
    ['nothing at the end of the morning', '2026-11-16 11:30', 0, '2026-11-16 11:30'],
    ['nothing on a Sunday: the next working moment', '2026-11-15 10:00', 0, '2026-11-16 08:30'],
  ])('%s', (_, from, hours, expected) => {
    expect(calendar.addWorkingTime(at(from), hours * HOUR_MS)).toEqual(at(expected));
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (milliseconds) => {
    expect(() => calendar.addWorkingTime(at('2026-11-16 09:30'), milliseconds)).toThrow(RangeError);
  });
});

describe('workingTimeBetween', () => {
  it.each([
    ['over lunch', '2026-11-16 09:30', '2026-11-16 15:30', 4],
    ['a whole day', '2026-11-16 00:00', '2026-11-17 00:00', 7],
    ['over a weekend', '2026-11-13 16:30', '2026-11-16 09:30', 2],
    ['a weekend only', '2026-11-13 17:30', '2026-11-16 08:30', 0],
    ['backwards', '2026-11-16 15:30', '2026-11-16 09:30', -4],
  ])('%s', (_, from, to, hours) => {
    expect(calendar.workingTimeBetween(at(from), at(to))).toBe(hours * HOUR_MS);
  });
});

describe('other working hours', () => {
  it('are counted as given', () => {
    const summer = new WorkingCalendar(OFFICIAL_DAYS, [{ from: '07:00', until: '13:00' }]);
    expect(summer.addWorkingTime(at('2026-07-01 12:00'), 2 * HOUR_MS)).toEqual(at('2026-07-02 08:00'));
  });

  it.each([
    ['none', []],
    ['an empty span', [{ from: '08:30', until: '08:30' }]],
    [
      'overlapping spans',
      [
        { from: '08:30', until: '12:00' },
        { from: '11:30', until: '17:30' },
      ],
    ],
  ])('are refused: %s', (_, hours) => {
    expect(() => new WorkingCalendar(OFFICIAL_DAYS, hours)).toThrow(RangeError);
  });
});

describe('adding and measuring agree', () => {
  // 2025 to 2027: weekends, lunch, spring festivals, make-up days, and a year whose calendar is provisional.
  const FIRST = startOfDay('2025-01-01').getTime();
  const LAST = startOfDay('2027-11-01').getTime();
  const instant = fc.integer({ min: FIRST, max: LAST }).map((time) => new Date(time));
  const day = fc.integer({ min: 0, max: 1_000 }).map((days) => addDays('2025-01-01', days));
  const duration = fc.integer({ min: 0, max: 40 * 7 * HOUR_MS });

  it('in working time', () => {
    fc.assert(
      fc.property(instant, duration, (from, milliseconds) => {
        const until = calendar.addWorkingTime(from, milliseconds);
        expect(calendar.workingTimeBetween(from, until)).toBe(milliseconds);
      }),
    );
  });

  it('in working time, whether it is added at once or in two parts', () => {
    fc.assert(
      fc.property(instant, duration, duration, (from, one, other) => {
        // From where the first part ends: the same working time, if not the same clock over a break.
        const inParts = calendar.addWorkingTime(calendar.addWorkingTime(from, one), other);
        const atOnce = calendar.addWorkingTime(from, one + other);
        expect(calendar.workingTimeBetween(inParts, atOnce)).toBe(0);
      }),
    );
  });

  it('in working time, which never ends outside working hours', () => {
    fc.assert(
      fc.property(instant, duration, (from, milliseconds) => {
        const until = calendar.addWorkingTime(from, milliseconds);
        expect(calendar.addWorkingTime(until, 0)).toEqual(until);
      }),
    );
  });

  it('in working time, which a later start never ends earlier', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 10 * 24 * HOUR_MS }), duration, (from, wait, time) => {
        const later = new Date(from.getTime() + wait);
        expect(calendar.addWorkingTime(later, time).getTime()).toBeGreaterThanOrEqual(
          calendar.addWorkingTime(from, time).getTime(),
        );
      }),
    );
  });

  it('in working days, forward and back', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -200, max: 200 }), (from, count) => {
        expect(calendar.workingDaysBetween(from, calendar.addWorkingDays(from, count))).toBe(count);
      }),
    );
  });

  it('across the two: a working day is seven hours', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 100 }), (from, count) => {
        const to = addDays(from, count);
        const measured = calendar.workingTimeBetween(
          startOfDay(addDays(from, 1)),
          startOfDay(addDays(to, 1)),
        );
        expect(measured).toBe(calendar.workingDaysBetween(from, to) * 7 * HOUR_MS);
      }),
    );
  });
});
