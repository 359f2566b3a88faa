import { grid } from '../../subgraphs/grid';
import type { GridCaseLimitRow } from '../../subgraphs/grid/categories/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('gridCaseCategories', () => {
  const world = useSubgraph(grid);
  const jinze = () => world.as(viewer('310118104-CITYOPS'));
  const setLimits = (
    ...rows: Pick<GridCaseLimitRow, 'category' | 'jurisdiction' | 'effective_from' | 'amount'>[]
  ) =>
    world.build((db) =>
      db<GridCaseLimitRow>('category_limits').insert(
        rows.map((row) => ({ ...row, unit: 'WORKING_HOURS', effective_until: null })),
      ),
    );

  const CATEGORY = `query Category($code: String!, $in: JurisdictionCode, $on: Date) {
    gridCaseCategory(code: $code) {
      code name kind filingCondition closingCondition
      parent { code name parent { code } filingCondition closingCondition limit { amount } }
      limit(in: $in, on: $on) { amount unit jurisdiction { code } effectiveFrom effectiveUntil }
    }
  }`;
  const LIST = `query List($kind: GridCaseCategoryKind, $parent: String, $level: GridCaseCategoryLevel, $first: Int, $after: String) {
    gridCaseCategories(kind: $kind, parent: $parent, level: $level, first: $first, after: $after) {
      edges { node { code } } pageInfo { hasNextPage endCursor }
    }
  }`;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
  const codes = (answer: any): string[] => answer.gridCaseCategories.edges.map((e: any) => e.node.code);

  it('gives a category with its major class, which has neither conditions nor limit', async () => {
    expect(await jinze().ask(CATEGORY, { code: 'EXPOSED_GARBAGE' })).toEqual({
      gridCaseCategory: {
        code: 'EXPOSED_GARBAGE',
        name: '暴露垃圾',
        kind: 'EVENT',
        filingCondition: '公共区域有未入箱、未清运的垃圾',
        closingCondition: '垃圾清除，地面无残留',
        parent: {
          code: 'EVENT_CITY_APPEARANCE',
          name: '市容环境（事件）',
          parent: null,
          filingCondition: null,
          closingCondition: null,
          limit: null,
        },
        limit: {
          amount: 4,
          unit: 'WORKING_HOURS',
          jurisdiction: null,
          effectiveFrom: '2020-01-01',
          effectiveUntil: null,
        },
      },
    });
  });

  it('is null for an unknown code', async () => {
    expect(await jinze().ask(CATEGORY, { code: 'NO_SUCH' })).toEqual({ gridCaseCategory: null });
  });

  it('gives the limit of the place, on the day: today when none is named', async () => {
    await setLimits(
      { category: 'DEAD_FISH', jurisdiction: '310118', effective_from: '2025-01-01', amount: 3 },
      { category: 'DEAD_FISH', jurisdiction: '310118104', effective_from: '2026-11-23', amount: 2 },
    );
    const limit = async (variables: object) => {
      const { gridCaseCategory } = await jinze().ask(CATEGORY, { code: 'DEAD_FISH', ...variables });
      return [gridCaseCategory.limit.amount, gridCaseCategory.limit.jurisdiction?.code ?? null];
    };
    expect(await limit({ in: '310118104222' })).toEqual([2, '310118104']);
    expect(await limit({ in: '310118104222', on: '2026-11-22' })).toEqual([3, '310118']);
    expect(await limit({ in: '310118102' })).toEqual([3, '310118']);
    expect(await limit({ in: '330421' })).toEqual([4, null]);
    expect(await limit({})).toEqual([4, null]);
  });

  it('counts today in Shanghai', async () => {
    await setLimits({ category: 'NOISE', jurisdiction: '310118', effective_from: '2026-11-24', amount: 3 });
    const before = world.now;
    try {
      world.now = new Date('2026-11-23T15:59:59Z');
      expect(
        (await jinze().ask(CATEGORY, { code: 'NOISE', in: '310118' })).gridCaseCategory.limit.amount,
      ).toBe(1);
      world.now = new Date('2026-11-23T16:00:00Z');
      expect(
        (await jinze().ask(CATEGORY, { code: 'NOISE', in: '310118' })).gridCaseCategory.limit.amount,
      ).toBe(3);
    } finally {
      world.now = before;
    }
  });

  it.each([
    ['under a major class', { parent: 'EVENT_ADVERTISING' }, ['DAMAGED_SIGN', 'ILLEGAL_STICKERS']],
    [
      'of components, the major classes',
      { kind: 'COMPONENT', level: 'MAJOR' },
      [
        'COMPONENT_GREENERY',
        'COMPONENT_OTHER',
        'COMPONENT_PUBLIC_UTILITY',
        'COMPONENT_ROAD',
        'COMPONENT_SANITATION',
      ],
    ],
    ['minor classes under a major class', { parent: 'COMPONENT_OTHER', level: 'MINOR' }, ['WATER_GATE']],
    ['none under an unknown class', { parent: 'NO_SUCH' }, []],
  ])('lists categories %s', async (_, filter, expected) => {
    expect(codes(await jinze().ask(LIST, filter))).toEqual(expected);
  });

  it('pages through all without repeats or gaps', async () => {
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const answer = await jinze().ask(LIST, { first: 7, after });
      paged.push(...codes(answer));
      const { pageInfo } = answer.gridCaseCategories;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(paged).toEqual(codes(await jinze().ask(LIST, { first: 200 })));
    expect(paged).toEqual([...paged].sort());
    expect(paged.length).toBeGreaterThan(30);
  });

  it('refuses a page over the maximum with a sentence', async () => {
    const { errors } = await jinze().send(LIST, { first: 201 });
    expect(errors?.map((e) => e.message)).toEqual([
      'gridCaseCategories gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
    ]);
  });

  it('sends the same statements for 1 and for 20 categories, with parents and limits', async () => {
    const query = `query Limits($first: Int!) {
      gridCaseCategories(level: MINOR, first: $first) { edges { node { parent { name } limit(in: "310118104") { amount } } } }
    }`;
    const counts = [];
    for (const first of [1, 20]) {
      counts.push((await world.statementsOf(() => jinze().ask(query, { first }))).length);
    }
    expect(counts).toEqual([3, 3]);
  });

  it('resolves as an entity', async () => {
    const query = `query Entities($of: [_Any!]!) { _entities(representations: $of) { ... on GridCaseCategory { name } } }`;
    const of = ['WATER_HYACINTH', 'NO_SUCH'].map((code) => ({ __typename: 'GridCaseCategory', code }));
    expect(await jinze().ask(query, { of })).toEqual({ _entities: [{ name: '水葫芦等漂浮植物' }, null] });
  });

  it.each([
    ['a category', CATEGORY, { code: 'EXPOSED_GARBAGE' }],
    ['the list', LIST, {}],
  ])('is not for nobody: %s', async (_, query, variables) => {
    const { data, errors } = await world.as(null).send(query, variables);
    expect(Object.values(data ?? {})).toEqual([null]);
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the categories that the hub comes with', () => {
  const world = useSubgraph(grid);

  it('stand on two levels, each minor class with conditions and a default limit', async () => {
    const { gridCaseCategories } = await world.as(viewer('310118104-CITYOPS')).ask(`{
      gridCaseCategories(first: 200) { edges { node {
        code kind parent { code kind parent { code } } filingCondition closingCondition limit { amount unit }
      } } }
    }`);
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
    const nodes: any[] = gridCaseCategories.edges.map((edge: any) => edge.node);
    const minors = nodes.filter((node) => node.parent);
    expect(minors.length).toBeGreaterThanOrEqual(13);
    for (const { parent, kind, filingCondition, closingCondition, limit } of minors) {
      expect([parent.parent, parent.kind, !!filingCondition, !!closingCondition, limit.amount > 0]).toEqual([
        null,
        kind,
        true,
        true,
        true,
      ]);
    }
    const limits = Object.fromEntries(minors.map(({ code, limit }) => [code, limit]));
    expect([limits.EXPOSED_GARBAGE, limits.WATER_HYACINTH, limits.CONSTRUCTION_SAFETY]).toEqual([
      { amount: 4, unit: 'WORKING_HOURS' },
      { amount: 1, unit: 'WORKING_DAYS' },
      { amount: 2, unit: 'WORKING_DAYS' },
    ]);
  });
});
