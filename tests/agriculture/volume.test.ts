import { FILLED_STANDARDS, fillStandards, standardCode } from '../../scripts/bench/food-standards';
import { agriculture } from '../../subgraphs/agriculture';
import { applicableLimits } from '../../subgraphs/agriculture/compliance/store';
import { limitsOfVersions } from '../../subgraphs/agriculture/publication/store';
import {
  limitsAt,
  standardsByProduct,
  standardsInForce,
  statedLimitsOf,
} from '../../subgraphs/agriculture/standards/store';
import type { Db } from '../../subgraphs/kit/database';
import { planOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const FOODS = 600;

describe('many limits', () => {
  const world = useSubgraph(agriculture);
  const who = viewer('341200-AGRI', { functions: ['AGRICULTURE'] });

  beforeAll(async () => {
    await world.build((db) => db.raw(fillStandards({ foods: FOODS, limits: 20_000 })));
    await world.build((db) => db.raw(`ANALYZE ${FILLED_STANDARDS}`));
  }, 60_000);

  const NODES = ['FOOD_TOP', 'FOOD_2', 'FOOD_10', `FOOD_${FOODS}`];
  const BY_KEY = /standard_limits_by_product.*\s+Index Cond: \(\(product = .* AND \(standard_id = /;

  it.each<[string, (db: Db) => Promise<unknown>, RegExp]>([
    [
      'what a standard states at a product’s nodes',
      (db) => limitsAt(db, ['filled-1-2', 'filled-2-2'], { nodes: NODES }),
      BY_KEY,
    ],
    [
      'everything that holds for a batch',
      (db) => applicableLimits(db, [{ product: `FOOD_${FOODS}`, day: '2026-11-01', buyer: null }]),
      BY_KEY,
    ],
    [
      'what two versions state',
      (db) => limitsOfVersions(db, ['filled-1-1', 'filled-1-2']),
      /Cond: .*standard_id = ANY/,
    ],
    [
      'the standards in force in two provinces',
      (db) => standardsInForce(db, { day: '2026-11-01', provinces: ['310000', '340000'], product: NODES }),
      /standard_limits.*\s+Index Cond: .*product/,
    ],
    [
      'the standards that limit a product',
      (db) => standardsByProduct(db, [`FOOD_${FOODS}`], { on: '2026-11-01', first: 20 }),
      /standard_limits_by_product.*\s+Index Cond: .*product/,
    ],
    [
      'a page of what a version states',
      (db) => statedLimitsOf(db, ['filled-1-2'], { first: 200 }),
      /standard_limits_standard_id_product_parameter_key.*\s+Index Cond: \(standard_id = /,
    ],
  ])('have %s found by an index under row security', async (_, read, expected) => {
    expect(await planOf(world, who, read)).toMatch(expected);
  });

  const comparing = (
    product: string,
  ) => `{ compareStandards(product: "${product}", standard: "${standardCode(1)}",
    with: "${standardCode(2)}") { parameter { code } verdict limits { maximum unit inheritedFrom { code } } } }`;

  it('are compared in five statements, a hundred parameters and two hundred limits though they are', async () => {
    const statements = (product: string) => world.statementsOf(() => world.as(who).ask(comparing(product)));
    const { compareStandards } = await world.as(who).ask(comparing(`FOOD_${FOODS}`));
    expect(compareStandards.length).toBeGreaterThanOrEqual(100);
    expect(await statements(`FOOD_${FOODS}`)).toHaveLength(5);
  });

  it('are judged in as many statements for twenty batches as for one', async () => {
    await world.build((db) =>
      db.raw(
        `INSERT INTO batches (id, code, base_place, product, quantity_kg, harvested_on, destination, applied_pesticides,
           status, recorded_by, recorded_at, content_hash)
         SELECT 'many-' || i, 'many-' || i, '341225107', 'FOOD_' || (?::int - i), 100, '2026-11-01', '310000',
           ARRAY['RESIDUE_1', 'RESIDUE_7'], 'RECORDED', '341200-AGRI', '2026-11-01T02:00:00Z', 'x'
         FROM generate_series(0, 19) AS i`,
        [FOODS],
      ),
    );
    const judged = (first: number) => `{ supplyBatches(first: ${first}) { edges { node { compliance { verdict
      checks { verdict explanation inheritedFrom { code } } } } } } }`;
    const statements = (first: number) => world.statementsOf(() => world.as(who).ask(judged(first)));
    expect((await statements(20)).length).toBe((await statements(1)).length);
    const { supplyBatches } = await world.as(who).ask(judged(20));
    expect(supplyBatches.edges).toHaveLength(20);
    expect(supplyBatches.edges[0].node.compliance).toHaveLength(4);
  });
});
