import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import type { Context } from '../../subgraphs/kit/context';
import { Disclosures } from '../../subgraphs/kit/disclosures';
import { ClientError } from '../../subgraphs/kit/errors';
import { guardSchema, sharingOf } from '../../subgraphs/kit/sharing';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { viewer } from '../support/viewer';

const PREAMBLE = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @sharing(item: String!, class: SharingClass!, public: Boolean = false) on OBJECT | FIELD_DEFINITION
  enum SharingClass { UNCONDITIONAL CONDITIONAL WITHHELD }`;

const build = (sdl: string, resolvers = {}) =>
  buildSubgraphSchema([{ typeDefs: parse(PREAMBLE + sdl), resolvers }]);

describe('sharingOf', () => {
  it('reads what a type or field declares, also in an extension', () => {
    const schema = build(`
      type Query { a: Place }
      type Place @key(fields: "code") { code: ID! @sharing(item: "grid.people", class: WITHHELD) }
      extend type Place @sharing(item: "registry.directory", class: UNCONDITIONAL, public: true)`);
    const place = schema.getType('Place');
    if (!place || !('getFields' in place) || !('getInterfaces' in place)) throw new Error('no Place');
    const { code } = place.getFields();
    if (!code || !('resolve' in code)) throw new Error('no code');
    expect(sharingOf(schema, place as Parameters<typeof sharingOf>[1])).toEqual({
      item: 'registry.directory',
      class: 'UNCONDITIONAL',
      isPublic: true,
    });
    expect(sharingOf(schema, code as Parameters<typeof sharingOf>[1])).toEqual({
      item: 'grid.people',
      class: 'WITHHELD',
      isPublic: false,
    });
  });

  it('refuses an item that is not in the catalog', () => {
    const schema = build('type Query { a: ID @sharing(item: "grid.secrets", class: WITHHELD) }');
    expect(() => guardSchema(schema, {})).toThrow(
      '@sharing of a names "grid.secrets", which is not in the catalog',
    );
  });
});

describe('guardSchema', () => {
  const schema = build(
    `
    type Query {
      open: Place @sharing(item: "registry.directory", class: UNCONDITIONAL, public: true)
      unit: Unit @sharing(item: "registry.directory", class: UNCONDITIONAL)
      forgotten: ID
    }
    type Mutation { change: ID }
    type Place @key(fields: "code") @sharing(item: "registry.directory", class: UNCONDITIONAL, public: true) {
      code: ID!
      lent: ID @sharing(item: "grid.cases", class: CONDITIONAL)
    }
    type Unit @key(fields: "code") @sharing(item: "registry.directory", class: UNCONDITIONAL) { code: ID! name: ID }`,
    {
      Query: {
        open: () => ({ code: '310000', lent: 'lent' }),
        unit: () => ({ code: 'unit', name: 'name' }),
        forgotten: () => 'forgotten',
      },
      Mutation: { change: () => 'changed' },
      Place: { __resolveReference: ({ code }: { code: string }) => ({ code, lent: 'lent' }) },
      Unit: { __resolveReference: ({ code }: { code: string }) => ({ code, name: 'name' }) },
    },
  );
  guardSchema(schema, { Place: { 'grid.cases': { id: ({ code }) => code, provider: () => '310118-AGRI' } } });

  /** The data, and the fields that were refused with UNAUTHENTICATED. */
  async function ask(query: string, viewer: Viewer | null, keepsPlaces = false) {
    const disclosures = new Disclosures(keepsPlaces);
    const contextValue: Pick<Context, 'viewer' | 'disclosures'> = { viewer, disclosures };
    const { data, errors = [] } = await execute({ schema, document: parse(query), contextValue });
    const refused = errors.map(({ originalError, path }) => {
      if (!(originalError instanceof ClientError)) throw originalError;
      return `${path?.join('.')} ${originalError.code}`;
    });
    const shared = contextValue.disclosures.report();
    return { data: JSON.parse(JSON.stringify(data)), refused, shared };
  }
  const asNobody = async (query: string) => {
    const { data, refused } = await ask(query, null);
    return { data, refused };
  };
  const asUnit = async (query: string) => {
    const { data, refused } = await ask(query, viewer('310118-AGRI'));
    return { data, refused };
  };
  const reference = (type: string, fields: string) =>
    `{ _entities(representations: [{ __typename: "${type}", code: "x" }]) { ... on ${type} { ${fields} } } }`;

  it('answers anyone with what is public', async () => {
    const data = { open: { code: '310000' }, _entities: [{ code: 'x' }] };
    const query = `{ open { code } ${reference('Place', 'code').slice(1)}`;
    expect(await asNobody(query)).toEqual({ data, refused: [] });
    expect(await asUnit(query)).toEqual({ data, refused: [] });
  });

  it.each([
    ['a root field of another class', '{ unit { code } }', { unit: { code: 'unit' } }, 'unit'],
    ['a root field without a class', '{ forgotten }', { forgotten: 'forgotten' }, 'forgotten'],
    ['a mutation', 'mutation { change }', { change: 'changed' }, 'change'],
    ['an entity', reference('Unit', 'name'), { _entities: [{ name: 'name' }] }, '_entities.0'],
  ])('answers %s to those who are signed in', async (_, query, data, path) => {
    expect(await asUnit(query)).toEqual({ data, refused: [] });
    const refused = await asNobody(query);
    expect(refused.refused).toEqual([`${path} UNAUTHENTICATED`]);
    expect(JSON.stringify(refused.data)).toMatch(/^\{"\w+":(?:null|\[null\])\}$/);
  });

  it.each([
    ['through a field', '{ open { code lent } }', { open: { code: '310000', lent: null } }, 'open.lent'],
    [
      'through a reference',
      reference('Place', 'code lent'),
      { _entities: [{ code: 'x', lent: null }] },
      '_entities.0.lent',
    ],
  ])(
    'keeps a lent field of a public entity from nobody, %s, and nothing else',
    async (_, query, data, path) => {
      expect(await asNobody(query)).toEqual({ data, refused: [`${path} UNAUTHENTICATED`] });
      expect((await asUnit(query)).refused).toEqual([]);
    },
  );

  describe('a field of another item than its type', () => {
    const LENT = '{ open { code lent again: lent ...more } } fragment more on Place { lent }';
    const nothing = { disclosed: [], withheld: [] };

    it('is shown to its own unit, which is no disclosure', async () => {
      const { data, shared } = await ask(LENT, viewer('310118-AGRI'));
      expect([data, shared]).toEqual([{ open: { code: '310000', lent: 'lent', again: 'lent' } }, nothing]);
    });

    it('is null for a stranger, and said once however often it was asked for', async () => {
      const { data, refused, shared } = await ask(LENT, viewer('330421103-REVIEW'));
      expect([data, refused]).toEqual([{ open: { code: '310000', lent: null, again: null } }, []]);
      expect(shared).toEqual({
        ...nothing,
        withheld: [
          { coordinate: 'Place.lent', item: 'grid.cases', provider: '310118-AGRI', ids: ['310000'] },
        ],
      });
    });

    it('is told of at each of its places, if that was asked for', async () => {
      const entities = [1, 2].map(() => '{ __typename: "Place", code: "x" }').join(' ');
      const query = `query { _entities(representations: [${entities}]) { ... on Place { lent } } ${LENT.slice(1)}`;
      const { withheld } = (await ask(query, viewer('330421103-REVIEW'), true)).shared;
      expect(withheld).toEqual([
        {
          ...{ coordinate: 'Place.lent', item: 'grid.cases', provider: '310118-AGRI' },
          ids: ['310000', 'x'],
          places: [
            { path: ['open', 'lent'], indexes: [[]] },
            { path: ['open', 'again'], indexes: [[]] },
            { path: ['_entities', '*', 'lent'], indexes: [[0], [1]] },
          ],
        },
      ]);
      expect((await ask(query, viewer('310118-AGRI'), true)).shared).toEqual(nothing);
    });

    it('is shown by a grant of its provider, which is a disclosure', async () => {
      const grants = [{ item: 'grid.cases', provider: '310118-AGRI' }] as const;
      const { data, shared } = await ask(LENT, viewer('330421103-REVIEW', { grants }));
      expect(data).toEqual({ open: { code: '310000', lent: 'lent', again: 'lent' } });
      expect(shared).toEqual({
        ...nothing,
        disclosed: [{ item: 'grid.cases', provider: '310118-AGRI', ids: ['310000'] }],
      });
    });

    it('is not shown by a grant of another provider or for another item', async () => {
      const grants = [
        { item: 'grid.cases', provider: '310000-AGRI' },
        { item: 'tourism.applications', provider: '310118-AGRI' },
      ] as const;
      const { data } = await ask(LENT, viewer('330421103-REVIEW', { grants }));
      expect(data).toEqual({ open: { code: '310000', lent: null, again: null } });
    });

    it('cannot be left without a word on whose it is', () => {
      const unsaid = build(`
        type Query { a: Thing @sharing(item: "registry.directory", class: UNCONDITIONAL) }
        type Thing @sharing(item: "registry.directory", class: UNCONDITIONAL) {
          b: ID @sharing(item: "grid.people", class: WITHHELD)
        }`);
      expect(() => guardSchema(unsaid, {})).toThrow('Thing.b is WITHHELD, and nothing says whose it is');
    });
  });
});
