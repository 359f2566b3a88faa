import { LRUCache } from 'lru-cache';
import type { Limits } from './limits';

/** Who is counted at once. The one who asked longest ago is forgotten first, and with it that it owes something. */
const COUNTED = 20_000;

interface Bucket {
  left: number;
  at: number;
}

/**
 * How much each unit may ask for: a bucket of cost that fills at an even rate. What costs more than a whole bucket is
 * taken from a full one, and the unit then waits for as long as that stands for. Each gateway counts for itself.
 */
export class Rates {
  readonly #buckets = new LRUCache<string, Bucket>({ max: COUNTED });

  constructor(private readonly limits: Pick<Limits, 'costPerSecond' | 'costBurst'>) {}

  /** Takes what an operation costs. Null when it may go ahead; otherwise in how many seconds it may. */
  take(who: string, cost: number, now = Date.now()): number | null {
    const { costPerSecond, costBurst } = this.limits;
    const bucket = this.#bucketOf(who, now);
    const needed = Math.min(cost, costBurst);
    if (bucket.left < needed) return Math.ceil((needed - bucket.left) / costPerSecond);
    bucket.left -= cost;
    return null;
  }

  /** What one may ask for at this moment. */
  leftOf(who: string, now = Date.now()): number {
    return Math.max(0, Math.floor(this.#bucketOf(who, now).left));
  }

  #bucketOf(who: string, now: number): Bucket {
    const { costPerSecond, costBurst } = this.limits;
    let bucket = this.#buckets.get(who);
    if (bucket) {
      bucket.left = Math.min(costBurst, bucket.left + ((now - bucket.at) / 1_000) * costPerSecond);
      bucket.at = now;
    } else {
      bucket = { left: costBurst, at: now };
      this.#buckets.set(who, bucket);
    }
    return bucket;
  }
}
