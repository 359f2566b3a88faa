import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Database } from '../../subgraphs/kit/database';
import { FeedWatch } from '../../subgraphs/kit/feed-watch';

/** A feed as the watch sees it, with connections that break when they are told to. */
class Feed {
  head: number | null = null;
  reads = 0;
  connections = 0;
  isAway = false;
  /** Holds reads up until it is let go. */
  gate: Promise<void> = Promise.resolve();
  readonly released: boolean[] = [];
  #client = new EventEmitter();

  readonly database = {
    takeListener: async () => {
      if (this.isAway) throw new Error('the database is away');
      this.connections += 1;
      this.#client = new EventEmitter();
      return Object.assign(this.#client, {
        query: async (sql: string) => {
          if (sql.startsWith('LISTEN')) return { rows: [] };
          if (this.isAway) throw new Error('the connection was cut');
          this.reads += 1;
          const { head } = this;
          await this.gate;
          return { rows: [{ head }] };
        },
        release: (isBroken: boolean) => this.released.push(isBroken),
      });
    },
  } as unknown as Database;

  notify(): void {
    this.#client.emit('notification');
  }
}

describe('a watch on a feed', () => {
  let feed: Feed;
  let watch: FeedWatch;
  const log: string[] = [];
  const logger = pino({}, { write: (line: string) => log.push(JSON.parse(line).msg) });
  beforeEach(() => {
    feed = new Feed();
    log.length = 0;
    watch = new FeedWatch(feed.database, 'grid', logger);
  });
  afterEach(() => watch.stop());

  it('tells at once what lies behind, and waits where nothing does', async () => {
    feed.head = 7;
    expect(await watch.beyond(-1, 5_000)).toBe(7);
    expect(await watch.beyond(6, 5_000)).toBe(7);
    expect(await watch.beyond(7, 20)).toBe(7);
  });

  it('stands at 0 over an empty feed', async () => {
    expect(await watch.beyond(-1, 5_000)).toBe(0);
  });

  it('is woken by a notification, and reads once for all who wait', async () => {
    feed.head = 1;
    await watch.beyond(-1, 5_000);
    const waiting = Promise.all(Array.from({ length: 50 }, () => watch.beyond(1, 5_000)));
    await sleep(20);
    const before = feed.reads;
    feed.head = 2;
    feed.notify();
    expect(new Set(await waiting)).toEqual(new Set([2]));
    expect(feed.reads - before).toBe(1);
  });

  it('reads again when it is notified while it reads', async () => {
    feed.head = 1;
    await watch.beyond(-1, 5_000);
    const waiting = watch.beyond(2, 5_000);
    await sleep(20);
    let open = () => {};
    feed.gate = new Promise((resolve) => {
      open = resolve;
    });
    feed.notify();
    await sleep(10);
    // Committed after that read began, and before it ended.
    feed.head = 3;
    feed.notify();
    open();
    expect(await waiting).toBe(3);
  });

  it('finds what no notification told of', async () => {
    feed.head = 1;
    await watch.beyond(-1, 5_000);
    const waiting = watch.beyond(1, 5_000);
    await sleep(20);
    feed.head = 2;
    expect(await waiting).toBe(2);
  });

  it('goes on by a new connection when its own is cut, and says so', async () => {
    feed.head = 1;
    await watch.beyond(-1, 5_000);
    feed.isAway = true;
    const waiting = watch.beyond(1, 10_000);
    await sleep(20);
    expect(log).toContain('the feed could not be watched; it is tried again');
    expect(feed.released).toEqual([true]);
    feed.isAway = false;
    feed.head = 2;
    expect(await waiting).toBe(2);
    expect(feed.connections).toBe(2);
  });

  it('lets go of everyone when it stops, and of its connection', async () => {
    feed.head = 4;
    await watch.beyond(-1, 5_000);
    const waiting = watch.beyond(4, 60_000);
    await sleep(20);
    await watch.stop();
    expect(await waiting).toBe(4);
    expect(await watch.beyond(9, 60_000)).toBe(4);
    expect(feed.released).toEqual([true]);
  });
});
