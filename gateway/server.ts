import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { drainRequestsOnly } from '../subgraphs/kit/draining';
import type { Keyring } from '../subgraphs/kit/keyring';
import type { Tracing } from '../subgraphs/kit/tracing';
import type { GrantBook } from './access/grants';
import type { ReceiptSealer } from './access/receipts';
import type { TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import { certificates } from './certificates';
import type { GatewayContext } from './context';
import type { RegisteredDocuments } from './documents';
import { answerHttpError } from './errors';
import { Arrivals } from './faults/arrivals';
import { Load } from './faults/load';
import { FAULT_SETTINGS, type FaultSettings } from './faults/settings';
import { FederationGateway } from './federation-gateway';
import { GRAPHQL_PATH, graphqlEndpoint } from './graphql-endpoint';
import { startGraphQLServer } from './graphql-server';
import { health } from './health';
import { LIMITS, type Limits } from './limits/limits';
import { Door } from './live/door';
import { LIVE_LIMITS, Live, type LiveLimits } from './live/live';
import { EventStreams } from './live/sse';
import { WebSockets } from './live/web-socket';
import { Metrics } from './observe/metrics';
import { noteCalls } from './observe/observe';
import { RequestSpans } from './observe/request-spans';
import { type PagesOptions, pages } from './pages';
import { SignIn } from './sign-in';
import type { ProviderOptions } from './sign-in/provider';
import { SubgraphCalls } from './subgraph-calls';
import type { SubgraphLink } from './subgraph-link';
import { Visitors } from './visitors';

export interface GatewayOptions {
  supergraphSdl: string;
  links: ReadonlyMap<string, SubgraphLink>;
  tokens: TokenVerifier;
  viewers: Viewers;
  grants: GrantBook;
  receipts: ReceiptSealer;
  /** Where people reach the hub; what each request says when null. */
  publicAddress: string | null;
  /** What this gateway is called in receipts. */
  name: string;
  pages: PagesOptions;
  /** Where people may sign in to the pages. */
  signIn: readonly ProviderOptions[];
  /** By which subgraphs know the gateway. */
  keyring: Keyring;
  /** Limits of requests other than the usual. */
  limits?: Partial<Limits>;
  /** Documents that are registered, and whether nothing else is answered. */
  documents?: RegisteredDocuments;
  /** How long things may take, other than usual. */
  faults?: Partial<FaultSettings>;
  /** From how many milliseconds on an operation is logged with its plan. */
  slowMs?: number;
  /** What records traces; nothing when left out. */
  tracing?: Tracing;
  /** Whether callers decide what is recorded of their requests. */
  trustsCallerTraces?: boolean;
  /** Limits of subscriptions other than the usual. */
  live?: Partial<LiveLimits>;
  logger: Logger;
}

/** How long the headers of a request may take to arrive, and how often that is looked at. */
const HEADERS_ARRIVE_MS = 10_000;
const LOOK_MS = 1_000;

const slowestMs = ({ bodyBytes }: Limits, { bodyBytesPerSecond }: FaultSettings): number =>
  Math.ceil((bodyBytes / bodyBytesPerSecond) * 1_000);

/** The edge of the hub: GraphQL at `/graphql`, the pages, and health. Not listening yet. */
export async function createGateway(
  options: GatewayOptions,
): Promise<{ app: FastifyInstance; metrics: Metrics; serve: (supergraphSdl: string) => Promise<void> }> {
  const { logger, links, viewers, publicAddress } = options;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const liveLimits: LiveLimits = { ...LIVE_LIMITS, ...options.live };
  const faults: FaultSettings = { ...FAULT_SETTINGS, ...options.faults };
  const app = Fastify({
    bodyLimit: limits.bodyBytes,
    // What the slowest of the largest bodies takes; see `Arrivals`.
    requestTimeout: HEADERS_ARRIVE_MS + faults.bodyGraceMs + slowestMs(limits, faults),
    http: { headersTimeout: HEADERS_ARRIVE_MS, connectionsCheckingInterval: LOOK_MS },
  });
  app.server.maxConnections = faults.connections;
  drainRequestsOnly(app);
  new Arrivals(faults).watch(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    answerHttpError(error, request, reply, { logger, limits }),
  );

  const load = new Load(faults);
  const metrics = new Metrics(() => ({
    inFlight: load.inFlight,
    delaySeconds: load.delayMs / 1_000,
    ...live.size,
    subgraphsLeftAlone: subgraphs.leftAlone.length,
  }));
  const subgraphs = new SubgraphCalls({ ...options, onCall: noteCalls(metrics) });
  const gateway = new FederationGateway(
    options.supergraphSdl,
    (context: GatewayContext, subgraph, request) => subgraphs.call(context, subgraph, request),
    logger.child({ part: 'query planner' }, { level: 'warn' }),
    ({ places }) => places,
  );
  const server = await startGraphQLServer(app, { ...options, gateway, limits, metrics });

  const signIn = new SignIn({ ...options, providers: options.signIn });
  const visitors = new Visitors({ ...options, signIn });
  const live = new Live({
    ...options,
    limits: liveLimits,
    pageTimeoutMs: faults.subgraphTimeoutMs,
    call: (context) => (subgraph, request) => subgraphs.call(context, subgraph, request),
    executorOf: (schema) => gateway.executorOf(schema),
  });
  const door = new Door(server.apollo, live, viewers, limits, load, options.tracing);
  const streams = new EventStreams(door, liveLimits.pingMs);
  const sockets = new WebSockets({
    door,
    path: GRAPHQL_PATH,
    pingMs: liveLimits.pingMs,
    requestTimeoutMs: faults.requestTimeoutMs,
    logger,
    identify: (said) => visitors.identify(said),
  });
  sockets.attach(app);
  app.addHook('preClose', async () => {
    streams.stop();
    load.stop();
    await live.drain();
    await sockets.stop();
  });

  await app.register((scope) => signIn.register(scope));
  await app.register(graphqlEndpoint, {
    ...{ server, visitors, viewers, streams, load, limits, metrics },
    requestTimeoutMs: faults.requestTimeoutMs,
    ...(options.tracing && { spans: new RequestSpans(options.tracing, options) }),
  });
  await app.register(health, { links });
  await app.register(certificates, {
    ...{ tourism: links.get('tourism'), publicAddress },
    timeoutMs: faults.subgraphTimeoutMs,
  });
  await app.register(pages, options.pages);
  return { app, metrics, serve: (supergraphSdl) => gateway.update(supergraphSdl) };
}
