import { composeServices } from '@apollo/composition';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { Executor } from '../../../gateway/executor';
import { Rendered, stringifyAnswer } from '../../../gateway/executor/rendered';
import type { Marks } from '../../../gateway/executor/shape';
import type { SubgraphResponse } from '../../../subgraphs/kit/subgraph';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible", "@shareable"])\n';

const SDL = {
  shops: `
    type Query { shops: [Shop] towns: [Town!] first: Shop must: Shop! }
    type Mutation { open(name: String!): Shop close: Int }
    type Subscription { opened(kind: Kind, after: String): Shop }
    type Shop { name: String! kind: Kind town: Town owner: Owner owners: [Owner!] at: Place }
    enum Kind { TEA SILK SECRET @inaccessible }
    type Place { x: Float y: Int note: String }
    type Town @key(fields: "code", resolvable: false) { code: String! }
    type Owner @key(fields: "id", resolvable: false) { id: ID! }`,
  places: `
    type Town @key(fields: "code") { code: String! name: String! mayor: Owner }
    type Owner @key(fields: "id", resolvable: false) { id: ID! }
    type Mutation { rename: Int }`,
  people: 'type Owner @key(fields: "id") { id: ID! name: String age: Int! }',
} as const;

type Call = { subgraph: string; query: string; variables: Record<string, unknown> };
type Script = Partial<Record<keyof typeof SDL, (call: Call) => SubgraphResponse>>;

const { supergraphSdl } = composeServices(
  Object.entries(SDL).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(LINK + sdl) })),
);
if (!supergraphSdl) throw new Error('the graph of these tests composes');
const executor = new Executor(supergraphSdl);

/** Executes with subgraphs that answer as scripted; gives the answer as it leaves, and what was asked. */
async function run(
  query: string,
  script: Script,
  variables: Record<string, unknown> = {},
  event?: SubgraphResponse,
) {
  const calls: Call[] = [];
  const places: (readonly (string | number)[])[] = [];
  const marks: Marks = { isEmpty: false, found: (_, place) => places.push(place) };
  const { data, errors } = await executor.execute({
    document: parse(query),
    operationName: undefined,
    variables,
    event,
    marks,
    call: async (subgraph, request) => {
      const call = { subgraph, query: request.query, variables: request.variables };
      // What a subgraph behind HTTP is sent is the same.
      expect(JSON.parse(request.toText()).variables).toEqual(call.variables);
      calls.push(call);
      const answer = script[subgraph as keyof typeof SDL]?.(call) ?? { data: null, errors: [] };
      return JSON.parse(JSON.stringify(answer), (_, value) => (value === MARK ? Symbol(MARK) : value));
    },
  });
  return {
    data: data && JSON.parse((data as unknown as Rendered).text),
    errors: errors?.map(({ message, path }) => ({ message, path })),
    calls,
    places,
  };
}

/** What stands in a script for a null that is to be found again. */
const MARK = 'mark';

const entities = (call: Call, of: (representation: Record<string, string>) => unknown): SubgraphResponse => ({
  data: { _entities: (call.variables.representations as Record<string, string>[]).map(of) },
});

describe('what subgraphs are asked', () => {
  it('is each entity once, however often it stands in the answer', async () => {
    const { data, calls } = await run('{ shops { town { name } } }', {
      shops: () => ({
        data: { shops: ['1', '2', '1', '1'].map((code) => ({ town: { __typename: 'Town', code } })) },
      }),
      places: (call) => entities(call, ({ code }) => ({ name: `town ${code}` })),
    });
    expect(calls.map(({ subgraph, variables }) => [subgraph, variables])).toEqual([
      ['shops', {}],
      [
        'places',
        {
          representations: [
            { __typename: 'Town', code: '1' },
            { __typename: 'Town', code: '2' },
          ],
        },
      ],
    ]);
    expect(data.shops.map((shop: { town: { name: string } }) => shop.town.name)).toEqual([
      'town 1',
      'town 2',
      'town 1',
      'town 1',
    ]);
  });

  it('is one call where several paths lead to a subgraph, also when one of them is longer', async () => {
    const owner = (id: string) => ({ __typename: 'Owner', id });
    const { data, calls } = await run('{ shops { owner { name } owners { age } town { mayor { name } } } }', {
      shops: () => ({
        data: {
          shops: [
            { owner: owner('1'), owners: [owner('1'), owner('2')], town: { __typename: 'Town', code: '1' } },
          ],
        },
      }),
      places: (call) => entities(call, () => ({ mayor: owner('1') })),
      people: ({ variables }) => ({
        data: Object.fromEntries(
          Object.entries(variables).map(([variable, list]) => [
            variable.replace('representations', '_entities'),
            (list as { id: string }[]).map(({ id }) => ({ name: `name ${id}`, age: Number(id) })),
          ]),
        ),
      }),
    });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['shops', 'places', 'people']);
    expect(data).toEqual({
      shops: [
        { owner: { name: 'name 1' }, owners: [{ age: 1 }, { age: 2 }], town: { mayor: { name: 'name 1' } } },
      ],
    });
  });

  it('is nothing of what the request skips', async () => {
    const query = 'query ($is: Boolean!) { first { name town @include(if: $is) { name } } }';
    const shops = () => ({ data: { first: { name: '茶', town: { __typename: 'Town', code: '1' } } } });
    const places = (call: Call) => entities(call, () => ({ name: '金泽' }));
    const without = await run(query, { shops, places }, { is: false });
    expect([without.data, without.calls.length]).toEqual([{ first: { name: '茶' } }, 1]);
    const whole = await run(query, { shops, places }, { is: true });
    expect([whole.data, whole.calls.length]).toEqual([{ first: { name: '茶', town: { name: '金泽' } } }, 2]);
  });

  it('is nothing at all when only the schema or a type’s name was asked for', async () => {
    const { data, calls } = await run(
      'query ($name: String!) { __typename kind: __type(name: $name) { name enumValues { name } } }',
      {},
      { name: 'Kind' },
    );
    expect(data).toEqual({
      __typename: 'Query',
      kind: { name: 'Kind', enumValues: [{ name: 'TEA' }, { name: 'SILK' }] },
    });
    expect(calls).toEqual([]);
  });

  it('changes one after another, in their order, across subgraphs', async () => {
    const { calls } = await run('mutation { open(name: "a") { name } rename close }', {
      shops: ({ query }) => ({ data: query.includes('open') ? { open: { name: 'a' } } : { close: 1 } }),
      places: () => ({ data: { rename: 1 } }),
    });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['shops', 'places', 'shops']);
  });

  it('is refused where a variable is of another type, and then nobody is asked', async () => {
    const { errors, calls, data } = await run(
      'mutation ($name: String!) { open(name: $name) { name } }',
      {},
      { name: 1 },
    );
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain('Variable "$name" got invalid value 1');
    expect(calls).toEqual([]);
  });
});

describe('a subscription', () => {
  const QUERY = `subscription ($kind: Kind, $named: Boolean!) {
    shop: opened(kind: $kind) { ...On kind owner @include(if: $named) { name } }
  }
  fragment On on Shop { town { called: name } }`;

  it('asks its source for what the source has, and for keys to the rest', () => {
    const { subgraph, request } = executor.sourceOf({
      document: parse(QUERY),
      operationName: undefined,
      variables: { kind: 'TEA', named: false },
    });
    expect([subgraph, request.variables]).toEqual(['shops', { kind: 'TEA' }]);
    expect(request.query.replaceAll(/\s+/g, ' ')).toBe(
      'subscription($kind:Kind){shop:opened(kind:$kind){town{__typename code}kind}}',
    );
  });

  it('is completed event by event, and its source is not asked again', async () => {
    const event = {
      data: {
        shop: {
          town: { __typename: 'Town', code: '1' },
          kind: 'TEA',
          owner: { __typename: 'Owner', id: '7' },
        },
      },
    };
    const { data, errors, calls } = await run(
      QUERY,
      {
        places: (call) => entities(call, ({ code }) => ({ called: `town ${code}` })),
        people: () => ({
          data: { _entities: [null] },
          errors: [{ message: 'gone', path: ['_entities', 0] }],
        }),
      },
      { named: true },
      event,
    );
    expect(data).toEqual({ shop: { town: { called: 'town 1' }, kind: 'TEA', owner: { name: null } } });
    expect(errors).toEqual([{ message: 'gone', path: ['shop', 'owner'] }]);
    expect(calls.map(({ subgraph }) => subgraph).sort()).toEqual(['people', 'places']);
  });

  it('passes on what its source says of an event that it could not resolve', async () => {
    const { data, errors } = await run(
      QUERY,
      {},
      { named: true },
      {
        data: { shop: null },
        errors: [{ message: 'broken', path: ['shop'] }],
      },
    );
    expect([data, errors]).toEqual([{ shop: null }, [{ message: 'broken', path: ['shop'] }]]);
  });

  it('is no query, and no query is one', async () => {
    const { errors } = await run(QUERY, {}, { named: true });
    expect(errors).toMatchObject([{ message: 'a subscription is executed event by event' }]);
    expect(() =>
      executor.sourceOf({ document: parse('{ shops { name } }'), operationName: undefined, variables: {} }),
    ).toThrow('the operation is no subscription');
  });
});

describe('what leaves', () => {
  it('has the fields in the order of the operation, and no others', async () => {
    const answer = { first: { __typename: 'Shop', kind: 'TEA', extra: 1, name: '茶' } };
    const { data } = await run('{ first { name ...F kind } } fragment F on Shop { type: __typename kind }', {
      shops: () => ({ data: answer }),
    });
    expect(JSON.stringify(data)).toBe('{"first":{"name":"茶","type":"Shop","kind":"TEA"}}');
  });

  it('knows no names that every object has', async () => {
    const shops = () => ({ data: { first: {} } });
    const { data } = await run('{ first { constructor: kind toString: kind __proto__: kind } }', { shops });
    expect(data.first).toEqual(JSON.parse('{"constructor":null,"toString":null,"__proto__":null}'));
    const told = await run('{ first { __proto__: kind at { __proto__: note } } }', {
      shops: () => JSON.parse('{"data":{"first":{"__proto__":"TEA","at":{"__proto__":"here"}}}}'),
    });
    expect(JSON.stringify(told.data)).toBe('{"first":{"__proto__":"TEA","at":{"__proto__":"here"}}}');
    expect({}).not.toHaveProperty('note');
  });

  it.each([
    ['text with what JSON escapes', { name: '"\\\n\u2028' }],
    ['half a character', { name: '\ud83d' }],
    ['whole ones beyond the first plane', { name: '𠮷😀' }],
    ['numbers', { at: { x: -0.5e-7, y: -3 } }],
    ['an empty text', { name: '' }],
  ])('is JSON: %s', async (_, shop) => {
    const selection = 'name' in shop ? 'name' : 'at { x y }';
    const { data } = await run(`{ first { ${selection} } }`, { shops: () => ({ data: { first: shop } }) });
    expect(data.first).toEqual(shop);
  });

  it('keeps null where the schema lets it, and empties what must not hold it up to there', async () => {
    const shops = () => ({ data: { shops: [{ name: 'a', kind: null }, null, { name: null }] } });
    const { data, errors } = await run('{ shops { name kind } }', { shops });
    expect(data).toEqual({ shops: [{ name: 'a', kind: null }, null, null] });
    expect(errors).toEqual([
      { message: 'Cannot return null for non-nullable field Shop.name.', path: ['shops', 2, 'name'] },
    ]);
    const whole = await run('{ must { name } }', { shops: () => ({ data: { must: null } }) });
    expect(whole.data).toBeNull();
  });

  it.each([
    ['a value that clients must not know', { kind: 'SECRET' }, 'kind', 'Invalid value found for Shop.kind.'],
    ['a text for a number', { at: { y: '3' } }, 'at { y }', 'Invalid value found for Place.y.'],
    ['a fraction for a whole number', { at: { y: 0.5 } }, 'at { y }', 'Invalid value found for Place.y.'],
    ['one for many', { owners: { id: '1' } }, 'owners { id }', 'Expected a list for Shop.owners.'],
    ['a text for an object', { at: 'here' }, 'at { x }', 'Expected an object of Place.'],
    [
      'an unknown type',
      { at: { __typename: 'Cave', x: 1 } },
      'at { x }',
      'Invalid __typename found for an object of Place.',
    ],
  ])('is null for %s, and says so', async (_, shop, selection, message) => {
    const { data, errors } = await run(`{ first { ${selection} } }`, {
      shops: () => ({ data: { first: shop } }),
    });
    expect(JSON.stringify(data)).not.toMatch(/SECRET|"3"|0\.5|here|Cave/);
    expect(errors?.map((error) => error.message)).toEqual([message]);
  });
});

describe('a marked null', () => {
  it('is null, and told of in each place of its entity, under the client’s names, in the order of the answer', async () => {
    const owner = (id: string) => ({ __typename: 'Owner', id });
    const query = '{ shops { o: owner { n: name ...More } } } fragment More on Owner { again: name }';
    const { data, errors, places, calls } = await run(query, {
      shops: () => ({ data: { shops: [{ o: owner('1') }, null, { o: owner('2') }, { o: owner('1') }] } }),
      people: (call) =>
        entities(call, ({ id }) => (id === '1' ? { n: MARK, again: MARK } : { n: '潘', again: null })),
    });
    const known = { o: { n: '潘', again: null } };
    const withheld = { o: { n: null, again: null } };
    expect(data).toEqual({ shops: [withheld, null, known, withheld] });
    expect([errors, calls.length]).toEqual([undefined, 2]);
    expect(places).toEqual([
      ['shops', 0, 'o', 'n'],
      ['shops', 0, 'o', 'again'],
      ['shops', 3, 'o', 'n'],
      ['shops', 3, 'o', 'again'],
    ]);
  });

  it('of one entity may come from several subgraphs, and be reached through others and through lists in lists', async () => {
    const owner = (id: string) => ({ __typename: 'Owner', id });
    const town = (code: string) => ({ __typename: 'Town', code });
    const { places, data } = await run(
      '{ shops { kind at { note } owners { name } town { mayor { name } } } }',
      {
        shops: () => ({
          data: {
            shops: [
              { kind: MARK, at: { note: MARK }, owners: [owner('1'), owner('2')], town: town('1') },
              { kind: 'TEA', at: MARK, owners: MARK, town: town('1') },
            ],
          },
        }),
        places: (call) => entities(call, () => ({ mayor: owner('2') })),
        people: ({ variables }) => ({
          data: Object.fromEntries(
            Object.entries(variables).map(([variable, list]) => [
              variable.replace('representations', '_entities'),
              (list as { id: string }[]).map(({ id }) => ({ name: id === '2' ? MARK : 'name' })),
            ]),
          ),
        }),
      },
    );
    expect(places.map((place) => place.join('.'))).toEqual([
      'shops.0.kind',
      'shops.0.at.note',
      'shops.0.owners.1.name',
      'shops.0.town.mayor.name',
      'shops.1.at',
      'shops.1.owners',
      'shops.1.town.mayor.name',
    ]);
    expect(JSON.stringify(data)).not.toContain('mark');
  });

  it('has no place where what holds it became null', async () => {
    const shops = () => ({ data: { shops: [{ kind: MARK, owner: { __typename: 'Owner', id: '1' } }] } });
    const people = (call: Call) => entities(call, () => ({ name: MARK, age: null }));
    const { data, places } = await run('{ shops { kind owner { name age } } }', { shops, people });
    expect([data.shops, places.length]).toEqual([[{ kind: null, owner: null }], 1]);
  });

  it('is told to a subgraph as null', async () => {
    const { calls } = await run('{ towns { name } }', {
      shops: () => ({ data: { towns: [{ __typename: 'Town', code: MARK }] } }),
      places: (call) => entities(call, () => ({ name: 'x' })),
    });
    expect(calls.at(-1)?.variables).toEqual({ representations: [{ __typename: 'Town', code: null }] });
  });
});

describe('an entity of which its subgraph says that there is none', () => {
  const shops = () => ({
    data: { shops: ['1', '2'].map((code) => ({ town: { __typename: 'Town', code } })) },
  });

  it('is null where it may be, and nobody’s error', async () => {
    const { data, errors } = await run('{ shops { town { code name } } }', {
      shops,
      places: (call) => entities(call, ({ code }) => (code === '1' ? null : { name: '金泽' })),
    });
    expect(data).toEqual({ shops: [{ town: null }, { town: { code: '2', name: '金泽' } }] });
    expect(errors).toBeUndefined();
  });

  it('keeps what is known of it where nothing is missed', async () => {
    const { data, errors } = await run('{ shops { town { code mayor { id } } } }', {
      shops,
      places: (call) => entities(call, () => null),
    });
    expect(data.shops).toEqual(['1', '2'].map((code) => ({ town: { code, mayor: null } })));
    expect(errors).toBeUndefined();
  });

  it('is an error where it must not be null', async () => {
    const { data, errors } = await run('{ towns { name } }', {
      shops: () => ({ data: { towns: [{ __typename: 'Town', code: '1' }] } }),
      places: (call) => entities(call, () => null),
    });
    expect(data).toEqual({ towns: null });
    expect(errors).toEqual([
      { message: 'Cannot return null for non-nullable field Query.towns.', path: ['towns', 0] },
    ]);
  });

  it('hides nothing of what else is wrong', async () => {
    const { data, errors } = await run('{ shops { kind town { name } } }', {
      shops: () => ({ data: { shops: [{ kind: 1, town: { __typename: 'Town', code: '1' } }] } }),
      places: (call) => entities(call, () => null),
    });
    expect(data).toEqual({ shops: [{ kind: null, town: null }] });
    expect(errors).toEqual([{ message: 'Invalid value found for Shop.kind.', path: ['shops', 0, 'kind'] }]);
  });

  it('is told apart from one that its subgraph failed to give', async () => {
    const { errors } = await run('{ shops { town { name } } }', {
      shops,
      places: () => ({
        data: { _entities: [null, null] },
        errors: [{ message: 'no', path: ['_entities', 1] }],
      }),
    });
    expect(errors).toEqual([{ message: 'no', path: ['shops', 1, 'town'] }]);
  });
});

describe('what goes wrong', () => {
  it('is told where a subgraph leaves out what it was asked', async () => {
    const { data, errors } = await run('{ first { name } all: shops { name } }', {
      shops: () => ({ data: { first: { name: '茶' } } }),
    });
    expect(data).toEqual({ first: null, all: null });
    expect(errors).toEqual([{ message: expect.stringMatching(/^The shops subgraph does not answer/) }]);
  });

  it('is told where it is: at each place of an entity, under the client’s names', async () => {
    const { data, errors } = await run('{ shops { t: town { n: name } } }', {
      shops: () => ({
        data: { shops: ['1', '2', '1'].map((code) => ({ t: { __typename: 'Town', code } })) },
      }),
      places: () => ({
        data: { _entities: [null, { n: '金泽' }] },
        errors: [{ message: 'no', path: ['_entities', 0, 'n'] }],
      }),
    });
    expect(data).toEqual({ shops: [{ t: null }, { t: { n: '金泽' } }, { t: null }] });
    expect(errors).toEqual([
      { message: 'no', path: ['shops', 0, 't', 'n'] },
      { message: 'no', path: ['shops', 2, 't', 'n'] },
    ]);
  });

  it('costs its own fields alone', async () => {
    const { data, errors } = await run('{ first { name owner { id name } } }', {
      shops: () => ({ data: { first: { name: '茶', owner: { __typename: 'Owner', id: '1' } } } }),
      people: () => ({ data: null, errors: [{ message: 'away' }] }),
    });
    expect(data).toEqual({ first: { name: '茶', owner: { id: '1', name: null } } });
    expect(errors).toEqual([{ message: 'away', path: undefined }]);
  });

  it.each([
    ['too few entities', { _entities: [] }],
    ['something else', { _entities: 'none' }],
    ['nothing', {}],
  ])('is that a subgraph does not answer when it answers %s', async (_, data) => {
    const { errors } = await run('{ first { owner { name } } }', {
      shops: () => ({ data: { first: { owner: { __typename: 'Owner', id: '1' } } } }),
      people: () => ({ data }),
    });
    expect(errors).toEqual([{ message: expect.stringMatching(/^The people subgraph does not answer/) }]);
  });

  it('is that nobody knows what was changed when the answer to a change is none', async () => {
    const { data, errors } = await run('mutation { open(name: "茶") { name } }', {
      shops: () => ({ data: {} }),
    });
    expect(data).toEqual({ open: null });
    expect(errors).toEqual([{ message: expect.stringMatching(/may or may not have been made/) }]);
  });
});

describe('the executor of another supergraph', () => {
  const QUERY = 'query Warmed { shops { name town { name } } }';
  const ask = (on: Executor) =>
    on.execute({
      ...{ document: parse(QUERY), operationName: 'Warmed', variables: {} },
      call: async () => ({ data: { shops: [] } }),
    });

  it('has planned what was asked before it is served, and plans the rest when it is asked', async () => {
    await ask(executor);
    const [warm, cold] = [new Executor(supergraphSdl), new Executor(supergraphSdl)];
    await warm.warm(executor);
    const plan = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
    expect((await ask(warm)).errors).toBeUndefined();
    expect(plan).not.toHaveBeenCalled();
    await ask(cold);
    expect(plan).toHaveBeenCalledTimes(1);
    plan.mockRestore();
  });
});

describe('an answer as text', () => {
  it('has its members in the order of the specification', () => {
    const data = new Rendered('{"a":1}') as never;
    const errors = [{ message: 'no' }];
    expect(stringifyAnswer({ data })).toBe('{"data":{"a":1}}\n');
    expect(stringifyAnswer({ data, errors, extensions: { cost: 1 } })).toBe(
      '{"errors":[{"message":"no"}],"data":{"a":1},"extensions":{"cost":1}}\n',
    );
    expect(stringifyAnswer({ data: null, errors })).toBe('{"errors":[{"message":"no"}],"data":null}\n');
  });

  it('is an object to who wants one', () => {
    expect(JSON.stringify({ data: new Rendered('{"a":[1]}') })).toBe('{"data":{"a":[1]}}');
  });
});
