import { randomUUID } from 'node:crypto';
import pino from 'pino';
import type { Db } from '../../subgraphs/kit/database';
import { enterFeed, FeedSequencer } from '../../subgraphs/kit/feed';
import { personnel } from '../../subgraphs/personnel';
import { openMonth, storeReports } from '../../subgraphs/personnel/labor-flow/batches/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const SUBMIT = `mutation Submit($input: SubmitLaborFlowReportsInput!) {
  submitLaborFlowReports(input: $input) { batch { id } userErrors { code message path } }
}`;
const CHANGES = `query Changes($after: String, $first: Int) {
  laborFlowChanges(after: $after, first: $first) {
    edges { cursor node { action month sector workers revision } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });
const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' };

interface Change {
  month: string;
  sector: string;
  workers: number;
  revision: number;
}

describe('laborFlowChanges', () => {
  const world = useSubgraph(personnel);
  const fuyang = () => world.as(hr('341200-HRSS'));
  const shanghai = () => world.as(hr('310000-HRSS'));

  const batch = (month: string, figures: Record<string, number>) => ({
    ...{ batchKey: randomUUID(), month, side: 'ORIGIN', definition },
    rows: Object.entries(figures).map(([sector, workers]) => ({
      ...{ origin: '341225', destination: '310118', sector, workers },
    })),
  });
  /** Stores past the graph, so that nothing is numbered. `before` is awaited once the transaction has its id. */
  const store = (
    db: Db,
    month: string,
    figures: Record<string, number>,
    threshold: number,
    before: Promise<void> = Promise.resolve(),
  ) => {
    const { rows, ...head } = batch(month, figures);
    const submission = { ...head, side: 'ORIGIN' as const, rows };
    return enterFeed(db, async (transactionId) => {
      await before;
      return storeReports(db, {
        transactionId,
        reportedBy: '341200-HRSS',
        submission,
        threshold,
        now: world.now,
      });
    });
  };
  const submit = (month: string, figures: Record<string, number>) =>
    fuyang().do(SUBMIT, batch(month, figures));
  const summary = (changes: Change[]) =>
    changes.map((c) => `${c.month} ${c.sector} ${c.workers} r${c.revision}`);

  /** Everything behind a cursor, page by page, and the cursor to go on with. */
  async function pull(after: string | null, first = 2, caller = shanghai()) {
    const changes: Change[] = [];
    let cursor = after;
    for (;;) {
      const { laborFlowChanges: page } = await caller.ask(CHANGES, { after: cursor, first });
      changes.push(...page.edges.map((e: { node: Change }) => e.node));
      cursor = page.pageInfo.endCursor ?? cursor;
      if (!page.pageInfo.hasNextPage) return { changes, cursor };
    }
  }
  const end = async () => (await pull(null, 1_000)).cursor;

  it('gives every change once, in the order in which they were made, as the figure stood then', async () => {
    const start = await end();
    await submit('2010-01', { C: 1200, A: 845 });
    await submit('2010-01', { C: 1250, A: 845 });
    const { changes, cursor } = await pull(start);
    expect(summary(changes)).toEqual(['2010-01 C 1200 r1', '2010-01 A 845 r1', '2010-01 C 1250 r2']);
    expect((await pull(cursor)).changes).toEqual([]);
  });

  it('goes on behind the cursor of any change', async () => {
    const start = await end();
    await submit('2010-02', { A: 1, B: 2, C: 3, D: 4 });
    const { laborFlowChanges } = await shanghai().ask(CHANGES, { after: start, first: 10 });
    const second = laborFlowChanges.edges[1].cursor;
    expect(summary((await pull(second)).changes)).toEqual(['2010-02 C 3 r1', '2010-02 D 4 r1']);
  });

  it('moves the cursor past changes that are not for the caller', async () => {
    const suzhou = world.as(hr('320500-HRSS'));
    const before = await pull(null, 1_000, suzhou);
    await submit('2010-03', { A: 1 });
    const after = await pull(before.cursor, 10, suzhou);
    expect(after.changes).toEqual([]);
    expect(after.cursor).not.toBe(before.cursor);
  });

  it('hides nothing behind a writer that began first and committed last', async () => {
    const start = await end();
    const threshold = await world.build((db) => openMonth(db, '2010-04'));
    let finishSlow = () => {};
    let slowHasWritten = () => {};
    const written = new Promise<void>((resolve) => {
      slowHasWritten = resolve;
    });
    const slow = world.database.asOwner(async (db) => {
      await store(db, '2010-04', { A: 1 }, threshold);
      slowHasWritten();
      await new Promise<void>((resolve) => {
        finishSlow = resolve;
      });
    });
    await written;
    // Of another month: what one unit counts of one pair is one sum, for which its writers wait.
    await submit('2010-09', { B: 2 });
    const first = await pull(start);
    expect(summary(first.changes)).toEqual(['2010-09 B 2 r1']);
    finishSlow();
    await slow;
    await new FeedSequencer(world.database, pino({ level: 'silent' })).run();
    expect(summary((await pull(first.cursor)).changes)).toEqual(['2010-04 A 1 r1']);
  });

  it('gives the changes of one figure in the order in which it took them, whoever began first', async () => {
    const start = await end();
    const threshold = await world.build((db) => openMonth(db, '2010-08'));
    let letFirstWrite = () => {};
    const before = new Promise<void>((resolve) => {
      letFirstWrite = resolve;
    });
    const first = world.build((db) => store(db, '2010-08', { A: 1 }, threshold, before));
    await world.build((db) => store(db, '2010-08', { A: 2 }, threshold));
    letFirstWrite();
    await first;
    await new FeedSequencer(world.database, pino({ level: 'silent' })).run();
    expect(summary((await pull(start)).changes)).toEqual(['2010-08 A 2 r1', '2010-08 A 1 r2']);
  });

  it('shows every reader the same order, each change once, while eight writers write', async () => {
    const start = await end();
    const WRITERS = 8;
    const ROUNDS = 10;
    let isWriting = true;
    const writing = Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const sector = 'ABCDEFGH'.charAt(writer);
        for (let round = 1; round <= ROUNDS; round += 1) await submit('2010-05', { [sector]: round });
      }),
    ).finally(() => {
      isWriting = false;
    });
    const read = async (first: number) => {
      const seen: string[] = [];
      let cursor = start;
      for (let isLast = false; !isLast; ) {
        isLast = !isWriting;
        const page = await pull(cursor, first);
        seen.push(...summary(page.changes));
        cursor = page.cursor;
      }
      return seen;
    };
    const readers = [read(1), read(3), read(1_000)];
    await writing;
    const [one, three, thousand] = await Promise.all(readers);
    expect(one).toHaveLength(WRITERS * ROUNDS);
    expect(new Set(one).size).toBe(WRITERS * ROUNDS);
    expect(three).toEqual(one);
    expect(thousand).toEqual(one);
  });

  it('numbers what a process committed before it died', async () => {
    const start = await end();
    const threshold = await world.build((db) => openMonth(db, '2010-06'));
    await world.build((db) => store(db, '2010-06', { A: 1 }, threshold));
    expect((await pull(start)).changes).toEqual([]);
    await new FeedSequencer(world.database, pino({ level: 'silent' })).run();
    expect(summary((await pull(start)).changes)).toEqual(['2010-06 A 1 r1']);
  });

  describe('a cursor', () => {
    const refusal = async (after: string, caller = shanghai()) => {
      const { errors } = await caller.send(CHANGES, { after, first: 10 });
      return errors?.map(({ extensions, message }) => ({ ...extensions, message }));
    };

    it('of other rights is refused, with where to begin and where to go on', async () => {
      await submit('2010-07', { A: 1 });
      const cursor = String(await end());
      const [refused] = (await refusal(cursor, fuyang())) ?? [];
      expect(refused).toMatchObject({ code: 'CURSOR_RIGHTS_CHANGED', restartAfter: null });
      const { continueAfter } = refused as unknown as { continueAfter: string };
      expect((await pull(continueAfter, 10, fuyang())).changes).toEqual([]);
    });

    it('of before a grant is refused under it, and the other way round', async () => {
      await submit('2010-08', { A: 1 });
      const grants = [{ item: 'labor-flow.reports', provider: '341200-HRSS' } as const];
      const [without, withGrant] = [viewer('310000-YRDOFFICE'), viewer('310000-YRDOFFICE', { grants })];
      for (const [before, after] of [
        [without, withGrant],
        [withGrant, without],
      ] as const) {
        const { laborFlowChanges } = await world.as(before).ask(CHANGES, { first: 1000 });
        const [refused] = (await refusal(laborFlowChanges.pageInfo.endCursor, world.as(after))) ?? [];
        expect(refused).toMatchObject({ code: 'CURSOR_RIGHTS_CHANGED' });
      }
    });

    it('of another database is refused', async () => {
      const [name, , , rights] = JSON.parse(Buffer.from(String(await end()), 'base64url').toString());
      const ahead = Buffer.from(JSON.stringify([name, 1e12, 1, rights])).toString('base64url');
      expect(await refusal(ahead)).toEqual([
        expect.objectContaining({
          code: 'BAD_USER_INPUT',
          message: expect.stringContaining('another database'),
        }),
      ]);
    });

    it.each(['', 'nonsense', Buffer.from('["jurisdictions","310000"]').toString('base64url')])(
      'that is none is refused: %p',
      async (after) => {
        expect(await refusal(after)).toEqual([expect.objectContaining({ code: 'BAD_USER_INPUT' })]);
      },
    );
  });

  it('gives at most 1,000 a page', async () => {
    const { errors } = await shanghai().send(CHANGES, { first: 1_001 });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });

  it('takes two statements whatever the page', async () => {
    const names = async (first: number) =>
      (await world.statementsOf(() => shanghai().ask(CHANGES, { first }))).map(
        (sql) => /\/\* (.+?) \*\//.exec(sql)?.[1],
      );
    expect(await names(1)).toEqual(['feed.head', 'laborFlow.changes']);
    expect(await names(1_000)).toEqual(['feed.head', 'laborFlow.changes']);
  });
});
