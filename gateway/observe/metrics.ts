import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { GatewayContext } from '../context';
import type { CallOutcome } from '../subgraph-calls';
import { Labels } from './labels';

/** Names of operations and units that are told apart. Memory must not grow with what clients think of. */
const OPERATIONS = 200;
const AGENCIES = 1_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How a gateway is at the moment it is asked. */
export interface Present {
  readonly inFlight: number;
  readonly delaySeconds: number;
  readonly subscriptions: number;
  readonly channels: number;
  readonly subgraphsLeftAlone: number;
}

/** What is counted of a gateway, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #operations = new Labels(OPERATIONS);
  readonly #agencies = new Labels(AGENCIES);
  readonly #requests = new Histogram({
    name: 'hub_operation_seconds',
    help: 'Time from when an operation had arrived until its answer was ready',
    labelNames: ['operation', 'kind', 'outcome'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #byAgency = new Counter({
    name: 'hub_agency_operations_total',
    help: 'Operations of each unit',
    labelNames: ['agency', 'outcome'],
    registers: [this.#registry],
  });
  readonly #cost = new Counter({
    name: 'hub_agency_cost_total',
    help: 'What the operations of each unit may have cost at most',
    labelNames: ['agency'],
    registers: [this.#registry],
  });
  readonly #errors = new Counter({
    name: 'hub_errors_total',
    help: 'Errors that left for clients, by their code',
    labelNames: ['code'],
    registers: [this.#registry],
  });
  readonly #calls = new Histogram({
    name: 'hub_subgraph_call_seconds',
    help: 'Time that calls of each subgraph took',
    labelNames: ['subgraph', 'outcome'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #responses = new Counter({
    name: 'hub_http_responses_total',
    help: 'Answers over HTTP, by their status',
    labelNames: ['status'],
    registers: [this.#registry],
  });

  constructor(present: () => Present) {
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, read: (now: Present) => number) =>
      new Gauge({
        ...{ name, help, registers: [this.#registry] },
        collect() {
          this.set(read(present()));
        },
      });
    gauge('hub_requests_in_flight', 'Requests that are being carried out', ({ inFlight }) => inFlight);
    gauge('hub_delay_seconds', 'How late the process is with what it has to do', (now) => now.delaySeconds);
    gauge('hub_subscriptions', 'Subscriptions that are open', ({ subscriptions }) => subscriptions);
    gauge('hub_channels', 'Different subscriptions that are open', ({ channels }) => channels);
    gauge(
      'hub_subgraphs_left_alone',
      'Subgraphs that are not asked because they failed',
      (now) => now.subgraphsLeftAlone,
    );
  }

  /** Notes an operation that was answered. The codes are those of its errors. */
  operation(ended: {
    context: GatewayContext;
    /** Null when it has none, or none that is to be told apart. */
    name: string | null;
    kind: string;
    seconds: number;
    codes: readonly string[];
  }): void {
    const { context, kind, seconds, codes } = ended;
    const outcome = codes.length > 0 ? 'errors' : 'ok';
    // Only who is signed in may make up names that are told apart.
    const name = context.caller && ended.name !== null ? this.#operations.of(ended.name) : 'unnamed';
    const agency = context.caller ? this.#agencies.of(context.caller.agency) : 'nobody';
    this.#requests.observe({ operation: name, kind, outcome }, seconds);
    this.#byAgency.inc({ agency, outcome });
    if (context.cost) this.#cost.inc({ agency }, context.cost);
    for (const code of codes) this.#errors.inc({ code });
  }

  call(subgraph: string, outcome: CallOutcome, seconds: number): void {
    this.#calls.observe({ subgraph, outcome }, seconds);
  }

  response(status: number): void {
    this.#responses.inc({ status: String(status) });
  }

  /** All of it, as Prometheus reads it, and its content type. */
  async read(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }
}
