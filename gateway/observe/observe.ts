import type { Logger } from 'pino';
import type { GatewayContext } from '../context';
import type { Stage } from '../operations/stage';
import type { OnCall } from '../subgraph-calls';
import type { Metrics } from './metrics';
import { operationEnded } from './request-spans';

/** Characters of an operation that the log keeps. */
const SHOWN = 2_000;
/** Whom it may be told how long each part of an answer took. */
const MAY_SEE_TIMINGS = 'ANALYST';

export interface ObserveOptions {
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** What takes longer is logged with its plan. */
  readonly slowMs: number;
}

/** Notes each call of a subgraph with the request that it was made for. */
export const noteCalls =
  (metrics: Metrics): OnCall =>
  ({ context, subgraph, request, startedAt, endedAt, outcome }) => {
    metrics.call(subgraph, outcome, (endedAt - startedAt) / 1_000);
    context.calls.push({ subgraph, query: request.query, startedAt, endedAt, outcome });
  };

const inMs = (time: number): number => Math.round(time * 10) / 10;

/** What each call of a request's subgraphs took, in the order of their ends. */
const callsOf = ({ calls, startedAt }: GatewayContext) =>
  calls.map((call) => ({
    subgraph: call.subgraph,
    startMs: inMs(call.startedAt - startedAt),
    ms: inMs(call.endedAt - call.startedAt),
    outcome: call.outcome,
  }));

/**
 * Looks on: counts each operation, logs those that took long with what their subgraphs were asked and how long each took,
 * and tells the timings to analysts who ask for them. The last stage, so that its time is the whole.
 */
export const observe = ({ metrics, logger, slowMs }: ObserveOptions): Stage => ({
  complete({ result }, { context, operation, source }) {
    const ms = performance.now() - context.startedAt;
    const codes = (result.errors ?? []).map(({ extensions }) => String(extensions?.code));
    const kind = operation?.operation ?? 'none';
    const name = operation?.name?.value ?? null;
    metrics.operation({ context, name, kind, seconds: ms / 1_000, codes });
    operationEnded(context, { name, kind, source, codes });
    const { ids, caller, cost } = context;
    const facts = { ...ids, operationName: name, kind, agency: caller?.agency, ms: inMs(ms), cost, codes };
    if (ms >= slowMs) {
      const plan = callsOf(context).map((call, i) => ({ ...call, query: shown(context.calls[i]?.query) }));
      logger.warn({ ...facts, operation: shown(source), plan }, 'an operation took long');
    } else logger.debug(facts, 'an operation was answered');
    if (context.wants('timings') && caller?.roles.includes(MAY_SEE_TIMINGS)) {
      result.extensions = {
        ...result.extensions,
        timings: { ...traced(context), ms: inMs(ms), calls: callsOf(context) },
      };
    }
  },
});

/** By what the trace of a request is found. */
const traced = ({ span }: GatewayContext) => (span ? { traceId: span.traceId } : {});

const shown = (text: unknown): string => (typeof text === 'string' ? text.slice(0, SHOWN) : '');
