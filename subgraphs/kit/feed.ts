import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { ItemName } from './catalog';
import { decodeCursor, encodeCursor } from './connection';
import type { Database, Db } from './database';
import { rolesOf } from './database';
import { badInput, ClientError } from './errors';
import type { Text } from './language';
import { ownersOnly } from './policies';
import { Trouble } from './trouble';
import { grantedProviders, partyRange, type Viewer } from './viewer';

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

/** A place in a feed: which transaction, and which change within it. */
export interface FeedPosition {
  readonly position: number;
  readonly ordinal: number;
}

/** Before the first change. */
export const FEED_BEGIN: FeedPosition = { position: 0, ordinal: 0 };

/** What a viewer's place in a feed of items depends on: under other rights other changes would have been shown. */
export function rightsOf(viewer: Viewer, ...items: readonly ItemName[]): string {
  const rights = JSON.stringify([
    viewer.agency,
    ...items.flatMap((item) => [partyRange(viewer, item), grantedProviders(viewer, item).toSorted()]),
  ]);
  return createHash('sha256').update(rights).digest('base64url').slice(0, 12);
}

/**
 * The cursors of one feed, each of which names the rights that it was read under. Under other rights it is refused, with
 * where to begin again (`restartAfter`) and where to go on all the same (`continueAfter`).
 */
export class FeedCursors {
  constructor(
    private readonly feed: {
      /** What the feed is called in cursors and sentences. */
      readonly name: string;
      readonly rights: string;
      /** Where one begins again: with the first change, or without a cursor at all. */
      readonly restart: FeedPosition | null;
      /** Says that the rights are others, and what to do. */
      readonly refusal: Text;
    },
  ) {}

  at({ position, ordinal }: FeedPosition): string {
    return encodeCursor(this.feed.name, [position, ordinal, this.feed.rights]);
  }

  /** The place that a cursor marks in a feed whose last position is `head`. Throws a sentence for the client. */
  read(cursor: string, head: number): FeedPosition {
    const { name, rights, restart, refusal } = this.feed;
    const [position, ordinal, cursorRights] = decodeCursor(name, cursor, 3);
    if (!isIndex(position) || !isIndex(ordinal)) {
      throw badInput({
        en: `"${cursor}" is not a cursor of ${name}.`,
        zh: `“${cursor}”不是 ${name} 的游标。`,
      });
    }
    if (cursorRights !== rights) {
      throw new ClientError('CURSOR_RIGHTS_CHANGED', refusal, {
        restartAfter: restart && this.at(restart),
        continueAfter: this.at({ position, ordinal }),
      });
    }
    if (position > head) {
      throw badInput({
        en: `This cursor is ahead of ${name}, so it is from another database. Begin again without it.`,
        zh: `该游标超出 ${name} 的当前范围，来自其他数据库。请省略游标重新开始。`,
      });
    }
    return { position, ordinal };
  }
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The channel on which a subgraph's feed says that it has grown. */
export const feedChannel = (subgraph: string): string => `hub_feed_${subgraph}`;

const SWEEP_MS = 1_000;

/**
 * Numbers committed transactions: right after a write of this process, and every second for what another process
 * committed before it died. Any number of sequencers may run; the lock lets one work at a time.
 */
export class FeedSequencer {
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #trouble: Trouble;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.#trouble = new Trouble(logger, {
      began: 'changes could not be sequenced; the next run will',
      ended: 'changes are sequenced again',
    });
  }

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
      // The notification leaves with the commit, once for all that was numbered. It only wakes; the table is the truth.
      await this.database.queryAsOwner(
        `/* feed.sequence */ SELECT pg_notify('${feedChannel('')}' || current_schema(), '')
         FROM sequence_feed() AS numbered WHERE numbered > 0`,
      );
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
    }
  }
}
