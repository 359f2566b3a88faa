import pg from 'pg';
import type { Db } from '../../subgraphs/kit/database';
import {
  ownersOnly,
  readableByAll,
  readableByParties,
  writableByParties,
} from '../../subgraphs/kit/policies';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useTables } from '../support/tables';
import { viewer } from '../support/viewer';

const NAME = 'kit_policies';
const ITEM = 'grid.cases';
const TABLES = {
  open: readableByAll({ subgraph: NAME, table: 'open', item: ITEM, isPublic: true }),
  unconditional: readableByAll({ subgraph: NAME, table: 'unconditional', item: ITEM }),
  by_name: readableByParties({ subgraph: NAME, table: 'by_name', item: ITEM, named: ['reporter', 'holder'] }),
  by_place: readableByParties({
    subgraph: NAME,
    table: 'by_place',
    item: ITEM,
    places: ['place', 'other_place'],
  }),
  by_both: readableByParties({
    subgraph: NAME,
    table: 'by_both',
    item: ITEM,
    named: ['reporter', 'holder'],
    places: ['place'],
  }),
  placeless: readableByParties({
    subgraph: NAME,
    table: 'placeless',
    item: 'personnel.officer-contact',
    named: ['reporter'],
    places: ['place'],
  }),
  secret: ownersOnly('secret'),
};
type Table = keyof typeof TABLES;

const REPORTER = viewer('330421102-BUILDING');
const HOLDER = viewer('320509110-SANITATION');
const COMMAND = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
const COUNTY_COMMAND = viewer('310118-CITYOPS', { functions: ['GRID_COMMAND'] });
const GOVERNMENT = viewer('310118104-GOV', { functions: ['GENERAL_GOVERNMENT'] });
const OTHER_FUNCTION = viewer('310118104-TOURISM', { functions: ['TOURISM'], remit: ['310000'] });
const NEIGHBOR = viewer('310118105-CITYOPS', { functions: ['GRID_COMMAND'], remit: ['310118104'] });
const VILLAGE_BELOW = viewer('310118104222-COMMITTEE', { functions: ['GRID_COMMAND'] });
const VIEWERS: Record<string, Viewer | null> = {
  'the reporter': REPORTER,
  'the holder': HOLDER,
  'the command of the place': COMMAND,
  'the command of a place above': COUNTY_COMMAND,
  'the government of the place': GOVERNMENT,
  'another office of the place': OTHER_FUNCTION,
  'a neighbor with a remit there': NEIGHBOR,
  'the command of a place below': VILLAGE_BELOW,
  nobody: null,
};

describe('row policies', () => {
  const world = useTables(
    NAME,
    Object.entries(TABLES)
      .map(
        ([table, policy]) => `
          CREATE TABLE ${table} (
            id text COLLATE "C" PRIMARY KEY,
            reporter text COLLATE "C" NOT NULL,
            holder text COLLATE "C" NOT NULL,
            place text COLLATE "C" NOT NULL,
            other_place text COLLATE "C" NOT NULL
          );
          ${policy}
          INSERT INTO ${table} VALUES ('1', '330421102-BUILDING', '320509110-SANITATION', '310118104', '341225');`,
      )
      .concat(
        writableByParties({
          subgraph: NAME,
          table: 'by_both',
          item: ITEM,
          named: ['reporter', 'holder'],
          places: ['place'],
        }),
      )
      .join('\n'),
    [ITEM, 'personnel.officer-contact'],
  );

  /** What a viewer reads of a table: its rows' ids, or that it may not. */
  async function read(who: Viewer | null, table: Table): Promise<string> {
    const session = world.database.session(who);
    return session
      .db<{ id: string }>(table)
      .then(
        (rows: { id: string }[]) => (rows.length === 0 ? 'no row' : 'the row'),
        (error: unknown) => {
          if (error instanceof pg.DatabaseError && error.code === '42501') return 'denied';
          throw error;
        },
      )
      .finally(() => session.end());
  }
  const readAll = async (table: Table) =>
    Object.fromEntries(
      await Promise.all(Object.entries(VIEWERS).map(async ([name, who]) => [name, await read(who, table)])),
    );
  const allRead = (exceptions: Record<string, string>, rest: string) =>
    Object.fromEntries(Object.keys(VIEWERS).map((name) => [name, exceptions[name] ?? rest]));
  const NOBODY_DENIED = { nobody: 'denied' };

  it('let anyone read what is public', async () => {
    expect(await readAll('open')).toEqual(allRead({}, 'the row'));
  });

  it('let anyone who is signed in read what is unconditional', async () => {
    expect(await readAll('unconditional')).toEqual(allRead(NOBODY_DENIED, 'the row'));
  });

  it('let those read a row who are named by it', async () => {
    expect(await readAll('by_name')).toEqual(
      allRead({ ...NOBODY_DENIED, 'the reporter': 'the row', 'the holder': 'the row' }, 'no row'),
    );
  });

  const BY_PLACE = {
    'the command of the place': 'the row',
    'the command of a place above': 'the row',
    'the government of the place': 'the row',
  };

  it('let those read a row who have the function in a place of it, or above: not by their remit', async () => {
    expect(await readAll('by_place')).toEqual(allRead({ ...NOBODY_DENIED, ...BY_PLACE }, 'no row'));
    expect(await read(viewer('341200-COMMAND', { functions: ['GRID_COMMAND'] }), 'by_place')).toBe('the row');
  });

  it('let those read a row who are parties in either way', async () => {
    expect(await readAll('by_both')).toEqual(
      allRead(
        { ...NOBODY_DENIED, ...BY_PLACE, 'the reporter': 'the row', 'the holder': 'the row' },
        'no row',
      ),
    );
  });

  it('make nobody a party by place to what goes by no place', async () => {
    expect(await readAll('placeless')).toEqual(
      allRead({ ...NOBODY_DENIED, 'the reporter': 'the row' }, 'no row'),
    );
  });

  it("let nobody read what is its owner's only", async () => {
    expect(await readAll('secret')).toEqual(allRead({}, 'denied'));
  });

  it('answer about a row that is hidden as about one that is not there', async () => {
    const ask = async (id: string) => {
      const session = world.database.session(NEIGHBOR);
      return session
        .db('by_both')
        .where({ id })
        .finally(() => session.end());
    };
    expect(await ask('1')).toEqual(await ask('no such row'));
  });

  describe('on writing', () => {
    const row = {
      id: '2',
      reporter: '330421102-BUILDING',
      holder: '330421102-BUILDING',
      place: '310118104',
      other_place: '341225',
    };
    /** What comes of a write, which is undone again. */
    async function attempt(who: Viewer | null, work: (db: Db) => Promise<unknown>): Promise<unknown> {
      const session = world.database.session(who);
      class Undo extends Error {
        constructor(readonly result: unknown) {
          super('undo');
        }
      }
      return session
        .write(async (db) => {
          throw new Undo(await work(db));
        })
        .catch((error: unknown) => {
          if (error instanceof Undo) return error.result;
          if (error instanceof pg.DatabaseError) return error.code;
          throw error;
        })
        .finally(() => session.end());
    }
    const insert =
      (change: Partial<typeof row> = {}) =>
      (db: Db) =>
        db('by_both')
          .insert({ ...row, ...change })
          .then(() => 'inserted');
    const update = (change: Partial<typeof row>) => (db: Db) =>
      db('by_both').where({ id: '1' }).update(change);
    const REFUSED = '42501';

    it('let a party add a row that it is a party to, and no other', async () => {
      expect(await attempt(REPORTER, insert())).toBe('inserted');
      expect(await attempt(COMMAND, insert())).toBe('inserted');
      expect(await attempt(REPORTER, insert({ reporter: 'x', holder: 'x' }))).toBe(REFUSED);
      expect(await attempt(COMMAND, insert({ place: '320509110' }))).toBe(REFUSED);
      expect(await attempt(NEIGHBOR, insert())).toBe(REFUSED);
      expect(await attempt(null, insert())).toBe(REFUSED);
    });

    it('let a party change a row, if it stays a party to it', async () => {
      expect(await attempt(HOLDER, update({ other_place: '320509' }))).toBe(1);
      expect(await attempt(COMMAND, update({ holder: 'x', reporter: 'x' }))).toBe(1);
      expect(await attempt(HOLDER, update({ holder: 'x' }))).toBe(REFUSED);
      expect(await attempt(COMMAND, update({ place: '320509110' }))).toBe(REFUSED);
    });

    it('let no one else change it, or learn whether it is there', async () => {
      expect(await attempt(NEIGHBOR, update({ holder: '310118105-CITYOPS' }))).toBe(0);
      expect(await attempt(OTHER_FUNCTION, update({ other_place: '1' }))).toBe(0);
      expect(await attempt(null, update({ other_place: '1' }))).toBe(REFUSED);
    });

    it('let no one delete it', async () => {
      for (const who of [REPORTER, COMMAND, NEIGHBOR]) {
        expect(await attempt(who, (db) => db('by_both').delete())).toBe(REFUSED);
      }
    });

    it('let no one write what is only read', async () => {
      for (const table of ['open', 'unconditional', 'by_name', 'by_place', 'secret'] as const) {
        expect(await attempt(COMMAND, (db) => db(table).insert(row))).toBe(REFUSED);
        expect(await attempt(COMMAND, (db) => db(table).update({ holder: 'x' }))).toBe(REFUSED);
      }
    });
  });
});
