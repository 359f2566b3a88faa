import type { FastifyInstance } from 'fastify';

/**
 * Makes closing a server wait for the requests that are under way and for nothing else. A connection that a client keeps
 * for its next request, or has opened without asking anything yet, would hold it up for a minute.
 */
export function drainRequestsOnly(app: FastifyInstance): void {
  let underWay = 0;
  let isClosing = false;
  const hangUpWhenDone = () => {
    if (isClosing && underWay === 0) app.server.closeAllConnections();
  };
  app.addHook('onRequest', async () => {
    underWay += 1;
  });
  app.addHook('onResponse', async () => {
    underWay -= 1;
    hangUpWhenDone();
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    hangUpWhenDone();
  });
}
