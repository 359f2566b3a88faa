import type { FastifyReply } from 'fastify';
import { Cancellation } from '../../subgraphs/kit/cancellation';

/**
 * The one time budget of a request, for everything that is waited for on its behalf: it is given up when its client is
 * gone, or its time is over.
 */
export function timeBudgetOf({ raw }: FastifyReply, timeoutMs: number): Cancellation {
  const cancellation = new Cancellation();
  const timer = setTimeout(() => cancellation.cancel('TIME'), timeoutMs);
  // A stream goes on for longer, and nothing waits for its request any more.
  timer.unref();
  raw.once('close', () => {
    clearTimeout(timer);
    if (!raw.writableFinished) cancellation.cancel('GONE');
  });
  return cancellation;
}
