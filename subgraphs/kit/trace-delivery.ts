import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type {
  IdGenerator,
  ReadableSpan,
  Sampler,
  SamplingResult,
  SpanExporter,
  SpanProcessor,
  TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { OWN_DECISION, Tracing } from './tracing';

/** Which traces are recorded, by the names that OpenTelemetry gives the ways to decide. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

export interface DeliveryOptions {
  /** Where spans are sent: the address of a collector that takes OTLP as JSON over HTTP. */
  readonly url: string;
  /** Headers that the collector wants; those of the environment when left out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  /** The part that is recorded, of samplers by ratio. */
  readonly ratio: number;
  /** Who sends: `service.name` and what else there is to say. */
  readonly resource: Readonly<Record<string, string | number>>;
  /** For how long spans wait for others to travel with. */
  readonly delayMs: number;
  /** How many spans may wait at most, and be sent at once. */
  readonly queueSize: number;
  readonly batchSize: number;
  readonly logger: Logger;
}

export interface TraceDelivery {
  readonly tracing: Tracing;
  /** Sends what is still here. Never throws, and takes no longer than a few seconds. */
  stop(): Promise<void>;
}

/** A collector that hangs must not hold up the end of the hub. */
const STOP_MS = 3_000;
const SEND_MS = 10_000;

/**
 * Records spans and sends them to a collector. What cannot be sent is given up, and requests never hear of it. The library
 * is loaded here, so that a process whose traces go nowhere does without.
 */
export async function deliverTraces(options: DeliveryOptions): Promise<TraceDelivery> {
  const { url, headers, delayMs, queueSize, batchSize } = options;
  const sdk = await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { BatchSpanProcessor, TracerProvider } = sdk;
  const delivery = new Delivery(
    new OTLPTraceExporter({ url, headers, timeoutMillis: SEND_MS, keepAlive: true }),
    options,
  );
  const batches = new BatchSpanProcessor({
    exporter: delivery,
    scheduledDelayMillis: delayMs,
    maxQueueSize: queueSize,
    maxExportBatchSize: Math.min(batchSize, queueSize),
  });
  const provider = new TracerProvider({
    sampler: new HubSampler(samplerOf(sdk, options), sdk),
    resource: resourceOf(options.resource),
    spanProcessors: [delivery.before(batches)],
  });
  return {
    tracing: new Tracing(provider.getTracer('delta-hub')),
    stop: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_MS);
      });
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

type Sdk = typeof import('@opentelemetry/sdk-trace');

/** A trace is recorded whole or not at all, so what follows a parent goes without saying. */
function samplerOf(sdk: Sdk, { sampler, ratio }: DeliveryOptions): Sampler {
  switch (sampler) {
    case 'always_on':
    case 'parentbased_always_on':
      return new sdk.AlwaysOnSampler();
    case 'always_off':
    case 'parentbased_always_off':
      return new sdk.AlwaysOffSampler();
    case 'traceidratio':
    case 'parentbased_traceidratio':
      return new sdk.TraceIdRatioBasedSampler(ratio);
  }
}

/**
 * Decides as it was configured about what begins here. What goes on with what began elsewhere is recorded if that is,
 * unless a caller began it who is not to decide: then it is recorded as often as any, whatever id and flag they gave it.
 */
class HubSampler implements Sampler {
  readonly #ids: IdGenerator;
  readonly #recorded: SamplingResult;
  readonly #left: SamplingResult;

  constructor(
    private readonly configured: Sampler,
    { RandomIdGenerator, SamplingDecision }: Sdk,
  ) {
    this.#ids = new RandomIdGenerator();
    this.#recorded = { decision: SamplingDecision.RECORD_AND_SAMPLED };
    this.#left = { decision: SamplingDecision.NOT_RECORD };
  }

  shouldSample(
    context: Context,
    _traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (parent && !context.getValue(OWN_DECISION)) {
      return (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? this.#left : this.#recorded;
    }
    const id = this.#ids.generateTraceId();
    return this.configured.shouldSample(ROOT_CONTEXT, id, name, kind, attributes, links);
  }

  toString(): string {
    return `HubSampler{${this.configured.toString()}}`;
  }
}

function resourceOf(attributes: DeliveryOptions['resource']): NonNullable<TracerProviderOptions['resource']> {
  const resource: NonNullable<TracerProviderOptions['resource']> = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

type Sent = Parameters<SpanExporter['export']>[1];

/**
 * Spans on their way: lets no more wait than there is room for, those included that are being sent, and says once that
 * spans are lost, and once that they arrive again, with how many were.
 */
class Delivery implements SpanExporter {
  #waiting = 0;
  #lost = 0;
  #isFailing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly options: Pick<DeliveryOptions, 'queueSize' | 'logger' | 'url'>,
  ) {}

  /** What takes spans that have ended, and hands on those for which there is room. */
  before(batches: SpanProcessor): SpanProcessor {
    return {
      onStart: () => {},
      onEnd: (span) => {
        if (this.#waiting >= this.options.queueSize) {
          this.#lose(1, 'more of them come than can be sent');
          return;
        }
        this.#waiting += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    };
  }

  export(spans: ReadableSpan[], told: Sent): void {
    this.exporter.export(spans, (result) => {
      this.#waiting -= spans.length;
      if (result.error) this.#lose(spans.length, result.error.message);
      else this.#arrived();
      told(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  async shutdown(): Promise<void> {
    await this.exporter.shutdown();
    if (this.#lost > 0) this.options.logger.warn({ spans: this.#lost }, 'spans of traces were lost');
  }

  #lose(spans: number, why: string): void {
    this.#lost += spans;
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { logger, url } = this.options;
    logger.warn(
      { spans: this.#lost, why, collector: new URL(url).origin },
      'spans of traces are being lost; requests are not affected, and this is said once until they arrive again',
    );
  }

  #arrived(): void {
    if (!this.#isFailing) return;
    this.options.logger.warn({ spans: this.#lost }, 'spans of traces arrive again; so many were lost');
    this.#isFailing = false;
    this.#lost = 0;
  }
}
