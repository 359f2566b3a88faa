import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { useHub } from '../support/hub';

const TYPENAME = { query: '{ __typename }' };

describe('the edge of the hub', () => {
  const hub = useHub({ demo: false });

  async function send(init: RequestInit & { path?: string }) {
    const { path = '/graphql', ...rest } = init;
    const response = await fetch(hub.url + path, rest);
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text };
  }
  const post = (body: string, headers: Record<string, string> = {}) =>
    send({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  /** The status, and what each error says. */
  const refusal = ({ status, text }: { status: number; text: string }) => {
    const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { code: string } }[] };
    return [status, ...errors.map(({ message, extensions }) => ({ message, extensions }))];
  };
  const badRequest = (message: unknown) => ({ message, extensions: { code: 'BAD_REQUEST' } });

  it('answers a request as JSON, under an id', async () => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(TYPENAME),
    });
    expect([response.status, await response.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  describe('takes as much as it says, and no more:', () => {
    const LIMIT = 8 * 1024 * 1024;
    const bodyOf = (length: number) => {
      const [before, after] = [`{"query":"{ __typename }","variables":{"filler":"`, '"}}'];
      return before + 'x'.repeat(length - before.length - after.length) + after;
    };

    it('a body of 8 MB', async () => {
      expect(await post(bodyOf(LIMIT))).toMatchObject({
        status: 200,
        text: '{"data":{"__typename":"Query"}}\n',
      });
    });

    it.each([
      ['en', 'The request is larger than the 8 MB that the hub takes at once. Send it in parts.'],
      ['zh', '请求超过平台单次可接收的 8 MB，请分批发送。'],
    ])('one byte more, and it says so: %s', async (language, message) => {
      expect(refusal(await post(bodyOf(LIMIT + 1), { 'accept-language': language }))).toEqual([
        413,
        { message, extensions: { code: 'REQUEST_TOO_LARGE' } },
      ]);
    });

    it('a body that claims to be larger is refused before it is sent', async () => {
      const status = await new Promise((resolve, reject) => {
        const client = request(`${hub.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': LIMIT + 1 },
        });
        client.on('response', (response) => {
          resolve(response.statusCode);
          client.destroy();
        });
        client.on('error', reject);
        client.flushHeaders();
      });
      expect(status).toBe(413);
    });
  });

  it.each([
    ['nothing', '', /^The request cannot be read: .+\.$/],
    ['half of it', '{"query": ', /^The request cannot be read: .+ not valid JSON.+\.$/],
    ['no JSON', 'query=x', /^The request cannot be read: .+\.$/],
    ['null', 'null', /POST body missing/],
    ['a text', '"{ __typename }"', /POST body missing/],
    ['an empty list', '[]', /^The list of operations is empty/],
    ['no query', '{}', /POST body missing/],
    ['a query that is no text', '{"query":5}', /must be strings/],
    ['variables that are no object', '{"query":"{ __typename }","variables":5}', /must be an object/],
  ])('refuses a body with %s', async (_, body, message) => {
    expect(refusal(await post(body))).toEqual([400, badRequest(expect.stringMatching(message))]);
  });

  it('says what is wrong with a body in the language of the caller', async () => {
    expect(refusal(await post('{', { 'accept-language': 'zh' }))).toEqual([
      400,
      badRequest(expect.stringMatching(/^请求无法解析：/)),
    ]);
  });

  it.each(['application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'refuses %s',
    async (type) => {
      const message = 'The request is not JSON. Send it with content-type: application/json.';
      expect(refusal(await post('query={__typename}', { 'content-type': type }))).toEqual([
        415,
        badRequest(message),
      ]);
    },
  );

  it('refuses text that a form of another site could send', async () => {
    const refused = refusal(await post(JSON.stringify(TYPENAME), { 'content-type': 'text/plain' }));
    expect(refused).toEqual([400, badRequest(expect.stringContaining('Cross-Site Request Forgery'))]);
  });

  it('refuses to answer in what is no JSON', async () => {
    expect(refusal(await post(JSON.stringify(TYPENAME), { accept: 'text/html' }))[0]).toBe(406);
  });

  describe('answers what it has answered before as it did first:', () => {
    const PLACE = 'query Place($code: JurisdictionCode!) { jurisdiction(code: $code) { name } }';
    const two = 'query A { __typename } query B { jurisdiction(code: "310000") { name } }';
    const code = '310000';
    const tell = async (body: object, headers: Record<string, string>) => {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      const said = Object.fromEntries(response.headers);
      const { date: _, 'x-request-id': id, ...rest } = said;
      return { status: response.status, id: typeof id, headers: rest, text: await response.text() };
    };

    it.each<[string, object, Record<string, string>?]>([
      ['data', { variables: { code } }],
      ['an operation of several', { query: two, operationName: 'B' }],
      ['one of several that is not named', { query: two }],
      ['one that there is not', { query: two, operationName: 'C' }],
      ['a variable that is missing', {}],
      ['a variable that is wrong', { variables: { code: [1] } }],
      [
        'a wrong variable to a client of GraphQL over HTTP',
        {},
        { accept: 'application/graphql-response+json' },
      ],
      ['a wrong variable to an old client', {}, { accept: 'application/json' }],
      ['JSON to who takes anything', { variables: { code } }, { accept: '*/*' }],
      [
        'what a client likes best',
        { variables: { code } },
        { accept: 'application/json;q=0.5, application/graphql-response+json' },
      ],
      ['nobody who takes no JSON', { variables: { code } }, { accept: 'text/html' }],
      [
        'an argument that is refused',
        { query: '{ jurisdiction(code: "310000") { agencies(first: 5000) { edges { node { code } } } } }' },
      ],
      ['its cost', { variables: { code } }, { 'hub-report': 'cost' }],
      ['variables that are no object', { variables: 5 }],
      ['a name that is no text', { variables: { code }, operationName: 5 }],
      ['extensions that are no object', { variables: { code }, extensions: [] }],
      [
        'a hash of another kind',
        { variables: { code }, extensions: { persistedQuery: { version: 2, sha256Hash: 'x' } } },
      ],
      ['a subscription', { query: 'subscription { gridCaseChanged(within: "310000") { case { id } } }' }],
      ['a change', { query: 'mutation { publishSupplyStandard(id: "x") { userErrors { code } } }' }],
      ['what is no operation of the graph', { query: '{ nothing }' }],
    ])('%s', async (name, body, headers = {}) => {
      // Each a document of its own, so that the first is new.
      const query = `# ${name}\n${PLACE}`;
      const asked = { query, ...body };
      if (headers.accept !== undefined) await tell({ query: '{ __typename }' }, headers);
      const first = await tell(asked, headers);
      const others = [await tell(asked, headers), await tell(asked, headers)];
      const cost = /"left":\d+/;
      expect(others.map((answer) => ({ ...answer, text: answer.text.replace(cost, '') }))).toEqual(
        Array(2).fill({ ...first, text: first.text.replace(cost, '') }),
      );
    });

    it('a document by its hash', async () => {
      const query = `# by its hash\n${PLACE}`;
      const sha256Hash = createHash('sha256').update(query).digest('hex');
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      const unknown = await tell({ extensions, variables: { code } }, {});
      expect(unknown.text).toContain('PersistedQueryNotFound');
      const first = await tell({ query, extensions, variables: { code } }, {});
      expect(await tell({ extensions, variables: { code } }, {})).toEqual(first);
      expect(await tell({ extensions, variables: { code } }, {})).toEqual(first);
      // One that is said to be what it is not is found out however well it is known.
      const wrong = await tell({ query: `${query} `, extensions, variables: { code } }, {});
      expect([wrong.status, wrong.text]).toEqual([
        400,
        expect.stringContaining('provided sha does not match'),
      ]);
    });
  });

  describe('asked with GET', () => {
    const get = (query: string, headers: Record<string, string> = {}) =>
      send({ method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}`, headers });

    it('answers a query, if no form of another site can have sent it', async () => {
      expect(await get('{ __typename }', { 'apollo-require-preflight': '1' })).toMatchObject({
        status: 200,
        text: '{"data":{"__typename":"Query"}}\n',
      });
      expect(refusal(await get('{ __typename }'))).toEqual([
        400,
        badRequest(expect.stringContaining('Cross-Site Request Forgery')),
      ]);
    });

    it('carries out no mutation', async () => {
      const mutation = `mutation { submitLaborFlowReports(input: {
        batchKey: "k", month: "2026-10", side: ORIGIN, rows: [],
        definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
      }) { userErrors { code } } }`;
      expect(refusal(await get(mutation, { 'apollo-require-preflight': '1' }))).toEqual([
        405,
        badRequest('GET requests only support query operations, not mutation operations'),
      ]);
    });

    it('by a browser serves no page of another vendor', async () => {
      const { status, type, text } = await send({ method: 'GET', headers: { accept: 'text/html' } });
      expect([status, type]).toEqual([400, expect.stringContaining('application/json')]);
      expect(text).not.toContain('apollographql.com/');
    });
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('knows nothing of %s', async (method) => {
    expect((await send({ method })).status).toBe(404);
  });

  it('has nothing elsewhere', async () => {
    expect((await send({ method: 'GET', path: '/nothing' })).status).toBe(404);
    expect((await send({ method: 'POST', path: '/internal/agencies', body: '{}' })).status).toBe(404);
  });

  describe('on a document', () => {
    const ask = async (body: object) => refusal(await post(JSON.stringify(body)));

    it.each([
      ['that is none', { query: '{' }, 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.'],
      [
        'with an unknown field',
        { query: '{ nothing }' },
        'GRAPHQL_VALIDATION_FAILED',
        'Cannot query field "nothing" on type "Query".',
      ],
      [
        'with several operations and none chosen',
        { query: 'query A { __typename } query B { __typename }' },
        'OPERATION_RESOLUTION_FAILURE',
        'The document has several operations. Say in operationName which one to run.',
      ],
      [
        'without the operation that is chosen',
        { query: 'query A { __typename }', operationName: 'B' },
        'OPERATION_RESOLUTION_FAILURE',
        'The document has no operation named "B". Write operationName as in the document, or leave it out where there is only one operation.',
      ],
      [
        'without a variable that it needs',
        { query: 'query ($c: JurisdictionCode!) { jurisdiction(code: $c) { name } }' },
        'BAD_USER_INPUT',
        'Variable "$c" of required type "JurisdictionCode!" was not provided.',
      ],
      [
        'with a variable of another type',
        { query: 'query ($n: Int) { jurisdictions(first: $n) { edges { cursor } } }', variables: { n: 'x' } },
        'BAD_USER_INPUT',
        'Variable "$n" got invalid value "x"; Int cannot represent non-integer value: "x"',
      ],
    ])('%s says so', async (_, body, code, message) => {
      expect(await ask(body)).toEqual([400, { message, extensions: { code } }]);
    });

    it('that subscribes where only one answer can be given says so', async () => {
      const [status, error] = await ask({
        query: 'subscription { gridBoard(under: "310118104") { cursor } }',
      });
      expect([status, error]).toEqual([
        406,
        expect.objectContaining({ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }),
      ]);
    });

    it('tells whoever looks what there is', async () => {
      const { text } = await post(
        JSON.stringify({ query: '{ __type(name: "Jurisdiction") { description } }' }),
      );
      expect(text).toContain('行政区划');
    });
  });

  describe('on what a caller says it reads for', () => {
    const ask = (purpose: string, agency: string | null, language = 'en') =>
      hub.send(agency, TYPENAME.query, {}, { 'hub-purpose': purpose, 'accept-language': language });
    beforeAll(() =>
      hub.build('registry', (db) =>
        db('agencies').insert({ code: '310118-AGRI', name: '青浦区农业农村委员会', jurisdiction: '310118' }),
      ),
    );

    it.each(['', 'regional%20statistics', encodeURIComponent('联合整治'), 'plain-words'])(
      'takes %j',
      async (purpose) => {
        expect(await ask(purpose, '310118-AGRI')).toEqual({ status: 200, data: { __typename: 'Query' } });
      },
    );

    it.each([
      [
        'en',
        'The hub-purpose header is not percent-encoded UTF-8. Encode it with encodeURIComponent or its like.',
      ],
      ['zh', 'hub-purpose 请求头不是有效的 UTF-8 百分号编码，请编码后再发送。'],
    ])('refuses what is not encoded: %s', async (language, message) => {
      for (const purpose of ['%', '%E0%A4%A', '100%']) {
        expect(await ask(purpose, '310118-AGRI', language)).toEqual({
          status: 400,
          errors: [badRequest(message)],
        });
      }
    });

    it('asks nothing of nobody', async () => {
      expect(await ask('%', null)).toEqual({ status: 200, data: { __typename: 'Query' } });
    });
  });
});
