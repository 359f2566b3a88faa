import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { SetupError } from '../subgraphs/kit/migrate';
import {
  type DeliveryOptions,
  deliverTraces,
  SAMPLERS,
  type SamplerName,
} from '../subgraphs/kit/trace-delivery';
import type { Tracing } from '../subgraphs/kit/tracing';
import type { Config } from './config';
import type { Running } from './lifecycle';

type Environment = Readonly<Record<string, string | undefined>>;

/** How traces are sent. */
export type TraceSettings = Omit<DeliveryOptions, 'logger' | 'headers'>;

const PATH = 'v1/traces';
const PROTOCOL = 'http/json';
const BY_RATIO: ReadonlySet<string> = new Set<SamplerName>(['traceidratio', 'parentbased_traceidratio']);
/**
 * What the environment says of traces, by the names that OpenTelemetry gives; null when they are sent nowhere. Throws a
 * sentence for what makes no sense.
 */
export function readTracing(env: Environment, positive: (name: string, otherwise: number) => number) {
  const isOff = flag(env, 'OTEL_SDK_DISABLED') || env.OTEL_TRACES_EXPORTER === 'none';
  const url = addressOf(env);
  if (isOff || url === null) return null;
  oneOf(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'none']);
  oneOf(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', [PROTOCOL]);
  oneOf(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', [PROTOCOL]);
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS']) pairs(env, name);
  const sampler = oneOf(env, 'OTEL_TRACES_SAMPLER', SAMPLERS) ?? 'parentbased_always_on';
  return {
    url,
    sampler,
    ratio: ratio(env, sampler),
    resource: {
      ...pairs(env, 'OTEL_RESOURCE_ATTRIBUTES'),
      ...(env.OTEL_SERVICE_NAME !== undefined && { 'service.name': env.OTEL_SERVICE_NAME }),
    },
    delayMs: positive('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    queueSize: positive('OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
    batchSize: positive('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
  } satisfies TraceSettings;
}

/** Has a process's traces sent, as long as it runs; undefined when they are sent nowhere. */
export async function startTracing(
  { tracing: settings }: Pick<Config, 'tracing'>,
  service: string,
  { running, logger }: { running: Running; logger: Logger },
): Promise<Tracing | undefined> {
  if (!settings) return undefined;
  const resource = {
    ...{ 'service.name': service, 'host.name': hostname(), 'process.pid': process.pid },
    ...{ 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.language': 'nodejs' },
    ...settings.resource,
  };
  const { tracing, stop } = await deliverTraces({ ...settings, resource, logger });
  running.add(stop);
  return tracing;
}

function addressOf(env: Environment): string | null {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: common } = env;
  if (own !== undefined) return url(own, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (common === undefined) return null;
  return `${url(common, 'OTEL_EXPORTER_OTLP_ENDPOINT').replace(/\/$/, '')}/${PATH}`;
}

function url(text: string, name: string): string {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isAddress) {
    throw new SetupError(`${name} is "${text}"; it must be an address like http://127.0.0.1:4318.`);
  }
  return new URL(text).href;
}

function flag(env: Environment, name: string): boolean {
  const text = oneOf(env, name, ['true', 'false']);
  return text === 'true';
}

function oneOf<Value extends string>(
  env: Environment,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  const value = values.find((each) => each === text);
  if (value === undefined) {
    throw new SetupError(`${name} is "${text}"; here it may be ${values.map((v) => `"${v}"`).join(' or ')}.`);
  }
  return value;
}

function ratio(env: Environment, sampler: SamplerName): number {
  const { OTEL_TRACES_SAMPLER_ARG: text } = env;
  if (text === undefined || !BY_RATIO.has(sampler)) return 1;
  const number = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || number > 1) {
    throw new SetupError(
      `OTEL_TRACES_SAMPLER_ARG is "${text}"; it must be the part of traces to record, from 0 to 1.`,
    );
  }
  return number;
}

/** `name=value` pairs, separated by commas, percent-encoded. What they say is not repeated: it may be a secret. */
function pairs(env: Environment, name: string): Record<string, string> {
  const entries = (env[name] ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    entries.map((pair) => {
      const at = pair.indexOf('=');
      try {
        if (at > 0) return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
      } catch {
        // Said below.
      }
      throw new SetupError(
        `${name} must be pairs like name=value, separated by commas, the values percent-encoded.`,
      );
    }),
  );
}
