import { gzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';
import { ATTACKS, times } from '../../../scripts/bench/attack-table';
import { useHub } from '../../support/hub';

const JINZE = '310118104-GOV';
const QINGPU = '310118-AGRI';

let calls = 0;
const hub = useHub({
  demo: false,
  through: (link) => ({
    name: link.name,
    isReady: () => link.isReady(),
    answerInternally: (path, body, headers) => link.answerInternally(path, body, headers),
    answer: (request, headers) => {
      calls += 1;
      return link.answer(request, headers);
    },
  }),
});

beforeAll(() =>
  hub.build('registry', (db) =>
    db('agencies').insert([
      { code: JINZE, name: '金泽镇人民政府', jurisdiction: '310118104' },
      { code: QINGPU, name: '青浦区农业农村委员会', jurisdiction: '310118' },
    ]),
  ),
);

describe('a hub that is asked for too much', () => {
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    // biome-ignore lint/suspicious/noExplicitAny: what is answered has the shape that the test asks for
    return { status: response.status, answer: (await response.json()) as any };
  };

  it.each(ATTACKS)('refuses $name', async ({ body, code, said = {}, harmless }) => {
    calls = 0;
    const { status, answer } = await post(body);
    expect(answer).toMatchObject({
      errors: [{ extensions: { code, ...said } }, ...(answer.errors?.slice(1) ?? [])],
    });
    expect(answer.data ?? null).toBeNull();
    expect([status, calls]).toEqual([400, 0]);
    if (harmless) expect((await post(harmless)).answer).not.toHaveProperty('errors');
  });

  it('says what to do instead, in the language of the caller', async () => {
    const body = { query: `{ ${times(60, (i) => `a${i}: __typename`)} }` };
    expect((await post(body)).answer.errors[0].message).toBe(
      'The operation asks for 60 fields at its root, and the hub takes 50. Ask in several requests.',
    );
    expect((await post(body, { 'accept-language': 'zh' })).answer.errors[0].message).toBe(
      '操作在根级请求了 60 个字段，平台最多接收 50 个，请分多次请求。',
    );
  });

  it('takes no packed bodies, whatever they would unpack to', async () => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ query: `{ __typename } #${' '.repeat(50_000_000)}` })),
    });
    expect([response.status, await response.json()]).toEqual([
      415,
      {
        errors: [
          {
            message: 'The hub takes no bodies packed with gzip. Send the body as it is.',
            extensions: { code: 'BAD_REQUEST' },
          },
        ],
      },
    ]);
  });

  it('tells the whole schema to the tools that ask for it', async () => {
    for (const query of [
      getIntrospectionQuery(),
      getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, schemaDescription: true }),
    ]) {
      const { answer } = await post({ query });
      expect(answer.data.__schema.types.length).toBeGreaterThan(100);
    }
  });

  it('reports every mistake of a document', async () => {
    const { status, answer } = await post({ query: '{ nothing never }' });
    expect([status, answer]).toEqual([
      400,
      {
        errors: ['nothing', 'never'].map((name) => ({
          message: `Cannot query field "${name}" on type "Query".`,
          locations: [expect.anything()],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        })),
      },
    ]);
  });

  it('answers a batch one operation after another, each with what is its own', async () => {
    const { status, answer } = await post([
      { query: '{ __typename }' },
      { query: '{ nothing }' },
      { query: 'query A { a: __typename } query B { b: __typename }', operationName: 'B' },
      5,
    ]);
    expect(status).toBe(200);
    expect(answer).toEqual([
      { data: { __typename: 'Query' } },
      { errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] },
      { data: { b: 'Query' } },
      { errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })] },
    ]);
  });

  it('tells what an operation costs to whoever asks', async () => {
    const query = '{ jurisdictions(first: 4) { edges { node { code } } } }';
    expect((await post({ query }, { 'hub-report': 'cost' })).answer.extensions).toEqual({
      cost: { estimated: 9, limit: 100_000, left: expect.any(Number) },
    });
    expect((await post({ query })).answer).not.toHaveProperty('extensions');
  });
});

describe('a gateway whose units share it', () => {
  const PAGE = '{ jurisdictions(first: 40) { edges { node { code } } } }';
  let gateway = '';
  beforeAll(async () => {
    gateway = await hub.openGateway([], { limits: { costPerSecond: 1, costBurst: 100 } });
  });

  it('lets one that has had its share wait, and no other', async () => {
    expect((await hub.sendAs(JINZE, { gateway }, PAGE)).status).toBe(200);
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await hub.token(JINZE)}` },
      body: JSON.stringify({ query: PAGE }),
    });
    const { errors } = (await response.json()) as { errors: { message: string; extensions: unknown }[] };
    const wait = Number(response.headers.get('retry-after'));
    expect([response.status, errors[0]?.extensions]).toEqual([
      429,
      { code: 'RATE_LIMITED', retryAfterSeconds: wait },
    ]);
    // 81 of 100 were taken, another 81 are asked for, and one comes each second.
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(62);
    expect(errors[0]?.message).toBe(
      `Your unit asks for more than its share of the hub. Ask again in ${wait} seconds, or for less at once.`,
    );
    expect((await hub.sendAs(QINGPU, { gateway }, PAGE)).status).toBe(200);
    expect((await hub.sendAs(null, { gateway }, PAGE)).status).toBe(200);
  });
});

describe('a gateway in production', () => {
  let gateway = '';
  beforeAll(async () => {
    gateway = await hub.openGateway([], { limits: { anonymousIntrospection: false } });
  });

  it.each([
    '{ __schema { queryType { name } } }',
    '{ ...S } fragment S on Query { a: __type(name: "Query") { name } }',
  ])('tells the schema to those who are signed in: %s', async (query) => {
    expect(await hub.sendAs(null, { gateway }, query)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'INTROSPECTION_DISABLED' } }],
    });
    expect(await hub.sendAs(JINZE, { gateway }, query)).not.toHaveProperty('errors');
    expect(await hub.sendAs(null, { gateway }, '{ __typename }')).toEqual({
      status: 200,
      data: { __typename: 'Query' },
    });
  });
});
