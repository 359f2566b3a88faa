import { agriculture } from '../../subgraphs/agriculture';
import { encodeCursor } from '../../subgraphs/kit/connection';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, uniqueCode } from './make';

describe('the food tree', () => {
  const world = useSubgraph(agriculture);
  const make = makeIn(world);
  const fuyang = viewer('341200-AGRI');
  const ask = (query: string, variables = {}) => world.as(fuyang).ask(query, variables);

  const PRODUCTS = `query Products($under: String, $nameContains: String, $first: Int, $after: String) {
  products(under: $under, nameContains: $nameContains, first: $first, after: $after) {
    edges { cursor node { code } }
    pageInfo { hasNextPage endCursor }
  }
}`;
  const codesOf = (connection: { edges: { node: { code: string } }[] }): string[] =>
    connection.edges.map(({ node }) => node.code);
  const codes = async (variables: object) => codesOf((await ask(PRODUCTS, variables)).products);

  describe('product', () => {
    it('knows its place in the food tree', async () => {
      expect(
        await ask(
          '{ product(code: "SWEET_POTATO_MINI") { code name parent { code name } ancestors { code name } } }',
        ),
      ).toEqual({
        product: {
          code: 'SWEET_POTATO_MINI',
          name: '迷你甘薯',
          parent: { code: 'SWEET_POTATO', name: '甘薯' },
          ancestors: [
            { code: 'VEGETABLES', name: '蔬菜' },
            { code: 'ROOT_VEGETABLES', name: '根茎类和薯芋类蔬菜' },
            { code: 'SWEET_POTATO', name: '甘薯' },
          ],
        },
      });
    });

    it('has nothing above it at the top', async () => {
      expect(await ask('{ product(code: "VEGETABLES") { parent { code } ancestors { code } } }')).toEqual({
        product: { parent: null, ancestors: [] },
      });
    });

    it('is null for an unknown code', async () => {
      expect(await ask('{ product(code: "STONE") { code } }')).toEqual({ product: null });
    });

    it('lists what is directly below it, page by page', async () => {
      const CHILDREN = `query Children($after: String) {
      product(code: "LEAF_VEGETABLES") {
        children(first: 2, after: $after) { edges { node { code } } pageInfo { hasNextPage endCursor } }
      }
    }`;
      const { product: first } = await ask(CHILDREN);
      expect(codesOf(first.children)).toEqual(['CHINESE_CABBAGE', 'LEAFY_GREENS']);
      expect(first.children.pageInfo.hasNextPage).toBe(true);
      const { product: second } = await ask(CHILDREN, { after: first.children.pageInfo.endCursor });
      expect(codesOf(second.children)).toEqual(['PETIOLE_VEGETABLES']);
      expect(second.children.pageInfo.hasNextPage).toBe(false);
    });

    it('is found by another subgraph that holds its code', async () => {
      expect(
        await ask(
          '{ _entities(representations: [{ __typename: "Product", code: "GINGER" }]) { ... on Product { name } } }',
        ),
      ).toEqual({ _entities: [{ name: '姜' }] });
    });
  });

  describe('products', () => {
    it('reads the tree from a node down, the node itself first', async () => {
      expect(await codes({ under: 'LEAF_VEGETABLES' })).toEqual([
        'LEAF_VEGETABLES',
        'CHINESE_CABBAGE',
        'LEAFY_GREENS',
        'AMARANTH',
        'GARLAND_CHRYSANTHEMUM',
        'LEAF_LETTUCE',
        'PAK_CHOI',
        'SHEPHERDS_PURSE',
        'SPINACH',
        'WATER_SPINACH',
        'PETIOLE_VEGETABLES',
        'CELERY',
        'FENNEL',
      ]);
    });

    it('does not take a code for an ancestor because another begins with it', async () => {
      expect(await codes({ under: 'GARLIC' })).toEqual(['GARLIC']);
    });

    it('is empty under a product that does not exist', async () => {
      expect(await codes({ under: 'STONE' })).toEqual([]);
    });

    it.each([
      [{ nameContains: '甘薯' }, ['SWEET_POTATO', 'SWEET_POTATO_MINI', 'SWEET_POTATO_TABLE']],
      [{ nameContains: '姜' }, ['GINGER']],
      [{ nameContains: '白菜', under: 'LEAFY_GREENS' }, ['PAK_CHOI']],
      [{ nameContains: '石头' }, []],
    ])('finds names by a part of them: %j', async (filter, expected) => {
      expect(await codes(filter)).toEqual(expected);
    });

    it('pages through the whole tree without repeats or gaps', async () => {
      const root = await make.product(uniqueCode('ROOT'));
      const children = Array.from({ length: 7 }, (_, i) => `${root}_${i}`);
      for (const code of children) await make.product(code, root);
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { products } = await ask(PRODUCTS, { under: root, first: 3, after });
        expect(products.edges.length).toBeLessThanOrEqual(3);
        seen.push(...codesOf(products));
        after = products.pageInfo.hasNextPage ? products.pageInfo.endCursor : null;
      } while (after);
      expect(seen).toEqual([root, ...children]);
    });

    it('refuses a cursor of another list', async () => {
      const foreign = encodeCursor('supplyBases', ['GINGER']);
      const { errors } = await world.as(fuyang).send(PRODUCTS, { after: foreign });
      expect(errors?.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
        [
          `"${foreign}" is not a cursor of products. Pass the endCursor of a page of the same list, or leave after out to begin.`,
          'BAD_USER_INPUT',
        ],
      ]);
    });

    it('refuses more than a page can hold, and says so', async () => {
      const { errors } = await world.as(fuyang, 'zh').send(PRODUCTS, { first: 201 });
      expect(errors?.map(({ message }) => message)).toEqual([
        'products 每页可返回 1 至 200 行，而 first 为 201。请减少数量并用 after 翻页。',
      ]);
    });

    it('takes as many statements for a large tree as for one product', async () => {
      const WITH_FAMILY = `query Family($under: String!) {
      products(under: $under) { edges { node { parent { code } ancestors { code } children { edges { node { code } } } } } }
    }`;
      const one = await world.statementsOf(() => ask(WITH_FAMILY, { under: 'SWEET_POTATO_MINI' }));
      const many = await world.statementsOf(() => ask(WITH_FAMILY, { under: 'VEGETABLES' }));
      expect(one.length).toBe(4);
      expect(many.length).toBe(one.length);
    });
  });

  describe('its shape', () => {
    it('moves a node with everything below it', async () => {
      const wild = await make.product(uniqueCode('WILD'));
      const garden = await make.product(uniqueCode('GARDEN'));
      const herb = await make.product(uniqueCode('HERB'), wild);
      const mint = await make.product(uniqueCode('MINT'), herb);
      await world.build((db) =>
        db('products')
          .where({ code: herb })
          .update({ parent_path: `/${garden}/` }),
      );
      expect(await codes({ under: wild })).toEqual([wild]);
      expect(await codes({ under: garden })).toEqual([garden, herb, mint]);
    });

    it('has no node under one that does not exist', async () => {
      await expect(
        world.build((db) =>
          db('products').insert({ code: uniqueCode('LOST'), name: '?', parent_path: '/STONE/' }),
        ),
      ).rejects.toThrow(/violates foreign key constraint/);
    });
  });

  it.each(['{ product(code: "GINGER") { code } }', '{ products { edges { node { code } } } }'])(
    'is not for nobody: %s',
    async (query) => {
      const { errors } = await world.as(null).send(query);
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    },
  );
});
