import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { SUPERGRAPH_FILE } from '../../subgraphs/kit/sdl';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { registry } from '../../subgraphs/registry';
import { readOperation, selectedFields } from '../../subgraphs/registry/access/rules';
import { contractSchema } from '../../subgraphs/registry/access/source';
import type { SharingGrantRow } from '../../subgraphs/registry/grants/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

describe('the schema that an operation is explained by', () => {
  it('is the one that gateways answer', async () => {
    process.env.APOLLO_TELEMETRY_DISABLED = '1';
    const gateway = new ApolloGateway({ supergraphSdl: readFileSync(SUPERGRAPH_FILE, 'utf8') });
    const { schema } = await gateway.load();
    await gateway.stop();
    const typesOf = (printed: string) =>
      printed
        .split('\n\n')
        .filter((definition) => !/directive @/.test(definition))
        .map((definition) => definition.replaceAll(/"""[\s\S]*?"""\n\s*/g, ''));
    expect(typesOf(printSchema(lexicographicSortSchema(contractSchema())))).toEqual(
      typesOf(printSchema(lexicographicSortSchema(schema))),
    );
  });
});

describe('the fields that an operation selects', () => {
  const schema = buildSchema(`
    type Query { node: Node any: Any cat: Cat }
    type Mutation { feed: Cat }
    interface Node { id: ID name: String self: Node }
    type Cat implements Node { id: ID name: String self: Node lives: Int }
    type Dog implements Node { id: ID name: String self: Node bark: String }
    type Stone { weight: Int }
    union Any = Cat | Stone
  `);
  const fieldsOf = (text: string, name: string | null = null) =>
    selectedFields(schema, readOperation(schema, text, name));

  it.each([
    [
      'under their own names, whatever they are called',
      '{ a: cat { b: id c: id } }',
      ['Cat.id', 'Query.cat'],
    ],
    [
      'inside fragments, named, nested and inline',
      'query { cat { ...A ... { lives } } } fragment A on Cat { ...B id } fragment B on Cat { name }',
      ['Cat.id', 'Cat.lives', 'Cat.name', 'Query.cat'],
    ],
    [
      'of an interface for each type that may stand there',
      '{ node { name } }',
      ['Cat.name', 'Dog.name', 'Query.node'],
    ],
    [
      'of an interface’s type for that type alone',
      '{ node { ... on Dog { bark self { ... on Cat { lives } } } } }',
      ['Cat.lives', 'Dog.bark', 'Dog.self', 'Query.node'],
    ],
    [
      'of an interface only for the type that is known to stand there',
      '{ cat { ...N } } fragment N on Node { name }',
      ['Cat.name', 'Query.cat'],
    ],
    [
      'of a union',
      '{ any { ... on Stone { weight } ... on Node { id } } }',
      ['Cat.id', 'Query.any', 'Stone.weight'],
    ],
    [
      'also under @skip and @include',
      'query ($yes: Boolean!) { cat @skip(if: $yes) { id @include(if: false) } }',
      ['Cat.id', 'Query.cat'],
    ],
    ['without introspection', '{ __schema { types { name } } __typename cat { __typename } }', ['Query.cat']],
    ['of a mutation', 'mutation { feed { lives } }', ['Cat.lives', 'Mutation.feed']],
  ])('are told %s', (_, text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  it('are those of the operation that is named, without fragments that it does not spread', () => {
    const text =
      'query A { cat { ...F } } query B { any { ...G } } fragment F on Cat { id } fragment G on Stone { weight }';
    expect(fieldsOf(text, 'A')).toEqual(['Cat.id', 'Query.cat']);
    expect(fieldsOf(text, 'B')).toEqual(['Query.any', 'Stone.weight']);
  });

  it('are found in time where each fragment spreads the next one twice', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Node { self { ...F${i + 1} } again: self { ...F${i + 1} } }`,
    );
    const text = `{ node { ...F0 } } ${fragments.join(' ')} fragment F60 on Node { name }`;
    expect(fieldsOf(text)).toEqual(['Cat.name', 'Cat.self', 'Dog.name', 'Dog.self', 'Query.node']);
  });
});

const EXPLAIN = `query Explain($operation: String!, $operationName: String, $purpose: String) {
  explainAccess(operation: $operation, operationName: $operationName, purpose: $purpose) {
    purpose fields { coordinate item class outcome providers { code } purposes
      canBePartyByPlace partyPlace { code } partyFunctions advice request { item purpose validUntil } } } }`;

describe('explainAccess', () => {
  const world = useSubgraph(registry);
  const PHONES = '{ officer(id: "1") { name phone } }';

  let units = 0;
  /** Units without grants. */
  const newUnits = async (count: number): Promise<string[]> => {
    const created = Array.from({ length: count }, () => `310118-ASKER${String(++units).padStart(3, '0')}`);
    await world.build((db) =>
      db('agencies').insert(created.map((code) => ({ code, name: code, jurisdiction: '310118' }))),
    );
    return created;
  };

  let grants = 0;
  const grant = (parts: Partial<SharingGrantRow> & { provider: string; consumer: string }) =>
    world.build((db) =>
      db('sharing_grants').insert({
        ...{
          id: `access-${++grants}`,
          item: 'personnel.officer-contact',
          purpose: 'training',
          status: 'APPROVED',
        },
        ...{ valid_from: '2026-11-01', valid_until: '2027-10-31' },
        ...{ requested_at: new Date('2026-10-01T00:00:00Z'), requested_by: 'o' },
        ...{ decided_at: new Date('2026-10-02T00:00:00Z'), decided_by: 's' },
        ...parts,
      }),
    );

  const explain = async (who: Viewer, operation: string, more: Record<string, unknown> = {}) =>
    (await world.as(who).ask(EXPLAIN, { operation, ...more })).explainAccess;
  const outcome = async (who: Viewer, purpose: string | null) => {
    const { fields } = await explain(who, PHONES, { purpose });
    const { providers, purposes, request, outcome: found } = fields[0];
    return [found, providers.map((p: { code: string }) => p.code), purposes, request !== null];
  };

  it('names each guarded field once, and none that is shared unconditionally', async () => {
    const [asker = ''] = await newUnits(1);
    const { purpose, fields } = await explain(
      viewer(asker),
      `query Q { a: officer(id: "1") { ...O } b: officer(id: "2") { id name tel: phone ...O } }
       fragment O on Officer { phone agency { name officers(first: 1) { edges { node { email } } } } }`,
    );
    expect(purpose).toBeNull();
    expect(fields).toEqual(
      ['Officer.email', 'Officer.phone'].map((coordinate) => ({
        coordinate,
        ...{ item: 'personnel.officer-contact', class: 'CONDITIONAL', outcome: 'NO_GRANT' },
        ...{ providers: [], purposes: [], canBePartyByPlace: false, partyPlace: null, partyFunctions: [] },
        advice:
          "Rows of personnel.officer-contact (Officers' contact details) need a grant. Ask the provider with requestSharingGrant.",
        request: { item: 'personnel.officer-contact', purpose: null, validUntil: '2027-11-23' },
      })),
    );
  });

  it('is empty for an operation that anyone may run', async () => {
    const [asker = ''] = await newUnits(1);
    expect(await explain(viewer(asker), '{ officer(id: "1") { name } }')).toEqual({
      purpose: null,
      fields: [],
    });
  });

  it('finds the guarded fields of operations too', async () => {
    const [asker = ''] = await newUnits(1);
    const { fields } = await explain(viewer(asker), '{ gridCase(id: "1") { title timeline { at } } }');
    expect(fields.map((f: { coordinate: string }) => f.coordinate)).toEqual([
      'GridCase.timeline',
      'GridCase.title',
      'GridCaseEvent.at',
      'Query.gridCase',
    ]);
  });

  it('tells whose rows are open under the purpose', async () => {
    const [asker = '', a = '', b = '', c = ''] = await newUnits(4);
    await grant({ consumer: asker, provider: b });
    await grant({ consumer: asker, provider: a });
    await grant({ consumer: asker, provider: c, purpose: 'audit' });
    await grant({ consumer: asker, provider: c, item: 'grid.cases' });
    await grant({ consumer: c, provider: asker });
    expect(await outcome(viewer(asker), 'training')).toEqual([
      'GRANTED',
      [a, b],
      ['audit', 'training'],
      false,
    ]);
  });

  it('tells the purposes under which rows would be open', async () => {
    const [asker = '', a = '', b = ''] = await newUnits(3);
    await grant({ consumer: asker, provider: a });
    await grant({ consumer: asker, provider: b, purpose: 'audit' });
    for (const purpose of [null, 'Training', '']) {
      expect(await outcome(viewer(asker), purpose)).toEqual([
        'NO_PURPOSE',
        [a, b],
        ['audit', 'training'],
        true,
      ]);
    }
  });

  it('takes the purpose that the request states when none is given', async () => {
    const [asker = '', a = ''] = await newUnits(2);
    await grant({ consumer: asker, provider: a });
    const stating = viewer(asker, { purpose: 'training' });
    expect(await outcome(stating, null)).toEqual(['GRANTED', [a], ['training'], false]);
    expect((await explain(stating, PHONES, { purpose: 'audit' })).purpose).toBe('audit');
    expect(await outcome(stating, 'audit')).toEqual(['NO_PURPOSE', [a], ['training'], true]);
  });

  it('tells grants past their last day from ones that are open on it, and from ones that begin later', async () => {
    const [past = '', last = '', first = '', later = '', provider = ''] = await newUnits(5);
    await grant({ consumer: past, provider, valid_until: '2026-11-22' });
    await grant({ consumer: last, provider, valid_until: '2026-11-23' });
    await grant({ consumer: first, provider, valid_from: '2026-11-23' });
    await grant({ consumer: later, provider, valid_from: '2026-11-24' });
    expect(await outcome(viewer(past), 'training')).toEqual(['EXPIRED', [provider], [], true]);
    expect(await outcome(viewer(last), 'training')).toEqual(['GRANTED', [provider], ['training'], false]);
    expect(await outcome(viewer(first), 'training')).toEqual(['GRANTED', [provider], ['training'], false]);
    expect(await outcome(viewer(later), 'training')).toEqual(['NO_GRANT', [], [], true]);
  });

  it.each(['REQUESTED', 'REJECTED', 'REVOKED'] as const)(
    'takes no account of a grant that is %s',
    async (status) => {
      const [asker = '', provider = ''] = await newUnits(2);
      await grant({
        ...{ consumer: asker, provider, status },
        ...(status === 'REQUESTED' && { decided_at: null, decided_by: null }),
        ...(status === 'REVOKED' && { revoked_at: new Date('2026-11-02T00:00:00Z'), reason: 'r' }),
      });
      expect(await outcome(viewer(asker), 'training')).toEqual(['NO_GRANT', [], [], true]);
    },
  );

  it('says of what is withheld that no grant opens it', async () => {
    const [asker = ''] = await newUnits(1);
    const { fields } = await explain(
      viewer(asker),
      '{ licenseApplication(id: "1") { applicant { phone } } }',
    );
    const phone = fields.find((f: { coordinate: string }) => f.coordinate === 'LicenseApplicant.phone');
    expect(phone).toMatchObject({
      ...{ item: 'tourism.applicants', class: 'WITHHELD', outcome: 'PARTIES_ONLY' },
      ...{ providers: [], purposes: [], request: null },
      advice: expect.stringContaining('cannot be granted'),
    });
  });

  it.each([
    ['a function of the item', ['SANITATION', 'GRID_COMMAND'], true, ['GRID_COMMAND']],
    ['general government', ['GENERAL_GOVERNMENT'], true, ['GENERAL_GOVERNMENT']],
    ['another function', ['SANITATION'], false, []],
    ['none', [], false, []],
  ])('says whether the unit is a party by place: with %s', async (_, functions, isParty, counting) => {
    const [asker = ''] = await newUnits(1);
    const { fields } = await explain(viewer(asker, { functions }), '{ gridCase(id: "1") { title } }');
    for (const field of fields) {
      expect(field).toMatchObject({
        ...{ canBePartyByPlace: isParty, partyPlace: isParty ? { code: '310118' } : null },
        partyFunctions: counting,
      });
    }
    // The item has no function by place.
    const phones = await explain(viewer(asker, { functions: ['GENERAL_GOVERNMENT'] }), PHONES);
    expect(phones.fields[0]).toMatchObject({
      canBePartyByPlace: false,
      partyPlace: null,
      partyFunctions: [],
    });
  });

  it('suggests what requestSharingGrant takes', async () => {
    const [asker = '', provider = ''] = await newUnits(2);
    const { fields } = await explain(viewer(asker), PHONES, { purpose: ' training ' });
    expect(fields[0].request.purpose).toBe('training');
    const REQUEST = `mutation R($input: RequestSharingGrantInput!) {
      requestSharingGrant(input: $input) { sharingGrant { status } userErrors { code } } }`;
    expect(await world.as(viewer(asker)).do(REQUEST, { provider, ...fields[0].request })).toEqual({
      ...{ sharingGrant: { status: 'REQUESTED' }, userErrors: [] },
    });
  });

  it.each([
    ['en', 'State audit or training if that is what the data is for.'],
    ['zh', '如用途相符，请声明用途“audit”或“training”'],
  ] as const)('advises in the language asked for (%s)', async (language, sentence) => {
    const [asker = '', provider = ''] = await newUnits(2);
    await grant({ consumer: asker, provider });
    await grant({ consumer: asker, provider, purpose: 'audit' });
    const { explainAccess } = await world.as(viewer(asker), language).ask(EXPLAIN, { operation: PHONES });
    expect(explainAccess.fields[0].advice).toContain(sentence);
  });

  it.each([
    ['is no GraphQL', '{ officer(id: "1") { name ', null, /Syntax Error: Expected Name, found <EOF>\. \(1:/],
    ['is empty', '', null, /Syntax Error/],
    [
      'selects what does not exist',
      '{ officer(id: "1") { shoeSize } }',
      null,
      /Cannot query field "shoeSize" on type "Officer"/,
    ],
    [
      'is wrong in several ways',
      '{ nothing officer { name } }',
      null,
      /"nothing".*\(1:3\).*argument "id".*required/,
    ],
    [
      'asks for what only gateways may',
      '{ _entities(representations: []) { __typename } }',
      null,
      /Cannot query field "_entities"/,
    ],
    ['holds several operations', 'query A { __typename } query B { __typename }', null, /several operations/],
    ['lacks the operation that is named', 'query A { __typename }', 'B', /holds no operation B/],
    ['holds no operation', 'fragment F on Officer { name }', null, /would not run/],
    ['is too long', `{ ${'__typename '.repeat(5_000)} }`, null, /5000 tokens/],
  ])('refuses a text that %s, in words', async (_, operation, operationName, sentence) => {
    const [asker = ''] = await newUnits(1);
    const { data, errors } = await world.as(viewer(asker)).send(EXPLAIN, { operation, operationName });
    expect(data).toEqual({ explainAccess: null });
    expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
      ['BAD_USER_INPUT', expect.stringMatching(sentence)],
    ]);
  });

  it('takes as many statements for one field as for many of several items', async () => {
    const [asker = '', ...providers] = await newUnits(21);
    for (const provider of providers) await grant({ consumer: asker, provider });
    await grant({ consumer: asker, provider: providers[0] ?? '', item: 'grid.cases' });
    const who = viewer(asker, { functions: ['GENERAL_GOVERNMENT'] });
    const statements = (operation: string) =>
      world.statementsOf(() => explain(who, operation, { purpose: 'training' }));
    const one = await statements('{ gridCase(id: "1") { title } }');
    expect(
      await statements('{ officer(id: "1") { phone email } gridCase(id: "1") { title stage } }'),
    ).toHaveLength(one.length);
    expect(await statements('{ officer(id: "1") { name } }')).toEqual([]);
  });

  it('tells nobody without signing in', async () => {
    const { data, errors } = await world.as(null).send(EXPLAIN, { operation: PHONES });
    expect([data, errors?.map((e) => e.extensions?.code)]).toEqual([
      { explainAccess: null },
      ['UNAUTHENTICATED'],
    ]);
  });
});
