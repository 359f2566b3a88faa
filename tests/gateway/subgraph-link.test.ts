import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { HttpSubgraphLink } from '../../gateway/subgraph-link';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { useHub } from '../support/hub';
import { type Conduct, useRogueServer } from '../support/rogue-server';

const QUERY = { query: '{ gridCase { id } }' };
const MUTATION = { query: 'mutation { close { id } }' };

const json =
  (content: unknown): Conduct =>
  (_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(content));

describe('a subgraph behind HTTP', () => {
  const server = useRogueServer();
  const links: HttpSubgraphLink[] = [];
  const linkTo = (url: string, timeoutMs = 5_000) => {
    const link = new HttpSubgraphLink('grid', new URL(url), timeoutMs);
    links.push(link);
    return link;
  };
  afterAll(() => Promise.all(links.map((link) => link.close())));

  const UNAVAILABLE = {
    code: 'SUBGRAPH_UNAVAILABLE',
    details: { subgraph: 'grid' },
    cause: expect.anything(),
  };
  const IN_DOUBT = {
    code: 'OUTCOME_UNKNOWN',
    text: {
      en: 'The grid subgraph was lost while it made the change, so it may or may not have been made. Look, or send the same again.',
      zh: 'grid 子图在执行修改时失去响应，无法确定修改是否已生效。请查询确认，或重新提交同一请求。',
    },
    details: { subgraph: 'grid' },
    cause: expect.anything(),
  };

  it('is asked at its address, with what the gateway says and a body of JSON', async () => {
    const seen: unknown[] = [];
    server.conduct = (request, response) => {
      seen.push([
        request.method,
        request.url,
        request.headers['content-type'],
        request.headers['x-request-id'],
      ]);
      json({ data: {} })(request, response);
    };
    await linkTo(`${server.url}/behind/a/proxy/`).answer(QUERY, { 'x-request-id': 'r1' });
    await linkTo(server.url).answerInternally('agencies', {}, { 'x-request-id': 'r2' });
    expect(seen).toEqual([
      ['POST', '/behind/a/proxy/graphql', 'application/json', 'r1'],
      ['POST', '/internal/agencies', 'application/json', 'r2'],
    ]);
  });

  it.each([
    ['data', { data: { gridCase: null } }],
    ['data and errors', { data: { gridCase: null }, errors: [{ message: 'no' }] }],
    ['errors', { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] }],
    ['null data and errors', { data: null, errors: [{ message: 'no' }] }],
    ['extensions', { data: {}, extensions: { hubSharing: {} } }],
  ])('is believed that answers with %s', async (_, answer) => {
    server.conduct = json(answer);
    expect(await linkTo(server.url).answer(QUERY, {})).toEqual(answer);
  });

  const half: Conduct = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":{"gridCase":', () => response.destroy());
  };
  const drip: Conduct = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  };
  const FAULTS: [string, Conduct][] = [
    ['with no JSON', (_, response) => response.end('<html>502 Bad Gateway</html>')],
    ['with nothing', (_, response) => response.end()],
    ['with null', json(null)],
    ['with a text', json('hello')],
    ['with a list', json([])],
    ['with neither data nor errors', json({})],
    ['with null data and no errors', json({ data: null })],
    ['with data that is no object', json({ data: 'x' })],
    ['with data that is a list', json({ data: [] })],
    ['with errors that are no list', json({ data: {}, errors: 'boom' })],
    ['with errors that are none', json({ data: {}, errors: [null, 5] })],
    ['with errors without a message', json({ errors: [{ code: 'X' }] })],
    ['with status 500', (_, response) => response.writeHead(500).end('{"data":{}}')],
    ['with status 404', (_, response) => response.writeHead(404).end('{"data":{}}')],
    ['with a redirect', (_, response) => response.writeHead(302, { location: '/' }).end()],
    ['with half an answer', half],
    ['by closing the connection', (_, response) => response.destroy()],
  ];

  describe.each(FAULTS)('that answers %s', (_, conduct) => {
    beforeEach(() => {
      server.conduct = conduct;
    });

    it('is not there for a query', async () => {
      await expect(linkTo(server.url).answer(QUERY, {})).rejects.toMatchObject(UNAVAILABLE);
    });

    it('leaves a mutation in doubt', async () => {
      await expect(linkTo(server.url).answer(MUTATION, {})).rejects.toMatchObject(IN_DOUBT);
    });
  });

  it.each([
    ['never answers', () => {}],
    ['never comes to the end of its answer', drip],
  ])('is given up that %s', async (_, conduct) => {
    server.conduct = conduct;
    const link = linkTo(server.url, 100);
    await expect(link.answer(QUERY, {})).rejects.toMatchObject(UNAVAILABLE);
    await expect(link.answer(MUTATION, {})).rejects.toMatchObject(IN_DOUBT);
    await expect(link.answerInternally('agencies', {}, {})).rejects.toMatchObject(UNAVAILABLE);
  });

  it('was never sent a mutation when nothing listens at its address', async () => {
    const link = linkTo('http://127.0.0.1:1');
    await expect(link.answer(MUTATION, {})).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    });
    await expect(link.answerInternally('agencies', {}, {})).rejects.toMatchObject(UNAVAILABLE);
  });

  it('keeps what it answered wrongly for the log', async () => {
    server.conduct = (_, response) => response.writeHead(500).end('out of memory');
    await expect(linkTo(server.url).answer(QUERY, {})).rejects.toMatchObject({
      cause: new Error('status 500: out of memory'),
    });
    server.conduct = json({ surprise: true });
    await expect(linkTo(server.url).answer(QUERY, {})).rejects.toMatchObject({
      cause: new Error('this is no answer of GraphQL: {"surprise":true}'),
    });
  });

  it('is ready when it says so', async () => {
    const statuses: Record<string, number> = { '/health/ready': 200 };
    server.conduct = (request, response) => response.writeHead(statuses[request.url ?? ''] ?? 404).end();
    expect(await linkTo(server.url).isReady()).toBe(true);
    statuses['/health/ready'] = 503;
    expect(await linkTo(server.url).isReady()).toBe(false);
    expect(await linkTo('http://127.0.0.1:1').isReady()).toBe(false);
  });
});

describe('a hub whose subgraphs are behind HTTP', () => {
  const hub = useHub();
  const apps: FastifyInstance[] = [];
  const links: HttpSubgraphLink[] = [];
  let overHttp = '';
  beforeAll(async () => {
    for (const name of SUBGRAPH_NAMES) {
      const app = serveSubgraph(hub.subgraph(name), pino({ level: 'silent' }));
      apps.push(app);
      links.push(
        new HttpSubgraphLink(name, new URL(await app.listen({ host: '127.0.0.1', port: 0 })), 30_000),
      );
    }
    overHttp = await hub.openGateway(links);
  });
  afterAll(async () => {
    await hub.closeGateway(overHttp);
    await Promise.all(links.map((link) => link.close()));
    await Promise.all(apps.map((app) => app.close()));
  });

  const OVERVIEW = `query Overview($place: JurisdictionCode!, $first: Int) {
    jurisdiction(code: $place) {
      fullName
      parent { name }
      agencies(first: 3) { edges { cursor node { code name functions { code } } } pageInfo { hasNextPage endCursor } }
      children(first: $first) { edges { node { name level } } }
    }
    laborFlow(origin: "341200", destination: "310000", month: "2026-09") {
      origin { name }
      reportedByOrigin { workers reportedBy { name functions { name } } definition { referenceDay } }
      asymmetry
    }
  }`;

  it.each<[string, string | null, string, Record<string, unknown>?, Record<string, string>?]>([
    ['a query over several subgraphs', '341200-HRSS', OVERVIEW, { place: '310118' }],
    ['a query with errors', '341200-HRSS', OVERVIEW, { place: '310118', first: 9_999 }],
    [
      'a query with bad input, in Chinese',
      '341200-HRSS',
      OVERVIEW,
      { place: 'nowhere' },
      { 'accept-language': 'zh' },
    ],
    ['a query of nobody', null, OVERVIEW, { place: '310000' }],
    ['a query of an unknown unit', '341200-NOBODY', OVERVIEW, { place: '310000' }],
    [
      'Chinese text both ways',
      '341200-HRSS',
      '{ jurisdictions(nameContains: "金泽", first: 2) { edges { node { fullName } } } }',
    ],
    [
      'a refused mutation',
      '341200-HRSS',
      `mutation { submitLaborFlowReports(input: {
        batchKey: "over-http", month: "2099-01", side: ORIGIN,
        definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-09-30" },
        rows: [{ origin: "310000", destination: "nowhere", sector: "Z", workers: -1 }]
      }) { batch { key } userErrors { code path message } } }`,
    ],
  ])('answers %s as one in a single process does', async (_, agency, query, variables = {}, headers = {}) => {
    const direct = await hub.sendAs(agency, {}, query, variables, headers);
    const remote = await hub.sendAs(agency, { gateway: overHttp }, query, variables, headers);
    expect(remote).toEqual(direct);
  });

  it('carries out a mutation', async () => {
    const mutation = `mutation { submitLaborFlowReports(input: {
      batchKey: "over-http", month: "2026-10", side: ORIGIN,
      definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" },
      rows: [{ origin: "341225", destination: "310117", sector: "C", workers: 100 }]
    }) { batch { key newRows } userErrors { code } } }`;
    const first = await hub.sendAs('341200-HRSS', { gateway: overHttp }, mutation);
    expect(first.data).toEqual({
      submitLaborFlowReports: { batch: { key: 'over-http', newRows: 1 }, userErrors: [] },
    });
    expect((await hub.send('341200-HRSS', mutation)).data).toEqual(first.data);
  });

  it('is ready when all of them are', async () => {
    const response = await fetch(`${overHttp}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', parts: Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, 'ok'])) },
    ]);
  });
});
