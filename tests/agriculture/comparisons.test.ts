import { agriculture } from '../../subgraphs/agriculture';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn } from './make';

const world = useSubgraph(agriculture, { demo: true });
const make = makeIn(world);
const ask = (query: string, variables = {}) => world.as(viewer('341200-AGRI')).ask(query, variables);

const COMPARE = `query Compare($standard: String!, $with: String!, $on: Date) {
  compareStandards(product: "SWEET_POTATO_MINI", standard: $standard, with: $with, on: $on) {
    parameter { code unit } verdict reason jointMinimum jointMaximum isJointRangeEmpty
    limits { standard { code version } minimum maximum unit inheritedFrom { code } }
  }
}`;

describe('compareStandards', () => {
  it('says where two standards differ, by how much, and what satisfies both', async () => {
    const { compareStandards } = await ask(COMPARE, {
      standard: 'AH-SWEETPOTATO',
      with: 'SH-MARKET-SWEETPOTATO',
      on: '2026-11-01',
    });
    type Compared = { parameter: { code: string }; limits: { inheritedFrom: { code: string } }[] };
    const short = compareStandards.map(
      ({ parameter, limits, ...each }: Compared & Record<string, unknown>) => [
        parameter.code,
        each.verdict,
        each.jointMinimum,
        each.jointMaximum,
        limits.map(({ inheritedFrom }) => inheritedFrom.code),
      ],
    );
    expect(short).toEqual([
      ['LEAD', 'EQUAL', null, 0.1, ['SWEET_POTATO', 'SWEET_POTATO']],
      ['PESTICIDE_A', 'LOOSER', null, 0.02, ['ROOT_VEGETABLES', 'SWEET_POTATO']],
      ['PESTICIDE_B', 'ONLY_THERE', null, 0.01, ['SWEET_POTATO']],
      ['PESTICIDE_C', 'NOT_COMPARABLE', null, null, ['SWEET_POTATO', 'SWEET_POTATO']],
      ['UNIT_WEIGHT', 'LOOSER', 100, 200, ['SWEET_POTATO_MINI', 'SWEET_POTATO_MINI']],
    ]);
  });

  it('takes the versions in force on the day', async () => {
    const { compareStandards } = await ask(COMPARE, {
      standard: 'SH-MARKET-SWEETPOTATO',
      with: 'AH-SWEETPOTATO',
      on: '2024-06-01',
    });
    const weight = compareStandards.at(-1);
    expect([weight.verdict, weight.jointMaximum, weight.limits[0].standard.version]).toEqual([
      'STRICTER',
      220,
      '1',
    ]);
  });

  it.each([
    ['an unknown standard', { standard: 'NOBODYS' }, 'No standard has the code "NOBODYS"'],
    ['a day before its first version', { on: '2019-01-01' }, 'No version of AH-SWEETPOTATO is in force'],
  ])('refuses %s with a sentence', async (_, given, sentence) => {
    const answer = await world
      .as(viewer('341200-AGRI'))
      .send(COMPARE, { standard: 'AH-SWEETPOTATO', with: 'SVG-SWEETPOTATO', ...given });
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(answer.errors?.[0]?.message).toContain(sentence);
  });

  it('costs the same statements for one parameter and for twenty', async () => {
    const limits = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ product: 'SWEET_POTATO', parameter: `MANY_${i}` }));
    for (const [code, count] of [
      ['ONE_LIMIT', 1],
      ['TWENTY_LIMITS', 20],
    ] as const) {
      await make.standard({ code }, limits(count));
    }
    const of = (standard: string) =>
      world.statementsOf(() => ask(COMPARE, { standard, with: 'SVG-SWEETPOTATO' }));
    const [one, twenty] = [await of('ONE_LIMIT'), await of('TWENTY_LIMITS')];
    expect(twenty.length).toBe(one.length);
  });
});

describe('comparePlaces', () => {
  it('holds every standard of one place against every one of the other', async () => {
    const { comparePlaces } =
      await ask(`{ comparePlaces(product: "SWEET_POTATO_MINI", place: "341225107", with: "310118") {
      standard { code } with { code } comparisons { parameter { code } verdict }
    } }`);
    expect(comparePlaces).toEqual([
      {
        standard: { code: 'AH-SWEETPOTATO' },
        with: { code: 'SH-MARKET-SWEETPOTATO' },
        comparisons: [
          { parameter: { code: 'LEAD' }, verdict: 'EQUAL' },
          { parameter: { code: 'PESTICIDE_A' }, verdict: 'LOOSER' },
          { parameter: { code: 'PESTICIDE_B' }, verdict: 'ONLY_THERE' },
          { parameter: { code: 'PESTICIDE_C' }, verdict: 'NOT_COMPARABLE' },
          { parameter: { code: 'UNIT_WEIGHT' }, verdict: 'LOOSER' },
        ],
      },
    ]);
  });

  it('has nothing to say of a place without a standard', async () => {
    expect(
      await ask(
        `{ comparePlaces(product: "SWEET_POTATO_MINI", place: "330421", with: "310118") { with { code } } }`,
      ),
    ).toEqual({ comparePlaces: [] });
  });
});

describe('marketMatrix', () => {
  it('puts markets side by side and gives the range for all of them', async () => {
    const { marketMatrix } =
      await ask(`{ marketMatrix(product: "SWEET_POTATO_MINI", markets: ["341200", "310000", "330000"],
      standards: ["SVG-SWEETPOTATO"]) {
      parameter { code } jointMinimum jointMaximum isJointRangeEmpty reason
      cells { market { code } limits { minimum maximum unit } }
    } }`);
    expect(marketMatrix.map((row: { parameter: { code: string } }) => row.parameter.code)).toEqual([
      'LEAD',
      'PESTICIDE_A',
      'PESTICIDE_B',
      'PESTICIDE_C',
      'UNIT_WEIGHT',
    ]);
    expect(marketMatrix[4]).toEqual({
      ...{ parameter: { code: 'UNIT_WEIGHT' }, jointMinimum: 120, jointMaximum: 180 },
      ...{ isJointRangeEmpty: false, reason: null },
      cells: [
        { market: { code: '340000' }, limits: [{ minimum: 80, maximum: 250, unit: 'g' }] },
        { market: { code: '310000' }, limits: [{ minimum: 100, maximum: 200, unit: 'g' }] },
        { market: { code: '330000' }, limits: [] },
        { market: null, limits: [{ minimum: 120, maximum: 180, unit: 'g' }] },
      ],
    });
    expect(marketMatrix[3]).toMatchObject({ jointMaximum: null, isJointRangeEmpty: false });
    expect(marketMatrix[3].reason).toMatch(/residue definitions differ/);
  });
});
