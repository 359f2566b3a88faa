import { personnel } from '../../subgraphs/personnel';
import { missingMonthlyReports } from '../../subgraphs/personnel/nominal-postings/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf, mutation, personnelMaker } from './make';

const SUBMIT = mutation('submitSecondmentReport', 'report { id }');
const ALERTS = `query Alerts($program: String, $homeUnder: JurisdictionCode, $hostUnder: JurisdictionCode, $on: Date) {
  nominalPostingAlerts(program: $program, homeUnder: $homeUnder, hostUnder: $hostUnder, on: $on) {
    on secondment { id } reasons { code detail }
  }
}`;

it.each([
  ['nothing due', [], [], null],
  ['all reported', ['2026-03', '2026-04'], ['2026-03', '2026-04'], null],
  ['one missing', ['2026-03', '2026-04'], ['2026-03'], 'No monthly report was submitted for 2026-04.'],
  ['two missing', ['2026-03', '2026-04'], [], 'No monthly report was submitted for 2026-03, 2026-04.'],
])('missingMonthlyReports, with %s', (_, monthsDue, reported, expected) => {
  const reason = missingMonthlyReports({ monthsDue, monthsReported: new Set<string>(reported) } as never);
  expect(reason?.detail.en ?? null).toBe(expected);
});

describe('postings in name only', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const report = (posting: SecondmentRow, month: string, at: string) =>
    as(posting.host_agency).do(SUBMIT, { secondmentId: posting.id, month, title: '月报', body: '略', at });
  const missing = async (agency: string, variables: Record<string, unknown>) =>
    (await as(agency).ask(ALERTS, variables)).nominalPostingAlerts.flatMap(
      ({ reasons }: { reasons: { code: string; detail: string }[] }) =>
        reasons
          .filter(({ code }) => code === 'MISSING_MONTHLY_REPORT')
          .map(({ detail }) => detail.match(/\d{4}-\d{2}/g)),
    );

  it('miss the months that were due by the day, unless they were reported by then', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-08-17' });
    const program = posting.program;
    const on = (day: string) => missing(units.home, { program, on: day });
    // August counts from fifteen days in post, and is due on 10 September.
    expect(await on('2026-09-10')).toEqual([]);
    expect(await on('2026-09-11')).toEqual([['2026-08']]);
    expect(await on('2026-11-11')).toEqual([['2026-08', '2026-09', '2026-10']]);
    await report(posting, '2026-09', '2026-10-20T01:00:00Z');
    expect(await on('2026-10-19')).toEqual([['2026-08', '2026-09']]);
    expect(await on('2026-10-20')).toEqual([['2026-08']]);
  });

  it('owe nothing for a month with too few days in post', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-08-18' });
    expect(await missing(units.home, { program: posting.program, on: '2026-09-30' })).toEqual([]);
  });

  it('are judged by the policy of the place of the posting then', async () => {
    const { posting, units } = await make.posted({
      starts_on: '2026-09-01',
      host_agency: await make.agency('360111-CITYOPS'),
    });
    await world.build((db) =>
      db('policies').insert({
        ...{ name: 'MONTHLY_REPORT_DUE_DAY', jurisdiction: '360100', effective_from: '2026-10-01' },
        ...{ value: 20, source: '测试' },
      }),
    );
    const on = (day: string) => missing(units.home, { program: posting.program, on: day });
    expect(await on('2026-10-11')).toEqual([['2026-09']]);
    expect(await on('2026-11-15')).toEqual([['2026-09']]);
    expect(await on('2026-11-21')).toEqual([['2026-09', '2026-10']]);
  });

  it('are those in post on the day: not planned, declined or over', async () => {
    for (const [status, on, count] of [
      ['PLANNED', '2026-09-30', 0],
      ['DECLINED', '2026-09-30', 0],
      ['COMPLETED', '2026-09-30', 1],
      ['COMPLETED', '2026-11-02', 0],
      ['ACTIVE', '2026-11-02', 1],
    ] as const) {
      const { posting, units } = await make.posted({ status, ends_on: '2026-11-01' });
      const found = await missing(units.home, { program: posting.program, on });
      expect([status, on, found.length]).toEqual([status, on, count]);
    }
  });

  it('are shown to the parties alone, and to who answers for officers in their places', async () => {
    const { posting, units } = await make.posted({ home_agency: await make.agency('341225-HRSS') });
    const variables = { program: posting.program, on: '2026-11-01' };
    for (const side of ['home', 'host', 'stint host', 'organizer'] as const)
      expect([side, (await missing(units[side], variables)).length]).toEqual([side, 1]);
    expect(await missing(units.stranger, variables)).toEqual([]);
    const org = world.as(viewer('341200-ORG', { functions: ['ORGANIZATION'] }));
    expect((await org.ask(ALERTS, variables)).nominalPostingAlerts).toHaveLength(1);
  });

  it('are narrowed by place, and said in Chinese to who asks so', async () => {
    const { posting, units } = await make.posted({ home_agency: await make.agency('341302-HRSS') });
    const narrowed = (variables: object) =>
      missing(units.home, { program: posting.program, on: '2026-11-01', ...variables });
    expect(await narrowed({ homeUnder: '341300' })).toHaveLength(1);
    expect(await narrowed({ homeUnder: '341200' })).toEqual([]);
    expect(await narrowed({ hostUnder: '310118' })).toHaveLength(1);
    expect(await narrowed({ hostUnder: '330000' })).toEqual([]);
    const { nominalPostingAlerts } = await world
      .as(viewer(units.home), 'zh')
      .ask(ALERTS, { program: posting.program, on: '2026-04-11' });
    expect(nominalPostingAlerts[0].reasons[0].detail).toBe('未提交月度汇报：2026-03。');
  });

  it('are not asked for a day to come', async () => {
    const { errors } = await as('310118-ORG').send(ALERTS, { on: '2026-11-24' });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });

  it('are found by the same statements for one posting and for twenty', async () => {
    const organizer = make.unit();
    const { code } = await make.program({ organizer });
    const ask = async () =>
      methodsOf(await world.statementsOf(() => as(organizer).ask(ALERTS, { program: code }))).sort();
    await make.posted({ program: code });
    const one = await ask();
    for (let i = 0; i < 19; i += 1) await make.posted({ program: code });
    expect(await ask()).toEqual(one);
    expect((await as(organizer).ask(ALERTS, { program: code })).nominalPostingAlerts).toHaveLength(20);
  });
});
