import { setTimeout as sleep } from 'node:timers/promises';
import { summaryOf } from '../../subgraphs/kit/statement-spans';
import { type DeliveryOptions, deliverTraces } from '../../subgraphs/kit/trace-delivery';
import { type Trust, traceOf } from '../../subgraphs/kit/tracing';
import { useCollector } from '../support/collector';
import { captureLog } from '../support/log';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('what a request says it is part of', () => {
  const said = (traceparent: string, tracestate?: string) => {
    const found = traceOf({ traceparent, tracestate });
    return found && [found.traceId, found.spanId, found.traceFlags, found.traceState?.serialize() ?? null];
  };

  it.each([
    ['recorded there', `00-${TRACE}-${SPAN}-01`, 1],
    ['not recorded there', `00-${TRACE}-${SPAN}-00`, 0],
    ['with flags that are not known', `00-${TRACE}-${SPAN}-fe`, 0],
    ['in a version to come, which says more', `01-${TRACE}-${SPAN}-01-more`, 1],
  ])('is a trace, %s', (_, text, flags) => {
    expect(said(text)).toEqual([TRACE, SPAN, flags, null]);
  });

  it('takes along what else its systems say of it, up to a length', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect([said(text, 'a=1,b=2')?.[3], said(text, `a=${'x'.repeat(600)}`)?.[3]]).toEqual(['a=1,b=2', null]);
  });

  it.each([
    ['nothing', ''],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a version that there is not', `ff-${TRACE}-${SPAN}-01`],
    ['more than its version has', `00-${TRACE}-${SPAN}-01-more`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ])('is nothing where it says %s', (_, text) => {
    expect(said(text)).toBeNull();
  });
});

describe('what a statement is called in a trace', () => {
  it.each([
    ['/* cases.byId */ select "id" from "cases" where "id" = $1', 'SELECT', 'SELECT cases.byId'],
    ['/* feed.enter */ INSERT INTO feed_transactions (id) VALUES ($1)', 'INSERT', 'INSERT feed.enter'],
    ['  WITH found AS (SELECT 1) SELECT * FROM found', 'WITH', 'WITH'],
    ['(select 1) union (select 2)', 'SELECT', 'SELECT'],
    ["SET LOCAL ROLE hub_grid_member; SELECT set_config('hub.agency', 'x', true)", 'SET', 'SET'],
  ])('of %s', (sql, operation, summary) => {
    expect(summaryOf(sql)).toEqual({ operation, summary });
  });
});

describe('spans on their way', () => {
  const collector = useCollector();
  const log = captureLog();
  const deliver = (options: Partial<DeliveryOptions> = {}) =>
    deliverTraces({
      ...{ url: `${collector.url}/v1/traces`, sampler: 'always_on', ratio: 1, resource: {} },
      ...{ delayMs: 5, queueSize: 1_000, batchSize: 100, logger: log.logger, ...options },
    });
  beforeEach(() => {
    log.clear();
    collector.clear();
    collector.conduct = null;
  });
  const said = () => log.lines.map(({ msg, spans }) => [msg, spans]);
  const LOST =
    'spans of traces are being lost; requests are not affected, and this is said once until they arrive again';

  describe('are recorded', () => {
    const caller = (flags: string) => traceOf({ traceparent: `00-${TRACE}-${SPAN}-${flags}` });
    /** How many of a thousand requests are. */
    const recorded = async (sampler: DeliveryOptions['sampler'], trust: Trust, flags: string) => {
      const { tracing, stop } = await deliver({ sampler, ratio: 0.1 });
      const spans = Array.from({ length: 1_000 }, () =>
        tracing.begin('request', { caller: caller(flags), trust }),
      );
      await stop();
      expect(spans.filter((span) => span.child('part').isRecorded !== span.isRecorded)).toEqual([]);
      return spans.filter(({ isRecorded }) => isRecorded).length;
    };

    it.each([
      ['always_on', 'TRACE', '00', 1_000],
      ['always_off', 'TRACE', '01', 0],
      ['always_on', 'LINK', '00', 1_000],
      ['parentbased_always_on', 'TRACE', '00', 1_000],
      ['always_on', 'DECISION', '00', 0],
      ['always_off', 'DECISION', '01', 1_000],
      ['parentbased_always_on', 'DECISION', '00', 0],
      ['parentbased_always_off', 'DECISION', '01', 1_000],
      ['parentbased_always_off', 'TRACE', '01', 0],
      ['parentbased_traceidratio', 'DECISION', '01', 1_000],
      ['parentbased_traceidratio', 'DECISION', '00', 0],
    ] as const)(
      'with %s, of a caller of whom counts the %s, who says %s',
      async (sampler, trust, flags, all) => {
        expect(await recorded(sampler, trust, flags)).toBe(all);
      },
    );

    it.each([
      ['traceidratio', 'TRACE', '01'],
      ['traceidratio', 'LINK', '01'],
      ['parentbased_traceidratio', 'TRACE', '01'],
      ['parentbased_traceidratio', 'TRACE', '00'],
      ['parentbased_traceidratio', 'LINK', '00'],
    ] as const)(
      'in part with %s, whatever a caller of whom counts the %s says (%s)',
      async (sampler, trust, flags) => {
        const count = await recorded(sampler, trust, flags);
        // A tenth of a thousand: seven deviations to either side.
        expect([count > 34, count < 166]).toEqual([true, true]);
      },
    );
  });

  it('are lost where the collector takes none, which is said once, and once that it is over', async () => {
    const { tracing, stop } = await deliver();
    collector.conduct = (request, response) => {
      request.resume();
      response.writeHead(400).end();
    };
    for (let i = 0; i < 3; i += 1) {
      tracing.begin('request').end();
      await sleep(50);
    }
    for (let i = 0; i < 200 && log.lines.length === 0; i += 1) await sleep(10);
    expect(said()).toEqual([[LOST, expect.any(Number)]]);
    collector.conduct = null;
    tracing.begin('better').end();
    await collector.find(({ name }) => name === 'better');
    await stop();
    expect(said().slice(1)).toEqual([['spans of traces arrive again; so many were lost', 3]]);
  });

  it('are no more than there is room for while a collector hangs, which holds up nobody', async () => {
    const { tracing, stop } = await deliver({ queueSize: 20, batchSize: 10 });
    const goOn = collector.hang();
    for (let i = 0; i < 500; i += 1) tracing.begin('request').end();
    expect(said()).toEqual([[LOST, 1]]);
    const before = performance.now();
    await stop();
    expect(performance.now() - before).toBeLessThan(6_000);
    goOn();
  });

  it('are sent with what the collector wants to be told, when the process ends at the latest', async () => {
    const { tracing, stop } = await deliver({
      delayMs: 60_000,
      headers: { 'x-api-key': 'k1' },
      resource: { 'service.name': 'grid-1' },
    });
    const span = tracing.begin('request');
    span.child('part').end('CODE');
    span.end();
    span.end('TWICE');
    await stop();
    expect(collector.headers).toMatchObject({ 'x-api-key': 'k1', 'content-type': 'application/json' });
    expect(collector.spans).toEqual([
      expect.objectContaining({ name: 'part', parentSpanId: span.context.spanId, status: { code: 2 } }),
      expect.objectContaining({ name: 'request', service: 'grid-1', attributes: {}, status: { code: 0 } }),
    ]);
  });
});
