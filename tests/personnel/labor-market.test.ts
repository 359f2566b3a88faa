import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf } from './make';

const DEMAND = `mutation ($input: RecordLaborDemandInput!) {
  recordLaborDemand(input: $input) {
    laborDemand { id employer openings matched unmatched } userErrors { code message path }
  }
}`;
const SUPPLY = `mutation ($input: RecordLaborSupplyInput!) {
  recordLaborSupply(input: $input) {
    laborSupply { id institution { name } graduates matched unmatched } userErrors { code message path }
  }
}`;
const MATCHES = `query ($month: Month!, $destination: JurisdictionCode, $origin: JurisdictionCode, $sector: Sector, $skill: LaborSkill, $first: Int, $after: String) {
  laborMatches(month: $month, destination: $destination, origin: $origin, sector: $sector, skill: $skill, first: $first, after: $after) {
    edges { node { matched score demand { employer openings matched unmatched } supply { institution { name } graduates matched unmatched } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const MARKET = `query ($place: JurisdictionCode!, $month: Month!) {
  laborMarket(place: $place, month: $month) {
    total { skill openings unmatchedOpenings graduates unmatchedGraduates }
    bySkill { skill openings unmatchedOpenings graduates unmatchedGraduates }
  }
}`;
const LISTS = `query ($month: Month, $under: JurisdictionCode, $skill: LaborSkill, $sector: Sector) {
  laborDemands(month: $month, under: $under, skill: $skill, sector: $sector) { edges { node { employer place { code } recordedBy { code } } } }
  laborSupplies(month: $month, under: $under, skill: $skill, sector: $sector) { edges { node { institution { name } origin { code } sector } } }
}`;

const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });

describe('the labor market', () => {
  const world = useSubgraph(personnel);
  const stranger = () => world.as(viewer('310000-YRDOFFICE'));
  const demand = (
    place: string,
    employer: string,
    openings: number,
    more: object = {},
    agency = `${place}-HRSS`,
  ) =>
    world.as(hr(agency)).do(DEMAND, {
      ...{
        externalId: `D ${employer}`,
        employer,
        place,
        sector: 'C',
        skill: 'WELDING',
        month: '2027-01',
        openings,
      },
      ...more,
    });
  const supply = (place: string, institution: string, graduates: number, more: object = {}) =>
    world.as(hr(`${place}-HRSS`)).do(SUPPLY, {
      ...{
        externalId: `S ${institution}`,
        institution,
        place,
        skill: 'WELDING',
        month: '2027-01',
        graduates,
      },
      ...more,
    });

  it('matches the whole market, and says what remains on each side', async () => {
    await demand('310117', '甲厂', 10);
    await demand('310118', '乙厂', 3);
    await supply('310117', '近校', 4, { sector: 'C' });
    await supply('341225', '远校', 20);
    const { laborMatches } = await stranger().ask(MATCHES, { month: '2027-01', destination: '310117' });
    expect(laborMatches.edges).toEqual([
      {
        node: {
          ...{ matched: 4, score: 1 },
          demand: { employer: '甲厂', openings: 10, matched: 10, unmatched: 0 },
          supply: { institution: { name: '近校' }, graduates: 4, matched: 4, unmatched: 0 },
        },
      },
      {
        node: {
          ...{ matched: 6, score: 0.35 },
          demand: { employer: '甲厂', openings: 10, matched: 10, unmatched: 0 },
          supply: { institution: { name: '远校' }, graduates: 20, matched: 9, unmatched: 11 },
        },
      },
    ]);
    const { laborMarket } = await stranger().ask(MARKET, { place: '340000', month: '2027-01' });
    const line = { openings: 0, unmatchedOpenings: 0, graduates: 20, unmatchedGraduates: 11 };
    expect(laborMarket).toEqual({
      total: { skill: null, ...line },
      bySkill: [{ skill: 'WELDING', ...line }],
    });
    expect((await stranger().ask(MARKET, { place: '999999', month: '2027-01' })).laborMarket).toBeNull();
  });

  it('pages through matches, and filters them', async () => {
    const month = '2027-02';
    await demand('310117', '丙厂', 10, { month });
    for (const [i, place] of ['310117', '310118', '341225'].entries()) {
      await supply(place, `学校${i}`, 2, { month });
    }
    const ask = async (variables: object) => {
      const { laborMatches } = await stranger().ask(MATCHES, { month, ...variables });
      const names = laborMatches.edges.map(
        (e: { node: { supply: { institution: { name: string } } } }) => e.node.supply.institution.name,
      );
      return { names, ...laborMatches.pageInfo };
    };
    const first = await ask({ first: 2 });
    expect(first).toMatchObject({ names: ['学校0', '学校1'], hasNextPage: true });
    expect(await ask({ first: 2, after: first.endCursor })).toMatchObject({
      names: ['学校2'],
      hasNextPage: false,
    });
    expect((await ask({ origin: '340000' })).names).toEqual(['学校2']);
    expect((await ask({ sector: 'D' })).names).toEqual([]);
    expect((await ask({ skill: 'COOKING' })).names).toEqual([]);
    expect((await ask({ destination: '310118' })).names).toEqual([]);
  });

  it('replaces what is sent again under its external id, and takes back with 0', async () => {
    const month = '2027-03';
    const first = await demand('310117', '丁厂', 10, { month });
    const again = await demand('310117', '丁厂', 12, { month });
    expect(again.laborDemand).toEqual({ ...first.laborDemand, openings: 12, unmatched: 12 });
    await demand('310117', '丁厂', 0, { month });
    const lists = await stranger().ask(LISTS, { month });
    expect(lists.laborDemands.edges).toEqual([]);
  });

  it('lets two units use the same external id', async () => {
    const [a, b] = await Promise.all([
      demand('310117', '戊厂', 1, { externalId: 'one', month: '2027-04' }),
      demand('310118', '己厂', 1, { externalId: 'one', month: '2027-04' }),
    ]);
    expect(a.laborDemand.id).not.toBe(b.laborDemand.id);
  });

  it('refuses with every violation, and stores nothing', async () => {
    const month = '2027-05';
    const bad = { externalId: ' ', employer: '', month, openings: -1 };
    const refused = await demand('310118', '庚厂', 1, bad, '310117-HRSS');
    expect(refused.laborDemand).toBeNull();
    expect(
      refused.userErrors.map((e: { code: string; path: string[] }) => [e.code, e.path.join('.')]),
    ).toEqual([
      ['REQUIRED', 'externalId'],
      ['REQUIRED', 'employer'],
      ['NOT_ALLOWED', 'place'],
      ['INVALID', 'openings'],
    ]);
    const other = await world.as(viewer('310117-AGRI', { functions: ['AGRICULTURE'] })).do(SUPPLY, {
      ...{
        externalId: 'x',
        institution: '某校',
        place: '999999',
        skill: 'WELDING',
        month,
        graduates: 100_001,
      },
    });
    expect(other.userErrors.map((e: { code: string; path: string[] }) => [e.code, e.path.join('.')])).toEqual(
      [
        ['NOT_ALLOWED', ''],
        ['INVALID', 'place'],
        ['INVALID', 'graduates'],
      ],
    );
    const lists = await stranger().ask(LISTS, { month });
    expect([lists.laborDemands.edges, lists.laborSupplies.edges]).toEqual([[], []]);
  });

  it('lists what stands in a place, by skill and sector', async () => {
    const month = '2027-06';
    await demand('310117', '辛厂', 5, { month });
    await demand('310118', '壬厂', 5, { month, skill: 'COOKING', sector: 'H' });
    await supply('341225', '县校', 5, { month, sector: 'H', skill: 'COOKING' });
    const names = async (filter: object) => {
      const { laborDemands, laborSupplies } = await stranger().ask(LISTS, { month, ...filter });
      return [
        laborDemands.edges.map((e: { node: { employer: string } }) => e.node.employer),
        laborSupplies.edges.map((e: { node: { institution: { name: string } } }) => e.node.institution.name),
      ];
    };
    expect(await names({})).toEqual([['辛厂', '壬厂'], ['县校']]);
    expect(await names({ under: '310117' })).toEqual([['辛厂'], []]);
    expect(await names({ skill: 'COOKING', sector: 'H' })).toEqual([['壬厂'], ['县校']]);
  });

  it('takes as many statements for one match as for many', async () => {
    const statements = async (month: string) =>
      methodsOf(await world.statementsOf(() => stranger().ask(MATCHES, { month })));
    const expected = ['laborMarket.demandsOfMonths', 'laborMarket.suppliesOfMonths', 'policies.of'];
    expect(await statements('2027-02')).toEqual(expected);
    expect(await statements('2099-01')).toEqual(expected);
  });

  it('is not for nobody', async () => {
    const { errors } = await world.as(null).send(MATCHES, { month: '2027-01' });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });
});
