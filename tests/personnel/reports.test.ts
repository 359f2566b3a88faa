import { personnel } from '../../subgraphs/personnel';
import { daysInMonth, monthsOf, reportDueOn } from '../../subgraphs/personnel/reports/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, nodesOf, personnelMaker, SIDES, type Side, STATUSES } from './make';

const REPORT = `report {
  id kind month title body status editorNote submittedBy { code } submittedAt decidedBy { code } decidedAt
  timeline { status at agency { code } title body editorNote }
}`;
const SUBMIT = mutation('submitSecondmentReport', REPORT);
const RESUBMIT = mutation('resubmitSecondmentReport', REPORT);
const ANNOTATE = mutation('annotateSecondmentReport', REPORT);

describe('daysInMonth', () => {
  const posting = { starts_on: '2027-07-15', ends_on: '2027-10-14' };
  it.each([
    ['2027-06', 0],
    ['2027-07', 17],
    ['2027-08', 31],
    ['2027-10', 14],
    ['2027-11', 0],
  ])('in %s are %i', (month, days) => {
    expect(daysInMonth(posting, month)).toBe(days);
  });

  it('are none of a posting that was recalled before it began', () => {
    expect(daysInMonth({ starts_on: '2027-07-15', ends_on: '2027-07-10' }, '2027-07')).toBe(0);
  });

  it('lists the months up to a day', () => {
    expect(monthsOf(posting, '2027-08-01')).toEqual(['2027-07', '2027-08']);
    expect(monthsOf(posting, '2028-01-01')).toEqual(['2027-07', '2027-08', '2027-09', '2027-10']);
    expect(monthsOf(posting, '2027-06-30')).toEqual([]);
  });
});

it.each([
  ['2026-11', 10, '2026-12-10'],
  ['2026-12', 10, '2027-01-10'],
  ['2027-01', 31, '2027-02-28'],
])('reportDueOn: %s by day %i of the next is %s', (month, day, expected) => {
  expect(reportDueOn(month, day)).toBe(expected);
});

describe('reports of postings', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const content = { title: '十月工作', body: '走访三十户。\n梳理工单。' };
  const submit = (agency: string, posting: SecondmentRow, more: object = {}) =>
    as(agency).do(SUBMIT, { secondmentId: posting.id, month: '2026-10', ...content, ...more });
  const annotate = (agency: string, reportId: string, decision: string, more: object = {}) =>
    as(agency).do(ANNOTATE, { reportId, decision, editorNote: '很好', ...more });

  it.each(STATUSES)('of one that is %s: who may submit', async (status) => {
    for (const side of SIDES) {
      const { posting, units } = await make.posted({ status });
      const { userErrors } = await submit(units[side], posting, { month: '2026-04' });
      const isAllowed = side === 'host' || side === 'stint host';
      const isPossible = status === 'ACTIVE' || status === 'COMPLETED';
      const expected = isAllowed ? (isPossible ? [] : ['NOT_ALLOWED_IN_STATE']) : ['NOT_ALLOWED'];
      expect([side, userErrors.map(({ code }: { code: string }) => code)]).toEqual([side, expected]);
    }
  });

  it('go out with a note, and every step is kept', async () => {
    const { posting, units } = await make.posted();
    const { report } = await submit(units.host, posting, { at: '2026-11-02T01:00:00Z' });
    expect(report).toMatchObject({
      kind: 'MONTHLY',
      month: '2026-10',
      ...content,
      status: 'SUBMITTED',
      editorNote: null,
    });
    await annotate(units.home, report.id, 'RETURN', { editorNote: '数据不全', at: '2026-11-03T01:00:00Z' });
    const again = await as(units.host).do(RESUBMIT, {
      ...{ reportId: report.id, title: '十月工作（修改）', body: '补充数据。', at: '2026-11-04T01:00:00Z' },
    });
    expect(again.report).toMatchObject({
      status: 'SUBMITTED',
      title: '十月工作（修改）',
      editorNote: '数据不全',
    });
    const out = await annotate(units.organizer, report.id, 'CIRCULATE', { at: '2026-11-05T01:00:00Z' });
    expect(out.report).toEqual({
      ...{ id: report.id, kind: 'MONTHLY', month: '2026-10', title: '十月工作（修改）', body: '补充数据。' },
      ...{ status: 'CIRCULATED', editorNote: '很好', submittedBy: { code: units.host } },
      ...{ submittedAt: '2026-11-04T01:00:00.000Z', decidedBy: { code: units.organizer } },
      decidedAt: '2026-11-05T01:00:00.000Z',
      timeline: [
        {
          status: 'SUBMITTED',
          at: '2026-11-02T01:00:00.000Z',
          agency: { code: units.host },
          ...content,
          editorNote: null,
        },
        {
          status: 'RETURNED',
          at: '2026-11-03T01:00:00.000Z',
          agency: { code: units.home },
          title: null,
          body: null,
          editorNote: '数据不全',
        },
        {
          status: 'SUBMITTED',
          at: '2026-11-04T01:00:00.000Z',
          agency: { code: units.host },
          title: '十月工作（修改）',
          body: '补充数据。',
          editorNote: null,
        },
        {
          status: 'CIRCULATED',
          at: '2026-11-05T01:00:00.000Z',
          agency: { code: units.organizer },
          title: null,
          body: null,
          editorNote: '很好',
        },
      ],
    });
  });

  const STEPS: Record<
    string,
    { by: Side[]; from: string; run: (agency: string, id: string) => Promise<never> }
  > = {
    CIRCULATE: {
      by: ['home', 'organizer'],
      from: 'SUBMITTED',
      run: (unit, id) => annotate(unit, id, 'CIRCULATE') as never,
    },
    RETURN: {
      by: ['home', 'organizer'],
      from: 'SUBMITTED',
      run: (unit, id) => annotate(unit, id, 'RETURN') as never,
    },
    RESUBMIT: {
      ...{ by: ['host'], from: 'RETURNED' },
      run: (unit, reportId) => as(unit).do(RESUBMIT, { reportId, ...content }) as never,
    },
  };
  it.each(
    Object.keys(STEPS).flatMap((step) =>
      ['SUBMITTED', 'CIRCULATED', 'RETURNED'].map((status) => [step, status] as const),
    ),
  )('%s one that is %s: who may', async (name, status) => {
    const step = STEPS[name] as (typeof STEPS)[string];
    for (const side of SIDES) {
      const { posting, units } = await make.posted();
      const { report } = await submit(units.host, posting);
      if (status !== 'SUBMITTED')
        await annotate(units.home, report.id, status === 'RETURNED' ? 'RETURN' : 'CIRCULATE');
      const answer = await step.run(units[side], report.id);
      const allowed = step.by.includes(side)
        ? step.from === status
          ? []
          : ['NOT_ALLOWED_IN_STATE']
        : ['NOT_ALLOWED'];
      const expected = side === 'stranger' ? ['NOT_FOUND'] : allowed;
      expect([side, codesOf(answer)]).toEqual([side, expected.map((code) => `${code} reportId`)]);
    }
  });

  it('lets exactly one of circulating and returning at once win', async () => {
    const { posting, units } = await make.posted();
    const { report } = await submit(units.host, posting);
    const answers = await Promise.all([
      annotate(units.home, report.id, 'CIRCULATE'),
      annotate(units.organizer, report.id, 'RETURN'),
    ]);
    expect(answers.map(codesOf).filter((codes) => codes.length === 0)).toHaveLength(1);
  });

  it('arrive once: the same is answered as it stands, another is a conflict', async () => {
    const { posting, units } = await make.posted();
    const [one, two] = await Promise.all([submit(units.host, posting), submit(units.host, posting)]);
    expect([one.userErrors, two.userErrors]).toEqual([[], []]);
    expect(two.report.id).toBe(one.report.id);
    expect(two.report.timeline).toHaveLength(1);
    expect(codesOf(await submit(units.host, posting, { title: '另一份' }))).toEqual(['CONFLICT month']);
    expect(codesOf(await submit(units['stint host'], posting))).toEqual(['CONFLICT month']);
  });

  it.each([
    ['a month to come', { month: '2026-12' }, ['INVALID month']],
    ['a month before the posting', { month: '2026-02' }, ['INVALID month']],
    ['no month', { month: null }, ['REQUIRED month']],
    ['a final one too early', { kind: 'FINAL', month: null }, ['INVALID at']],
    ['a final one with a month', { kind: 'FINAL' }, ['INVALID month', 'INVALID at']],
    ['no words', { title: ' ', body: '' }, ['REQUIRED title', 'REQUIRED body']],
    ['5,000 lines', { body: '好的\n'.repeat(5_000).concat('x'.repeat(10_000)) }, ['INVALID body']],
    ['a time to come', { at: '2026-11-23T02:00:01Z' }, ['INVALID at']],
  ])('are refused with %s', async (_, change, expected) => {
    const { posting, units } = await make.posted();
    expect(codesOf(await submit(units.host, posting, change))).toEqual(expected);
  });

  it('take a final one in the last month, once', async () => {
    const { posting, units } = await make.posted({ ends_on: '2026-12-20' });
    const final = { kind: 'FINAL', month: null };
    expect((await submit(units.host, posting, final)).report).toMatchObject({ kind: 'FINAL', month: null });
    expect(codesOf(await submit(units.host, posting, { ...final, title: '另一份' }))).toEqual([
      'CONFLICT kind',
    ]);
  });

  it('refuse a note that is missing, and a decision before the report', async () => {
    const { posting, units } = await make.posted();
    const { report } = await submit(units.host, posting, { at: '2026-11-05T01:00:00Z' });
    const early = { editorNote: ' ', at: '2026-11-05T00:59:59Z' };
    expect(codesOf(await annotate(units.home, report.id, 'RETURN', early))).toEqual([
      'INVALID at',
      'REQUIRED editorNote',
    ]);
  });

  it('are listed for the parties alone, narrowed as asked', async () => {
    const { posting, units } = await make.posted();
    const program = posting.program;
    await submit(units.host, posting, { month: '2026-09' });
    const { report } = await submit(units.host, posting);
    await annotate(units.home, report.id, 'CIRCULATE');
    const LIST = `query List($program: String, $status: SecondmentReportStatus, $month: Month, $homeUnder: JurisdictionCode) {
      secondmentReports(program: $program, status: $status, month: $month, homeUnder: $homeUnder) { edges { node { month } } }
    }`;
    const months = async (side: Side, filter: object = {}) =>
      nodesOf<{ month: string }>((await as(units[side]).ask(LIST, { program, ...filter })).secondmentReports)
        .map(({ month }) => month)
        .sort();
    for (const side of ['home', 'host', 'stint host', 'organizer'] as const) {
      expect(await months(side)).toEqual(['2026-09', '2026-10']);
    }
    expect(await months('stranger')).toEqual([]);
    expect(await months('home', { status: 'CIRCULATED' })).toEqual(['2026-10']);
    expect(await months('home', { month: '2026-09' })).toEqual(['2026-09']);
    expect(await months('home', { homeUnder: '341200' })).toEqual([]);
  });

  it('are not there for a stranger, by id or with their posting', async () => {
    const { posting, units } = await make.posted();
    const { report } = await submit(units.host, posting);
    const READ = `query Read($id: ID!, $report: ID!) { secondment(id: $id) { reports { id } } secondmentReport(id: $report) { id } }`;
    const variables = { id: posting.id, report: report.id };
    const { data, extensions } = await as(units.stranger).send(READ, variables);
    expect(data).toEqual({ secondment: { reports: null }, secondmentReport: null });
    expect(JSON.stringify(extensions)).toContain('Secondment.reports');
    expect(await as(units.organizer).ask(READ, variables)).toEqual({
      secondment: { reports: [{ id: report.id }] },
      secondmentReport: { id: report.id },
    });
  });

  it('are read by the same statements for one posting and for twenty', async () => {
    const home_agency = make.unit();
    const READ = `query Read($home: AgencyCode) { secondments(homeAgency: $home) { edges { node {
      reports { title timeline { actor } secondment { id } }
      mentors(includesFormer: true) { officer { name } } housing { address } subsidies { amountYuan }
      practices { title adoptions { outcomes { outcome } } topic { name } }
    } } } }`;
    const ask = async () =>
      methodsOf(await world.statementsOf(() => as(home_agency).ask(READ, { home: home_agency }))).sort();
    const one = async () => {
      const posting = await make.posting({ home_agency, program: (await make.program()).code });
      await submit(posting.host_agency, posting);
      await world.build(async (db) => {
        const at = new Date('2026-06-01T00:00:00Z');
        const by = { recorded_by: posting.host_agency, recorded_at: at, recorder: '某' };
        const of = { id: posting.id, secondment: posting.id };
        await db('secondment_mentors').insert({
          ...{
            ...of,
            officer: (await make.officer()).id,
            kind: 'POLITICAL',
            assigned_by: 'X',
            assigned_at: at,
          },
        });
        await db('secondment_housing').insert({
          ...of,
          ...by,
          kind: 'HOME',
          address: '某村',
          lives_from: '2026-03-02',
        });
        await db('practices').insert({
          ...{ ...of, ...by, title: '做法', kind: 'FORM', origin: '310118', topic: 'WATER', summary: '某' },
        });
        await db('practice_adoptions').insert({
          ...{ practice: posting.id, agency: home_agency, adopted_at: at, adopted_by: '某' },
        });
      });
    };
    await one();
    const expected = await ask();
    for (let i = 0; i < 19; i += 1) await one();
    expect(await ask()).toEqual(expected);
    expect(new Set(expected).size).toBe(expected.length);
  });
});
