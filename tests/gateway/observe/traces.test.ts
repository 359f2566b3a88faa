import type { FastifyInstance } from 'fastify';
import { HttpSubgraphLink } from '../../../gateway/subgraph-link';
import { serveSubgraph } from '../../../subgraphs/kit/server';
import { deliverTraces, type TraceDelivery } from '../../../subgraphs/kit/trace-delivery';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names';
import { useCollector } from '../../support/collector';
import { useHub } from '../../support/hub';
import { LiveReader } from '../../support/live';
import { captureLog } from '../../support/log';
import { useRogueServer } from '../../support/rogue-server';
import { TEST_SECRET } from '../../support/server';

const FUYANG = '341200-HRSS';
const COMMAND = '310118104-CITYOPS';
const QUERY = `query Place($code: JurisdictionCode!) { jurisdiction(code: $code) { name }
  laborFlow(origin: "341200", destination: "310000", month: "2026-09") { month } }`;
const VARIABLES = { code: '310118104' };
const FORCES = `mutation Forces { reportGridForces(input: { jurisdiction: "310118104", people: 4711 }) {
  forces { people agency { name } } userErrors { message } } }`;
const BOARD = `subscription Board { gridBoard(under: "310118104") { forces { people agency { name } } } }`;

const TRACE_ID = /^[\da-f]{32}$/;

describe('a trace', () => {
  const log = captureLog();
  const collector = useCollector();
  const hanging = useRogueServer();
  let delivery: TraceDelivery | null = null;
  const hub = useHub({
    logger: log.logger,
    slowMs: 1,
    tracing: async () => {
      delivery = await deliverTraces({
        ...{ url: `${collector.url}/v1/traces`, sampler: 'parentbased_always_on', ratio: 1 },
        ...{ resource: { 'service.name': 'hub-under-test' }, delayMs: 20, queueSize: 2_048, batchSize: 512 },
        logger: log.logger,
      });
      return delivery.tracing;
    },
  });
  const apps: FastifyInstance[] = [];
  const links: HttpSubgraphLink[] = [];
  /** The gateway whose subgraphs are behind HTTP. */
  let gateway = '';
  /** Where each of them is. */
  const addresses = new Map<string, string>();

  beforeAll(async () => {
    for (const name of SUBGRAPH_NAMES) {
      const app = serveSubgraph(hub.subgraph(name), log.logger);
      apps.push(app);
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      addresses.set(name, url);
      links.push(new HttpSubgraphLink(name, new URL(url), 5_000));
    }
    gateway = await hub.openGateway(links);
    // What is asked for the first time is planned first, and registry looks the units up.
    for (const unit of [FUYANG, COMMAND, null]) {
      for (const at of [gateway, hub.url]) await hub.sendAs(unit, { gateway: at }, QUERY, VARIABLES);
    }
    await collector.find(({ name }) => name === 'POST /graphql');
    collector.clear();
    log.clear();
  });
  afterAll(async () => {
    await Promise.all(links.map((link) => link.close()));
    await Promise.all(apps.map((app) => app.close()));
    await delivery?.stop();
  });
  afterEach(() => {
    collector.clear();
    log.clear();
  });

  /** The trace of what is sent next, by the id that analysts are told. */
  const traced = async (
    query: string,
    {
      unit = FUYANG,
      at = gateway,
      variables = {},
      headers = {},
    }: {
      unit?: string;
      at?: string;
      variables?: Record<string, unknown>;
      headers?: Record<string, string>;
    } = {},
  ) => {
    const answer = await hub.sendAs(unit, { role: 'ANALYST', gateway: at }, query, variables, {
      'hub-report': 'timings',
      ...headers,
    });
    const timings = answer.extensions?.timings;
    const { traceId } = timings as { traceId: string };
    return { answer, traceId, spans: await collector.trace(traceId) };
  };
  const only = <Item>(items: readonly Item[], isWanted: (item: Item) => boolean): Item => {
    const [found, ...more] = items.filter(isWanted);
    if (!found || more.length > 0) throw new Error(`${items.filter(isWanted).length} are as wanted, not 1`);
    return found;
  };

  it('shows how a query went from the gateway through its steps into subgraphs and their statements', async () => {
    const { traceId } = await traced(QUERY, { variables: VARIABLES });
    const tree = await collector.tree(traceId);
    expect(tree).toEqual([
      [
        'server POST /graphql',
        [
          'query Place',
          ...[
            [
              'client fetch registry',
              ['server registry request', ['client BEGIN'], ['client SELECT jurisdictions.byCode']],
            ],
            [
              'client fetch personnel',
              [
                'server personnel request',
                ['client BEGIN'],
                ['client SELECT laborFlow.reportedPlaces'],
                ['client SELECT laborStatistics.partsOfFlows'],
              ],
            ],
          ],
        ],
      ],
    ]);
  });

  it('says of each part what it is, by the names that OpenTelemetry gives, and no more', async () => {
    const { traceId, spans, answer } = await traced(QUERY, { variables: VARIABLES });
    const named = (name: string) => only(spans, (span) => span.name === name);
    expect(named('POST /graphql').attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'url.path': '/graphql',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
      'hub.agency': FUYANG,
    });
    expect(named('query Place').attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Place',
      'graphql.document.hash': expect.stringMatching(/^[\da-f]{64}$/),
      'hub.request.id': expect.stringMatching(/^[\da-f-]{36}$/),
      'hub.agency': FUYANG,
      'hub.operation.cost': 2,
    });
    const registry = new URL(addresses.get('registry') ?? '');
    expect(named('fetch registry').attributes).toEqual({
      'hub.subgraph': 'registry',
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': Number(registry.port),
      'url.full': `${registry.origin}/graphql`,
      'hub.call.outcome': 'ok',
    });
    expect(named('registry request').attributes).toEqual({
      'hub.subgraph': 'registry',
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'graphql.operation.type': 'query',
      'graphql.operation.name': expect.stringContaining('Place'),
      'graphql.document.hash': expect.stringMatching(/^[\da-f]{64}$/),
      'hub.request.id': named('query Place').attributes['hub.request.id'],
    });
    const statements = spans.filter(({ attributes }) => attributes['db.operation.name'] === 'SELECT');
    expect(statements.map(({ attributes }) => attributes)).toEqual(
      statements.map(({ name }) => ({
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.query.summary': name,
        'db.response.returned_rows': name === 'SELECT jurisdictions.byCode' ? 1 : 2,
      })),
    );
    expect(statements.length).toBe(3);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['hub-under-test']));
    expect([traceId, answer.errors]).toEqual([expect.stringMatching(TRACE_ID), undefined]);
  });

  it('has each part within the one above it', async () => {
    const { spans } = await traced(QUERY, { variables: VARIABLES });
    const at = (time: string) => Number(BigInt(time) / 1_000n);
    const isOutside = spans.filter((span) => {
      const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
      // In microseconds, which clocks of one machine may differ by a few of.
      return (
        above &&
        (at(span.startTimeUnixNano) < at(above.startTimeUnixNano) - 2_000 ||
          at(span.endTimeUnixNano) > at(above.endTimeUnixNano) + 2_000)
      );
    });
    expect(isOutside).toEqual([]);
  });

  it('is the same where subgraphs are in the process of the gateway', async () => {
    const { traceId } = await traced(QUERY, { at: hub.url, variables: VARIABLES });
    expect(JSON.stringify(await collector.tree(traceId))).toMatch(
      /"fetch registry",\["registry request",\["client BEGIN"\],\["client SELECT /,
    );
  });

  it('shows the write of a change, from BEGIN to COMMIT, and what is read after it', async () => {
    const { traceId, spans } = await traced(FORCES, { unit: COMMAND });
    const tree = JSON.stringify(await collector.tree(traceId));
    expect(tree).toMatch(
      /"mutation Forces",\["client fetch grid",\["server grid request",\["write",\["client BEGIN"\],.*\["client COMMIT"\]\]/,
    );
    expect(tree).toContain('"client fetch registry"');
    const inserts = spans.filter(({ attributes }) => attributes['hub.db.affected_rows'] === 1);
    expect(inserts.length).toBeGreaterThan(0);
  });

  it('shows the page of events that a subscription waits for, linked to the one who asked first', async () => {
    const reader = await LiveReader.open(
      gateway,
      { authorization: `Bearer ${await hub.token(COMMAND)}` },
      BOARD,
    );
    const opened = await collector.find(({ name }) => name === 'subscription Board');
    await hub.sendAs(COMMAND, { gateway }, FORCES.replace('4711', '4712'));
    const event = await reader.next();
    reader.close();
    expect(event?.data.gridBoard.forces.people).toBe(4712);
    const filled = await collector.find(({ name }) => name === 'subscription event');
    expect(JSON.stringify(await collector.tree(filled.traceId))).toMatch(
      /^\[\["subscription page",\["client fetch grid",\["server grid request",.*\["subscription event",\["client fetch registry",\["server registry request",/,
    );
    const page = await collector.find(({ spanId }) => spanId === filled.parentSpanId);
    expect(page.links).toEqual([expect.objectContaining({ traceId: opened.traceId, spanId: opened.spanId })]);
    expect(page.attributes['hub.subscription.events']).toBe(1);
  });

  it('tells errors by their codes, each where it happened', async () => {
    const { spans } = await traced('query Wrong { gridCase(id: "AAAA") { title } nothing }');
    expect(
      spans
        .filter(({ status }) => status.code === 2)
        .map(({ name, attributes }) => [name, attributes['error.type']]),
    ).toEqual([['query Wrong', 'GRAPHQL_VALIDATION_FAILED']]);
    expect(spans.map(({ status }) => status.message)).toEqual(spans.map(() => undefined));
  });

  it('shows which subgraph took too long, and that the request went on without it', async () => {
    hanging.conduct = () => {};
    const late = new HttpSubgraphLink('personnel', new URL(hanging.url), 300);
    const at = await hub.openGateway([...links.filter(({ name }) => name !== 'personnel'), late]);
    const { answer, spans, traceId } = await traced(QUERY, { at, variables: VARIABLES });
    await late.close();
    expect(answer.data).toEqual({ jurisdiction: { name: '金泽镇' }, laborFlow: null });
    const failed = only(spans, ({ name }) => name === 'fetch personnel');
    expect(failed.attributes).toMatchObject({
      'hub.call.outcome': 'failed',
      'error.type': 'SUBGRAPH_UNAVAILABLE',
    });
    expect(only(spans, ({ name }) => name === 'query Place').attributes['error.type']).toBe(
      'SUBGRAPH_UNAVAILABLE',
    );
    const tree = JSON.stringify(await collector.tree(traceId));
    expect(tree).toContain('"client fetch registry",["server registry request"');
    expect(tree).toContain('["client fetch personnel"]');
  });

  it('is found by what the log says of its request, in the gateway and in subgraphs', async () => {
    const { traceId, spans } = await traced(QUERY, { variables: VARIABLES });
    const requestId = only(spans, ({ name }) => name === 'query Place').attributes['hub.request.id'];
    expect(log.lines.filter(({ msg }) => msg === 'an operation took long')).toEqual([
      expect.objectContaining({ requestId, traceId }),
    ]);
    const dead = new HttpSubgraphLink('personnel', new URL('http://127.0.0.1:1'), 300);
    const at = await hub.openGateway([...links.filter(({ name }) => name !== 'personnel'), dead]);
    const failed = await traced(QUERY, { at, variables: VARIABLES });
    await dead.close();
    expect(log.lines.filter(({ msg }) => msg === 'a subgraph did not answer')).toEqual([
      expect.objectContaining({ traceId: failed.traceId, requestId: expect.any(String) }),
    ]);
  });

  describe('that a caller begins', () => {
    let times = 0;
    /** What a caller says, in a trace that no other test has. */
    const fromCaller = (flags = '01') => {
      times += 1;
      const trace = `4bf92f3577b34da6a3ce929d0e0e47${times + 10}`;
      return {
        trace,
        span: '00f067aa0ba902b7',
        headers: { traceparent: `00-${trace}-00f067aa0ba902b7-${flags}`, tracestate: 'vendor=abc' },
      };
    };
    const rootOf = (trace: string) =>
      collector.find(({ name, links: to }) => name === 'POST /graphql' && to?.[0]?.traceId === trace);

    it('is gone on with for a unit, whether or not it is recorded there', async () => {
      for (const flags of ['01', '00']) {
        const { trace, span, headers } = fromCaller(flags);
        const { traceId, spans } = await traced(QUERY, { variables: VARIABLES, headers });
        expect(traceId).toBe(trace);
        expect(only(spans, ({ name }) => name === 'POST /graphql').parentSpanId).toBe(span);
        expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['personnel request']));
      }
    });

    it('is linked to for nobody, whose request has one of its own down to the statements', async () => {
      const { trace, headers } = fromCaller();
      await hub.sendAs(null, { gateway }, QUERY, VARIABLES, headers);
      const { traceId } = await rootOf(trace);
      expect(traceId).not.toBe(trace);
      expect(JSON.stringify(await collector.tree(traceId))).toMatch(
        /^\[\["server POST \/graphql",\["query Place",.*"client fetch registry",\["server registry request",\["client BEGIN"\],\["client SELECT/,
      );
    });

    it('is linked to by a subgraph that is called past the gateway', async () => {
      const { trace, headers } = fromCaller();
      await fetch(`${addresses.get('registry')}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'hub-trace': 'v1.forged.proof', ...headers },
        body: JSON.stringify({ query: '{ jurisdiction(code: "310118104") { name } }' }),
      });
      const root = await collector.find(({ name }) => name === 'registry request');
      expect([root.traceId === trace, root.links?.[0]?.traceId]).toEqual([false, trace]);
    });

    it('decides what is recorded where callers are trusted to', async () => {
      const at = await hub.openGateway(links, { trustsCallerTraces: true });
      const left = fromCaller('00');
      const answer = await hub.sendAs(FUYANG, { role: 'ANALYST', gateway: at }, QUERY, VARIABLES, {
        'hub-report': 'timings',
        ...left.headers,
      });
      expect(answer.extensions?.timings).toMatchObject({ traceId: left.trace });
      const taken = fromCaller('01');
      const { traceId } = await traced(QUERY, { at, variables: VARIABLES, headers: taken.headers });
      expect(traceId).toBe(taken.trace);
      // What came after it has arrived.
      expect(collector.spans.filter((span) => span.traceId === left.trace)).toEqual([]);
    });

    it.each(['nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])(
      'is none that says %s',
      async (traceparent) => {
        const { spans, answer } = await traced(QUERY, { variables: VARIABLES, headers: { traceparent } });
        const root = only(spans, ({ name }) => name === 'POST /graphql');
        expect([answer.errors, root.parentSpanId ?? '', root.links ?? []]).toEqual([undefined, '', []]);
      },
    );
  });

  it('holds no value, no token, no secret and no name', async () => {
    const person = '王小明 13800138000';
    const title = `mutation Report($input: ReportGridCaseInput!) { reportGridCase(input: $input) {
      gridCase { id title } userErrors { message } } }`;
    const input = { jurisdiction: VARIABLES.code, source: 'GRID_PATROL', category: 'EXPOSED_GARBAGE' };
    const reported = await traced(title, {
      unit: COMMAND,
      variables: { input: { ...input, title: person } },
    });
    expect(reported.answer.data.reportGridCase.gridCase.title).toBe(person);
    const hosted = await traced(
      `query Hosted { jurisdiction(code: "310118104") {
        secondmentsHosted(first: 5) { edges { node { position officer { name } } } } } }`,
      { unit: '310118104-GOV' },
    );
    const names = hosted.answer.data.jurisdiction.secondmentsHosted.edges.map(
      ({ node }: { node: { officer: { name: string } } }) => node.officer.name,
    );
    expect(names.length).toBeGreaterThan(0);
    const broken = await traced('query Broken($code: String!) { grid(code: $code) { code } }', {
      variables: { code: `${person}\u0000` },
    });
    expect(broken.spans.some(({ attributes }) => attributes['db.response.status_code'] === '22021')).toBe(
      true,
    );
    const all = collector.text;
    const secrets = [
      ...['王小明', '13800138000', ...names, reported.answer.data.reportGridCase.gridCase.id],
      ...['Bearer', await hub.token(COMMAND, 'ANALYST'), TEST_SECRET, 'GRID_PATROL', 'EXPOSED_GARBAGE'],
    ];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all).toContain('mutation Report');
  });

  it('is given up where the collector hangs, and requests are answered as ever', async () => {
    const goOn = collector.hang();
    for (let i = 0; i < 10; i += 1) {
      const { errors, status } = await hub.sendAs(FUYANG, { gateway }, QUERY, VARIABLES);
      expect([status, errors]).toEqual([200, undefined]);
    }
    goOn();
  });
});
