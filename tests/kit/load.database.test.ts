import { Readable } from 'node:stream';
import type { Database, Db } from '../../subgraphs/kit/database';
import { copyCsv, createDatasets, type Dataset, filterLines, loadOnce } from '../../subgraphs/kit/load';
import { TablesWorld } from '../support/tables';

describe('loadOnce', () => {
  const world = new TablesWorld('kit_load', []);
  beforeAll(() =>
    world.open([
      createDatasets,
      { name: '001_create_goods', up: (sql) => sql('CREATE TABLE goods (name text, price int)') },
    ]),
  );
  afterEach(() => world.disconnect());
  afterAll(() => world.close());
  beforeEach(() =>
    world.database.asOwner(async (db) => {
      await db('goods').delete();
      await db('datasets').delete();
    }),
  );

  const insert = (name: string) => async (db: Db) => {
    await db('goods').insert({ name, price: 1 });
  };
  const demo = (load: Dataset['load'], version = '1'): Dataset => ({ name: 'demo', version, load });
  const goods = async () => {
    const rows: { name: string }[] = await world.database.asOwner((db) =>
      db<{ name: string }>('goods').orderBy('name'),
    );
    return rows.map(({ name }) => name);
  };

  it('loads a set, once', async () => {
    expect(await loadOnce(world.database, demo(insert('rice')))).toBe('loaded');
    expect(await loadOnce(world.database, demo(insert('more rice')))).toBe('present');
    expect(await goods()).toEqual(['rice']);
  });

  it('loads another version of a set', async () => {
    await loadOnce(world.database, demo(insert('rice'), '1'));
    expect(await loadOnce(world.database, demo(insert('wheat'), '2'))).toBe('loaded');
    expect(await loadOnce(world.database, demo(insert('rye'), '2'))).toBe('present');
    expect(await goods()).toEqual(['rice', 'wheat']);
  });

  it('loads each set by itself', async () => {
    await loadOnce(world.database, demo(insert('rice')));
    expect(await loadOnce(world.database, { name: 'reference', version: '1', load: insert('wheat') })).toBe(
      'loaded',
    );
    expect(await goods()).toEqual(['rice', 'wheat']);
  });

  it('loads all of a set or nothing, and all of it the next time', async () => {
    const broken = demo(async (db) => {
      await insert('rice')(db);
      throw new Error('the second half is missing');
    });
    await expect(loadOnce(world.database, broken)).rejects.toThrow('the second half is missing');
    expect(await goods()).toEqual([]);
    expect(await loadOnce(world.database, demo(insert('rice')))).toBe('loaded');
    expect(await goods()).toEqual(['rice']);
  });

  it('loads once when several processes start at the same time', async () => {
    const starters: Database[] = [1, 2, 3].map(() => world.connect());
    const results = await Promise.all(
      starters.map((database, i) => loadOnce(database, demo(insert(`by ${i}`)))),
    );
    expect([...results].sort()).toEqual(['loaded', 'present', 'present']);
    expect(await goods()).toHaveLength(1);
  });

  it('lets a second process load what the first one failed to', async () => {
    let fail = () => {};
    const failing = new Promise<void>((_, reject) => {
      fail = () => reject(new Error('no'));
    });
    let entered = () => {};
    const isIn = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const first = loadOnce(
      world.connect(),
      demo(async (db) => {
        await insert('by the first')(db);
        entered();
        await failing;
      }),
    );
    await isIn;
    const second = loadOnce(world.connect(), demo(insert('by the second')));
    fail();
    await expect(first).rejects.toThrow('no');
    expect(await second).toBe('loaded');
    expect(await goods()).toEqual(['by the second']);
  });

  describe('copyCsv', () => {
    const copy = (csv: string, ...through: Parameters<typeof filterLines>[0][]) =>
      world.database.asOwner((_, connection) =>
        copyCsv(
          connection,
          { table: 'goods', columns: ['name', 'price'] },
          Readable.from([Buffer.from(csv)]),
          ...through.map(filterLines),
        ),
      );

    it('copies lines into columns, what is empty as null', async () => {
      await copy('name,price\n"米, 新",5\n麦,\n');
      expect(await world.database.asOwner((db) => db('goods').orderBy('name'))).toEqual([
        { name: '米, 新', price: 5 },
        { name: '麦', price: null },
      ]);
    });

    it('copies what is let through', async () => {
      await copy('name,price\na,1\nb,2\n', (line) => line.startsWith('b'));
      expect(await goods()).toEqual(['b']);
    });

    it('copies nothing of a file with a line that does not fit, and the connection stays good', async () => {
      await expect(copy('name,price\na,1\nb,much\n')).rejects.toMatchObject({ code: '22P02' });
      expect(await goods()).toEqual([]);
    });
  });
});
