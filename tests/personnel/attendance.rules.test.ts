import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import {
  attendanceOf,
  attendanceRate,
  type DayCheckIn,
  distanceBetween,
  geofence,
  type SheetDay,
} from '../../subgraphs/personnel/attendance/rules';
import type { PostingInPost } from '../../subgraphs/personnel/conduct/rules';
import { type Halves, halvesOf } from '../../subgraphs/personnel/leave/rules';

const calendar = new WorkingCalendar(OFFICIAL_DAYS);
const posting: PostingInPost = {
  ...{ id: 'p', home_agency: 'A', host_agency: 'B', status: 'ACTIVE', stints: [], isParty: true },
  ...{ starts_on: '2026-03-02', ends_on: '2027-03-01', recalled_on: null },
};
const leave = (startsOn: string, endsOn = startsOn): Halves =>
  halvesOf({ startsOn, startPart: 'FULL', endsOn, endPart: 'FULL' });
const month = (
  given: {
    sheet?: SheetDay[];
    phone?: DayCheckIn[];
    leave?: Halves[];
    month?: string;
    posting?: PostingInPost;
  } = {},
) =>
  attendanceOf(
    {
      ...{ posting: given.posting ?? posting, month: given.month ?? '2026-11', sheetDays: given.sheet ?? [] },
      ...{ checkIns: given.phone ?? [], leave: given.leave ?? [] },
    },
    calendar,
  );
const says = (date: string, presence: SheetDay['presence']): SheetDay => ({ date, presence, note: null });
const conflictsOf = (given: Parameters<typeof month>[0]) =>
  month(given).days.flatMap(({ date, conflict }) => (conflict ? [`${date} ${conflict}`] : []));

describe('the two channels of a day', () => {
  const DAY = '2026-11-03';
  it.each([
    ['PRESENT', null, 'NO_CHECK_IN'],
    ['PRESENT', false, 'CHECKED_IN_ELSEWHERE'],
    ['PRESENT', true, null],
    ['PRESENT', 'unknown', null],
    ['ABSENT', null, null],
    ['ABSENT', false, null],
    ['ABSENT', true, 'NOT_ON_SHEET'],
    ['ON_LEAVE', true, 'NOT_ON_SHEET'],
    ['ON_LEAVE', false, null],
    ['ON_BUSINESS', null, null],
    ['ON_BUSINESS', false, null],
    ['ON_BUSINESS', true, null],
    [null, null, null],
    [null, false, 'NOT_ON_SHEET'],
    [null, true, 'NOT_ON_SHEET'],
  ] as const)('sheet %s, phone within %s: %s', (presence, within, expected) => {
    const given = {
      sheet: presence === null ? [] : [says(DAY, presence)],
      phone: within === null ? [] : [{ day: DAY, is_within: within === 'unknown' ? null : within }],
    };
    expect(conflictsOf(given)).toEqual(expected ? [`${DAY} ${expected}`] : []);
    expect(conflictsOf({ ...given, leave: [leave(DAY)] })).toEqual([]);
  });

  it('are no conflict on days off, and one on a make-up day', () => {
    for (const day of ['2026-10-01', '2026-10-17', '2026-10-18']) {
      const given = { month: '2026-10', sheet: [says(day, 'PRESENT')] };
      expect(conflictsOf(given)).toEqual([]);
      expect(conflictsOf({ month: '2026-10', phone: [{ day, is_within: true }] })).toEqual([]);
    }
    expect(conflictsOf({ month: '2026-10', sheet: [says('2026-10-10', 'PRESENT')] })).toEqual([
      '2026-10-10 NO_CHECK_IN',
    ]);
  });

  it('still expect a check-in on a day of which half was leave', () => {
    const half = halvesOf({ startsOn: DAY, startPart: 'MORNING', endsOn: DAY, endPart: 'MORNING' });
    expect(conflictsOf({ sheet: [says(DAY, 'PRESENT')], leave: [half] })).toEqual([`${DAY} NO_CHECK_IN`]);
  });

  it('go by one check-in at the unit, before or after others', () => {
    for (const order of [
      [false, true, false],
      [true, false],
    ]) {
      const phone = order.map((is_within) => ({ day: DAY, is_within }));
      expect(conflictsOf({ sheet: [says(DAY, 'PRESENT')], phone })).toEqual([]);
    }
  });

  it('say nothing of days outside the posting', () => {
    const recalled = { ...posting, status: 'RECALLED' as const, recalled_on: '2026-11-02' };
    expect(conflictsOf({ posting: recalled, sheet: [says(DAY, 'PRESENT')] })).toEqual([]);
  });
});

describe('the figures of a month', () => {
  it('count working days in post, and those attended by either channel', () => {
    const figures = month({
      sheet: [says('2026-11-02', 'PRESENT'), says('2026-11-03', 'ABSENT'), says('2026-11-04', 'ON_BUSINESS')],
      phone: [
        { day: '2026-11-05', is_within: true },
        { day: '2026-11-06', is_within: false },
      ],
      leave: [leave('2026-11-09', '2026-11-15')],
    });
    expect([figures.workingDays, figures.attendedDays, attendanceRate(figures)]).toEqual([16, 3, 3 / 16]);
    expect(figures.days).toHaveLength(30);
  });

  it('do not count a day on which the phone was elsewhere', () => {
    const figures = month({
      sheet: [says('2026-11-02', 'PRESENT')],
      phone: [{ day: '2026-11-02', is_within: false }],
    });
    expect(figures.attendedDays).toBe(0);
  });

  it('have no rate without working days', () => {
    const late = { ...posting, starts_on: '2026-10-31' };
    const figures = month({ posting: late, month: '2026-10' });
    expect([figures.workingDays, figures.days.length, attendanceRate(figures)]).toEqual([0, 1, null]);
    expect(month({ month: '2026-01' }).days).toEqual([]);
  });

  it('say so when the calendar is not out', () => {
    expect(month({ month: '2026-11' }).isProvisional).toBe(false);
    expect(month({ month: '2027-02' }).isProvisional).toBe(true);
  });

  it('never have more conflicts or attended days than working days', () => {
    const days = fc.array(
      fc.record({
        day: fc.integer({ min: 1, max: 30 }),
        presence: fc.constantFrom('PRESENT', 'ABSENT', 'ON_LEAVE', 'ON_BUSINESS', null),
        within: fc.constantFrom(true, false, null),
      }),
    );
    fc.assert(
      fc.property(days, (given) => {
        const dated = given.map((each) => ({
          ...each,
          date: `2026-11-${String(each.day).padStart(2, '0')}`,
        }));
        const figures = month({
          sheet: dated.flatMap(({ date, presence }) => (presence ? [says(date, presence)] : [])),
          phone: dated.map(({ date: day, within: is_within }) => ({ day, is_within })),
        });
        const conflicts = figures.days.filter(({ conflict }) => conflict).length;
        expect(figures.workingDays).toBe(21);
        expect(conflicts).toBeLessThanOrEqual(21);
        expect(figures.attendedDays).toBeLessThanOrEqual(21);
      }),
    );
  });
});

describe('the geofence', () => {
  const unit = { latitude: 31.0413, longitude: 120.9142, radius_meters: 500 };
  it('measures along a great circle', () => {
    // A degree of a meridian of the mean sphere.
    expect(distanceBetween({ latitude: 31, longitude: 121 }, { latitude: 32, longitude: 121 })).toBeCloseTo(
      111_195.08,
      1,
    );
    expect(
      distanceBetween({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }),
    ).toBeCloseTo(111_195.08, 1);
    expect(distanceBetween({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 })).toBeCloseTo(
      Math.PI * 6_371_008.8,
      3,
    );
  });

  it('includes its edge and nothing beyond', () => {
    const at = (meters: number) => ({
      latitude: unit.latitude + (meters / 6_371_008.8) * (180 / Math.PI),
      longitude: unit.longitude,
    });
    expect(geofence(at(499.9), unit)?.isWithin).toBe(true);
    expect(geofence(at(500.1), unit)?.isWithin).toBe(false);
  });

  it('is unknown for a unit without a location', () => {
    expect(geofence(unit, null)).toBeNull();
    expect(geofence(unit, { latitude: null, longitude: null, radius_meters: null })).toBeNull();
  });
});
