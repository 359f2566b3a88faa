import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { addDays, dayOf, startOfDay } from '../../subgraphs/kit/time';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import {
  climb,
  coversDay,
  halfAt,
  halvesOf,
  type LadderStep,
  type LeaveDayPart,
  ladderPolicy,
  RUNGS,
  rungAt,
  rungsFor,
  workingDaysOf,
} from '../../subgraphs/personnel/leave/rules';

const calendar = new WorkingCalendar(OFFICIAL_DAYS);
const LADDER: LadderStep[] = [
  { role: 'TEAM_LEADER', upToDays: 1 },
  { role: 'TOWNSHIP_PARTY_SECRETARY', upToDays: 3 },
  { role: 'COUNTY_ORGANIZATION_DEPARTMENT', upToDays: null },
];
const daysOf = (startsOn: string, startPart: LeaveDayPart, endsOn: string, endPart: LeaveDayPart) =>
  workingDaysOf(halvesOf({ startsOn, startPart, endsOn, endPart }), calendar);

describe('the length of a leave', () => {
  it.each([
    ['one day', '2026-10-12', 'FULL', '2026-10-12', 'FULL', 1],
    ['a morning', '2026-10-12', 'MORNING', '2026-10-12', 'MORNING', 0.5],
    ['a day until noon', '2026-10-12', 'FULL', '2026-10-12', 'MORNING', 0.5],
    ['an afternoon', '2026-10-12', 'AFTERNOON', '2026-10-12', 'AFTERNOON', 0.5],
    ['morning and afternoon', '2026-10-12', 'MORNING', '2026-10-12', 'AFTERNOON', 1],
    ['a day and a morning', '2026-10-13', 'FULL', '2026-10-14', 'MORNING', 1.5],
    ['an afternoon and a morning', '2026-10-13', 'AFTERNOON', '2026-10-14', 'MORNING', 1],
    ['over a weekend', '2026-10-16', 'FULL', '2026-10-19', 'FULL', 2],
    ['over a weekend of which a day is worked', '2026-10-09', 'AFTERNOON', '2026-10-12', 'MORNING', 2],
    ['a make-up day alone', '2026-10-10', 'FULL', '2026-10-10', 'FULL', 1],
    ['over National Day', '2026-09-30', 'FULL', '2026-10-08', 'MORNING', 1.5],
    ['a holiday alone', '2026-10-01', 'FULL', '2026-10-03', 'FULL', 0],
    ['what ends before it begins', '2026-10-12', 'AFTERNOON', '2026-10-12', 'MORNING', 0],
  ] as const)('is right for %s', (_, startsOn, startPart, endsOn, endPart, days) => {
    expect(daysOf(startsOn, startPart, endsOn, endPart)).toBe(days);
  });

  it('adds up whatever half day a stretch is cut at, over weekends, holidays and make-up days', () => {
    const first = halvesOf({
      ...{ startsOn: '2026-01-01', startPart: 'FULL', endsOn: '2026-01-01', endPart: 'FULL' },
    }).from;
    fc.assert(
      fc.property(fc.nat({ max: 700 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }), (offset, length, cut) => {
        const from = first + offset;
        const middle = from + Math.min(cut, length);
        const whole = workingDaysOf({ from, to: from + length }, calendar);
        const parts =
          workingDaysOf({ from, to: middle }, calendar) +
          workingDaysOf({ from: middle + 1, to: from + length }, calendar);
        expect(parts).toBe(whole);
        expect(whole * 2).toBe(Math.round(whole * 2));
        expect(whole).toBeLessThanOrEqual((length + 1) / 2);
      }),
    );
  });
});

describe('the ladder', () => {
  it('asks for its rung at every half day of a year, and for those above', () => {
    for (let day = '2026-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
      for (let length = 0; length <= 10; length += 1) {
        for (const [startPart, endPart] of [
          ['FULL', 'FULL'],
          ['AFTERNOON', 'FULL'],
          ['FULL', 'MORNING'],
          ['AFTERNOON', 'MORNING'],
        ] as const) {
          const days = daysOf(day, startPart, addDays(day, length), endPart);
          const lowest = days <= 1 ? 0 : days <= 3 ? 1 : 2;
          expect(rungsFor(LADDER, days)).toEqual(RUNGS.slice(lowest));
        }
      }
    }
  });

  it.each([
    [0.5, 'TEAM_LEADER'],
    [1, 'TEAM_LEADER'],
    [1.5, 'TOWNSHIP_PARTY_SECRETARY'],
    [3, 'TOWNSHIP_PARTY_SECRETARY'],
    [3.5, 'COUNTY_ORGANIZATION_DEPARTMENT'],
    [200, 'COUNTY_ORGANIZATION_DEPARTMENT'],
  ])('gives %d days to %s', (days, role) => {
    expect(rungsFor(LADDER, days)[0]).toBe(role);
  });

  it('is a policy that may lack rungs, and is none out of order or without an end', () => {
    const [leader, secretary, department] = LADDER;
    expect(ladderPolicy([leader, department])).toEqual([leader, department]);
    for (const wrong of [
      [],
      'none',
      [secretary, leader, department],
      [leader, secretary],
      [department, leader],
      [{ role: 'MAYOR', upToDays: null }],
      [{ ...leader, upToDays: 4 }, secretary, department],
    ]) {
      expect(() => ladderPolicy(wrong)).toThrow(TypeError);
    }
  });
});

describe('climbing', () => {
  const holders = RUNGS.map((role) => ({ role, agency: role }));
  const climbed = (requestedAt: string, recordedAt = requestedAt) =>
    climb(holders, {
      ...{ requestedAt: new Date(requestedAt), recordedAt: new Date(recordedAt) },
      ...{ unansweredDays: 3, calendar },
    });

  it('goes up after three whole working days, the day of the request not counted', () => {
    // Friday; Saturday is a make-up day, so the three are Saturday, Monday, Tuesday.
    expect(climbed('2026-10-09T01:00:00Z').map(({ since }) => since.toISOString())).toEqual([
      '2026-10-09T01:00:00.000Z',
      '2026-10-13T16:00:00.000Z',
      '2026-10-16T16:00:00.000Z',
    ]);
  });

  it('waits, for who decides now, until the hub has had a replayed request that long', () => {
    const rungs = climbed('2026-10-09T01:00:00Z', '2026-11-25T02:00:00Z');
    expect(rungs.map(({ liveSince }) => liveSince.toISOString())).toEqual([
      '2026-10-09T01:00:00.000Z',
      '2026-11-30T16:00:00.000Z',
      '2026-12-03T16:00:00.000Z',
    ]);
  });

  it('never skips a rung, and each waits its working days', () => {
    fc.assert(
      fc.property(
        fc.date({
          ...{ min: new Date('2026-01-01'), max: new Date('2026-12-01'), noInvalidDate: true },
        }),
        (requestedAt) => {
          const rungs = climbed(requestedAt.toISOString());
          for (const [i, rung] of rungs.slice(1).entries()) {
            const before = i === 0 ? dayOf(requestedAt) : addDays(dayOf(rungs[i]?.since ?? requestedAt), -1);
            const lastDay = addDays(dayOf(rung.since), -1);
            expect(rung.since).toEqual(startOfDay(dayOf(rung.since)));
            expect(calendar.workingDaysBetween(before, lastDay)).toBe(3);
            expect(rung.liveSince).toEqual(rung.since);
          }
        },
      ),
    );
  });

  it('is before the rung that has had its turn last', () => {
    const rungs = climbed('2026-10-09T01:00:00Z').map((rung) => ({ ...rung, live_since: rung.liveSince }));
    const roleAt = (at: string) => rungAt(rungs, new Date(at), 'since')?.role ?? null;
    expect(roleAt('2026-10-09T00:59:59Z')).toBeNull();
    expect(roleAt('2026-10-09T01:00:00Z')).toBe('TEAM_LEADER');
    expect(roleAt('2026-10-13T15:59:59Z')).toBe('TEAM_LEADER');
    expect(roleAt('2026-10-13T16:00:00Z')).toBe('TOWNSHIP_PARTY_SECRETARY');
    expect(roleAt('2030-01-01T00:00:00Z')).toBe('COUNTY_ORGANIZATION_DEPARTMENT');
  });
});

describe('a day', () => {
  it('is covered by both of its halves only', () => {
    const halves = halvesOf({
      ...{ startsOn: '2026-10-13', startPart: 'AFTERNOON', endsOn: '2026-10-15', endPart: 'MORNING' },
    });
    expect(['2026-10-13', '2026-10-14', '2026-10-15'].map((day) => coversDay(halves, day))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('turns at noon in Shanghai', () => {
    expect(halfAt(new Date('2026-10-13T04:00:00Z')) - halfAt(new Date('2026-10-13T03:59:59Z'))).toBe(1);
    expect(halfAt(new Date('2026-10-12T16:00:00Z')) % 2).toBe(0);
  });
});
