import fc from 'fast-check';
import { loadWorkingCalendar } from '../../subgraphs/kit/calendar-days';
import { addDays } from '../../subgraphs/kit/time';
import { personnel } from '../../subgraphs/personnel';
import { attendanceOfMonths, RECORDED } from '../../subgraphs/personnel/attendance/month';
import { attendanceRate } from '../../subgraphs/personnel/attendance/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

describe('what attendance and spot checks say of a nominal posting', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);

  const reasonsOf = async ({ id, host_agency }: SecondmentRow) => {
    const { nominalPostingAlerts } = await world
      .as(viewer(host_agency))
      .ask('{ nominalPostingAlerts { secondment { id } reasons { code detail } } }');
    const alert = nominalPostingAlerts.find(
      (each: { secondment: { id: string } }) => each.secondment.id === id,
    );
    return (alert?.reasons ?? [])
      .filter(({ code }: { code: string }) => code !== 'MISSING_MONTHLY_REPORT')
      .map(({ code, detail }: { code: string; detail: string }) => `${code}: ${detail}`);
  };
  /** October 2026 has 18 working days; as many of them as are said were attended, by sheets of all of it. */
  const attended = async (posting: SecondmentRow, count: number) => {
    let left = count;
    for (const week of ['2026-10-05', '2026-10-12', '2026-10-19', '2026-10-26']) {
      const days = Array.from({ length: 6 }, (_, i) => addDays(week, i))
        .filter((date) => date >= '2026-10-08' && date <= '2026-10-31')
        .filter((_, i) => week === '2026-10-05' || i < 5)
        .map((date) => {
          left -= 1;
          return { date, presence: left >= 0 ? 'PRESENT' : 'ABSENT', note: null };
        });
      await world.build((db) =>
        db('attendance_sheets').insert({
          ...{ id: `${posting.id}-${week}`, secondment: posting.id, week_of: week, revision: 1 },
          ...{ days: JSON.stringify(days), agency: posting.host_agency, recorded_at: world.now },
          recorded_by: '甲',
        }),
      );
    }
  };

  it('is too little under sixty percent of a month’s working days, and enough at it', async () => {
    const [low, enough] = [await make.posting(), await make.posting()];
    await attended(low, 10);
    await attended(enough, 11);
    expect(await reasonsOf(low)).toEqual([
      'LOW_ATTENDANCE: Too few working days were attended: 55% in 2026-10.',
    ]);
    expect(await reasonsOf(enough)).toEqual([]);
  });

  it('is nothing in months of which nothing was recorded', async () => {
    expect(await reasonsOf(await make.posting())).toEqual([]);
  });

  it('is an absence at a spot check, unless the officer had leave then', async () => {
    const posting = await make.posting();
    const check = (id: string, at: string, finding: string) =>
      world.build((db) =>
        db('spot_checks').insert({
          ...{ id: `${posting.id}-${id}`, secondment: posting.id, at, finding, note: '暗访' },
          ...{ agency: posting.host_agency, recorded_by: '甲' },
        }),
      );
    await check('a', '2026-11-03T02:00:00Z', 'PRESENT');
    await check('b', '2026-11-04T02:00:00Z', 'ABSENT');
    expect(await reasonsOf(posting)).toEqual([
      'ABSENT_AT_SPOT_CHECK: A spot check did not find the officer on 2026-11-04.',
    ]);
    const half = (Date.parse('2026-11-04T00:00:00Z') / 86_400_000) * 2;
    await world.build((db) =>
      db('leave_requests').insert({
        ...{ id: posting.id, secondment: posting.id, host_agency: posting.host_agency, status: 'APPROVED' },
        ...{ starts_on: '2026-11-04', start_part: 'MORNING', ends_on: '2026-11-04', end_part: 'MORNING' },
        ...{ days: 0.5, reason: '就医', requested_at: world.now, requested_by: '甲', decided_step: 1 },
        ...{ agency: posting.host_agency, starts_half: half, ends_half: half },
      }),
    );
    expect(await reasonsOf(posting)).toEqual([]);
    await check('c', '2026-11-04T06:00:00Z', 'ABSENT');
    expect(await reasonsOf(posting)).toHaveLength(1);
  });

  it('is found of the same months whether or not the sheets clear the others first', async () => {
    const program = (await make.program({ organizer: make.unit() })).code;
    const host_agency = make.unit();
    const draw = fc.sample(
      fc.record({
        presences: fc.array(fc.constantFrom('PRESENT', 'PRESENT', 'ABSENT', 'ON_BUSINESS', 'ON_LEAVE'), {
          ...{ minLength: 35, maxLength: 35 },
        }),
        phones: fc.array(fc.constantFrom(true, true, false, null, 'silent' as const), {
          ...{ minLength: 35, maxLength: 35 },
        }),
        hasSheets: fc.boolean(),
        leave: fc.option(fc.integer({ min: 0, max: 60 })),
        recalledOn: fc.option(fc.integer({ min: 0, max: 33 })),
      }),
      { numRuns: 40, seed: 7 },
    );
    const postings: SecondmentRow[] = [];
    for (const [n, { presences, phones, hasSheets, leave, recalledOn }] of draw.entries()) {
      const recalled_on = recalledOn === null ? null : addDays('2026-09-28', recalledOn);
      const posting = await make.posting({
        ...{ program, host_agency, starts_on: '2026-10-05' },
        ...(recalled_on && { status: 'RECALLED', recalled_on, ends_on: recalled_on }),
      });
      postings.push(posting);
      const from = (Date.parse('2026-10-05T00:00:00Z') / 86_400_000) * 2 + (leave ?? 0);
      await world.build(async (db) => {
        for (const week of hasSheets ? [0, 7, 14, 21, 28] : []) {
          const days = Array.from({ length: 7 }, (_, d) => ({
            ...{ date: addDays('2026-09-28', week + d), presence: presences[week + d], note: null },
          }));
          await db('attendance_sheets').insert({
            ...{ id: `drawn-${n}-${week}`, secondment: posting.id, week_of: addDays('2026-09-28', week) },
            ...{ revision: 1, days: JSON.stringify(days), agency: host_agency, recorded_at: world.now },
            recorded_by: '甲',
          });
        }
        for (const [d, isWithin] of phones.entries()) {
          if (isWithin === 'silent') continue;
          const day = addDays('2026-09-28', d);
          await db('check_ins').insert({
            ...{ id: `drawn-${n}-${d}`, secondment: posting.id, day, at: `${day}T01:00:00Z`, host_agency },
            ...{ latitude: 31, longitude: 121, is_within: isWithin, agency: host_agency },
            ...{ distance_meters: isWithin === null ? null : 1, recorded_by: '甲' },
          });
        }
        if (leave === null) return;
        await db('leave_requests').insert({
          ...{ id: posting.id, secondment: posting.id, host_agency, status: 'APPROVED', days: 1 },
          ...{ starts_on: '2026-10-05', start_part: 'FULL', ends_on: '2026-10-05', end_part: 'FULL' },
          ...{ reason: '探亲', requested_at: world.now, requested_by: '甲', agency: host_agency },
          ...{ decided_step: 1, starts_half: from, ends_half: from + 9 },
        });
      });
    }
    const session = world.database.session(viewer(host_agency));
    const months = { first: '2026-10', last: '2026-10' };
    const { monthOf } = await attendanceOfMonths(session.db, postings, {
      ...{ months, calendar: await loadWorkingCalendar(session.db), channels: RECORDED },
    });
    const low = postings.filter((posting) => (attendanceRate(monthOf(posting, '2026-10')) ?? 1) < 0.6);
    await session.end();
    const { nominalPostingAlerts } = await world
      .as(viewer(host_agency))
      .ask(
        `{ nominalPostingAlerts(program: "${program}", on: "2026-11-01") { secondment { id } reasons { code } } }`,
      );
    const isLow = ({ reasons }: { reasons: { code: string }[] }) =>
      reasons.some(({ code }) => code === 'LOW_ATTENDANCE');
    // Whoever was called back is in post on the day no more, and is not looked at.
    const inPost = low.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id);
    expect(
      nominalPostingAlerts
        .filter(isLow)
        .map(({ secondment }: { secondment: { id: string } }) => secondment.id)
        .sort(),
    ).toEqual(inPost.sort());
    expect(inPost.length).toBeGreaterThan(3);
  });
});
