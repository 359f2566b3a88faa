import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { drainRequestsOnly } from '../subgraphs/kit/draining';
import { ClientError } from '../subgraphs/kit/errors';
import { languageOf } from '../subgraphs/kit/language';
import { accountForSharing } from './access/account';
import type { GrantBook } from './access/grants';
import type { ReceiptSealer } from './access/receipts';
import type { TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import { certificates } from './certificates';
import { GatewayContext } from './context';
import { answerHttpError, BODY_LIMIT, maskErrors, requireOperation } from './errors';
import { stringifyAnswer } from './executor/rendered';
import { FederationGateway } from './federation-gateway';
import { type PagesOptions, pages } from './pages';
import { SubgraphCalls } from './subgraph-calls';
import type { SubgraphLink } from './subgraph-link';

export interface GatewayOptions {
  supergraphSdl: string;
  links: ReadonlyMap<string, SubgraphLink>;
  tokens: TokenVerifier;
  viewers: Viewers;
  grants: GrantBook;
  receipts: ReceiptSealer;
  /** What this gateway is called in receipts. */
  name: string;
  pages: PagesOptions;
  logger: Logger;
}

/** The edge of the hub: GraphQL at `/graphql`, the pages, and health. Not listening yet. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { logger, links } = options;
  const subgraphs = new SubgraphCalls(options);
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  drainRequestsOnly(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    answerHttpError(error, request, reply, logger),
  );

  const apollo = new ApolloServer<GatewayContext>({
    gateway: new FederationGateway(
      options.supergraphSdl,
      (context: GatewayContext, subgraph, request) => subgraphs.call(context, subgraph, request),
      logger.child({ part: 'query planner' }, { level: 'warn' }),
    ),
    stringifyResult: stringifyAnswer,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: logger.child({ part: 'graphql' }, { level: 'warn' }),
    plugins: [
      // The library's own page loads from its vendor; `/graphiql` is ours.
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
      requireOperation,
      maskErrors(logger),
      accountForSharing(options),
    ],
  });
  await apollo.start();

  const contexts = new WeakMap<FastifyRequest, GatewayContext>();
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/graphql',
    preHandler: async (request) => {
      const { authorization, 'hub-purpose': purpose, 'accept-language': language } = request.headers;
      const bearer = await options.tokens.verify(authorization);
      const caller = bearer && (await options.viewers.callerOf(bearer, decodePurpose(purpose)));
      contexts.set(request, new GatewayContext(options.viewers, caller, languageOf(language)));
    },
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => {
        const context = contexts.get(request);
        if (!context) throw new Error('a request reached its handler without a context');
        return context;
      },
    }),
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
  await app.register(certificates, { tourism: links.get('tourism') });
  await app.register(pages, options.pages);
  return app;
}

/** What a caller says it reads for: percent-encoded UTF-8, because headers carry ASCII. */
function decodePurpose(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string' || header === '') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    throw new ClientError('BAD_REQUEST', {
      en: 'The hub-purpose header is not percent-encoded UTF-8. Encode it with encodeURIComponent or its like.',
      zh: 'hub-purpose 请求头不是有效的 UTF-8 百分号编码，请编码后再发送。',
    });
  }
}
