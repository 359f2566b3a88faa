import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ClientError, hasKnownCode, maskError } from '../subgraphs/kit/errors';
import { languageOf } from '../subgraphs/kit/language';
import type { TokenVerifier } from './access/tokens';
import type { Viewers } from './access/viewers';
import { GatewayContext } from './context';
import { type PagesOptions, pages } from './pages';
import { type SubgraphLink, subgraphUnavailable } from './subgraph-link';

/** A batch of 10,000 labor-flow rows fits several times over. */
const BODY_LIMIT = 8 * 1024 * 1024;

export interface GatewayOptions {
  supergraphSdl: string;
  links: ReadonlyMap<string, SubgraphLink>;
  tokens: TokenVerifier;
  viewers: Viewers;
  pages: PagesOptions;
  logger: Logger;
}

/** The edge of the hub: GraphQL at `/graphql`, the pages, and health. Not listening yet. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { logger, links } = options;
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    answerHttpError(error, request, reply, logger),
  );

  // The library reports usage to its vendor unless told not to before it is constructed.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => sourceOf(name, links),
    logger: logger.child({ part: 'query planner' }, { level: 'warn' }),
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: logger.child({ part: 'graphql' }, { level: 'warn' }),
    plugins: [fastifyApolloDrainPlugin(app), maskErrors(logger)],
  });
  await apollo.start();

  const contexts = new WeakMap<FastifyRequest, GatewayContext>();
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/graphql',
    preHandler: async (request) => {
      const { authorization, 'hub-purpose': purpose, 'accept-language': language } = request.headers;
      const bearer = await options.tokens.verify(authorization);
      const viewer = bearer && (await options.viewers.viewerOf(bearer, decodePurpose(purpose)));
      contexts.set(request, new GatewayContext(options.viewers, viewer, languageOf(language)));
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

/** A subgraph as the query plan's executor calls it. A subgraph that does not answer costs its own fields. */
function sourceOf(name: string, links: ReadonlyMap<string, SubgraphLink>): GraphQLDataSource {
  const link = links.get(name);
  if (!link) throw new Error(`the supergraph names the subgraph ${name}, to which there is no link`);
  return {
    async process({ request, context }) {
      const gatewayContext = context as GatewayContext;
      const { query, variables, operationName } = request;
      const answer = await link
        .answer({ query, variables, operationName }, gatewayContext.headersFor(name))
        .catch((error: unknown) => {
          const failure = error instanceof ClientError ? error : subgraphUnavailable(name);
          return {
            data: null,
            errors: [
              {
                message: failure.text[gatewayContext.language],
                extensions: { code: failure.code, ...failure.details },
              },
            ],
          };
        });
      return answer as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
  };
}

/** An error without the executor's note of the service that it came from. */
function withoutSource(error: GraphQLError): GraphQLError {
  const { serviceName: _, ...extensions } = error.extensions;
  const { message, path, nodes, source, positions } = error;
  return hasKnownCode(extensions.code)
    ? new GraphQLError(message, { path, nodes, source, positions, extensions })
    : error;
}

/** What went wrong before or beside GraphQL, in the shape of a GraphQL answer. */
function answerHttpError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
) {
  const language = languageOf(request.headers['accept-language']);
  const cause = error instanceof ClientError ? error : clientErrorOf(error);
  const masked = maskError(new GraphQLError(error.message, { originalError: cause }), {
    language,
    requestId: request.id,
    logger,
  });
  return reply.code(statusOf(cause)).send({ errors: [masked] });
}

/** The sentence for an HTTP error of the client's making; other errors come back as they are. */
function clientErrorOf(error: Error & { statusCode?: number }): Error {
  switch (error.statusCode) {
    case 413:
      return new ClientError('BAD_REQUEST', {
        en: `The request is larger than the ${BODY_LIMIT / 1024 / 1024} MB that the hub takes at once. Send it in parts.`,
        zh: `请求超过平台单次可接收的 ${BODY_LIMIT / 1024 / 1024} MB，请分批发送。`,
      });
    case 415:
      return new ClientError('BAD_REQUEST', {
        en: 'The request is not JSON. Send it with content-type: application/json.',
        zh: '请求不是 JSON，请使用 content-type: application/json。',
      });
    case 400:
      return new ClientError('BAD_REQUEST', {
        en: `The request cannot be read: ${error.message}.`,
        zh: `请求无法解析：${error.message}。`,
      });
    default:
      return error;
  }
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (!(error instanceof ClientError)) return 500;
  switch (error.code) {
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
      return 403;
    case 'SUBGRAPH_UNAVAILABLE':
    case 'DATABASE_UNAVAILABLE':
      return 503;
    default:
      return 400;
  }
}

/** Errors leave as `maskError` lets them; what only the executor knows stays here. */
function maskErrors(logger: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue, errors }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          const { language, requestId } = contextValue;
          if (errors?.length) {
            singleResult.errors = errors.map((error) =>
              maskError(withoutSource(error), { language, requestId, logger }),
            );
          }
          delete singleResult.extensions?.valueCompletion;
          if (singleResult.extensions && Object.keys(singleResult.extensions).length === 0)
            delete singleResult.extensions;
          response.http.headers.set('x-request-id', requestId);
        },
      };
    },
  };
}
