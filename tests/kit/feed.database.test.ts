import pino from 'pino';
import type { Database, Db } from '../../subgraphs/kit/database';
import { rolesOf } from '../../subgraphs/kit/database';
import { createFeed, enterFeed, FeedSequencer, feedHead, LAST_ORDINAL } from '../../subgraphs/kit/feed';
import { readableByAll } from '../../subgraphs/kit/policies';
import { captureLog } from '../support/log';
import { useTables } from '../support/tables';
import { viewer } from '../support/viewer';

const NAME = 'kit_feed';
const WRITER = viewer('310118104-CITYOPS');

interface Change {
  position: number;
  ordinal: number;
  text: string;
}

describe('a feed', () => {
  const world = useTables(
    NAME,
    `${createFeed(NAME)}
     CREATE TABLE changes (
       transaction_id bigint NOT NULL,
       ordinal int NOT NULL,
       text text NOT NULL,
       PRIMARY KEY (transaction_id, ordinal)
     );
     ${readableByAll({ subgraph: NAME, table: 'changes', item: 'labor-flow.statistics' })}
     GRANT INSERT ON changes TO ${rolesOf(NAME).member};
     CREATE POLICY writers ON changes FOR INSERT TO ${rolesOf(NAME).member} WITH CHECK (true);`,
  );
  beforeEach(() =>
    world.database.asOwner(async (db) => {
      await db('changes').delete();
      await db('feed_transactions').delete();
    }),
  );

  const sequencerOf = (database: Database, logger = pino({ level: 'silent' })) =>
    new FeedSequencer(database, logger);

  /** Writes changes in one transaction, which commits when `until` does. Resolves once it is committed. */
  async function write(
    database: Database,
    texts: readonly string[],
    until: Promise<void> = Promise.resolve(),
  ): Promise<void> {
    const session = database.session(WRITER);
    await session.write(async (db) => {
      await enterFeed(db, (id) =>
        db('changes').insert(texts.map((text, ordinal) => ({ transaction_id: id, ordinal, text }))),
      );
      await until;
    });
    await session.end();
  }

  const pageAfter = (db: Db, { position, ordinal }: Omit<Change, 'text'>, size: number): Promise<Change[]> =>
    db.raw<Change>(
      `SELECT position, ordinal, text FROM changes JOIN feed_transactions ON id = transaction_id
       WHERE (position, ordinal) > (?, ?) ORDER BY position, ordinal LIMIT ?`,
      [position, ordinal, size],
    );

  /** One who reads on from where it stands, in an operation of its own each time. */
  class Reader {
    readonly seen: string[] = [];
    #cursor = { position: 0, ordinal: LAST_ORDINAL };

    constructor(
      private readonly database: Database,
      private readonly pageSize = 1_000,
    ) {}

    async read(): Promise<string[]> {
      const session = this.database.session(WRITER);
      const page = await pageAfter(session.db, this.#cursor, this.pageSize);
      await session.end();
      this.#cursor = page.at(-1) ?? this.#cursor;
      this.seen.push(...page.map(({ text }) => text));
      return page.map(({ text }) => text);
    }
  }

  /** A promise, and what settles it. */
  function gate(): { opened: Promise<void>; open: () => void } {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { opened, open };
  }

  const headOf = async (database: Database): Promise<number> => database.asOwner(feedHead);

  it('is empty at first', async () => {
    expect(await headOf(world.database)).toBe(0);
    expect(await new Reader(world.database).read()).toEqual([]);
  });

  it('shows a change once its transaction is committed and numbered, and not before', async () => {
    const reader = new Reader(world.database);
    const sequencer = sequencerOf(world.database);
    const commit = gate();
    const written = write(world.database, ['a', 'b'], commit.opened);
    await sequencer.run();
    expect(await reader.read()).toEqual([]);
    commit.open();
    await written;
    expect(await reader.read()).toEqual([]);
    await sequencer.run();
    expect(await reader.read()).toEqual(['a', 'b']);
    expect(await reader.read()).toEqual([]);
  });

  it('hides nothing from a reader who has passed a transaction that began later and committed earlier', async () => {
    const reader = new Reader(world.database);
    const sequencer = sequencerOf(world.database);
    const [entered, commit] = [gate(), gate()];
    const session = world.database.session(WRITER);
    const early = session.write(async (db) => {
      await enterFeed(db, (id) =>
        db('changes').insert({ transaction_id: id, ordinal: 0, text: 'entered first' }),
      );
      entered.open();
      await commit.opened;
    });
    await entered.opened;
    await write(world.database, ['entered second']);
    await sequencer.run();
    expect(await reader.read()).toEqual(['entered second']);
    commit.open();
    await early;
    await session.end();
    await sequencer.run();
    expect(await reader.read()).toEqual(['entered first']);
    expect(await new Reader(world.database).read()).toEqual(['entered second', 'entered first']);
  });

  it('keeps the numbers that were given, whatever is committed later', async () => {
    const sequencer = sequencerOf(world.database);
    const numbers = () =>
      world.database.asOwner((db) =>
        db.raw(
          'SELECT text, position FROM changes JOIN feed_transactions ON id = transaction_id ORDER BY position',
        ),
      );
    await write(world.database, ['a']);
    await sequencer.run();
    await write(world.database, ['b']);
    await sequencer.run();
    await sequencer.run();
    expect(await numbers()).toEqual([
      { text: 'a', position: 1 },
      { text: 'b', position: 2 },
    ]);
    expect(await headOf(world.database)).toBe(2);
  });

  it('has nothing of a transaction that failed, and no gap where it would have been', async () => {
    const session = world.database.session(WRITER);
    const failed = session.write(async (db) => {
      await enterFeed(db, async () => {});
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await session.end();
    await write(world.database, ['a']);
    await sequencerOf(world.database).run();
    expect(await headOf(world.database)).toBe(1);
  });

  it('can be numbered by its owner only', async () => {
    await write(world.database, ['a']);
    const session = world.database.session(WRITER);
    await expect(session.write((db) => db.raw('SELECT sequence_feed()'))).rejects.toMatchObject({
      code: '42501',
    });
    await expect(
      session.write((db) => db('feed_transactions').update({ position: 1 })),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      session.write((db) => db('feed_transactions').insert({ id: 99, position: 1 })),
    ).rejects.toMatchObject({ code: '42501' });
    await session.end();
    expect(await headOf(world.database)).toBe(0);
  });

  it('is numbered by one sequencer at a time, so that one that comes second goes on from where the first stopped', async () => {
    const log = captureLog();
    const [entered, commitEarly, numbered, commitRun] = [gate(), gate(), gate(), gate()];
    const session = world.database.session(WRITER);
    const early = session.write(async (db) => {
      await enterFeed(db, (id) => db('changes').insert({ transaction_id: id, ordinal: 0, text: 'early' }));
      entered.open();
      await commitEarly.opened;
    });
    await entered.opened;
    await write(world.database, ['late']);
    const first = world.database.asOwner(async (db) => {
      await db.raw('SELECT sequence_feed()');
      numbered.open();
      await commitRun.opened;
    });
    await numbered.opened;
    commitEarly.open();
    await early;
    await session.end();
    const second = sequencerOf(world.connect(), log.logger).run();
    await someoneWaitsForALock();
    commitRun.open();
    await Promise.all([first, second]);
    expect(log.lines).toEqual([]);
    expect(await new Reader(world.database).read()).toEqual(['late', 'early']);
  });

  async function someoneWaitsForALock(): Promise<void> {
    for (let waiting = 0; waiting === 0; ) {
      const [row] = await world.database.asOwner((db) =>
        db.raw<{ count: number }>(
          `SELECT count(*) FROM pg_locks WHERE NOT granted
           AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
        ),
      );
      waiting = row?.count ?? 0;
    }
  }

  it('shows every reader every change once and in the same order, while eight write and several number', async () => {
    const [WRITERS, WRITES] = [8, 15];
    const processes = [1, 2].map(() => world.connect({ poolSize: 6 }));
    const writers = [...Array(WRITERS).keys()].map(async (writer) => {
      const database = processes[writer % processes.length] ?? world.database;
      const sequencer = sequencerOf(database);
      for (let n = 0; n < WRITES; n += 1) {
        await write(
          database,
          [...Array(1 + ((writer + n) % 3)).keys()].map((i) => `${writer}.${n}.${i}`),
        );
        await sequencer.run();
      }
    });
    let isWriting = true;
    const readers = [1, 4, 7].map((pageSize) => new Reader(world.database, pageSize));
    const reading = readers.map(async (reader) => {
      while (isWriting) await reader.read();
      while ((await reader.read()).length > 0);
    });
    await Promise.all(writers);
    isWriting = false;
    await Promise.all(reading);

    const expected = [...Array(WRITERS).keys()].flatMap((writer) =>
      [...Array(WRITES).keys()].flatMap((n) =>
        [...Array(1 + ((writer + n) % 3)).keys()].map((i) => `${writer}.${n}.${i}`),
      ),
    );
    const [first, ...others] = readers.map((reader) => reader.seen);
    expect([...(first ?? [])].sort()).toEqual([...expected].sort());
    for (const seen of others) expect(seen).toEqual(first);
    // A writer's own changes stay in the order in which it made them.
    for (const writer of Array(WRITERS).keys()) {
      const own = (texts: readonly string[]) => texts.filter((text) => text.startsWith(`${writer}.`));
      expect(own(first ?? [])).toEqual(own(expected));
    }
  });

  it('has moved on behind every change that was committed before a run was asked for, however many ask at once', async () => {
    const statements: string[] = [];
    const database = world.connect({ onStatement: (sql) => statements.push(sql) });
    const sequencer = sequencerOf(database);
    const heads = await Promise.all(
      [...Array(10).keys()].map(async (n) => {
        await write(world.database, [`${n}`]);
        await sequencer.run();
        return headOf(world.database);
      }),
    );
    const mine = await world.database.asOwner((db) =>
      db.raw<{ text: string; position: number }>(
        'SELECT text, position FROM changes JOIN feed_transactions ON id = transaction_id',
      ),
    );
    for (const { text, position } of mine) expect(heads[Number(text)]).toBeGreaterThanOrEqual(position);
    expect(statements.length).toBeLessThanOrEqual(10);
  });

  describe('whose writer died between its commit and its number', () => {
    beforeEach(() => {
      jest.useFakeTimers({
        doNotFake: [
          'nextTick',
          'setImmediate',
          'setTimeout',
          'clearTimeout',
          'queueMicrotask',
          'Date',
          'performance',
          'hrtime',
        ],
      });
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('is numbered by the next sweep of any other process', async () => {
      const reader = new Reader(world.database);
      const sequencer = sequencerOf(world.database);
      sequencer.start();
      await write(world.connect(), ['left behind']);
      await world.disconnect();
      expect(await reader.read()).toEqual([]);
      jest.advanceTimersByTime(1_000);
      await sequencer.stop();
      expect(await reader.read()).toEqual(['left behind']);
    });

    it('is numbered by a sweep after one that failed, which was logged', async () => {
      const log = captureLog();
      const database = world.connect();
      const sequencer = sequencerOf(database, log.logger);
      await write(world.database, ['left behind']);
      const query = jest
        .spyOn(database, 'queryAsOwner')
        .mockRejectedValueOnce(new Error('the database is away'));
      await sequencer.run();
      expect(log.lines).toEqual([
        expect.objectContaining({ level: 40, msg: 'changes could not be sequenced; the next run will' }),
      ]);
      expect(log.lines[0]?.err?.message).toBe('the database is away');
      sequencer.start();
      jest.advanceTimersByTime(1_000);
      await sequencer.stop();
      expect(query).toHaveBeenCalledTimes(2);
      expect(await new Reader(world.database).read()).toEqual(['left behind']);
    });
  });

  it('is not swept any more once its sequencer was stopped', async () => {
    jest.useFakeTimers({
      advanceTimers: false,
      doNotFake: [
        'nextTick',
        'setImmediate',
        'setTimeout',
        'clearTimeout',
        'queueMicrotask',
        'Date',
        'performance',
        'hrtime',
      ],
    });
    const sequencer = sequencerOf(world.database);
    sequencer.start();
    await sequencer.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
