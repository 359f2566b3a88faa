import { randomUUID } from 'node:crypto';
import type { AccreditationRow, SupplyBaseRow } from '../../subgraphs/agriculture/bases/store';
import type { ProductRow } from '../../subgraphs/agriculture/products/store';
import type { StandardLimitRow, SupplyStandardRow } from '../../subgraphs/agriculture/standards/store';
import type { Viewer } from '../../subgraphs/kit/viewer';
import type { SubgraphWorld } from '../support/subgraph';

/** A code that no other test uses. */
export const uniqueCode = (name: string): string =>
  `${name}_${randomUUID().replaceAll('-', '').toUpperCase()}`;

type LimitOf = Partial<StandardLimitRow> & Pick<StandardLimitRow, 'product' | 'parameter'>;

/** Rows as a test needs them; what it does not say does not matter to it. Each gives back its id or code. */
export const makeIn = (world: SubgraphWorld) => {
  /** A node of the food tree, at the top or below another. */
  const product = (code: string, parent?: string): Promise<string> =>
    world.build(async (db) => {
      const [above] = parent ? await db<ProductRow>('products').where({ code: parent }) : [];
      await db('products').insert({ code, name: code, parent_path: above?.path ?? null });
      return code;
    });

  /** A version in force since 2020, with its limits. */
  const standard = (
    given: Partial<SupplyStandardRow> = {},
    limits: readonly LimitOf[] = [],
  ): Promise<string> =>
    world.build(async (db) => {
      const id = randomUUID();
      const code = given.code ?? uniqueCode('STANDARD');
      await db('supply_standards').insert({
        id,
        code,
        version: '1',
        name: code,
        issuer: '310000-VEGGROUP',
        kind: 'BUYER',
        effective_from: '2020-01-01',
        is_illustrative: true,
        ...given,
      });
      for (const { exclusions = [], ...limit } of limits) {
        const limit_id = randomUUID();
        await db('standard_parameters')
          .insert({ code: limit.parameter, name: limit.parameter, unit: 'mg/kg' })
          .onConflict('code')
          .ignore();
        await db('standard_limits').insert({
          id: limit_id,
          standard_id: id,
          maximum: '0.05',
          unit: 'mg/kg',
          ...limit,
        });
        for (const excluded of exclusions) {
          await db('standard_limit_exclusions').insert({ limit_id, product: excluded });
        }
      }
      return id;
    });

  /** A base in Liugou that supplies mini sweet potatoes. */
  const base = (
    given: Partial<SupplyBaseRow> = {},
    products: readonly string[] = ['SWEET_POTATO_MINI'],
  ): Promise<string> =>
    world.build(async (db) => {
      const id = given.id ?? randomUUID();
      await db('supply_bases').insert({
        id,
        name: '柳沟镇试验甘薯基地',
        jurisdiction: '341225107',
        operator: '试验合作社',
        area_mu: '320',
        registered_by: '341200-AGRI',
        registered_at: '2026-01-05T02:00:00Z',
        ...given,
      });
      await db('supply_base_products').insert(products.map((code) => ({ base_id: id, product: code })));
      return id;
    });

  /** An accreditation that holds until the end of 2028. */
  const accreditation = (
    given: Partial<AccreditationRow> & Pick<AccreditationRow, 'base_id' | 'standard_id'>,
  ): Promise<string> =>
    world.build(async (db) => {
      const id = randomUUID();
      await db('accreditations').insert({
        id,
        status: 'ACCREDITED',
        score: '90',
        visited_on: '2026-02-03',
        valid_until: '2028-12-31',
        applied_at: '2026-01-12T02:00:00Z',
        decided_at: '2026-02-10T02:00:00Z',
        ...given,
      });
      return id;
    });

  return { product, standard, base, accreditation };
};

/** Every table that a signed-in unit reads. */
export const TABLES = [
  'products',
  'standard_parameters',
  'supply_standards',
  'standard_limits',
  'standard_limit_exclusions',
  'supply_bases',
  'supply_base_products',
  'accreditations',
] as const;

/** Reads as the runtime login does for a viewer or for nobody. */
export async function rawAs(world: SubgraphWorld, who: Viewer | null, sql: string): Promise<object[]> {
  const session = world.database.session(who);
  try {
    return await session.db.raw(sql);
  } finally {
    await session.end();
  }
}
