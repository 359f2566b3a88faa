import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { SHARING_EXTENSION, type SharingReport } from '../subgraphs/kit/disclosures';
import { drainRequestsOnly } from '../subgraphs/kit/draining';
import { ClientError } from '../subgraphs/kit/errors';
import { languageOf } from '../subgraphs/kit/language';
import { accountForSharing } from './access/account';
import type { GrantBook } from './access/grants';
import type { ReceiptSealer } from './access/receipts';
import type { TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import { GatewayContext } from './context';
import { answerHttpError, BODY_LIMIT, maskErrors, requireOperation } from './errors';
import { type PagesOptions, pages } from './pages';
import { isMutation, type SubgraphLink, subgraphUnavailable } from './subgraph-link';

const REGISTRY = 'registry';

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
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  drainRequestsOnly(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    answerHttpError(error, request, reply, logger),
  );

  // The library reports usage to its vendor unless told not to before it is constructed.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => sourceOf(name, options),
    logger: logger.child({ part: 'query planner' }, { level: 'warn' }),
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
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

/**
 * A subgraph as the query plan's executor calls it. A subgraph that does not answer costs its own fields. What it says
 * of sharing, beside its answer, is the gateway's to know.
 */
function sourceOf(name: string, { links, grants, logger }: GatewayOptions): GraphQLDataSource {
  const link = links.get(name);
  if (!link) throw new Error(`the supergraph names the subgraph ${name}, to which there is no link`);
  const process: GraphQLDataSource['process'] = async ({ request, context }) => {
    const { language, requestId, disclosures, headers } = bindContext(context as GatewayContext, name);
    const { query, variables, operationName } = request;
    try {
      const answer = await link.answer({ query, variables, operationName }, headers);
      const report = answer.extensions?.[SHARING_EXTENSION];
      if (report) disclosures.union(report as SharingReport);
      // What this gateway carried out counts here from now on, and not only once the registry is asked again. When it
      // cannot be asked, grants lapse within a second; what was carried out stands all the same.
      if (name === REGISTRY && isMutation(query)) {
        await grants
          .refresh()
          .catch((error: unknown) => logger.warn({ err: error, requestId }, 'grants are not fresh'));
      }
      return answer as Awaited<ReturnType<GraphQLDataSource['process']>>;
    } catch (error) {
      logger.error({ err: error, requestId, subgraph: name }, 'a subgraph did not answer');
      const { code, text, details } = error instanceof ClientError ? error : subgraphUnavailable(name);
      return { data: null, errors: [new GraphQLError(text[language], { extensions: { code, ...details } })] };
    }
  };
  return { process };
}

const bindContext = (context: GatewayContext, subgraph: string) => ({
  language: context.language,
  requestId: context.requestId,
  disclosures: context.disclosures,
  headers: context.headersFor(subgraph),
});
