import { hostname } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import type { Logger } from 'pino';
import type { Keyring } from '../subgraphs/kit/keyring';
import { SetupError } from '../subgraphs/kit/migrate';
import { RegistryRoutes } from '../subgraphs/kit/registry-routes';
import { SUPERGRAPH_FILE } from '../subgraphs/kit/sdl';
import type { Tracing } from '../subgraphs/kit/tracing';
import { ROLES } from '../subgraphs/kit/viewer';
import { demoIssuer, mintDemoToken } from './access/demo-issuer';
import { GrantBook } from './access/grants';
import { Heads } from './access/heads';
import { ReceiptSealer } from './access/receipts';
import { type Issuer, TokenVerifier } from './access/tokens';
import { Viewers } from './access/viewers';
import type { RegisteredDocuments } from './documents';
import type { FaultSettings } from './faults/settings';
import type { Limits } from './limits/limits';
import type { LiveLimits } from './live/live';
import type { Metrics } from './observe/metrics';
import { serveMetrics } from './observe/server';
import type { DemoOptions, DemoUnit } from './pages';
import { createGateway } from './server';
import type { ProviderOptions } from './sign-in/provider';
import type { SubgraphLink } from './subgraph-link';
import { SupergraphFile } from './supergraph-file';

export interface GatewayStartOptions {
  host: string;
  port: number;
  /** Where people reach the hub, behind a proxy; what each request says when left out. */
  publicAddress?: string | null;
  keyring: Keyring;
  issuers: readonly Issuer[];
  /** Where people may sign in to the pages. */
  signIn?: readonly ProviderOptions[];
  /** The demo issuer's private key; null without demo data. */
  demoKey: JWK | null;
  links: readonly SubgraphLink[];
  /** The supergraph, which is looked at again every second; the committed one when left out. */
  supergraphFile?: string;
  /** Limits of requests other than the usual. */
  limits?: Partial<Limits>;
  /** Documents that are registered, and whether nothing else is answered. */
  documents?: RegisteredDocuments;
  /** How long things may take, other than usual. */
  faults?: Partial<FaultSettings>;
  /** From how many milliseconds on an operation is logged with its plan. */
  slowMs?: number;
  /** Where Prometheus is told what is counted; nowhere when left out. */
  metricsPort?: number;
  /** What records traces; nothing when left out. */
  tracing?: Tracing;
  /** Whether callers decide what is recorded of their requests; see `tracing.ts` of the kit. */
  trustsCallerTraces?: boolean;
  /** Limits of subscriptions other than the usual. */
  live?: Partial<LiveLimits>;
  logger: Logger;
}

export interface RunningGateway {
  readonly app: FastifyInstance;
  readonly url: string;
  /** Where Prometheus is told what is counted. */
  readonly metricsUrl: string | null;
  /** Takes what the supergraph's file holds, even if it looks as before. Never throws. */
  reload(): Promise<void>;
}

/** Starts the gateway. Throws a sentence when it cannot listen, or there is no supergraph to serve. */
export async function startGateway(options: GatewayStartOptions): Promise<RunningGateway> {
  const { keyring, demoKey, logger } = options;
  const links = new Map(options.links.map((link) => [link.name, link]));
  const names = [...links.keys()];
  const registry = links.get('registry');
  if (!registry) throw new Error('the gateway needs the registry');
  const routes = new RegistryRoutes(registry, keyring);
  const grants = new GrantBook(routes, logger);
  const name = hostname();
  const receipts = new ReceiptSealer(routes, new Heads(keyring, name), logger);
  const take = (supergraphSdl: string) => serve(supergraphSdl);
  const supergraph = new SupergraphFile(options.supergraphFile ?? SUPERGRAPH_FILE, names, take, logger);
  const { app, metrics, serve } = await createGateway({
    supergraphSdl: supergraph.read(),
    links,
    keyring,
    limits: options.limits,
    faults: options.faults,
    documents: options.documents,
    slowMs: options.slowMs,
    tracing: options.tracing,
    trustsCallerTraces: options.trustsCallerTraces,
    live: options.live,
    tokens: new TokenVerifier([...options.issuers, ...(demoKey ? [demoIssuer(demoKey)] : [])]),
    viewers: new Viewers(routes, keyring, grants),
    grants,
    receipts,
    name,
    publicAddress: options.publicAddress ?? null,
    signIn: options.signIn ?? [],
    pages: {
      directory: path.join(__dirname, 'web', 'dist'),
      ...(demoKey && { demo: demoPages(demoKey, routes) }),
    },
    logger,
  });
  grants.start();
  await supergraph.start();
  const forget = keyring.onReplaced(() => receipts.renewKey());
  app.addHook('onClose', async () => {
    forget();
    grants.stop();
    await supergraph.stop();
    await receipts.stop();
  });
  try {
    const metricsUrl = await listenForPrometheus(app, metrics, options);
    const url = await app.listen({ host: options.host, port: options.port }).catch((error: unknown) => {
      throw cannotListen(error, options, 'PORT');
    });
    return { app, url, metricsUrl, reload: () => supergraph.look({ anyway: true }) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listenForPrometheus(
  app: FastifyInstance,
  metrics: Metrics,
  { host, metricsPort: port }: GatewayStartOptions,
): Promise<string | null> {
  if (port === undefined) return null;
  const server = serveMetrics(metrics);
  app.addHook('onClose', () => server.close());
  try {
    return `${await server.listen({ host, port })}/metrics`;
  } catch (error) {
    throw cannotListen(error, { host, port }, 'METRICS_PORT');
  }
}

/** The sentence for an address that cannot be listened on; other errors as they are. */
export function cannotListen(
  error: unknown,
  { host, port }: { host: string; port: number },
  setting: string,
): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new SetupError(
        `Port ${port} on ${host} is taken. Stop what listens there, or set ${setting} to another port.`,
      );
    case 'EACCES':
      return new SetupError(
        `Port ${port} may not be opened by this user. Set ${setting} to a port above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SetupError(`This machine has no address ${host}. Set HOST to one that it has.`);
    default:
      return error;
  }
}

function demoPages(key: JWK, routes: RegistryRoutes): DemoOptions {
  return {
    roles: ROLES,
    units: async () => (await routes.ask('units', {})) as DemoUnit[],
    mint: ({ agency, role }) => mintDemoToken(key, { agency, roles: [role], user: 'analyst' }),
  };
}
