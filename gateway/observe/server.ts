import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

/** Tells Prometheus what is counted, at `/metrics` of an address of its own. Not listening yet. */
export function serveMetrics(metrics: Metrics): FastifyInstance {
  const app = Fastify();
  app.get('/metrics', async (_request, reply) => {
    const { text, type } = await metrics.read();
    return reply.type(type).send(text);
  });
  return app;
}
