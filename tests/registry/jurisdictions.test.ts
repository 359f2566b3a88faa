import { registry } from '../../subgraphs/registry';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const LIST = `query List($under: JurisdictionCode, $level: JurisdictionLevel, $nameContains: String, $first: Int, $after: String) {
  jurisdictions(under: $under, level: $level, nameContains: $nameContains, first: $first, after: $after) {
    edges { cursor node { code name } } pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  jurisdictions: {
    edges: { node: { code: string; name: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

describe('jurisdictions', () => {
  const world = useSubgraph(registry);
  const nobody = () => world.as(null);
  const codes = ({ jurisdictions }: Page) => jurisdictions.edges.map(({ node }) => node.code);

  async function all(variables: object): Promise<string[]> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page: Page = await nobody().ask(LIST, { ...variables, after });
      found.push(...codes(page));
      after = page.jurisdictions.pageInfo.hasNextPage ? page.jurisdictions.pageInfo.endCursor : null;
    } while (after);
    return found;
  }

  it('holds all 80,480 places, by level', async () => {
    const counts = await world.build((db) =>
      db.raw<{ level: string; count: number }>('SELECT level, count(*) FROM jurisdictions GROUP BY level'),
    );
    expect(Object.fromEntries(counts.map(({ level, count }) => [level, count]))).toEqual({
      ...{ PROVINCE: 31, PREFECTURE: 333, COUNTY: 2_975, TOWNSHIP: 4_793, VILLAGE: 72_348 },
    });
  });

  it('knows a place with everything above it, also for nobody', async () => {
    const { jurisdiction } = await nobody().ask(`{ jurisdiction(code: "310118104222") {
      name fullName level parent { name } ancestors { code name } validFrom validTo successors { code }
    } }`);
    expect(jurisdiction).toEqual({
      name: '莲湖村村委会',
      fullName: '上海市青浦区金泽镇莲湖村村委会',
      level: 'VILLAGE',
      parent: { name: '金泽镇' },
      ancestors: [
        { code: '310000', name: '上海市' },
        { code: '310118', name: '青浦区' },
        { code: '310118104', name: '金泽镇' },
      ],
      validFrom: null,
      validTo: null,
      successors: [],
    });
  });

  it('keeps what a merged place became', async () => {
    await world.build(async (db) => {
      await db('jurisdictions').insert({
        ...{
          code: '310103',
          name: '卢湾区',
          full_name: '上海市卢湾区',
          level: 'COUNTY',
          parent_code: '310000',
        },
        valid_to: '2011-06-08',
      });
      await db('jurisdiction_successors').insert({ code: '310103', successor_code: '310101' });
    });
    expect(await nobody().ask('{ jurisdiction(code: "310103") { validTo successors { name } } }')).toEqual({
      jurisdiction: { validTo: '2011-06-08', successors: [{ name: '黄浦区' }] },
    });
  });

  it.each([
    ['999999', null],
    ['341200', { name: '阜阳市' }],
  ])('answers %s with %p', async (code, jurisdiction) => {
    expect(
      await nobody().ask('query One($code: JurisdictionCode!) { jurisdiction(code: $code) { name } }', {
        code,
      }),
    ).toEqual({
      jurisdiction,
    });
  });

  it('refuses a malformed code by name, in both languages', async () => {
    const message = async (language: 'en' | 'zh') =>
      (await world.as(null, language).send('{ jurisdiction(code: "31x") { name } }')).errors?.map(
        (e) => e.message,
      );
    expect(await message('en')).toEqual([
      '"31x" is not a jurisdiction code: 6, 9 or 12 digits of GB/T 2260, like 310118.',
    ]);
    expect(await message('zh')).toEqual([
      '“31x”不是行政区划代码：应为 GB/T 2260 的 6、9 或 12 位数字，例如 310118。',
    ]);
  });

  it('lists the places in a place, itself included', async () => {
    expect(await all({ under: '310118', level: 'COUNTY' })).toEqual(['310118']);
    expect(await all({ under: '310118104', level: 'TOWNSHIP' })).toEqual(['310118104']);
    expect((await all({ under: '310118104' })).slice(0, 2)).toEqual(['310118104', '310118104001']);
  });

  it('lets a municipality stand for itself among the prefectures', async () => {
    expect(await all({ under: '310000', level: 'PREFECTURE' })).toEqual(['310000']);
    const prefectures = await all({ level: 'PREFECTURE' });
    expect(prefectures).toHaveLength(333 + 4);
    expect(prefectures.filter((code) => /^3[1-4]/.test(code))).toHaveLength(41);
  });

  it('pages without gaps or repeats', async () => {
    const pages = await all({ under: '310118', level: 'TOWNSHIP', first: 4 });
    expect(pages).toEqual(codes(await nobody().ask(LIST, { under: '310118', level: 'TOWNSHIP' })));
    expect(pages).toHaveLength(11);
  });

  it.each([
    ['西塘', ['330421103', '340225102']],
    ['枫', []],
    ['  ', null],
  ])('finds names that contain %p', async (nameContains, expected) => {
    const found = await all({
      nameContains,
      level: 'TOWNSHIP',
      under: expected === null ? '310118' : undefined,
    });
    if (expected === null) expect(found).toHaveLength(11);
    else if (expected.length > 0) expect(found).toEqual(expect.arrayContaining(['330421103']));
    else expect(found.length).toBeGreaterThan(0);
    const names = await world.build((db) => db<{ name: string }>('jurisdictions').whereIn('code', found));
    expect(names.every(({ name }) => name.includes(nameContains.trim()))).toBe(true);
  });

  it('searches names through their index', async () => {
    const plan = await world.build((db) =>
      db.raw<{ 'QUERY PLAN': string }>(
        "EXPLAIN SELECT code FROM jurisdictions WHERE name_bigrams @> '{金泽}' AND position('金泽' in name) > 0",
      ),
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('jurisdictions_by_name');
  });

  it.each([0, 201, -1])('refuses a page of %d', async (first) => {
    const { errors } = await nobody().send(LIST, { first });
    expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
      [
        'BAD_USER_INPUT',
        `jurisdictions gives 1 to 200 rows a page, and first was ${first}. Ask for fewer and page on with after.`,
      ],
    ]);
  });

  it('refuses a cursor of another list', async () => {
    const after = Buffer.from('["agencies","310118-AGRI"]').toString('base64url');
    const { errors } = await nobody().send(LIST, { after });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });

  it('takes as many statements for a village as for a province, and for twenty places as for one', async () => {
    const TREE = `query Tree($under: JurisdictionCode, $level: JurisdictionLevel, $first: Int) {
      jurisdictions(under: $under, level: $level, first: $first) {
        edges { node { name parent { name parent { name } } children(first: 3) { edges { node { name } } } successors { code } } }
      }
    }`;
    const count = async (variables: object) =>
      (await world.statementsOf(() => nobody().ask(TREE, variables as Record<string, unknown>))).length;
    const one = await count({ under: '310118', level: 'TOWNSHIP', first: 1 });
    expect(await count({ under: '310118', level: 'TOWNSHIP', first: 20 })).toBe(one);
    expect(await count({ level: 'TOWNSHIP', first: 200 })).toBe(one);
  });

  it('can be changed by no one who is signed in', async () => {
    const session = world.database.session(viewer('310000-GOV', { functions: ['GENERAL_GOVERNMENT'] }));
    await expect(
      session.write((db) => db('jurisdictions').where({ code: '310000' }).update({ name: '上海' })),
    ).rejects.toThrow('permission denied');
  });
});
