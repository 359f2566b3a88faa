import type { PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { Database } from './database';
import { feedChannel } from './feed';
import { within } from './login-pool';
import { Trouble } from './trouble';

/** How long a change may stay unnoticed when its notification is lost. */
const POLL_MS = 1_000;
/** How long the database may take to say how far it has grown before the connection is taken to be lost. */
const ANSWER_MS = 5_000;

interface Waiting {
  readonly after: number;
  readonly tell: (head: number) => void;
}

/**
 * Watches how far a subgraph's feed has grown. Notifications wake it, polling stands behind them, and what it says it has
 * read from the table. It takes a connection with the first question, and keeps it.
 */
export class FeedWatch {
  #client: PoolClient | null = null;
  // Not read yet.
  #head = -1;
  #looking: Promise<void> | null = null;
  #mustLookAgain = false;
  #timer: NodeJS.Timeout | null = null;
  #hasStopped = false;
  readonly #waiting = new Set<Waiting>();
  readonly #trouble: Trouble;

  constructor(
    private readonly database: Database,
    private readonly subgraph: string,
    logger: Logger,
  ) {
    this.#trouble = new Trouble(logger, {
      began: 'the feed could not be watched; it is tried again',
      ended: 'the feed is watched again',
    });
  }

  /**
   * The feed's last position as soon as it lies behind `after`; after so many milliseconds, or when the watch stops, what
   * was last known, which may lie before it.
   */
  beyond(after: number, milliseconds: number): Promise<number> {
    if (this.#head > after || this.#hasStopped) return Promise.resolve(this.#head);
    return new Promise((resolve) => {
      const waiting: Waiting = {
        after,
        tell: (head) => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve(head);
        },
      };
      const timer = setTimeout(() => waiting.tell(this.#head), milliseconds);
      this.#waiting.add(waiting);
      this.#timer ??= setInterval(() => this.#look(), POLL_MS).unref();
      this.#look();
    });
  }

  async stop(): Promise<void> {
    this.#hasStopped = true;
    if (this.#timer) clearInterval(this.#timer);
    for (const { tell } of this.#waiting) tell(this.#head);
    await this.#looking;
    this.#client?.release(true);
    this.#client = null;
  }

  /** Reads the head, once more if it is asked to while it reads. */
  #look(): void {
    if (this.#looking) {
      this.#mustLookAgain = true;
      return;
    }
    this.#looking = this.#read().finally(() => {
      this.#looking = null;
      if (this.#mustLookAgain && !this.#hasStopped) {
        this.#mustLookAgain = false;
        this.#look();
      }
    });
  }

  async #read(): Promise<void> {
    try {
      this.#client ??= await this.#listen();
      const { rows } = await within(
        ANSWER_MS,
        this.#client,
        this.#client.query<{ head: number | null }>(
          '/* feed.watch */ SELECT max(position) AS head FROM feed_transactions WHERE position IS NOT NULL',
        ),
      );
      this.#head = rows[0]?.head ?? 0;
      for (const { after, tell } of this.#waiting) if (this.#head > after) tell(this.#head);
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
      this.#client?.release(true);
      this.#client = null;
    }
  }

  async #listen(): Promise<PoolClient> {
    const client = await this.database.takeListener();
    client.on('notification', () => this.#look());
    await within(ANSWER_MS, client, client.query(`LISTEN ${feedChannel(this.subgraph)}`));
    return client;
  }
}
