import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { grid } from '../../subgraphs/grid';
import type { GridCaseRow } from '../../subgraphs/grid/cases/store';
import { type ReportCell, reportOf, scoreOf } from '../../subgraphs/grid/reports/rules';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import { monthOf } from '../../subgraphs/kit/time';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, aUnit, storeCases } from './make';

describe('reportOf', () => {
  const place = { jurisdiction: '320509110', month: '2026-10' };
  const even = { closing: 50, onTime: 50 };
  const cell = (more: Partial<ReportCell>): ReportCell => ({
    ...{
      category: 'NOISE',
      agency: null,
      reporter: 'r',
      received: 0,
      filed: 0,
      due: 0,
      closed: 0,
      on_time: 0,
    },
    ...more,
  });

  it('divides by what should have been closed, and keeps apart what lies with no unit', () => {
    const report = reportOf(
      place,
      [
        cell({ received: 7 }),
        cell({ category: 'EXPOSED_GARBAGE', filed: 5 }),
        cell({ agency: 'B', due: 3, closed: 2, on_time: 1 }),
        cell({ agency: 'A', category: 'EXPOSED_GARBAGE', reporter: 's', due: 4, closed: 4, on_time: 3 }),
        cell({ due: 1 }),
      ],
      [],
      { closing: 40, onTime: 60 },
    );
    expect(report).toEqual({
      ...{
        ...place,
        received: 7,
        filed: 5,
        shouldHaveClosed: 8,
        closed: 6,
        closedOnTime: 4,
        undispatched: 1,
      },
      ...{ closingRate: 6 / 8, onTimeClosingRate: 4 / 8, attendance: [] },
      byAgency: [
        {
          agency: 'A',
          shouldHaveClosed: 4,
          closed: 4,
          closedOnTime: 3,
          closingRate: 1,
          onTimeClosingRate: 0.75,
          score: 85,
        },
        {
          ...{
            agency: 'B',
            shouldHaveClosed: 3,
            closed: 2,
            closedOnTime: 1,
            closingRate: 2 / 3,
            onTimeClosingRate: 1 / 3,
          },
          score: 46.67,
        },
      ],
      byCategory: [
        {
          category: 'EXPOSED_GARBAGE',
          received: 0,
          filed: 5,
          shouldHaveClosed: 4,
          closed: 4,
          closedOnTime: 3,
        },
        { category: 'NOISE', received: 7, filed: 0, shouldHaveClosed: 4, closed: 2, closedOnTime: 1 },
      ],
    });
  });

  it('has no rates where nothing should have been closed', () => {
    const report = reportOf(place, [cell({ received: 2 })], [], even);
    expect([report.closingRate, report.onTimeClosingRate, report.byAgency]).toEqual([null, null, []]);
  });

  it('scores from 0 to 100, better for more closed and for more on time', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        rate,
        rate,
        rate,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (a, b, c, x, y) => {
          const weights = { closing: x, onTime: y };
          const [low, high] = a < b ? [a, b] : [b, a];
          expect(scoreOf({ closing: high, onTime: c }, weights)).toBeGreaterThanOrEqual(
            scoreOf({ closing: low, onTime: c }, weights),
          );
          const score = scoreOf({ closing: a, onTime: c }, weights);
          expect(score >= 0 && score <= 100).toBe(true);
        },
      ),
    );
    expect([scoreOf({ closing: 1, onTime: 1 }, even), scoreOf({ closing: 0, onTime: 0 }, even)]).toEqual([
      100, 0,
    ]);
  });
});

const REPORT = `query Report($under: JurisdictionCode!, $month: Month!) { gridReport(under: $under, month: $month) {
  jurisdiction { code } month received filed shouldHaveClosed closed closedOnTime undispatched closingRate onTimeClosingRate
  byAgency { agency { code } shouldHaveClosed closed closedOnTime closingRate onTimeClosingRate score }
  byCategory { category { code } received filed shouldHaveClosed closed closedOnTime }
  attendance { member agency { code } shifts attended late excused attendanceRate } csv } }`;

describe('gridReport', () => {
  const world = useSubgraph(grid);
  const government = (county: number) => viewer(`${county}-GOV`, { functions: ['GENERAL_GOVERNMENT'] });
  let county = 320700;
  /** A county of its own with cases in it. */
  const inCounty = async (...cases: Partial<GridCaseRow>[]) => {
    county += 1;
    const rows = cases.map((more) => aCase({ id: randomUUID(), jurisdiction: `${county}101`, ...more }));
    if (rows.length > 0) await world.build((db) => storeCases(db, ...rows));
    return county;
  };
  const report = async (under: number | string, month = '2026-10', who: Viewer = government(Number(under))) =>
    (await world.as(who).ask(REPORT, { under: String(under), month })).gridReport;

  it('takes each figure by its own day, in Shanghai', async () => {
    const filed = (times: {
      reported: string;
      filed: string;
      due: string;
      closed?: string;
      agency?: string;
    }) => ({
      stage: times.closed
        ? ('CLOSED' as const)
        : times.agency
          ? ('IN_PROGRESS' as const)
          : ('FILED' as const),
      ...{ reported_at: at(times.reported), filed_at: at(times.filed), due_at: at(times.due) },
      ...(times.closed ? { closed_at: at(times.closed) } : {}),
      ...(times.agency ? { task_agency: times.agency } : {}),
    });
    const under = await inCounty(
      { reported_at: at('2026-10-01 00:00') },
      { reported_at: at('2026-10-31 23:59'), stage: 'NOT_FILED', category: 'NOISE' },
      { reported_at: at('2026-09-30 23:59') },
      { reported_at: at('2026-11-01 00:00') },
      // Reported and filed before, due in the month.
      filed({
        reported: '2026-09-30 10:00',
        filed: '2026-09-30 10:10',
        due: '2026-10-09 10:10',
        closed: '2026-10-09 10:10',
        agency: 'U-A',
      }),
      filed({
        reported: '2026-10-10 10:00',
        filed: '2026-10-10 10:10',
        due: '2026-10-31 23:59',
        closed: '2026-11-05 10:00',
        agency: 'U-A',
      }),
      filed({
        reported: '2026-10-10 10:00',
        filed: '2026-10-10 10:10',
        due: '2026-10-12 10:00',
        agency: 'U-B',
      }),
      filed({ reported: '2026-10-10 10:00', filed: '2026-10-10 10:10', due: '2026-10-12 10:00' }),
      // Due after the month.
      filed({
        reported: '2026-10-30 10:00',
        filed: '2026-10-30 10:10',
        due: '2026-11-01 00:00',
        closed: '2026-10-31 10:00',
        agency: 'U-A',
      }),
    );
    const found = await report(under);
    expect(found).toMatchObject({
      ...{ jurisdiction: { code: String(under) }, month: '2026-10', received: 6, filed: 4 },
      ...{
        shouldHaveClosed: 4,
        closed: 2,
        closedOnTime: 1,
        undispatched: 1,
        closingRate: 0.5,
        onTimeClosingRate: 0.25,
      },
      byAgency: [
        { agency: { code: 'U-A' }, shouldHaveClosed: 2, closed: 2, closedOnTime: 1, score: 75 },
        { agency: { code: 'U-B' }, shouldHaveClosed: 1, closed: 0, closedOnTime: 0, score: 0 },
      ],
    });
    expect(
      found.byCategory.map((c: { category: { code: string }; received: number }) => [
        c.category.code,
        c.received,
      ]),
    ).toEqual([
      ['EXPOSED_GARBAGE', 5],
      ['NOISE', 1],
    ]);
  });

  it('is what the list of the cases says, whatever they are', async () => {
    const instant = fc
      .integer({ min: 0, max: 120 * 24 * 60 })
      .map((minutes) => new Date(at('2026-08-15 00:00').getTime() + minutes * 60_000));
    const rows = fc
      .sample(
        fc.record({
          stage: fc.constantFrom(
            'RECEIVED' as const,
            'FILED' as const,
            'IN_PROGRESS' as const,
            'CLOSED' as const,
          ),
          category: fc.constantFrom('NOISE', 'EXPOSED_GARBAGE', 'STREET_LAMP'),
          ...{ reported: instant, due: instant, closed: instant, unit: fc.constantFrom('U-A', 'U-B', 'U-C') },
        }),
        { numRuns: 200, seed: 7 },
      )
      .map(({ stage, category, reported, due, closed, unit }) => ({
        ...{ stage, category, reported_at: reported },
        ...(stage === 'RECEIVED' ? {} : { due_at: due }),
        ...(stage === 'IN_PROGRESS' || stage === 'CLOSED' ? { task_agency: unit } : {}),
        ...(stage === 'CLOSED' ? { closed_at: closed } : {}),
      }));
    const under = await inCounty(...rows);
    const LIST = `query L($under: JurisdictionCode, $after: String) { gridCases(under: $under, first: 200, after: $after) {
      edges { node { reportedAt filedAt dueAt closedAt currentTask { agency { code } } } } pageInfo { hasNextPage endCursor } } }`;
    const { gridCases } = await world.as(government(under)).ask(LIST, { under: String(under) });
    interface Listed {
      reportedAt: string;
      filedAt: string | null;
      dueAt: string | null;
      closedAt: string | null;
      currentTask: { agency: { code: string } } | null;
    }
    const all: Listed[] = gridCases.edges.map((edge: { node: Listed }) => edge.node);
    expect(all).toHaveLength(200);
    for (const month of ['2026-09', '2026-10', '2026-11']) {
      const isIn = (text: string | null) => text !== null && monthOf(new Date(text)) === month;
      const due = all.filter(({ dueAt }) => isIn(dueAt));
      const closed = due.filter(({ closedAt }) => closedAt !== null);
      const found = await report(under, month);
      expect([
        found.received,
        found.filed,
        found.shouldHaveClosed,
        found.closed,
        found.closedOnTime,
        found.undispatched,
      ]).toEqual([
        all.filter(({ reportedAt }) => isIn(reportedAt)).length,
        all.filter(({ filedAt }) => isIn(filedAt)).length,
        due.length,
        closed.length,
        closed.filter(({ closedAt, dueAt }) => (closedAt ?? '') <= (dueAt ?? '')).length,
        due.filter(({ currentTask }) => currentTask === null).length,
      ]);
      const sum = (of: { closed: number }[]) => of.reduce((n, { closed: own }) => n + own, 0);
      expect([sum(found.byAgency), sum(found.byCategory)]).toEqual([found.closed, found.closed]);
    }
  });

  it('is of a place and what lies below it, of what the caller may see', async () => {
    const under = await inCounty(
      { reported_at: at('2026-10-05 10:00') },
      { jurisdiction: '320799', reported_at: at('2026-10-05 10:00') },
    );
    expect((await report(under)).received).toBe(1);
    expect((await report('320000', '2026-10', government(under))).received).toBe(1);
    expect(
      (await report(under, '2026-10', viewer('330000-GOV', { functions: ['GENERAL_GOVERNMENT'] }))).received,
    ).toBe(0);
    expect((await report(under, '2026-10', viewer('320509110-COMMAND'))).received).toBe(1);
    const { errors } = await world.as(null).send(REPORT, { under: String(under), month: '2026-10' });
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('leaves a receipt for each unit whose cases are in it', async () => {
    const under = await inCounty(
      { reporter: '320799-A' },
      { reporter: '320799-B' },
      { reporter: '320799-B' },
    );
    const { extensions } = await world
      .as(government(under))
      .send(REPORT, { under: String(under), month: '2026-11' });
    const { disclosed } = (extensions as { hubSharing: { disclosed: { provider: string; ids: string[] }[] } })
      .hubSharing;
    expect(disclosed.map(({ provider, ids }) => [provider, ids.length])).toEqual([
      ['320799-A', 1],
      ['320799-B', 1],
    ]);
  });

  it('weighs the rates as the place has laid down', async () => {
    const under = await inCounty({
      ...{
        stage: 'CLOSED',
        due_at: at('2026-10-12 10:00'),
        closed_at: at('2026-10-13 10:00'),
        task_agency: 'U-A',
      },
    });
    await world.build((db) =>
      db('policies').insert({
        ...{
          name: 'report-score-weights',
          jurisdiction: String(under),
          effective_from: '2026-10-15',
          source: 'test',
        },
        value: JSON.stringify({ closing: 30, onTime: 70 }),
      }),
    );
    expect((await report(under)).byAgency[0].score).toBe(30);
    expect((await report(under, '2026-09')).byAgency).toEqual([]);
  });

  it('has the attendance of the joint patrol beside it', async () => {
    const under = await inCounty();
    const recorder = `${under}101-COMMAND`;
    const shift = (member: string, day: string, more: object = {}) => ({
      ...{
        id: randomUUID(),
        jurisdiction: `${under}101`,
        member,
        agency: `${under}101-GOV`,
        recorded_by: recorder,
      },
      ...{ starts_at: at(`${day} 08:00`), ends_at: at(`${day} 12:00`), is_excused: false, ...more },
    });
    await world.build((db) =>
      db('joint_patrol_shifts').insert([
        shift('李', '2026-10-01', { arrived_at: at('2026-10-01 08:00') }),
        shift('李', '2026-10-02', { arrived_at: at('2026-10-02 08:01') }),
        shift('李', '2026-10-03', { is_excused: true }),
        shift('李', '2026-10-31'),
        shift('李', '2026-11-01'),
        shift('王', '2026-10-04', { is_excused: true }),
      ]),
    );
    expect((await report(under)).attendance).toEqual([
      {
        member: '李',
        agency: { code: `${under}101-GOV` },
        shifts: 3,
        attended: 2,
        late: 1,
        excused: 1,
        attendanceRate: 2 / 3,
      },
      {
        member: '王',
        agency: { code: `${under}101-GOV` },
        shifts: 0,
        attended: 0,
        late: 0,
        excused: 1,
        attendanceRate: null,
      },
    ]);
  });

  it('opens in Excel with its Chinese intact', async () => {
    const under = await inCounty({
      stage: 'CLOSED',
      due_at: at('2026-10-12 10:00'),
      closed_at: at('2026-10-12 09:00'),
      reported_at: at('2026-10-11 10:00'),
    });
    await world.build((db) =>
      replaceDirectory(db, [{ ...aUnit('320509110-SANITATION'), name: '黎里镇环境卫生管理所' }]),
    );
    expect((await report(under)).csv).toBe(
      `${[
        '\uFEFF项目,名称,受理数,立案数,应结案数,结案数,按期结案数,结案率,按期结案率,得分,应到班次,出勤班次,迟到班次,请假班次,出勤率',
        `合计,${under} 2026-10,1,1,1,1,1,1,1,,,,,,`,
        '单位,黎里镇环境卫生管理所,,,1,1,1,1,1,100,,,,,',
        '类别,暴露垃圾,1,1,1,1,1,1,1,,,,,,',
      ].join('\r\n')}\r\n`,
    );
  });

  it('takes the same statements whatever there is', async () => {
    const few = await inCounty({ reported_at: at('2026-10-05 10:00') });
    const many = await inCounty(
      ...Array.from({ length: 20 }, (_, i) => ({
        reported_at: at('2026-10-05 10:00'),
        category: i % 2 ? 'NOISE' : 'STREET_LAMP',
      })),
    );
    const statements = (under: number) => world.statementsOf(() => report(under));
    expect(await statements(few)).toHaveLength(6);
    expect(await statements(many)).toHaveLength(6);
  });
});

describe('joint patrols', () => {
  const world = useSubgraph(grid);
  const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
  const RECORD = `mutation R($input: RecordJointPatrolShiftInput!) { recordJointPatrolShift(input: $input) {
    shift { id member agency { code } arrivedAt leftAt isExcused isOnDuty } userErrors { code path message } } }`;
  const LIST = `query L($under: JurisdictionCode, $from: Date, $to: Date, $isOnDuty: Boolean) {
    jointPatrolShifts(under: $under, from: $from, to: $to, isOnDuty: $isOnDuty, first: 200) { edges { node { member } } } }`;
  const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
    payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));
  // Now is 10:00 on the 23rd.
  const input = (member: string) => ({
    ...{
      jurisdiction: '320509110',
      member,
      startsAt: '2026-11-23T00:30:00Z',
      endsAt: '2026-11-23T04:30:00Z',
    },
  });
  const record = (member: string, more: object = {}, who: Viewer = command) =>
    world.as(who).do(RECORD, { ...input(member), ...more });
  const members = async (variables: object) =>
    (await world.as(command).ask(LIST, variables as Record<string, unknown>)).jointPatrolShifts.edges.map(
      (edge: { node: { member: string } }) => edge.node.member,
    );

  it('are recorded once for a member and beginning, and changed to what is sent last', async () => {
    const { shift } = await record(' 王苏平 ');
    expect(shift).toMatchObject({
      member: '王苏平',
      agency: { code: command.agency },
      arrivedAt: null,
      isOnDuty: false,
    });
    const again = (await record('王苏平', { arrivedAt: '2026-11-23T00:25:00Z' })).shift;
    expect([again.id, again.isOnDuty]).toEqual([shift.id, true]);
    expect(
      (await record('王苏平', { arrivedAt: '2026-11-23T00:25:00Z', leftAt: '2026-11-23T01:59:00Z' })).shift
        .isOnDuty,
    ).toBe(false);
    expect(await members({ under: '320509110', from: '2026-11-23', to: '2026-11-23' })).toEqual(['王苏平']);
    expect(await members({ under: '320509110', to: '2026-11-22' })).toEqual([]);
  });

  it('say who is on duty now', async () => {
    await record('在岗', { arrivedAt: '2026-11-23T00:30:00Z' });
    await record('未到');
    await record('已下岗', { endsAt: '2026-11-23T01:30:00Z', arrivedAt: '2026-11-23T00:30:00Z' });
    const names = ['在岗', '未到', '已下岗'];
    const of = async (isOnDuty: boolean) =>
      (await members({ isOnDuty })).filter((name: string) => names.includes(name)).sort();
    expect([await of(true), await of(false)]).toEqual([['在岗'], ['已下岗', '未到']]);
  });

  it.each([
    ['no name', { member: ' ' }, ['REQUIRED member']],
    ['an end before its beginning', { endsAt: '2026-11-23T00:30:00Z' }, ['INVALID endsAt']],
    ['more than a day', { endsAt: '2026-11-24T00:31:00Z' }, ['INVALID endsAt']],
    ['a member who comes in the future', { arrivedAt: '2026-11-23T03:00:00Z' }, ['INVALID arrivedAt']],
    ['a member who leaves without having come', { leftAt: '2026-11-23T01:00:00Z' }, ['INVALID leftAt']],
    [
      'a member who came excused',
      { arrivedAt: '2026-11-23T01:00:00Z', isExcused: true },
      ['INVALID isExcused'],
    ],
    ['a unit that does not exist', { agency: '320509110-NOBODY' }, ['NOT_FOUND agency']],
    ['a place out of reach', { jurisdiction: '310118104' }, ['NOT_ALLOWED jurisdiction']],
  ])('are refused with %s', async (_, more, expected) => {
    expect(codes(await record('拒', more))).toEqual(expected);
    expect(await members({})).not.toContain('拒');
  });

  it('are for the command of the place to record', async () => {
    expect(codes(await record('他', {}, viewer('320509110-RIVER', { functions: ['RIVER_CHIEF'] })))).toEqual([
      'NOT_ALLOWED jurisdiction',
    ]);
    expect(codes(await record('县', {}, viewer('320509-COMMAND', { functions: ['GRID_COMMAND'] })))).toEqual(
      [],
    );
  });
});
