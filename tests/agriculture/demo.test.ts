import { createInterface } from 'node:readline';
import { agriculture } from '../../subgraphs/agriculture';
import { DIVISIONS, loadOnce } from '../../subgraphs/kit/load';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('the demo', () => {
  const world = useSubgraph(agriculture, { demo: true });
  const ask = (query: string, variables = {}) => world.as(viewer('341200-AGRI')).ask(query, variables);

  const limitsOf = async (code: string, on: string, product = 'SWEET_POTATO_MINI') => {
    const { supplyStandard } = await ask(
      `query Limits($code: String!, $on: Date!, $product: String!) {
        supplyStandard(code: $code, on: $on) {
          issuer { code }
          limits(product: $product) { parameter { code } minimum maximum unit residueDefinition isTestRequired inheritedFrom { code } }
        }
      }`,
      { code, on, product },
    );
    return supplyStandard;
  };
  const weight = (minimum: number, maximum: number) => ({
    parameter: { code: 'UNIT_WEIGHT' },
    minimum,
    maximum,
    unit: 'g',
    residueDefinition: null,
    isTestRequired: false,
    inheritedFrom: { code: 'SWEET_POTATO_MINI' },
  });
  const atMost = (
    parameter: string,
    maximum: number,
    residueDefinition: string | null,
    { unit = 'mg/kg', from = 'SWEET_POTATO' } = {},
  ) => ({
    parameter: { code: parameter },
    minimum: null,
    maximum,
    unit,
    residueDefinition,
    isTestRequired: false,
    inheritedFrom: { code: from },
  });

  it("holds Anhui's standard, which states one residue for all root vegetables but ginger", async () => {
    expect(await limitsOf('AH-SWEETPOTATO', '2026-11-01')).toEqual({
      issuer: { code: '340000-AGRI' },
      limits: [
        atMost('LEAD', 0.1, null),
        atMost('PESTICIDE_A', 0.05, 'A', { from: 'ROOT_VEGETABLES' }),
        atMost('PESTICIDE_C', 0.1, '农药丙及其代谢物之和，以农药丙表示'),
        weight(80, 250),
      ],
    });
    expect((await limitsOf('AH-SWEETPOTATO', '2026-11-01', 'RADISH')).limits).toEqual([
      atMost('PESTICIDE_A', 0.05, 'A', { from: 'ROOT_VEGETABLES' }),
    ]);
    expect((await limitsOf('AH-SWEETPOTATO', '2026-11-01', 'GINGER')).limits).toEqual([]);
  });

  it("holds Shanghai's market standard in two versions", async () => {
    expect(await limitsOf('SH-MARKET-SWEETPOTATO', '2026-11-01')).toEqual({
      issuer: { code: '310000-COMMERCE' },
      limits: [
        atMost('LEAD', 100, null, { unit: 'µg/kg' }),
        atMost('PESTICIDE_A', 0.02, 'A'),
        atMost('PESTICIDE_B', 0.01, 'B'),
        atMost('PESTICIDE_C', 0.1, 'C'),
        weight(100, 200),
      ],
    });
    expect(
      await ask(`{ supplyStandard(code: "SH-MARKET-SWEETPOTATO", on: "2024-01-01") {
        versions { version kind jurisdiction { code } effectiveFrom effectiveTo }
      } }`),
    ).toEqual({
      supplyStandard: {
        versions: [
          {
            version: '1',
            kind: 'MARKET',
            jurisdiction: { code: '310000' },
            effectiveFrom: '2020-01-01',
            effectiveTo: '2024-12-31',
          },
          {
            version: '2',
            kind: 'MARKET',
            jurisdiction: { code: '310000' },
            effectiveFrom: '2025-01-01',
            effectiveTo: null,
          },
        ],
      },
    });
  });

  it("holds the buyer's standard, which asks for a size alone", async () => {
    expect(await limitsOf('SVG-SWEETPOTATO', '2026-11-01')).toEqual({
      issuer: { code: '310000-VEGGROUP' },
      limits: [weight(120, 180)],
    });
  });

  it('limits mini sweet potatoes by these three standards and no other', async () => {
    const { supplyStandards } = await ask(
      '{ supplyStandards(product: "SWEET_POTATO_MINI", on: "2026-11-23") { edges { node { code kind } } } }',
    );
    expect(supplyStandards.edges.map(({ node }: { node: object }) => node)).toEqual([
      { code: 'AH-SWEETPOTATO', kind: 'PROVINCIAL' },
      { code: 'SH-MARKET-SWEETPOTATO', kind: 'MARKET' },
      { code: 'SVG-SWEETPOTATO', kind: 'BUYER' },
    ]);
  });

  it('says of every standard, and in its name, that the values are illustrative', async () => {
    const { supplyStandards } = await ask('{ supplyStandards { edges { node { name isIllustrative } } } }');
    expect(supplyStandards.edges.length).toBe(7);
    for (const { node } of supplyStandards.edges) {
      expect(node).toEqual({ name: expect.stringContaining('（示例）'), isIllustrative: true });
    }
  });

  const BASES = `query Bases($under: JurisdictionCode) {
    supplyBases(under: $under, first: 100) { edges { node {
      name jurisdiction { code } products { code } accreditations { status standard { code issuer { code } } }
    } } }
  }`;
  const basesUnder = async (under: string | null) =>
    (await ask(BASES, { under })).supplyBases.edges.map(({ node }: { node: object }) => node);

  it("holds ten bases under Fuyang, in eight of its counties, accredited to the buyer's standard", async () => {
    const bases: {
      jurisdiction: { code: string };
      products: { code: string }[];
      accreditations: { status: string; standard: object }[];
    }[] = await basesUnder('341200');
    expect(bases.length).toBe(10);
    for (const { products, accreditations } of bases) {
      expect(products).toContainEqual({ code: 'SWEET_POTATO_MINI' });
      expect(accreditations.filter(({ status }) => status === 'ACCREDITED')).toEqual([
        {
          status: 'ACCREDITED',
          standard: { code: 'SVG-SWEETPOTATO', issuer: { code: '310000-VEGGROUP' } },
        },
      ]);
    }
    expect(new Set(bases.map(({ jurisdiction }) => jurisdiction.code.slice(0, 6))).size).toBe(8);
    expect(new Set(bases.map(({ jurisdiction }) => jurisdiction.code)).size).toBe(10);
  });

  it('shows every status that an accreditation can have', async () => {
    const bases: { accreditations: { status: string }[] }[] = await basesUnder(null);
    const statuses = bases.flatMap(({ accreditations }) => accreditations.map(({ status }) => status));
    expect([...new Set(statuses)].sort()).toEqual([
      'ACCREDITED',
      'APPLIED',
      'EXPIRED',
      'REJECTED',
      'REVOKED',
      'SUSPENDED',
      'WARNED',
    ]);
  });

  it('lies in real places, whose names its bases carry', async () => {
    const names = new Map<string, string>();
    for await (const line of createInterface({ input: DIVISIONS.open() })) {
      const [code = '', name = ''] = line.split(',');
      names.set(code, name);
    }
    const bases: { name: string; jurisdiction: { code: string } }[] = await basesUnder(null);
    for (const { name, jurisdiction } of bases) {
      expect(name.startsWith(names.get(jurisdiction.code) ?? 'no such place')).toBe(true);
    }
  });

  it.each(['310118', '310118104'])('leaves the page of %s not empty', async (place) => {
    expect((await basesUnder(place)).length).toBeGreaterThan(0);
  });

  it('is loaded once, however often the hub starts', async () => {
    for (const dataset of agriculture.demo) expect(await loadOnce(world.database, dataset)).toBe('present');
  });
});
