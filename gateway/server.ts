import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify';
import type { Logger } from 'pino';
import { Cancellation } from '../subgraphs/kit/cancellation';
import { drainRequestsOnly } from '../subgraphs/kit/draining';
import { ClientError } from '../subgraphs/kit/errors';
import type { Keyring } from '../subgraphs/kit/keyring';
import { languageOf } from '../subgraphs/kit/language';
import { accountForSharing } from './access/account';
import type { GrantBook } from './access/grants';
import type { ReceiptSealer } from './access/receipts';
import type { Bearer, TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import { answerBatch } from './batch';
import { certificates } from './certificates';
import { GatewayContext, type Origin, REPORTS } from './context';
import { Documents, type RegisteredDocuments } from './documents';
import { answerHttpError, maskErrors, requireOperation } from './errors';
import { stringifyAnswer } from './executor/rendered';
import { Load } from './faults/load';
import { FAULT_SETTINGS, type FaultSettings } from './faults/settings';
import { FederationGateway } from './federation-gateway';
import { DocumentStore } from './limits/document-store';
import { LIMITS, type Limits } from './limits/limits';
import { OperationLimits } from './limits/operations';
import { checkParameters } from './limits/parameters';
import { Rates } from './limits/rates';
import { overloaded } from './limits/refusals';
import { acceptSubscriptions } from './live/accept';
import { Door, type Visitor } from './live/door';
import { LIVE_LIMITS, Live, type LiveLimits } from './live/live';
import { EventStreams, wantsEvents } from './live/sse';
import { WebSockets } from './live/web-socket';
import { Metrics } from './observe/metrics';
import { noteCalls, observe } from './observe/observe';
import { type PagesOptions, pages } from './pages';
import { SignIn } from './sign-in';
import type { ProviderOptions } from './sign-in/provider';
import { SubgraphCalls } from './subgraph-calls';
import type { SubgraphLink } from './subgraph-link';

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
  /** Limits of subscriptions other than the usual. */
  live?: Partial<LiveLimits>;
  logger: Logger;
}

/** What takes longer is logged with its plan, unless said otherwise. */
const SLOW_MS = 1_000;
const GRAPHQL_PATH = '/graphql';
/** How long a request may take to arrive: one that trickles in holds a connection for no longer. */
const REQUEST_ARRIVES_MS = 30_000;

/** The edge of the hub: GraphQL at `/graphql`, the pages, and health. Not listening yet. */
export async function createGateway(
  options: GatewayOptions,
): Promise<{ app: FastifyInstance; metrics: Metrics; serve: (supergraphSdl: string) => Promise<void> }> {
  const { logger, links } = options;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const liveLimits: LiveLimits = { ...LIVE_LIMITS, ...options.live };
  const app = Fastify({ bodyLimit: limits.bodyBytes, requestTimeout: REQUEST_ARRIVES_MS });
  drainRequestsOnly(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    answerHttpError(error, request, reply, { logger, limits }),
  );

  const faults: FaultSettings = { ...FAULT_SETTINGS, ...options.faults };
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
  );
  const operationLimits = new OperationLimits(limits, new Rates(limits));
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) =>
    operationLimits.serve(apiSchema, coreSupergraphSdl),
  );
  const live = new Live({
    ...options,
    limits: liveLimits,
    call: (context) => (subgraph, request) => subgraphs.call(context, subgraph, request),
    executorOf: (schema) => gateway.executorOf(schema),
  });
  const { manifest = new Map(), isSafelist = false } = options.documents ?? {};
  const documents = new Documents(manifest, isSafelist);
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    stringifyResult: stringifyAnswer,
    introspection: true,
    // The limits see to it, in their order; see `OperationLimits`.
    dangerouslyDisableValidation: true,
    documentStore: new DocumentStore(limits),
    persistedQueries: { cache: documents.cache },
    parseOptions: { maxTokens: limits.tokens },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: logger.child({ part: 'graphql' }, { level: 'warn' }),
    plugins: [
      // The library's own page loads from its vendor; `/graphiql` is ours.
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
      documents.plugin,
      operationLimits.plugin,
      requireOperation,
      acceptSubscriptions,
      maskErrors(logger),
      accountForSharing(options),
      observe({ metrics, logger, slowMs: options.slowMs ?? SLOW_MS }),
    ],
  });
  await apollo.start();

  const identify = async (
    said: { authorization?: string; purpose?: string; language?: string },
    session: Bearer | null = null,
  ) => {
    // A token that somebody sends goes before the session of the browser that they are signed in with.
    const bearer = (await options.tokens.verify(said.authorization)) ?? session;
    const caller = bearer && (await options.viewers.callerOf(bearer, decodePurpose(said.purpose)));
    return { bearer, caller, language: languageOf(said.language) } satisfies Visitor & {
      bearer: Bearer | null;
    };
  };
  const door = new Door(apollo, live, options.viewers, limits);
  const streams = new EventStreams(door, liveLimits.pingMs);
  const sockets = new WebSockets({ door, path: GRAPHQL_PATH, pingMs: liveLimits.pingMs, logger, identify });
  sockets.attach(app);
  app.addHook('preClose', async () => {
    streams.stop();
    load.stop();
    await live.drain();
    await sockets.stop();
  });

  const signIn = new SignIn({ ...options, providers: options.signIn });
  await app.register((scope) => signIn.register(scope));

  const visitors = new WeakMap<FastifyRequest, Visitor>();
  const visitorOf = (request: FastifyRequest): Visitor => {
    const visitor = visitors.get(request);
    if (!visitor) throw new Error('a request reached its handler and nobody knows from whom');
    return visitor;
  };
  const origins = new WeakMap<FastifyRequest, Origin>();
  const contextOf = (request: FastifyRequest): GatewayContext => {
    const { caller, language } = visitorOf(request);
    return new GatewayContext(options.viewers, caller, language, null, origins.get(request));
  };
  const answerOnce = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
  const answer: RouteHandlerMethod = function (request, reply) {
    origins.set(request, { ...originOf(request), cancellation: cancelledBy(reply, faults.requestTimeoutMs) });
    return load.during(async () =>
      Array.isArray(request.body)
        ? answerBatch(request, reply, { apollo, limit: limits.batch, contextOf: () => contextOf(request) })
        : answerOnce.call(this, request, reply),
    );
  };
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: GRAPHQL_PATH,
    onRequest: async ({ headers }) => {
      if (!load.hasRoom) throw overloaded();
      refuseEncoded(headers['content-encoding']);
    },
    preHandler: async (request) => {
      const { body } = request;
      for (const parameters of Array.isArray(body) ? body.slice(0, limits.batch) : [body ?? request.query]) {
        checkParameters(parameters, limits);
      }
      const { authorization, 'hub-purpose': purpose, 'accept-language': language } = request.headers;
      const said = { authorization, purpose: oneOf(purpose), language };
      visitors.set(request, await identify(said, await signIn.bearerOf(request)));
    },
    onResponse: async (_request, { statusCode }) => metrics.response(statusCode),
    handler(request, reply) {
      return wantsEvents(request)
        ? streams.answer(request, reply, visitorOf(request))
        : answer.call(this, request, reply);
    },
  });
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const parts = Object.fromEntries(
      await Promise.all(
        [...links].map(
          async ([name, link]) => [name, (await link.isReady()) ? 'ok' : 'unavailable'] as const,
        ),
      ),
    );
    const isReady = Object.values(parts).every((state) => state === 'ok');
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable', parts });
  });
  await app.register(certificates, {
    tourism: links.get('tourism'),
    publicAddress: options.publicAddress,
  });
  await app.register(pages, options.pages);
  return { app, metrics, serve: (supergraphSdl) => gateway.update(supergraphSdl) };
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/** That a request is given up when its client is gone, or its time is over. */
function cancelledBy({ raw }: FastifyReply, timeoutMs: number): Cancellation {
  const cancellation = new Cancellation();
  const timer = setTimeout(() => cancellation.cancel('TIME'), timeoutMs);
  raw.once('close', () => {
    clearTimeout(timer);
    if (!raw.writableFinished) cancellation.cancel('GONE');
  });
  return cancellation;
}

function originOf({ ip, headers }: FastifyRequest): Origin {
  const said = oneOf(headers['hub-report']);
  if (said === undefined) return { address: ip };
  const names = said.split(',').map((name) => name.trim());
  return { address: ip, reports: REPORTS.filter((report) => names.includes(report)) };
}

/** What is packed could unpack to any size. */
function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  const text = {
    en: `The hub takes no bodies packed with ${encoding.slice(0, 20)}. Send the body as it is.`,
    zh: `平台不接收以 ${encoding.slice(0, 20)} 压缩的请求体，请直接发送原文。`,
  };
  throw Object.assign(new ClientError('BAD_REQUEST', text), { statusCode: 415 });
}

/** What a caller says it reads for: percent-encoded UTF-8, because headers carry ASCII. */
function decodePurpose(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    throw new ClientError('BAD_REQUEST', {
      en: 'The hub-purpose header is not percent-encoded UTF-8. Encode it with encodeURIComponent or its like.',
      zh: 'hub-purpose 请求头不是有效的 UTF-8 百分号编码，请编码后再发送。',
    });
  }
}
