import { agriculture } from '../../subgraphs/agriculture';
import { diffOf } from '../../subgraphs/agriculture/publication/rules';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, rawAs, uniqueCode } from './make';

const world = useSubgraph(agriculture);
const make = makeIn(world);

const ANHUI = viewer('340000-AGRI', { functions: ['AGRICULTURE'] });
const BUYER = viewer('310000-VEGGROUP', { remit: [] });

const IMPORT = `mutation Run($input: ImportSupplyStandardInput!) { importSupplyStandard(input: $input) {
  standard { id code version issuer { code } effectiveFrom effectiveTo versions { version effectiveTo }
    limits(product: "SWEET_POTATO_MINI") { parameter { code } minimum maximum unit inheritedFrom { code } } }
  userErrors { code path } } }`;
const run = (who: Viewer, input: object) => world.as(who).do(IMPORT, { ...input });
const errorsOf = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, path.join('.')]);

const PARAMETERS = [
  { code: 'UNIT_WEIGHT', name: '单果重', unit: 'g' },
  { code: 'LEAD', name: '铅', unit: 'mg/kg' },
];
const weight = {
  product: 'SWEET_POTATO_MINI',
  parameter: 'UNIT_WEIGHT',
  minimum: '80',
  maximum: '250',
  unit: 'g',
};
const lead = {
  product: 'ROOT_VEGETABLES',
  except: ['GINGER'],
  parameter: 'LEAD',
  maximum: '100',
  unit: 'µg/kg',
};
const standard = (given: object = {}) => ({
  ...{ code: uniqueCode('S').replace('_', '-').slice(0, 30), version: '1', name: '示例', kind: 'PROVINCIAL' },
  ...{ jurisdiction: '340000', effectiveFrom: '2024-01-01', isIllustrative: true },
  ...{ parameters: PARAMETERS, limits: [weight, lead], ...given },
});

describe('importSupplyStandard', () => {
  it('enters a version once, and the next one ends it', async () => {
    const first = standard();
    const entered = await run(ANHUI, first);
    expect(entered.standard).toMatchObject({
      ...{ code: first.code, version: '1', issuer: { code: '340000-AGRI' }, effectiveTo: null },
      limits: [
        {
          parameter: { code: 'LEAD' },
          minimum: null,
          maximum: 100,
          unit: 'µg/kg',
          inheritedFrom: { code: 'ROOT_VEGETABLES' },
        },
        {
          parameter: { code: 'UNIT_WEIGHT' },
          minimum: 80,
          maximum: 250,
          unit: 'g',
          inheritedFrom: { code: 'SWEET_POTATO_MINI' },
        },
      ],
    });
    expect((await run(ANHUI, first)).standard.id).toBe(entered.standard.id);
    expect(errorsOf(await run(ANHUI, { ...first, name: '改' }))).toEqual([['CONFLICT', 'version']]);
    const second = await run(ANHUI, { ...first, version: '2', effectiveFrom: '2026-01-01' });
    expect(second.standard.versions).toEqual([
      { version: '1', effectiveTo: '2025-12-31' },
      { version: '2', effectiveTo: null },
    ]);
    const early = { ...first, version: '3', effectiveFrom: '2025-01-01' };
    expect(errorsOf(await run(ANHUI, early))).toEqual([['INVALID', 'effectiveFrom']]);
  });

  it('grows the food tree, whatever the order of the rows', async () => {
    const top = uniqueCode('T').slice(0, 20);
    const node = (code: string, parent: string | null) => ({ code, name: code, parent });
    const products = [node(`${top}_B`, `${top}_A`), node(`${top}_A`, top), node(top, 'ROOT_VEGETABLES')];
    const limits = [{ ...lead, product: `${top}_B`, except: [] }];
    expect((await run(ANHUI, standard({ products, limits }))).userErrors).toEqual([]);
    const { product } = await world.as(ANHUI).ask(`{ product(code: "${top}_B") { ancestors { code } } }`);
    expect(product.ancestors.map(({ code }: { code: string }) => code)).toEqual([
      ...['VEGETABLES', 'ROOT_VEGETABLES', top, `${top}_A`],
    ]);
  });

  it('reports everything that is wrong at once, and enters nothing', async () => {
    const node = (code: string, parent: string | null) => ({ code, name: code, parent });
    const wrong = standard({
      products: [
        node('CIRCLE_A', 'CIRCLE_B'),
        node('CIRCLE_B', 'CIRCLE_A'),
        node('LOST', 'NOWHERE'),
        node('GINGER', 'VEGETABLES'),
      ],
      limits: [
        { ...weight, minimum: '250', maximum: '80' },
        { ...weight, product: 'ROOT_VEGETABLES', unit: 'spoons' },
        { ...weight, product: 'VEGETABLES', unit: 'mg/kg' },
        { ...lead, except: ['PEACH'], parameter: 'NO', maximum: null },
        { ...lead, product: 'STONE', except: [], maximum: '1e3' },
        weight,
      ],
    });
    expect(errorsOf(await run(ANHUI, wrong))).toEqual([
      ['INVALID', 'products.0.parent'],
      ['INVALID', 'products.1.parent'],
      ['NOT_FOUND', 'products.2.parent'],
      ['CONFLICT', 'products.3.parent'],
      ['INVALID', 'limits.0.minimum'],
      ['INVALID', 'limits.1.unit'],
      ['INVALID', 'limits.2.unit'],
      ['INVALID', 'limits.3.except.0'],
      ['REQUIRED', 'limits.3.maximum'],
      ['NOT_FOUND', 'limits.3.parameter'],
      ['NOT_FOUND', 'limits.4.product'],
      ['INVALID', 'limits.4.maximum'],
      ['CONFLICT', 'limits.5.parameter'],
    ]);
    expect(await world.build((db) => db('products').whereIn('code', ['CIRCLE_A', 'LOST']))).toEqual([]);
  });

  it.each<[string, Viewer, object]>([
    ['a province by a buyer', BUYER, {}],
    ['another province', viewer('330000-AGRI', { functions: ['AGRICULTURE'] }), {}],
    ['a province by its city', viewer('341200-AGRI', { functions: ['AGRICULTURE'] }), {}],
    [
      'the nation by a city',
      viewer('341200-AGRI', { functions: ['AGRICULTURE'] }),
      { kind: 'NATIONAL', jurisdiction: null },
    ],
  ])('is refused for %s', async (_, who, given) => {
    expect(errorsOf(await run(who, standard(given)))).toEqual([['NOT_ALLOWED', 'code']]);
  });

  it('leaves a code to who issued it first', async () => {
    const first = standard();
    await run(ANHUI, first);
    const taken = { ...first, version: '2', kind: 'BUYER', jurisdiction: null, effectiveFrom: '2026-01-01' };
    expect(errorsOf(await run(BUYER, taken))).toEqual([['NOT_ALLOWED', 'code']]);
  });

  it('writes nothing in SQL for another', async () => {
    const { standard: own } = await run(ANHUI, standard());
    const session = world.database.session(BUYER);
    const forge = session.write((db) =>
      db.raw(
        `INSERT INTO standard_limits (id, standard_id, product, parameter, maximum, unit)
         VALUES (?, ?, 'GINGER', 'LEAD', 1, 'mg/kg')`,
        [uniqueCode('x'), own.id],
      ),
    );
    await expect(forge).rejects.toThrow(/row-level security/);
    await session.end();
    await expect(rawAs(world, null, 'SELECT * FROM supply_standards')).rejects.toThrow(/permission denied/);
  });
});

describe('the difference of two versions', () => {
  const limit = (given: object = {}) => ({
    ...{
      product: 'ROOT',
      parameter: 'P',
      minimum: null,
      maximum: '0.05',
      unit: 'mg/kg',
      residue_definition: 'A',
    },
    ...{ part_measured: null, is_test_required: false, exclusions: [] as string[], ...given },
  });
  it.each<[string[], object, object]>([
    [[], {}, {}],
    [[], { maximum: '0.05' }, { maximum: '50', unit: 'µg/kg' }],
    [['TIGHTENED'], {}, { maximum: '0.02' }],
    [['RELAXED'], {}, { maximum: '0.1' }],
    [['TIGHTENED'], {}, { minimum: '0' }],
    [['TIGHTENED', 'RELAXED'], { minimum: '80', maximum: '200' }, { minimum: '100', maximum: '250' }],
    [['RELAXED'], { minimum: '80' }, { minimum: '80', maximum: null }],
    [['DEFINITION_CHANGED'], {}, { residue_definition: 'B', maximum: '0.02' }],
    [['DEFINITION_CHANGED', 'TIGHTENED'], {}, { part_measured: 'pulp', maximum: '0.02' }],
    [['DEFINITION_CHANGED'], {}, { exclusions: ['GINGER'] }],
    [['DEFINITION_CHANGED'], {}, { is_test_required: true }],
  ])('is %j from %j to %j', (kinds, before, after) => {
    expect(diffOf([limit(before)], [limit(after)]).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('names what was added and removed, and whom the changes concern', async () => {
    const first = standard({ kind: 'BUYER', jurisdiction: null });
    const { standard: one } = await run(BUYER, first);
    const limits = [
      { ...weight, minimum: '100' },
      { ...weight, product: 'GINGER' },
    ];
    await run(BUYER, { ...first, version: '2', effectiveFrom: '2026-01-01', limits });
    const base = await make.base();
    await make.accreditation({ base_id: base, standard_id: one.id });
    const other = await make.base({}, ['PEACH']);
    await make.accreditation({ base_id: other, standard_id: one.id });
    const batch = { product: 'SWEET_POTATO_MINI', base_id: base, base_place: '341225107', quantity_kg: 1 };
    const owned = {
      ...batch,
      standard: first.code,
      standard_issuer: '310000-VEGGROUP',
      recorded_by: '341200-AGRI',
    };
    await world.build((db) =>
      db('batches').insert(
        ['IN_TRANSIT', 'RECEIVED'].map((status) => ({
          ...{ ...owned, id: `${first.code}-${status}`, code: `${first.code}-${status}`, status },
          ...{ harvested_on: '2026-11-01', destination: '310000', applied_pesticides: [] },
          ...{ recorded_at: '2026-11-01T00:00:00Z', content_hash: '' },
        })),
      ),
    );
    const ask = `{ supplyStandardDiff(code: "${first.code}", from: "1", to: "2") {
      changes(first: 2) { edges { node { kind product { code } parameter { code } before { minimum } after { minimum } } }
        pageInfo { hasNextPage endCursor } }
      affectedBases { edges { node { id } } } affectedBatches { edges { node { code } } } } }`;
    const { supplyStandardDiff } = await world.as(BUYER).ask(ask);
    const { changes, affectedBases, affectedBatches } = supplyStandardDiff;
    const change = (
      kind: string,
      code: string,
      parameter: string,
      before: object | null,
      after: object | null,
    ) => ({
      node: { kind, product: { code }, parameter: { code: parameter }, before, after },
    });
    expect(changes.edges).toEqual([
      change('ADDED', 'GINGER', 'UNIT_WEIGHT', null, { minimum: 80 }),
      change('REMOVED', 'ROOT_VEGETABLES', 'LEAD', { minimum: null }, null),
    ]);
    const rest = await world.as(BUYER).ask(`{ supplyStandardDiff(code: "${first.code}", from: "1", to: "2") {
      changes(after: "${changes.pageInfo.endCursor}") { edges { node { kind } } pageInfo { hasNextPage } } } }`);
    expect(rest.supplyStandardDiff.changes).toEqual({
      edges: [{ node: { kind: 'TIGHTENED' } }],
      pageInfo: { hasNextPage: false },
    });
    expect(affectedBases.edges).toEqual([{ node: { id: base } }]);
    expect(affectedBatches.edges).toEqual([{ node: { code: `${first.code}-IN_TRANSIT` } }]);
    const unseen = await world.as(viewer('330000-AGRI', { functions: ['AGRICULTURE'] })).ask(ask);
    expect(unseen.supplyStandardDiff.affectedBatches.edges).toEqual([]);
  });
});
