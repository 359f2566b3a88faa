import fc from 'fast-check';
import {
  type Connection,
  EVERYWHERE,
  encodeCursor,
  inParentPlace,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../subgraphs/kit/connection';
import type { Db } from '../../subgraphs/kit/database';
import { useTables } from '../support/tables';

interface Visit {
  id: string;
  town: string;
  points: number;
  at: Date;
}

describe('pagesByParent', () => {
  const world = useTables(
    'kit_connection',
    `CREATE TABLE visits (
       id text COLLATE "C" PRIMARY KEY,
       town text COLLATE "C" NOT NULL,
       points int NOT NULL,
       at timestamptz(3) NOT NULL
     );
     CREATE INDEX visits_by_town ON visits (town, at, id);`,
  );
  const atMinute = (minute: number) => new Date(Date.UTC(2026, 10, 23, 2, minute, 0, 123));
  const KEYSETS = (['asc', 'desc'] as const).map(
    (direction): Keyset => ({ name: 'visits', columns: ['at', 'points', 'id'], direction, maximum: 200 }),
  );
  const [ASCENDING, DESCENDING] = KEYSETS as [Keyset, Keyset];

  const insert = (db: Db, visits: readonly Visit[]) => db<Visit>('visits').insert([...visits]);

  /** Runs over a table that holds these visits and nothing else, and leaves it empty. */
  async function withVisits<Result>(
    visits: readonly Visit[],
    work: (db: Db) => Promise<Result>,
  ): Promise<Result> {
    return world.database.asOwner(async (db) => {
      await db.raw('DELETE FROM visits');
      if (visits.length > 0) await insert(db, visits);
      return work(db);
    });
  }

  const pages = (db: Db, towns: readonly string[], keyset: Keyset, args: PageArgs) =>
    pagesByParent<Visit>(db, {
      comment: 'visits.byTown',
      parents: keyParents(towns),
      keyset,
      args,
      rows: () => db('visits').select('*').whereRaw(`town = ${PARENT.key}`),
    });

  /** Every visit of a town, page after page; `between` runs before each further page. */
  async function all(
    db: Db,
    town: string,
    keyset: Keyset,
    first: number,
    between = async () => {},
  ): Promise<Visit[]> {
    const seen: Visit[] = [];
    for (let after: string | null = null; ; ) {
      const page: Connection<Visit> | undefined = (await pages(db, [town], keyset, { first, after })).get(
        town,
      );
      if (!page) throw new Error('the town was not answered');
      seen.push(...page.edges.map(({ node }) => node));
      expect(page.edges.length).toBeLessThanOrEqual(first);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
      if (!page.pageInfo.hasNextPage) return seen;
      after = page.pageInfo.endCursor;
      await between();
    }
  }

  const inOrder = (visits: readonly Visit[], { direction }: Keyset): Visit[] => {
    const sorted = [...visits].sort(
      (a, b) => a.at.getTime() - b.at.getTime() || a.points - b.points || (a.id < b.id ? -1 : 1),
    );
    return direction === 'asc' ? sorted : sorted.reverse();
  };

  const visit = (id: string, more: Partial<Visit> = {}): Visit => ({
    id,
    town: 'A',
    points: 0,
    at: atMinute(0),
    ...more,
  });
  const anyVisits = fc
    .array(
      fc.record({
        town: fc.constantFrom('A', 'B'),
        points: fc.integer({ min: 0, max: 1 }),
        at: fc.integer({ min: 0, max: 2 }).map(atMinute),
      }),
      { maxLength: 20 },
    )
    .map((list) =>
      list.map((rest, i): Visit => ({ id: `v${String((i * 7) % 20).padStart(2, '0')}`, ...rest })),
    );

  it.each(KEYSETS)('gives every row once and in order, however it is cut: $direction', async (keyset) => {
    await fc.assert(
      fc.asyncProperty(anyVisits, fc.integer({ min: 1, max: 7 }), async (visits, first) => {
        await withVisits(visits, async (db) => {
          for (const town of ['A', 'B']) {
            const expected = inOrder(
              visits.filter((v) => v.town === town),
              keyset,
            );
            expect(await all(db, town, keyset, first)).toEqual(expected);
          }
        });
      }),
      { numRuns: 25 },
    );
  });

  it.each(KEYSETS)(
    'neither repeats nor misses a row while others are inserted between pages: $direction',
    async (keyset) => {
      await fc.assert(
        fc.asyncProperty(
          anyVisits,
          anyVisits,
          fc.integer({ min: 1, max: 5 }),
          async (visits, late, first) => {
            await withVisits(visits, async (db) => {
              const waiting = late.map((v) => ({ ...v, id: `late-${v.id}` }));
              const seen = await all(db, 'A', keyset, first, async () => {
                const next = waiting.pop();
                if (next) await insert(db, [next]);
              });
              const ids = seen.map((v) => v.id);
              expect(new Set(ids).size).toBe(ids.length);
              expect(seen).toEqual(inOrder(seen, keyset));
              const before = visits.filter((v) => v.town === 'A');
              expect(seen.filter((v) => !v.id.startsWith('late-'))).toEqual(inOrder(before, keyset));
            });
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it('answers every parent in one statement, each with a page of its own', async () => {
    const statements: string[] = [];
    const database = world.connect({ onStatement: (sql) => statements.push(sql) });
    const visits = [1, 2, 3].flatMap((n) => [
      visit(`a${n}`, { town: 'A', at: atMinute(n) }),
      visit(`b${n}`, { town: 'B', at: atMinute(-n) }),
    ]);
    await withVisits([], async () => {});
    await database.asOwner(async (db) => insert(db, visits));
    statements.length = 0;
    const found = await database.asOwner((db) => pages(db, ['B', 'NOWHERE', 'A'], ASCENDING, { first: 2 }));
    expect(statements).toEqual([expect.stringMatching(/^\/\* visits\.byTown \*\/ SELECT/)]);
    expect(
      [...found].map(([town, page]) => [town, page.edges.map((e) => e.node.id), page.pageInfo.hasNextPage]),
    ).toEqual([
      ['B', ['b3', 'b2'], true],
      ['NOWHERE', [], false],
      ['A', ['a1', 'a2'], true],
    ]);
    expect(found.get('NOWHERE')?.pageInfo).toEqual({ hasNextPage: false, endCursor: null });
  });

  it('says that nothing follows a page that the rows fill exactly', async () => {
    await withVisits([visit('a'), visit('b')], async (db) => {
      const found = await pages(db, ['A'], ASCENDING, { first: 2 });
      expect(found.get('A')?.pageInfo).toEqual({
        hasNextPage: false,
        endCursor: encodeCursor('visits', [atMinute(0).toISOString(), 0, 'b']),
      });
    });
  });

  it('goes on behind a cursor whose row is gone', async () => {
    await withVisits([visit('a'), visit('b'), visit('c')], async (db) => {
      const after = (await pages(db, ['A'], DESCENDING, { first: 2 })).get('A')?.pageInfo.endCursor;
      await db('visits').where({ id: 'b' }).delete();
      const next = await pages(db, ['A'], DESCENDING, { first: 2, after });
      expect(next.get('A')?.edges.map((e) => e.node.id)).toEqual(['a']);
    });
  });

  it.each([
    ['a day that does not exist', ['2026-02-30T00:00:00.000Z', 0, 'a']],
    ['a word where an instant belongs', ['now and then', 0, 'a']],
    ['a number where an instant belongs', [5, 0, 'a']],
    ['a word where a number belongs', [atMinute(0).toISOString(), 'many', 'a']],
    ['a number that is too large', [atMinute(0).toISOString(), 2 ** 60, 'a']],
    ['a character that no text holds', [atMinute(0).toISOString(), 0, '\u0000']],
  ])('refuses a cursor that someone made up: %s', async (_, values) => {
    const after = encodeCursor('visits', values);
    await expect(withVisits([], (db) => pages(db, ['A'], ASCENDING, { after }))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('is not a cursor of visits'),
    });
  });

  it('refuses a page that is too large before it asks the database', async () => {
    const statements: string[] = [];
    const database = world.connect({ onStatement: (sql) => statements.push(sql) });
    await expect(database.asOwner((db) => pages(db, ['A'], ASCENDING, { first: 201 }))).rejects.toMatchObject(
      {
        code: 'BAD_USER_INPUT',
      },
    );
    expect(statements).toEqual([]);
  });

  it('gives the rows of places and of all that lies in them', async () => {
    const visits = ['310118', '310118104', '310118104222', '310119', '320509110'].map((town, i) =>
      visit(`v${i}`, { town }),
    );
    await withVisits(visits, async (db) => {
      const found = await pagesByParent<Visit>(db, {
        comment: 'visits.inPlaces',
        parents: placeParents(['310000', '310118104', '330000', EVERYWHERE]),
        keyset: ASCENDING,
        args: {},
        rows: () => db('visits').select('*').modify(inParentPlace('town')),
      });
      expect([...found].map(([place, page]) => [place, page.edges.map((e) => e.node.town)])).toEqual([
        ['310000', ['310118', '310118104', '310118104222', '310119']],
        ['310118104', ['310118104', '310118104222']],
        ['330000', []],
        [EVERYWHERE, ['310118', '310118104', '310118104222', '310119', '320509110']],
      ]);
    });
  });
});
