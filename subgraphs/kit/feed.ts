import type { Logger } from 'pino';
import type { Database, Db } from './database';
import { rolesOf } from './database';
import { ownersOnly } from './policies';

/*
 * Change feeds that skip nothing.
 *
 * Two transactions that write at once may commit in either order, so a number that a change takes when it is written
 * says nothing about when readers see it: a reader that has passed the higher number would never see the lower one.
 * Here a change carries the id of its transaction, and only once that is committed the sequencer, of which one runs at
 * a time, gives it the next position. Whoever sees a position sees every lower one, with all its changes. A cursor is
 * (position, ordinal): which transaction, and which change within it.
 *
 * Of two transactions that change the same row, the later waits for the earlier. A transaction therefore enters the
 * feed last of all, when it holds every row that it changes: so that the two are numbered in the order in which the row
 * went through them, also when both are found unnumbered.
 */

/** SQL that makes a subgraph's sequence of transactions; once a schema. */
export function createFeed(subgraph: string): string {
  const { member } = rolesOf(subgraph);
  return `
    CREATE SEQUENCE feed_transaction_ids;
    GRANT USAGE ON SEQUENCE feed_transaction_ids TO ${member};
    CREATE SEQUENCE feed_entries;
    GRANT USAGE ON SEQUENCE feed_entries TO ${member};
    CREATE TABLE feed_transactions (
      id bigint PRIMARY KEY,
      entry bigint NOT NULL DEFAULT nextval('feed_entries'),
      position bigint UNIQUE
    );
    CREATE INDEX feed_transactions_unnumbered ON feed_transactions (entry) WHERE position IS NULL;
    ${ownersOnly('feed_transactions')}
    GRANT SELECT, INSERT (id) ON feed_transactions TO ${member};
    CREATE POLICY readers ON feed_transactions FOR SELECT TO ${member} USING (true);
    CREATE POLICY writers ON feed_transactions FOR INSERT TO ${member} WITH CHECK (position IS NULL);
    CREATE FUNCTION sequence_feed() RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE numbered bigint;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('feed of ' || current_schema()));
        -- A statement of its own, so that it sees what was committed while the lock was waited for.
        UPDATE feed_transactions SET position = next.position
        FROM (
          SELECT id, (SELECT coalesce(max(position), 0) FROM feed_transactions) + row_number() OVER (ORDER BY entry) AS position
          FROM feed_transactions WHERE position IS NULL
        ) AS next
        WHERE feed_transactions.id = next.id;
        GET DIAGNOSTICS numbered = ROW_COUNT;
        RETURN numbered;
      END $$;
    REVOKE EXECUTE ON FUNCTION sequence_feed FROM PUBLIC;`;
}

/**
 * Runs the part of a transaction that writes changes, and then enters the transaction into the feed. The changes carry
 * the id that `work` is given; nothing in the database ties them to it, because it is entered after them.
 */
export async function enterFeed<Result>(
  db: Db,
  work: (transactionId: number) => Promise<Result>,
): Promise<Result> {
  const [next] = await db.raw<{ id: number }>(
    "/* feed.identify */ SELECT nextval('feed_transaction_ids') AS id",
  );
  if (!next) throw new Error('the feed gave the transaction no id');
  const result = await work(next.id);
  await db.raw('/* feed.enter */ INSERT INTO feed_transactions (id) VALUES (?)', [next.id]);
  return result;
}

/** The position of the last numbered transaction; 0 in an empty feed. */
export async function feedHead(db: Db): Promise<number> {
  const [row] = await db.raw<{ head: number | null }>(
    '/* feed.head */ SELECT max(position) AS head FROM feed_transactions WHERE position IS NOT NULL',
  );
  return row?.head ?? 0;
}

/** Behind every ordinal: a cursor with it stands at the end of its transaction. */
export const LAST_ORDINAL = 2_147_483_647;

const SWEEP_MS = 1_000;

/**
 * Numbers committed transactions: right after a write of this process, and every second for what another process
 * committed before it died. Any number of sequencers may run; the lock lets one work at a time.
 */
export class FeedSequencer {
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves once everything that was committed before the call is numbered. Calls that come while a run is under way
   * share the one after it. Never throws: what a run could not do the next one does.
   */
  run(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#sequence().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    // The run under way may have begun before the caller's commit.
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.run();
    });
    return this.#next;
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), SWEEP_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await (this.#next ?? this.#running);
  }

  async #sequence(): Promise<void> {
    try {
      await this.database.queryAsOwner('/* feed.sequence */ SELECT sequence_feed()');
    } catch (error) {
      this.logger.warn({ err: error }, 'changes could not be sequenced; the next run will');
    }
  }
}
