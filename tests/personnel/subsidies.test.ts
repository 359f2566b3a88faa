import { personnel } from '../../subgraphs/personnel';
import { subsidyOf } from '../../subgraphs/personnel/subsidies/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { nodesOf, personnelMaker } from './make';

const STATEMENT = `query Statement($program: String!, $month: Month!, $first: Int, $after: String) {
  subsidyStatement(program: $program, month: $month) {
    month yuanPerMonth minimumDays count totalYuan csv
    lines(first: $first, after: $after) { edges { node { secondment { id } daysInPost amountYuan } } pageInfo { hasNextPage endCursor } }
  }
}`;

interface Page {
  edges: { node: { secondment: { id: string } } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

describe('subsidyOf', () => {
  const policy = { yuanPerMonth: 500, minimumDays: 15 };
  const posting = { id: 'x', status: 'ACTIVE', starts_on: '2027-07-15', ends_on: '2027-10-14' } as const;
  it.each([
    ['2027-06', null],
    ['2027-07', 500],
    ['2027-08', 500],
    ['2027-10', null],
  ])('of a posting of three months, in %s: %s', (month, yuan) => {
    expect(subsidyOf(posting, month, policy)?.yuan ?? null).toBe(yuan);
  });

  it.each([
    ['PLANNED', null],
    ['DECLINED', null],
    ['ACTIVE', 500],
    ['COMPLETED', 500],
    ['RECALLED', 500],
  ] as const)('of one that is %s: %s', (status, yuan) => {
    expect(subsidyOf({ ...posting, status }, '2027-08', policy)?.yuan ?? null).toBe(yuan);
  });

  it('is nothing for no days, whatever the policy', () => {
    expect(subsidyOf(posting, '2027-06', { ...policy, minimumDays: 0 })).toBeNull();
  });
});

describe('subsidies', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));

  it('are stated for a month and a program, to the organizer all and to others their own', async () => {
    const { posting, units } = await make.posted();
    const program = posting.program ?? '';
    const other = await make.posting({ program });
    await make.posting({ program, status: 'PLANNED' });
    await make.posting({ program, status: 'RECALLED', ends_on: '2026-10-14', recalled_on: '2026-10-14' });
    const stated = async (agency: string) =>
      (await as(agency).ask(STATEMENT, { program, month: '2026-10' })).subsidyStatement;
    const all = await stated(units.organizer);
    expect(all).toMatchObject({
      month: '2026-10',
      yuanPerMonth: 500,
      minimumDays: 15,
      count: 2,
      totalYuan: 1000,
    });
    expect(nodesOf(all.lines)).toEqual(
      [posting.id, other.id].sort().map((id) => ({ secondment: { id }, daysInPost: 31, amountYuan: 500 })),
    );
    expect(await stated(units.home)).toMatchObject({ count: 1, totalYuan: 500 });
    expect(await stated(units.stranger)).toBeNull();
  });

  it('are exported as a spreadsheet opens it', async () => {
    const { posting, units } = await make.posted({ position: '=1+1' });
    const { subsidyStatement } = await as(units.organizer).ask(STATEMENT, {
      program: posting.program,
      month: '2026-10',
    });
    expect(subsidyStatement.csv).toBe(
      `\uFEFF月份,姓名,派出单位,接收单位,挂任职务,在岗天数,补贴金额（元）\r\n2026-10,陆远山,某单位,某单位,'=1+1,31,500\r\n`,
    );
  });

  it('are what the policy was then', async () => {
    const { posting, units } = await make.posted();
    const organizer = await make.agency('360700-ORG');
    const { code } = await make.program({ organizer });
    await make.posting({ program: code, home_agency: units.home });
    await world.build((db) =>
      db('policies').insert({
        ...{ name: 'SUBSIDY_YUAN_PER_MONTH', jurisdiction: '360700', effective_from: '2026-10-01' },
        ...{ value: 800, source: '测试' },
      }),
    );
    const total = async (program: string | null, month: string) =>
      (await as(units.home).ask(STATEMENT, { program, month })).subsidyStatement.totalYuan;
    expect(await total(code, '2026-09')).toBe(500);
    expect(await total(code, '2026-10')).toBe(800);
    expect(await total(posting.program, '2026-10')).toBe(500);
  });

  it('are told of each posting by month to its parties', async () => {
    const { posting, units } = await make.posted({ starts_on: '2026-08-20', ends_on: '2026-10-20' });
    const READ = `query Read($id: ID!) { secondment(id: $id) { subsidies { month daysInPost amountYuan } } }`;
    expect((await as(units.host).ask(READ, { id: posting.id })).secondment.subsidies).toEqual([
      { month: '2026-09', daysInPost: 30, amountYuan: 500 },
      { month: '2026-10', daysInPost: 20, amountYuan: 500 },
    ]);
    expect((await as(units.stranger).ask(READ, { id: posting.id })).secondment.subsidies).toBeNull();
  });

  it('are not stated for a month to come', async () => {
    const { posting, units } = await make.posted();
    const { errors } = await as(units.home).send(STATEMENT, { program: posting.program, month: '2026-12' });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });

  it('page by posting without repeats or gaps, by a fixed number of statements', async () => {
    const organizer = make.unit();
    const { code: program } = await make.program({ organizer });
    const ask = (variables: object) =>
      as(organizer).ask(STATEMENT, { program, month: '2026-10', ...variables });
    const count = async () => (await world.statementsOf(() => ask({}))).length;
    await make.posting({ program });
    const one = await count();
    for (let i = 0; i < 20; i += 1) await make.posting({ program });
    expect(await count()).toBe(one);
    const seen: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const answer: { subsidyStatement: { lines: Page } } = await ask({ first: 8, after });
      const { lines } = answer.subsidyStatement;
      seen.push(...nodesOf<{ secondment: { id: string } }>(lines).map(({ secondment }) => secondment.id));
      ({ hasNextPage, endCursor: after } = lines.pageInfo);
    }
    expect([seen.length, new Set(seen).size]).toEqual([21, 21]);
  });
});
