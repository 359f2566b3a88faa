import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Provider } from './provider';

type Renewed = Awaited<ReturnType<Provider['renew']>>;

/** How long what came of a renewal is known: a browser that lost the answer asks again within it. */
const KNOWN_MS = 120_000;
const KNOWN = 10_000;

/**
 * Renews once what is asked for more than once. An issuer that gives something new for each renewal takes the second use of
 * the old for theft, and would sign somebody out whose connection broke, or who has two pages open.
 */
export class Renewals {
  readonly #known = new LRUCache<string, Promise<Renewed>>({ max: KNOWN, ttl: KNOWN_MS });

  /** As {@link Provider.renew}. */
  async renew(provider: Provider, refreshToken: string): Promise<Renewed> {
    const key = createHash('sha256').update(`${provider.options.id} ${refreshToken}`).digest('base64');
    const known = this.#known.get(key);
    if (known) return known;
    const asked = provider.renew(refreshToken);
    this.#known.set(key, asked);
    // What failed may go well the next time.
    asked.catch(() => this.#known.delete(key));
    return asked;
  }
}
