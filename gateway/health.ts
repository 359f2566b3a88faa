import type { FastifyInstance } from 'fastify';
import type { SubgraphLink } from './subgraph-link';

/** How the hub is, as a Fastify plugin: `/health/live`, and `/health/ready`, which names the part that is not. */
export async function health(
  app: FastifyInstance,
  { links }: { links: ReadonlyMap<string, SubgraphLink> },
): Promise<void> {
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
}
