import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Cancellation } from './cancellation';
import { drainRequestsOnly } from './draining';
import { ClientError, databaseUnavailable, isDatabaseGone } from './errors';
import type { EventsRequest } from './events';
import type { GraphQLRequestBody, RequestHeaders, Subgraph } from './subgraph';

/** Batches of a labor-flow script are the largest bodies. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** A viewer of a unit with thousands of grants passes Node's 16 KB. */
const HEADERS_LIMIT = 256 * 1024;

/** A subgraph as an HTTP service: `POST /graphql`, `POST /events`, the gateways' internal routes, and its health. */
export function serveSubgraph(subgraph: Subgraph, logger: Logger): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_LIMIT, http: { maxHeaderSize: HEADERS_LIMIT } });
  drainRequestsOnly(app);
  app.post<{ Body: GraphQLRequestBody | null }>('/graphql', async (request, reply) =>
    subgraph.answer(request.body ?? {}, request.headers as RequestHeaders, cancelledWhenGone(reply)),
  );
  app.post<{ Body: EventsRequest | null }>('/events', async (request, reply) =>
    subgraph.events(request.body ?? {}, request.headers as RequestHeaders, cancelledWhenGone(reply)),
  );
  // Gateways that wait for the feed to grow would hold up its end.
  app.addHook('preClose', async () => subgraph.watch.stop());
  app.post('/internal/*', async (request, reply) => {
    const path = request.url.slice('/internal/'.length);
    const answer = await subgraph.answerInternally(path, request.body, request.headers as RequestHeaders);
    if (answer === null) return reply.code(404).send({ error: 'There is nothing here.' });
    return answer;
  });
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const isReady = await subgraph.isReady();
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'unavailable', subgraph: subgraph.name });
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    // A gateway asks again; what it was told of a receipt is the same then, whether or not this one was sealed.
    if (isDatabaseGone(error) || error instanceof ClientError) {
      logger.error({ err: error }, 'database unavailable');
      return reply.code(503).send({ error: databaseUnavailable().message });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'unexpected error');
    return reply
      .code(status)
      .send({ error: status < 500 ? error.message : 'Something went wrong on our side.' });
  });
  return app;
}

/** That a request is given up when whoever sent it is gone. */
function cancelledWhenGone({ raw }: FastifyReply): Cancellation {
  const cancellation = new Cancellation();
  raw.once('close', () => {
    if (!raw.writableFinished) cancellation.cancel('GONE');
  });
  return cancellation;
}
