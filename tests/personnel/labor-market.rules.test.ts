import fc from 'fast-check';
import type { PolicyRow } from '../../subgraphs/kit/in-effect';
import { type MarketScores, marketScores, matchMarket } from '../../subgraphs/personnel/labor-market/rules';
import type { LaborDemandRow, LaborSupplyRow } from '../../subgraphs/personnel/labor-market/store';

const SCORES: MarketScores = {
  ...{ COUNTY_AND_SECTOR: 1, COUNTY: 0.9, PREFECTURE: 0.75, PROVINCE: 0.55, ANYWHERE: 0.35 },
};
const offer = {
  ...{ recorded_by: '310117-HRSS', external_id: 'x', month: '2026-10', recorded_at: new Date(0) },
};
const demand = (id: string, place: string, openings: number, more: Partial<LaborDemandRow> = {}) =>
  ({ ...offer, id, place, openings, employer: id, sector: 'C', skill: 'WELDING', ...more }) as LaborDemandRow;
const supply = (id: string, place: string, graduates: number, more: Partial<LaborSupplyRow> = {}) =>
  ({
    ...offer,
    id,
    place,
    graduates,
    institution: id,
    sector: 'C',
    skill: 'WELDING',
    ...more,
  }) as LaborSupplyRow;
const shown = (demands: LaborDemandRow[], supplies: LaborSupplyRow[]) =>
  matchMarket(demands, supplies, SCORES).map((m) => [m.demand.id, m.supply.id, m.matched, m.score]);

/** How near two offers are, said anew. */
function scoreOf(d: LaborDemandRow, s: LaborSupplyRow): number {
  const city = (place: string) => (place.startsWith('31') ? '31' : place.slice(0, 4));
  if (d.place === s.place) return d.sector === s.sector ? SCORES.COUNTY_AND_SECTOR : SCORES.COUNTY;
  if (city(d.place) === city(s.place)) return SCORES.PREFECTURE;
  return d.place.slice(0, 2) === s.place.slice(0, 2) ? SCORES.PROVINCE : SCORES.ANYWHERE;
}

/** The most people, and then the highest score, of every assignment there is: one person after the other. */
function best(demands: LaborDemandRow[], supplies: LaborSupplyRow[]): [people: number, score: number] {
  const persons = supplies.flatMap((s) => Array.from({ length: s.graduates }, () => s));
  const known = new Map<string, [number, number]>();
  const from = (person: number, left: readonly number[]): [number, number] => {
    const key = `${person} ${left.join()}`;
    const before = known.get(key);
    if (before) return before;
    const s = persons[person];
    if (!s) return [0, 0];
    let result = from(person + 1, left);
    for (const [i, d] of demands.entries()) {
      if (d.skill !== s.skill || (left[i] ?? 0) === 0) continue;
      const [people, score] = from(
        person + 1,
        left.map((count, j) => (j === i ? count - 1 : count)),
      );
      const candidate: [number, number] = [people + 1, score + scoreOf(d, s)];
      if (candidate[0] > result[0] || (candidate[0] === result[0] && candidate[1] > result[1]))
        result = candidate;
    }
    known.set(key, result);
    return result;
  };
  return from(
    0,
    demands.map((d) => d.openings),
  );
}

describe('matchMarket', () => {
  it('does not let a distant school take what a near one needs', () => {
    // In the order in which they come, Fuyang's graduates would take Songjiang's openings and its own would stay away.
    expect(shown([demand('d', '310117', 10)], [supply('a', '341225', 10), supply('b', '310117', 4)])).toEqual(
      [
        ['d', 'b', 4, 1],
        ['d', 'a', 6, 0.35],
      ],
    );
  });

  it('goes outward: sector, county, city, province, anywhere', () => {
    const supplies = [
      supply('1', '330421', 1),
      supply('2', '330421', 1, { sector: 'H' }),
      supply('3', '330402', 1),
      supply('4', '330106', 1, { sector: null }),
      supply('5', '341225', 1),
    ];
    expect(shown([demand('d', '330421', 9)], supplies)).toEqual([
      ['d', '1', 1, 1],
      ['d', '2', 1, 0.9],
      ['d', '3', 1, 0.75],
      ['d', '4', 1, 0.55],
      ['d', '5', 1, 0.35],
    ]);
  });

  it('takes the districts of a municipality for one city', () => {
    expect(shown([demand('d', '310117', 1)], [supply('s', '310118', 1)])).toEqual([['d', 's', 1, 0.75]]);
  });

  it('never matches other skills', () => {
    expect(shown([demand('d', '310117', 5)], [supply('s', '310117', 5, { skill: 'COOKING' })])).toEqual([]);
  });

  const place = fc.constantFrom('310117', '310118', '330421', '330402', '330106', '341225');
  const sector = fc.constantFrom('C', 'H');
  const skill = fc.constantFrom('WELDING', 'COOKING');
  const offers = (most: number, count: number) =>
    fc.array(fc.tuple(place, sector, skill, fc.integer({ min: 1, max: count })), { maxLength: most });
  const market = (most: number, count: number) =>
    fc.tuple(offers(most, count), offers(most, count)).map(([d, s]) => ({
      demands: d.map(([p, sector, skill, n], i) =>
        demand(`d${i}`, p, n, { sector, skill: skill as LaborDemandRow['skill'] }),
      ),
      supplies: s.map(([p, sector, skill, n], i) =>
        supply(`s${i}`, p, n, { sector, skill: skill as LaborSupplyRow['skill'] }),
      ),
    }));

  it('places as many people as any assignment can, at the highest score that any has', () => {
    fc.assert(
      fc.property(market(3, 2), ({ demands, supplies }) => {
        const matches = matchMarket(demands, supplies, SCORES);
        const [people, score] = best(demands, supplies);
        expect(matches.reduce((sum, m) => sum + m.matched, 0)).toBe(people);
        expect(matches.reduce((sum, m) => sum + m.matched * m.score, 0)).toBeCloseTo(score, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('never matches more than either side has, no pair twice, and the same in whatever order offers come', () => {
    fc.assert(
      fc.property(market(12, 50), ({ demands, supplies }) => {
        const matches = matchMarket(demands, supplies, SCORES);
        for (const d of demands) {
          const taken = matches.filter((m) => m.demand === d).reduce((sum, m) => sum + m.matched, 0);
          expect(taken).toBeLessThanOrEqual(d.openings);
        }
        for (const s of supplies) {
          const taken = matches.filter((m) => m.supply === s).reduce((sum, m) => sum + m.matched, 0);
          expect(taken).toBeLessThanOrEqual(s.graduates);
        }
        expect(new Set(matches.map((m) => `${m.demand.id} ${m.supply.id}`)).size).toBe(matches.length);
        for (const m of matches) expect(m.score).toBe(scoreOf(m.demand, m.supply));
        expect(matchMarket(demands.toReversed(), supplies.toReversed(), SCORES)).toEqual(matches);
      }),
    );
  });
});

describe('marketScores', () => {
  const policy = (value: unknown): PolicyRow => ({
    ...{ name: 'LABOR_MARKET_SCORES', jurisdiction: '', effective_from: '2026-01-01', effective_until: null },
    ...{ value, source: 'test' },
  });

  it('are those that hold in the month, or the first in one before', () => {
    expect(marketScores([policy(SCORES)], '2026-10')).toEqual(SCORES);
    expect(marketScores([policy(SCORES)], '2025-12')).toEqual(SCORES);
    expect(() => marketScores([], '2026-10')).toThrow('no policy LABOR_MARKET_SCORES holds');
  });

  it.each([[{ ...SCORES, PROVINCE: 0.8 }], [{ ...SCORES, COUNTY_AND_SECTOR: 1.1 }], [{}], [null]])(
    'are refused when they grow outward, leave 0 to 1 or are not there: %j',
    (value) => {
      expect(() => marketScores([policy(value)], '2026-10')).toThrow();
    },
  );
});
