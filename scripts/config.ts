import path from 'node:path';
import type { Issuer } from '../gateway/access/tokens';
import { FAULT_SETTINGS, type FaultSettings } from '../gateway/faults/settings';
import { LIMITS, type Limits } from '../gateway/limits/limits';
import { hubAddressOf } from '../subgraphs/kit/hub-address';
import { SetupError } from '../subgraphs/kit/migrate';
import { readSignIn } from './sign-in';
import { readTracing } from './tracing';

type Environment = Readonly<Record<string, string | undefined>>;

const FIRST_SUBGRAPH_PORT = 4001;

/** What the environment says; see the configuration table in the README. Throws a sentence for what makes no sense. */
export function readConfig(environment: Environment, subgraphNames: readonly string[]) {
  // A variable that is set to nothing is as good as not set.
  const env: Environment = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ''),
  );
  const ofSubgraph = (name: string, setting: string) => env[`${name.toUpperCase()}_${setting}`];
  const hubDatabaseUrl = databaseUrl(env.DATABASE_URL, 'DATABASE_URL');
  const databaseUrls = new Map(
    subgraphNames.map((name) => {
      const own = databaseUrl(ofSubgraph(name, 'DATABASE_URL'), `${name.toUpperCase()}_DATABASE_URL`);
      return [name, own ?? hubDatabaseUrl] as const;
    }),
  );
  const isProduction = env.NODE_ENV === 'production';
  return {
    host: env.HOST ?? '127.0.0.1',
    port: port(env, 'PORT', 4000),
    /** Where people reach the hub, when that is not where it listens; null when nobody has said. */
    publicAddress: publicAddress(env.PUBLIC_URL),
    dataDirectory: path.resolve(env.HUB_DATA_DIR ?? '.data'),
    logLevel: env.LOG_LEVEL ?? 'info',
    /** Fictional units and rows, and tokens for them. */
    hasDemo: flag(env, 'HUB_DEMO', !isProduction),
    isProduction,
    /** What the hub's keys and database passwords follow from, the one that signs in front; see `keyring.ts`. */
    secrets: secrets(env),
    /** The file that holds them instead, and is read anew when it changes. */
    secretFile: env.HUB_SECRET_FILE && path.resolve(env.HUB_SECRET_FILE),
    issuers: readIssuers(env.HUB_ISSUERS ?? ''),
    /** What the gateway serves, and looks at again every second. */
    supergraphFile: env.HUB_SUPERGRAPH && path.resolve(env.HUB_SUPERGRAPH),
    documentFiles: (env.HUB_DOCUMENTS ?? '')
      .split(',')
      .filter((file) => file.trim() !== '')
      .map((file) => path.resolve(file.trim())),
    /** Whether only the documents of those files are answered. */
    isSafelist: flag(env, 'HUB_DOCUMENTS_ONLY', false),
    limits: readLimits(env, isProduction),
    subgraphTimeoutMs: positive(env, 'SUBGRAPH_TIMEOUT_MS', FAULT_SETTINGS.subgraphTimeoutMs),
    faults: readFaults(env),
    slowMs: positive(env, 'SLOW_QUERY_MS', 1_000),
    metricsPort: env.METRICS_PORT === undefined ? undefined : port(env, 'METRICS_PORT', 0),
    /** Where traces are sent; null when nowhere. */
    tracing: readTracing(env, (name, otherwise) => positive(env, name, otherwise)),
    /** Whether callers decide what is recorded, as those of a proxy of the hub's own operators may. */
    trustsCallerTraces: flag(env, 'HUB_TRUST_TRACEPARENT', false),
    /** Where people may sign in to the pages. */
    signIn: env.HUB_SIGN_IN_FILE === undefined ? [] : readSignIn(env.HUB_SIGN_IN_FILE),
    databaseUrl: hubDatabaseUrl,
    databaseUrlOf: (name: string) => databaseUrls.get(name),
    subgraphUrlOf: (name: string) => {
      const text =
        ofSubgraph(name, 'URL') ?? `http://127.0.0.1:${FIRST_SUBGRAPH_PORT + subgraphNames.indexOf(name)}`;
      return url(text, `${name.toUpperCase()}_URL`);
    },
    subgraphPortOf: (name: string) =>
      port(env, `${name.toUpperCase()}_PORT`, FIRST_SUBGRAPH_PORT + subgraphNames.indexOf(name)),
  };
}

export type Config = ReturnType<typeof readConfig>;

function secrets(env: Environment): readonly string[] {
  const { HUB_SECRET: secret, HUB_SECRET_PREVIOUS: previous, HUB_SECRET_FILE: file } = env;
  if (file !== undefined && (secret !== undefined || previous !== undefined)) {
    throw new SetupError('HUB_SECRET_FILE and HUB_SECRET both say what the secrets are. Keep one of them.');
  }
  if (secret === undefined && previous !== undefined) {
    throw new SetupError(
      'HUB_SECRET_PREVIOUS is set without HUB_SECRET. Set HUB_SECRET to the present secret.',
    );
  }
  return [secret, previous].filter((each) => each !== undefined);
}

function positive(env: Environment, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new SetupError(`${name} is "${text}"; it must be a whole number above 0.`);
  return Number(text);
}

function port(env: Environment, name: string, otherwise: number): number {
  const number = env[name] === '0' ? 0 : positive(env, name, otherwise);
  if (number > 65_535) throw new SetupError(`${name} is "${env[name]}"; a port is at most 65535.`);
  return number;
}

function flag(env: Environment, name: string, otherwise: boolean): boolean {
  const text = env[name];
  if (text === undefined) return otherwise;
  if (text !== 'on' && text !== 'off')
    throw new SetupError(`${name} is "${text}"; it must be "on" or "off".`);
  return text === 'on';
}

function url(text: string, name: string): URL {
  if (!URL.canParse(text))
    throw new SetupError(`${name} is "${text}"; it must be an address like http://127.0.0.1:4001.`);
  return new URL(text);
}

function publicAddress(text: string | undefined): string | null {
  if (text === undefined) return null;
  const address = hubAddressOf(text);
  if (address === null) {
    throw new SetupError(
      `PUBLIC_URL is "${text}"; it must be the address by which people reach the hub, like https://hub.example.`,
    );
  }
  return address;
}

function databaseUrl(text: string | undefined, setting: string): string | undefined {
  if (text !== undefined && !/^postgres(?:ql)?:\/\//.test(text)) {
    // The value may hold a password, so it is not repeated.
    throw new SetupError(`${setting} must be an address like postgresql://user:password@host:5432/database.`);
  }
  return text;
}

/** The settings by which limits of requests are other than the usual; see `gateway/README.md`. */
export const LIMIT_SETTINGS = {
  HUB_MAX_BODY_BYTES: 'bodyBytes',
  HUB_MAX_BATCH: 'batch',
  HUB_MAX_DOCUMENT: 'documentCharacters',
  HUB_MAX_TOKENS: 'tokens',
  HUB_MAX_DEPTH: 'depth',
  HUB_MAX_FIELDS: 'fields',
  HUB_MAX_ALIASES: 'aliases',
  HUB_MAX_ROOT_FIELDS: 'rootFields',
  HUB_MAX_DIRECTIVES: 'directives',
  HUB_MAX_LIST: 'listSize',
  HUB_MAX_VARIABLE_VALUES: 'variableValues',
  HUB_MAX_VARIABLE_DEPTH: 'variableDepth',
  HUB_MAX_COST: 'cost',
  HUB_COST_PER_SECOND: 'costPerSecond',
  HUB_COST_BURST: 'costBurst',
} as const satisfies Readonly<Record<string, keyof Limits>>;

function readLimits(env: Environment, isProduction: boolean): Limits {
  const numbers = Object.entries(LIMIT_SETTINGS).map(
    ([setting, limit]) => [limit, positive(env, setting, LIMITS[limit])] as const,
  );
  return {
    ...LIMITS,
    ...Object.fromEntries(numbers),
    anonymousIntrospection: flag(env, 'HUB_ANONYMOUS_INTROSPECTION', !isProduction),
  };
}

/** See the section on faults in `gateway/README.md`. */
const readFaults = (env: Environment): FaultSettings => ({
  ...FAULT_SETTINGS,
  requestTimeoutMs: positive(env, 'HUB_REQUEST_TIMEOUT_MS', FAULT_SETTINGS.requestTimeoutMs),
  subgraphTimeoutMs: positive(env, 'SUBGRAPH_TIMEOUT_MS', FAULT_SETTINGS.subgraphTimeoutMs),
  inFlight: positive(env, 'HUB_MAX_IN_FLIGHT', FAULT_SETTINGS.inFlight),
  delayMs: positive(env, 'HUB_MAX_DELAY_MS', FAULT_SETTINGS.delayMs),
  connections: positive(env, 'HUB_MAX_CONNECTIONS', FAULT_SETTINGS.connections),
  arriving: positive(env, 'HUB_MAX_ARRIVING', FAULT_SETTINGS.arriving),
  arrivingBytes: positive(env, 'HUB_MAX_ARRIVING_BYTES', FAULT_SETTINGS.arrivingBytes),
  bodyBytesPerSecond: positive(env, 'HUB_BODY_BYTES_PER_SECOND', FAULT_SETTINGS.bodyBytesPerSecond),
  circuitFailures: positive(env, 'HUB_CIRCUIT_FAILURES', FAULT_SETTINGS.circuitFailures),
  circuitCalls: positive(env, 'HUB_CIRCUIT_CALLS', FAULT_SETTINGS.circuitCalls),
  circuitProbeMs: positive(env, 'HUB_CIRCUIT_PROBE_MS', FAULT_SETTINGS.circuitProbeMs),
});

/** `name=https://…/jwks.json` pairs, separated by commas. */
function readIssuers(text: string): Issuer[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, name = '', keys = ''] = /^\s*(.+?)=(\S+)\s*$/.exec(part) ?? [];
      if (name === '' || !URL.canParse(keys)) {
        throw new SetupError(
          `HUB_ISSUERS has "${part.trim()}"; each issuer is its name, "=" and the address of its keys (JWKS), separated by commas.`,
        );
      }
      return { name, keys: new URL(keys) };
    });
}
