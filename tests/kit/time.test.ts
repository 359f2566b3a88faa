import fc from 'fast-check';
import {
  addDays,
  dayOf,
  isDay,
  isMonth,
  lastDayOf,
  monthAfter,
  monthOf,
  startOfDay,
} from '../../subgraphs/kit/time';

const anyInstant = fc.date({
  min: new Date('1992-01-01T00:00:00Z'),
  max: new Date('2199-12-30T00:00:00Z'),
  noInvalidDate: true,
});
const anyDay = anyInstant.map(dayOf);

describe('days in Shanghai', () => {
  it.each([
    ['2026-11-22T15:59:59.999Z', '2026-11-22'],
    ['2026-11-22T16:00:00.000Z', '2026-11-23'],
    ['2026-11-23T00:00:00.000Z', '2026-11-23'],
    ['2026-12-31T16:00:00.000Z', '2027-01-01'],
    ['2028-02-28T16:00:00.000Z', '2028-02-29'],
  ])('%s falls on %s', (instant, day) => {
    expect(dayOf(new Date(instant))).toBe(day);
  });

  it('begin at 16:00 UTC of the day before', () => {
    expect(startOfDay('2026-11-23')).toEqual(new Date('2026-11-22T16:00:00Z'));
  });

  it('are what the time zone database says, at any instant', () => {
    const byTimeZone = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
    fc.assert(fc.property(anyInstant, (instant) => expect(dayOf(instant)).toBe(byTimeZone.format(instant))));
  });

  it('hold every instant from their start to the next one', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const day = dayOf(instant);
        expect(startOfDay(day) <= instant && instant < startOfDay(addDays(day, 1))).toBe(true);
      }),
    );
  });
});

describe('addDays', () => {
  it.each([
    ['2026-11-23', 1, '2026-11-24'],
    ['2026-11-23', -23, '2026-10-31'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2026-11-23', 0, '2026-11-23'],
  ])('%s and %i days is %s', (day, count, other) => {
    expect(addDays(day, count)).toBe(other);
  });

  it('goes back as it came', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -10_000, max: 10_000 }), (day, count) => {
        expect(addDays(addDays(day, count), -count)).toBe(day);
      }),
    );
  });
});

describe('months in Shanghai', () => {
  it.each([
    ['2026-10-31T15:59:59.999Z', '2026-10'],
    ['2026-10-31T16:00:00.000Z', '2026-11'],
    ['2026-12-31T16:00:00.000Z', '2027-01'],
  ])('%s falls in %s', (instant, month) => {
    expect(monthOf(new Date(instant))).toBe(month);
  });

  it.each([
    ['2026-02', '2026-02-28'],
    ['2028-02', '2028-02-29'],
    ['2100-02', '2100-02-28'],
    ['2000-02', '2000-02-29'],
    ['2026-11', '2026-11-30'],
    ['2026-12', '2026-12-31'],
  ])('%s ends on %s', (month, day) => {
    expect(lastDayOf(month)).toBe(day);
  });

  it('end on the day before the next begins', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const next = addDays(lastDayOf(day.slice(0, 7)), 1);
        expect(next).toBe(`${monthAfter(day.slice(0, 7))}-01`);
        expect(next > day).toBe(true);
      }),
    );
  });
});

describe('isDay', () => {
  it.each(['2026-09-30', '2028-02-29', '1900-01-01', '2199-12-31'])('takes %s', (day) => {
    expect(isDay(day)).toBe(true);
  });

  it.each([
    '',
    '2026-9-30',
    '2026-09-31',
    '2026-02-29',
    '2026-13-01',
    '2026-00-01',
    '2026-09-00',
    '0000-01-01',
    '1899-12-31',
    '2200-01-01',
    '20260930',
    '2026-09-30T00:00:00Z',
    '2026-09-30\n',
  ])('refuses %j', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('isMonth', () => {
  it.each(['2026-09', '1900-01', '2199-12'])('takes %s', (month) => {
    expect(isMonth(month)).toBe(true);
  });

  it.each(['', '2026-9', '2026-00', '2026-13', '1899-12', '2200-01', '2026-09-01', '2026-09\n'])(
    'refuses %j',
    (text) => {
      expect(isMonth(text)).toBe(false);
    },
  );
});
