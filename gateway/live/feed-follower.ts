import type { Logger } from 'pino';
import type { Keyring } from '../../subgraphs/kit/keyring';
import { signClaims } from '../../subgraphs/kit/signature';
import {
  FEED_ROUTE,
  type FeedAnswer,
  type FeedQuestion,
  GATEWAY_HEADER,
  internalAudience,
} from '../../subgraphs/kit/subgraph';
import type { SubgraphLink } from '../subgraph-link';

const WAIT_MS = 10_000;
const RETRY_MS = 250;

/**
 * Follows how far a subgraph's feed has grown, for as long as anyone listens: one question at a time, which the subgraph
 * answers once it has. One for all subscriptions of a gateway.
 */
export class FeedFollower {
  #head = -1;
  #isFollowing = false;
  #hasStopped = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly link: SubgraphLink,
    private readonly keyring: Keyring,
    private readonly logger: Logger,
  ) {}

  /** The last position that is known to be there; before all of them while none is. */
  get head(): number {
    return this.#head;
  }

  /** Calls the listener whenever the feed has grown; gives back how to leave. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isFollowing) void this.#follow();
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#hasStopped = true;
  }

  async #follow(): Promise<void> {
    this.#isFollowing = true;
    let isAway = false;
    while (this.#listeners.size > 0 && !this.#hasStopped) {
      const askedAt = Date.now();
      try {
        const head = await this.#ask();
        if (isAway) this.logger.info({ subgraph: this.link.name }, 'the feed is followed again');
        isAway = false;
        if (head > this.#head) {
          this.#head = head;
          for (const listener of this.#listeners) listener();
        } else if (Date.now() - askedAt < RETRY_MS) {
          // One that is stopping answers at once.
          await pause();
        }
      } catch (error) {
        if (!isAway) this.logger.warn({ err: error, subgraph: this.link.name }, 'a feed cannot be followed');
        isAway = true;
        await pause();
      }
    }
    this.#isFollowing = false;
  }

  async #ask(): Promise<number> {
    const { name } = this.link;
    const key = this.keyring.signingKey(name);
    const limit = this.link.timeoutMs ?? Number.POSITIVE_INFINITY;
    const question: FeedQuestion = { after: this.#head, waitMs: Math.min(WAIT_MS, limit / 2) };
    const answer = await this.link.answerInternally(FEED_ROUTE, question, {
      [GATEWAY_HEADER]: signClaims({}, { audience: internalAudience(name), key, now: new Date() }),
    });
    if (answer === null) throw new Error(`${name} does not say how far its feed has grown`);
    return (answer as FeedAnswer).head;
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
