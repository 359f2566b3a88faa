import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cancellation } from '../subgraphs/kit/cancellation';
import { ClientError } from '../subgraphs/kit/errors';
import { REPORT_HEADER } from '../subgraphs/kit/subgraph';
import type { Viewers } from './access/viewers';
import { answerBatch } from './batch';
import { GatewayContext, type Origin, reportsOf } from './context';
import type { Load } from './faults/load';
import { timeBudgetOf } from './faults/time-budget';
import type { GraphQLServer } from './graphql-server';
import type { Limits } from './limits/limits';
import { checkParameters } from './limits/parameters';
import { overloaded } from './limits/refusals';
import { type EventStreams, wantsEvents } from './live/sse';
import type { Metrics } from './observe/metrics';
import type { RequestSpans } from './observe/request-spans';
import type { Visitors } from './visitors';

export const GRAPHQL_PATH = '/graphql';

export interface GraphQLEndpointOptions {
  readonly server: GraphQLServer;
  readonly visitors: Visitors;
  readonly viewers: Viewers;
  /** Answers with many results. */
  readonly streams: EventStreams;
  readonly load: Load;
  readonly limits: Limits;
  /** From when a request has arrived until it is answered. */
  readonly requestTimeoutMs: number;
  readonly metrics: Metrics;
  /** What is recorded of requests, where traces are. */
  readonly spans?: RequestSpans;
}

/** GraphQL over HTTP, as a Fastify plugin: one operation, a batch of them, or one whose results are server-sent events. */
export async function graphqlEndpoint(app: FastifyInstance, options: GraphQLEndpointOptions): Promise<void> {
  const { server, visitors, viewers, streams, load, limits, requestTimeoutMs, metrics, spans } = options;
  const origins = new WeakMap<FastifyRequest, RequestOrigin>();
  const originFor = (request: FastifyRequest): RequestOrigin => {
    const origin = origins.get(request);
    if (!origin) throw new Error('a request reached its handler and nobody knows from where');
    return spans ? { ...origin, span: spans.operationOf(request) } : origin;
  };
  const contextOf = (request: FastifyRequest): GatewayContext => {
    const { caller, language } = visitors.of(request);
    return new GatewayContext(viewers, caller, language, null, originFor(request));
  };
  const { apollo, known } = server;
  const answerUnknown = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { body } = request;
    if (Array.isArray(body)) {
      return answerBatch(request, reply, {
        server,
        limit: limits.batch,
        contextOf: () => contextOf(request),
      });
    }
    const { accept } = request.headers;
    const operation = request.method === 'POST' ? known.find(body, accept) : null;
    if (operation) {
      const { status, headers, text } = await known.answer(operation, contextOf(request));
      reply.code(status);
      for (const [name, value] of headers) reply.header(name, value);
      return text;
    }
    const text = await answerUnknown.call(app, request, reply);
    if (reply.statusCode === 200) known.learnMediaType(accept, reply.getHeader('content-type'));
    return text;
  };
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: GRAPHQL_PATH,
    onRequest: async ({ headers }) => {
      if (!load.hasRoom) throw overloaded();
      refuseEncoded(headers['content-encoding']);
    },
    preHandler: async (request, reply) => {
      const { body } = request;
      for (const parameters of Array.isArray(body) ? body.slice(0, limits.batch) : [body ?? request.query]) {
        checkParameters(parameters, limits);
      }
      const cancellation = timeBudgetOf(reply, requestTimeoutMs);
      origins.set(request, { ...originOf(request), cancellation });
      // Whoever asks is looked up in the registry, which may be as slow as any subgraph.
      const met = load.during(() => cancellation.race(visitors.meet(request)));
      await (spans ? spans.begin(request, reply, met, () => visitors.of(request)) : met);
    },
    onResponse: async (request, { statusCode }) => {
      metrics.response(statusCode);
      spans?.end(request, statusCode);
    },
    async handler(request, reply) {
      if (!wantsEvents(request)) return load.during(() => answer(request, reply));
      await streams.answer(request, reply, visitors.of(request), originFor(request));
      // The request is answered, however long what it began goes on.
      spans?.end(request, reply.raw.statusCode);
    },
  });
}

type RequestOrigin = Origin & { readonly cancellation: Cancellation };

function originOf({ ip, headers }: FastifyRequest): Origin {
  return { address: ip, reports: reportsOf(headers[REPORT_HEADER]) };
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
