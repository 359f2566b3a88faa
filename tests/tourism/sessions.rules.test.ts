import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { addDays, dayOf, startOfDay } from '../../subgraphs/kit/time';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import {
  canHear,
  type MeetingDay,
  type MeetingProcedure,
  meetingDays,
  procedureOn,
  quorumOf,
} from '../../subgraphs/tourism/sessions/rules';

const calendar = new WorkingCalendar(OFFICIAL_DAYS);
const tuesday: MeetingProcedure = {
  ...{ id: 'v1', effective_from: '2020-01-01', effective_to: null, meeting_weekday: 'TUESDAY' },
  ...{ cut_off_working_days: 1, cut_off_time: '17:00', quorum: 2, capacity: 3 },
};
const firstDays = (procedures: MeetingProcedure[], from: string, count: number): MeetingDay[] => {
  const days: MeetingDay[] = [];
  for (const day of meetingDays(procedures, from, calendar)) {
    if (days.length === count) break;
    days.push(day);
  }
  return days;
};
const heldOn = (days: MeetingDay[]) => days.map((day) => day.heldOn);

describe('the days of meetings', () => {
  it('are the weekday of the procedure', () => {
    expect(heldOn(firstDays([tuesday], '2026-11-11', 3))).toEqual(['2026-11-17', '2026-11-24', '2026-12-01']);
    expect(heldOn(firstDays([tuesday], '2026-11-17', 1))).toEqual(['2026-11-17']);
  });

  it('move behind a holiday to the next working day, and their cut-off with them', () => {
    // National Day 2026: 1 to 7 October off; Saturday 10 October is worked.
    const [day] = firstDays([tuesday], '2026-10-01', 1);
    expect([day?.plannedOn, day?.heldOn, day?.cutOffAt.toISOString()]).toEqual([
      '2026-10-06',
      '2026-10-08',
      '2026-09-30T09:00:00.000Z',
    ]);
  });

  it('are one where a holiday moves two of them to one day', () => {
    // Spring Festival 2026: 15 to 23 February off.
    const monday: MeetingProcedure = { ...tuesday, meeting_weekday: 'MONDAY' };
    expect(heldOn(firstDays([monday], '2026-02-10', 3))).toEqual(['2026-02-24', '2026-03-02', '2026-03-09']);
  });

  it('are held on a Saturday that is worked in exchange, and else on the next working day', () => {
    const saturday: MeetingProcedure = { ...tuesday, meeting_weekday: 'SATURDAY' };
    expect(heldOn(firstDays([saturday], '2026-10-10', 2))).toEqual(['2026-10-10', '2026-10-19']);
  });

  it('take a make-up day for the working day before', () => {
    const monday: MeetingProcedure = { ...tuesday, meeting_weekday: 'MONDAY' };
    const [day] = firstDays([monday], '2026-10-12', 1);
    expect(day?.cutOffAt.toISOString()).toBe('2026-10-10T09:00:00.000Z');
  });

  it('follow the version in force on each of them', () => {
    const versions: MeetingProcedure[] = [
      { ...tuesday, effective_to: '2026-11-30' },
      { ...tuesday, id: 'v2', effective_from: '2026-12-01', meeting_weekday: 'THURSDAY' },
    ];
    expect(heldOn(firstDays(versions, '2026-11-18', 3))).toEqual(['2026-11-24', '2026-12-03', '2026-12-10']);
    expect(procedureOn(versions, '2026-12-01')?.id).toBe('v2');
    expect(procedureOn(versions, '2019-12-31')).toBeNull();
  });

  it('say so when they depend on a year whose calendar is not out', () => {
    const days = firstDays([tuesday], '2030-01-01', 1);
    expect(days[0]?.isProvisional).toBe(true);
    expect(firstDays([tuesday], '2026-11-17', 1)[0]?.isProvisional).toBe(false);
  });

  it('are working days, in order, with a cut-off before their end, whatever the procedure', () => {
    const procedure = fc.record({
      meeting_weekday: fc.constantFrom(
        ...(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const),
      ),
      cut_off_working_days: fc.integer({ min: 0, max: 5 }),
      cut_off_time: fc.constantFrom('09:00', '12:00', '17:00'),
    });
    fc.assert(
      fc.property(procedure, fc.integer({ min: 0, max: 1_800 }), (given, offset) => {
        const from = addDays('2022-01-01', offset);
        const days = firstDays([{ ...tuesday, ...given }], from, 12);
        expect(days).toHaveLength(12);
        expect(days.every((day) => calendar.isWorkingDay(day.heldOn) && day.heldOn >= from)).toBe(true);
        expect(heldOn(days)).toEqual([...new Set(heldOn(days))].sort());
        for (const { plannedOn, heldOn: held, cutOffAt } of days) {
          // Nothing but days off lies between the weekday and the day.
          for (let day = plannedOn; day < held; day = addDays(day, 1)) {
            expect(calendar.isWorkingDay(day)).toBe(false);
          }
          expect(cutOffAt < startOfDay(addDays(held, 1))).toBe(true);
          expect(calendar.workingDaysBetween(dayOf(cutOffAt), held)).toBe(given.cut_off_working_days);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a meeting can hear an application', () => {
  const cutOff = new Date('2026-11-16T09:00:00Z');
  const meeting = {
    ...{ cut_off_at: cutOff, status: 'PLANNED' as const, closed_at: null, agenda_count: 0, capacity: 1 },
  };
  const at = (text: string) => ({ completeAt: new Date(text), at: new Date(text) });

  it('that is complete by the cut-off, to the moment', () => {
    expect(canHear(meeting, at('2026-11-16T09:00:00.000Z'))).toBe(true);
    expect(canHear(meeting, at('2026-11-16T09:00:00.001Z'))).toBe(false);
  });

  it('for which it has room', () => {
    expect(canHear({ ...meeting, agenda_count: 1 }, at('2026-11-12T00:00:00Z'))).toBe(false);
  });

  it('unless it was over then, has lapsed or was cancelled', () => {
    const closed = { ...meeting, status: 'CLOSED' as const, closed_at: new Date('2026-11-17T04:00:00Z') };
    expect(canHear(closed, at('2026-11-12T00:00:00Z'))).toBe(true);
    const later = { completeAt: new Date('2026-11-12T00:00:00Z'), at: new Date('2026-11-18T00:00:00Z') };
    expect(canHear(closed, later)).toBe(false);
    expect(canHear({ ...meeting, status: 'LAPSED' }, at('2026-11-12T00:00:00Z'))).toBe(false);
    expect(canHear({ ...meeting, status: 'CANCELLED' }, at('2026-11-12T00:00:00Z'))).toBe(false);
  });
});

describe('a quorum', () => {
  const functions = [{ code: 'A' }, { code: 'B' }, { code: 'C' }];

  it('counts the required functions that are there, and names the others', () => {
    expect(quorumOf(2, functions, new Set(['A', 'X']))).toEqual({
      ...{ required: 2, present: 1, isMet: false, missing: [{ code: 'B' }, { code: 'C' }] },
    });
    expect(quorumOf(2, functions, new Set(['A', 'C'])).isMet).toBe(true);
  });
});
