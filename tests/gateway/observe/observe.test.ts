import { Labels } from '../../../gateway/observe/labels';
import { useHub } from '../../support/hub';
import { captureLog } from '../../support/log';

const FUYANG = '341200-HRSS';
const QUERY = `query Place { jurisdiction(code: "310118104") { name }
  laborFlow(origin: "341200", destination: "310000", month: "2026-09") { month } }`;

describe('a gateway, seen from outside', () => {
  const log = captureLog();
  const hub = useHub({ logger: log.logger, metrics: true });
  beforeEach(() => log.clear());

  /** What Prometheus is told, by the names of the series. */
  const metrics = async (): Promise<Map<string, number>> => {
    const text = await (await fetch(hub.metricsUrl)).text();
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
    );
  };
  /** By how much series grow while something is done. */
  const growth = async (work: () => Promise<unknown>, ...names: string[]): Promise<number[]> => {
    const before = await metrics();
    await work();
    const after = await metrics();
    return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
  };

  it('counts what each unit asks, under which name, and what it may have cost', async () => {
    expect(
      await growth(
        async () => {
          await hub.send(FUYANG, QUERY);
          await hub.send(FUYANG, QUERY);
          await hub.send(null, 'query Mine { __typename }');
        },
        'hub_operation_seconds_count{operation="Place",kind="query",outcome="ok"}',
        'hub_operation_seconds_count{operation="unnamed",kind="query",outcome="ok"}',
        `hub_agency_operations_total{agency="${FUYANG}",outcome="ok"}`,
        'hub_agency_operations_total{agency="nobody",outcome="ok"}',
        `hub_agency_cost_total{agency="${FUYANG}"}`,
        'hub_subgraph_call_seconds_count{subgraph="personnel",outcome="ok"}',
        'hub_subgraph_call_seconds_count{subgraph="registry",outcome="ok"}',
        'hub_http_responses_total{status="200"}',
      ),
    ).toEqual([2, 1, 2, 1, 4, 2, 2, 3]);
  });

  it('counts what it refuses, by code', async () => {
    expect(
      await growth(
        () => hub.send(FUYANG, '{ nothing }'),
        'hub_errors_total{code="GRAPHQL_VALIDATION_FAILED"}',
        `hub_agency_operations_total{agency="${FUYANG}",outcome="errors"}`,
        'hub_http_responses_total{status="400"}',
      ),
    ).toEqual([1, 1, 1]);
  });

  it('tells names apart that units gave, and none that nobody did', async () => {
    await hub.send(null, 'query MadeUp { __typename }');
    expect([...(await metrics()).keys()].join('\n')).not.toContain('MadeUp');
  });

  it('tells how much it has to do', async () => {
    const now = await metrics();
    expect(
      ['hub_requests_in_flight', 'hub_subscriptions', 'hub_subgraphs_left_alone'].map((name) =>
        now.get(name),
      ),
    ).toEqual([0, 0, 0]);
    expect(now.get('hub_delay_seconds')).toBeGreaterThanOrEqual(0);
    expect(now.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('does not tell it where the graph is', async () => {
    expect((await fetch(`${hub.url}/metrics`)).status).toBe(404);
  });

  it('tells analysts what each part of an answer took, and nobody else', async () => {
    const ask = (role: 'ANALYST' | 'OFFICER') =>
      hub.sendAs(FUYANG, { role }, QUERY, {}, { 'hub-report': 'timings, cost' });
    const { extensions } = await ask('ANALYST');
    const call = { startMs: expect.any(Number), ms: expect.any(Number), outcome: 'ok' };
    expect(extensions?.timings).toEqual({
      ms: expect.any(Number),
      calls: expect.arrayContaining([
        { subgraph: 'registry', ...call },
        { subgraph: 'personnel', ...call },
      ]),
    });
    expect(extensions).toHaveProperty('cost');
    expect((await ask('OFFICER')).extensions).not.toHaveProperty('timings');
  });

  it('logs what took long, with what subgraphs were asked', async () => {
    const gateway = await hub.openGateway([], { slowMs: 1 });
    await hub.sendAs(FUYANG, { gateway }, QUERY);
    expect(log.lines.filter(({ msg }) => msg === 'an operation took long')).toEqual([
      expect.objectContaining({
        ...{ level: 40, operationName: 'Place', kind: 'query', agency: FUYANG, cost: 2, codes: [] },
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        operation: QUERY,
        plan: expect.arrayContaining([
          {
            ...{ subgraph: 'personnel', outcome: 'ok', startMs: expect.any(Number), ms: expect.any(Number) },
            query: expect.stringContaining('laborFlow('),
          },
        ]),
      }),
    ]);
  });
});

describe('the names of a label', () => {
  it('are the first so many, and one for all others', () => {
    const labels = new Labels(2);
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map((name) => labels.of(name))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
      'b',
    ]);
  });
});
