import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import pg from 'pg';
import type { Database, Db } from '../../subgraphs/kit/database';
import { refuse } from '../../subgraphs/kit/errors';
import { readableByParties, writableByParties } from '../../subgraphs/kit/policies';
import { useTables } from '../support/tables';
import { viewer } from '../support/viewer';
import { Wire } from '../support/wire';

const NAME = 'kit_session';
const JINZE = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
const FENHU = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });

interface Case {
  id: string;
  place: string;
  stage: string;
}

/** Two that wait for each other. */
function rendezvous(): () => Promise<void> {
  let arrived = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async () => {
    arrived += 1;
    if (arrived === 2) open();
    await opened;
  };
}

describe('a session', () => {
  const parties = { subgraph: NAME, table: 'cases', item: 'grid.cases', places: ['place'] } as const;
  const world = useTables(
    NAME,
    `CREATE TABLE cases (
       id text COLLATE "C" PRIMARY KEY,
       place text COLLATE "C" NOT NULL,
       stage text COLLATE "C" NOT NULL
     );
     ${readableByParties(parties)}
     ${writableByParties(parties)}

     -- What is committed at this stage runs into the trigger while COMMIT is under way.
     CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
     CREATE CONSTRAINT TRIGGER end_connection AFTER INSERT ON cases DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.stage = 'ENDS CONNECTION') EXECUTE FUNCTION end_connection();
     CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'refused at COMMIT'; END $$;
     CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON cases DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.stage = 'REFUSED') EXECUTE FUNCTION refuse_commit();`,
    ['grid.cases'],
  );
  beforeEach(() =>
    world.database.asOwner(async (db) => {
      await db('cases').delete();
      await db('cases').insert([
        { id: 'jinze', place: '310118104', stage: 'FILED' },
        { id: 'fenhu', place: '320509110', stage: 'FILED' },
      ]);
    }),
  );

  const cases = async (db: Db): Promise<string[]> => {
    const rows: Case[] = await db<Case>('cases').orderBy('id');
    return rows.map(({ id, stage }) => `${id} ${stage}`);
  };
  const stored = () => world.database.asOwner(cases);
  const file = (db: Db, id: string, stage = 'FILED') => db('cases').insert({ id, place: '310118104', stage });
  const move = (db: Db, id: string, stage: string) => db('cases').where({ id }).update({ stage });
  const backendOf = async (db: Db) =>
    (await db.raw<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;

  describe('that reads', () => {
    it('asks for its transaction and its settings in one message, at its first statement', async () => {
      const wire = await Wire.to(world.adminUrl);
      const database = world.connect({ through: wire.address, poolSize: 1 });
      await database.ping();
      wire.takeSent();
      const session = database.session(JINZE);
      const { db } = session;
      expect(wire.takeSent()).toEqual([]);
      await db('cases').where({ id: 'jinze' });
      await db('cases').where({ id: 'fenhu' });
      await session.end();
      const sent = wire.takeSent();
      expect(sent).toEqual([
        expect.stringMatching(
          /^Q[\s\S]{4}BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE hub_kit_session_member; SELECT set_config[\s\S]*\0$/,
        ),
        expect.stringContaining('select * from "cases"'),
        expect.stringContaining('select * from "cases"'),
        expect.stringMatching(/^Q[\s\S]{4}ROLLBACK\0$/),
      ]);
      await world.disconnect();
      await wire.cut();
    });

    it('asks for nothing at all when nothing is read', async () => {
      const database = world.connect({ poolSize: 1 });
      await database.session(JINZE).end();
      expect(await backendsOf(world.adminUrl)).toEqual([]);
    });

    it('sees one moment, whatever is committed meanwhile', async () => {
      const session = world.database.session(JINZE);
      const before = await cases(session.db);
      await world.database.asOwner((db) => file(db, 'late'));
      expect(await cases(session.db)).toEqual(before);
      await session.end();
      const next = world.database.session(JINZE);
      expect(await cases(next.db)).toEqual(['jinze FILED', 'late FILED']);
      await next.end();
    });

    it('sees the rows that its viewer is a party to', async () => {
      const seenBy = async (who: typeof JINZE | null) => {
        const session = world.database.session(who);
        return cases(session.db).finally(() => session.end());
      };
      expect(await seenBy(JINZE)).toEqual(['jinze FILED']);
      expect(await seenBy(FENHU)).toEqual(['fenhu FILED']);
      expect(await seenBy(viewer('310118104-TOURISM'))).toEqual([]);
      await expect(seenBy(null)).rejects.toThrow('permission denied for table cases');
    });

    it('cannot write', async () => {
      const session = world.database.session(JINZE);
      await expect(file(session.db, 'no')).rejects.toThrow(
        'cannot execute INSERT in a read-only transaction',
      );
      await session.end();
    });

    it('runs its statements one after another, whatever is awaited in parallel', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      const backends = await Promise.all([1, 2, 3].map(() => backendOf(session.db)));
      expect(new Set(backends).size).toBe(1);
      await session.end();
    });

    it('leaves nothing of its viewer to the next one on its connection', async () => {
      const database = world.connect({ poolSize: 1 });
      const settings = (db: Db) =>
        db.raw(`SELECT current_user AS role, coalesce(current_setting('hub.agency', true), '') AS agency,
          coalesce(current_setting('hub.grid_cases_from', true), '') AS range`);
      const first = database.session(JINZE);
      expect(await settings(first.db)).toEqual([
        { role: 'hub_kit_session_member', agency: '310118104-CITYOPS', range: '310118104' },
      ]);
      await first.end();
      const second = database.session(null);
      expect(await settings(second.db)).toEqual([{ role: 'hub_kit_session_nobody', agency: '', range: '' }]);
      await second.end();
    });

    it('takes the name of a viewer for text, whatever is in it', async () => {
      const session = world.database.session({
        ...JINZE,
        agency: "x', true); SET ROLE hub_kit_session_owner; --\\",
      });
      expect(
        await session.db.raw(`SELECT current_user AS role, current_setting('hub.agency') AS agency`),
      ).toEqual([
        { role: 'hub_kit_session_member', agency: "x', true); SET ROLE hub_kit_session_owner; --\\" },
      ]);
      await session.end();
    });

    it('gives its connection back when a statement failed', async () => {
      const database = world.connect({ poolSize: 1 });
      const session = database.session(JINZE);
      await expect(session.db.raw('SELECT 1/0')).rejects.toThrow('division by zero');
      await session.end();
      const next = database.session(JINZE);
      expect(await cases(next.db)).toEqual(['jinze FILED']);
      await next.end();
    });
  });

  describe('that writes', () => {
    it('reads what it wrote', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      await session.write((db) => move(db, 'jinze', 'CLOSED'));
      expect(await cases(session.db)).toEqual(['jinze CLOSED']);
      await session.end();
    });

    it('gives back what the work gave, once it is committed', async () => {
      const session = world.database.session(JINZE);
      const done = await session.write(async (db) => {
        await file(db, 'new');
        return 'done';
      });
      expect(done).toBe('done');
      expect(await stored()).toContain('new FILED');
      await session.end();
    });

    it('never holds two connections: one is enough to read, write and read again, twice over', async () => {
      const database = world.connect({ poolSize: 1 });
      const session = database.session(JINZE);
      for (const id of ['one', 'two']) {
        await cases(session.db);
        await session.write(async (db) => {
          await file(db, id);
          await cases(db);
        });
        await cases(session.db);
      }
      await session.end();
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED', 'one FILED', 'two FILED']);
    });

    it('refuses to read beside a write, which would take a second connection', async () => {
      const session = world.connect({ poolSize: 2 }).session(JINZE);
      await expect(session.write(async () => cases(session.db))).rejects.toThrow('a write is under way');
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      await session.end();
    });

    it('refuses a second write beside the first', async () => {
      const session = world.connect({ poolSize: 2 }).session(JINZE);
      const results = await Promise.allSettled(['a', 'b'].map((id) => session.write((db) => file(db, id))));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      await session.end();
      expect(await stored()).toEqual(['a FILED', 'fenhu FILED', 'jinze FILED']);
    });

    it('may write only rows that its viewer is a party to', async () => {
      const session = world.database.session(FENHU);
      await expect(session.write((db) => file(db, 'foreign'))).rejects.toThrow('row-level security policy');
      expect(await session.write((db) => move(db, 'jinze', 'CLOSED'))).toBe(0);
      await session.end();
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED']);
    });

    it('rolls back what it refuses, and its connection stays good', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      const backend = await backendOf(session.db);
      const refused = session.write(async (db) => {
        await file(db, 'new');
        refuse('CONFLICT', [], { en: 'It is there already.', zh: '已存在。' });
      });
      await expect(refused).rejects.toMatchObject({ name: 'Refusal' });
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      expect(await backendOf(session.db)).toBe(backend);
      await session.end();
    });

    it('does not take a transaction for done that failed inside, though the error was caught', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      const written = session.write(async (db) => {
        await file(db, 'new');
        await file(db, 'jinze').catch(() => {});
        return 'done';
      });
      await expect(written).rejects.toThrow('the database answered ROLLBACK to COMMIT');
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      await session.end();
    });

    it('does not take a transaction for done that the database refused at COMMIT', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      await expect(session.write((db) => file(db, 'new', 'REFUSED'))).rejects.toThrow('refused at COMMIT');
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      await session.end();
    });

    it('tries again when it fell into a deadlock', async () => {
      await adminQuery(
        world.adminUrl,
        `ALTER DATABASE ${new URL(world.adminUrl).pathname.slice(1)} SET deadlock_timeout = '20ms'`,
      );
      await world.database.asOwner((db) => file(db, 'other'));
      const database = world.connect({ poolSize: 2 });
      const meet = rendezvous();
      let attempts = 0;
      const running: Promise<void>[] = [];
      const moveBoth = async (first: string, second: string, stage: string) => {
        const session = database.session(JINZE);
        let attempt = 0;
        await session.write(async (db) => {
          attempts += 1;
          attempt += 1;
          // The one that lost lets the other finish, or both could meet again.
          if (attempt > 1) await Promise.race(running);
          await move(db, first, stage);
          if (attempt === 1) await meet();
          await move(db, second, stage);
        });
        await session.end();
      };
      running.push(moveBoth('jinze', 'other', 'CLOSED'), moveBoth('other', 'jinze', 'VERIFYING'));
      await Promise.all(running);
      expect(attempts).toBe(3);
      const [, jinze, other] = await stored();
      expect(jinze?.split(' ')[1]).toBe(other?.split(' ')[1]);
    });

    it('gives up on what cannot be serialized after four attempts', async () => {
      let attempts = 0;
      const session = world.database.session(JINZE);
      const written = session.write(async (db) => {
        attempts += 1;
        await db.raw(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`);
      });
      await expect(written).rejects.toMatchObject({ code: '40001' });
      expect(attempts).toBe(4);
      await session.end();
    });

    it('does not try again what failed for another reason', async () => {
      let attempts = 0;
      const session = world.database.session(JINZE);
      const written = session.write(async (db) => {
        attempts += 1;
        await file(db, 'jinze');
      });
      await expect(written).rejects.toMatchObject({ code: '23505' });
      expect(attempts).toBe(1);
      await session.end();
    });
  });

  describe('whose connection breaks', () => {
    const OUTCOME_UNKNOWN = {
      code: 'OUTCOME_UNKNOWN',
      text: {
        en: 'The connection to the database broke while the change was being saved, so it may or may not have been made. Look, or send the same again.',
        zh: '保存过程中与数据库的连接中断，无法确定修改是否已生效。请查询确认，或重新提交同一请求。',
      },
    };

    it.each([
      ['before it was sent', 'cut before', ['fenhu FILED', 'jinze FILED']],
      ['before it was answered', 'cut after', ['fenhu FILED', 'jinze FILED', 'new FILED']],
    ] as const)('at COMMIT, %s, does not know the outcome and says so', async (_, fate, outcome) => {
      const wire = await Wire.to(world.adminUrl);
      const session = world.connect({ through: wire.address, poolSize: 1 }).session(JINZE);
      wire.fateOf = (chunk) => (chunk.includes('COMMIT') ? fate : 'pass');
      await expect(session.write((db) => file(db, 'new'))).rejects.toMatchObject(OUTCOME_UNKNOWN);
      expect(await stored()).toEqual(outcome);
      await session.end();
      await world.disconnect();
      await wire.cut();
    });

    it('at COMMIT, by an administrator, does not know the outcome either, and keeps the reason', async () => {
      await adminQuery(world.adminUrl, `GRANT pg_signal_backend TO hub_${NAME}_member`);
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      await expect(session.write((db) => file(db, 'new', 'ENDS CONNECTION'))).rejects.toMatchObject({
        ...OUTCOME_UNKNOWN,
        cause: expect.objectContaining({ code: '57P01' }),
      });
      expect(await cases(session.db)).toEqual(['jinze FILED']);
      await session.end();
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED']);
    });

    it('while it writes, fails, and writes on another connection the next time', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      const broken = session.write(async (db, connection) => {
        await file(db, 'new');
        await endBackend(connection);
        await file(db, 'newer');
      });
      await expect(broken).rejects.toThrow();
      await session.write((db) => file(db, 'newest'));
      await session.end();
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED', 'newest FILED']);
    });

    it('while it rests between two statements, fails, and the next one reads on another connection', async () => {
      const database = world.connect({ poolSize: 1 });
      const session = database.session(JINZE);
      await endBackendOf(await backendOf(session.db));
      await expect(cases(session.db)).rejects.toThrow();
      await session.end();
      const next = database.session(JINZE);
      expect(await cases(next.db)).toEqual(['jinze FILED']);
      await next.end();
    });

    it('while no one reads, is not noticed', async () => {
      const database = world.connect({ poolSize: 1 });
      const session = database.session(JINZE);
      const backend = await backendOf(session.db);
      await session.end();
      await endBackendOf(backend);
      const next = database.session(JINZE);
      expect(await cases(next.db)).toEqual(['jinze FILED']);
      await next.end();
    });

    it('before it has one, says that the database cannot be reached', async () => {
      const wire = await Wire.to(world.adminUrl);
      await wire.cut();
      const session = world.connect({ through: wire.address }).session(JINZE);
      await expect(cases(session.db)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await session.end();
    });

    /** Ends a connection from another, and waits until its client has noticed. */
    async function endBackend(connection: PoolClient): Promise<void> {
      const ended = new Promise((resolve) => connection.once('end', resolve));
      const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await endBackendOf(rows[0]?.pid);
      await ended;
    }

    const endBackendOf = (pid: number | undefined) =>
      adminQuery(world.adminUrl, 'SELECT pg_terminate_backend($1, 5000)', [pid]);
  });

  describe('that has ended', () => {
    it('sends nothing more, though a statement of it was still to come', async () => {
      const statements: string[] = [];
      const database: Database = world.connect({ poolSize: 1, onStatement: (sql) => statements.push(sql) });
      const session = database.session(JINZE);
      const { db } = session;
      await cases(db);
      await session.end();
      const next = database.session(FENHU);
      await cases(next.db);
      statements.length = 0;
      await expect(cases(db)).rejects.toThrow('this transaction is over');
      await expect(db.raw('SELECT 1')).rejects.toThrow('this transaction is over');
      expect(statements).toEqual([]);
      expect(await cases(next.db)).toEqual(['fenhu FILED']);
      await next.end();
    });

    it('does not send what was waiting for its turn', async () => {
      let ended: Promise<void> | null = null;
      const database = world.connect({ poolSize: 1, onStatement: () => (ended ??= session.end()) });
      const session = database.session(JINZE);
      const [first, second] = await Promise.allSettled([cases(session.db), cases(session.db)]);
      expect(first).toEqual({ status: 'fulfilled', value: ['jinze FILED'] });
      expect(second).toEqual({ status: 'rejected', reason: new Error('this transaction is over') });
      await ended;
    });

    it('takes no connection again: nothing would give it back', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      await session.end();
      expect(() => session.db).toThrow('the operation has ended');
      await expect(session.write((db) => file(db, 'new'))).rejects.toThrow('the operation has ended');
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED']);
    });

    it('lets no part of a failed write go on outside its transaction', async () => {
      const session = world.connect({ poolSize: 1 }).session(JINZE);
      let straggler: Promise<unknown> = Promise.resolve();
      const written = session.write(async (db) => {
        straggler = cases(db).then(() => file(db, 'stray'));
        await Promise.all([straggler, Promise.reject(new Error('the other part failed'))]);
      });
      await expect(written).rejects.toThrow('the other part failed');
      await expect(straggler).rejects.toThrow('this transaction is over');
      await session.end();
      expect(await stored()).toEqual(['fenhu FILED', 'jinze FILED']);
    });
  });

  describe('that nobody waits for any more', () => {
    const SLEEP = 'SELECT pg_sleep(60)';
    const sleeping = async () => {
      const { rows } = await adminQuery(
        world.adminUrl,
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = $1`,
        [SLEEP],
      );
      return rows.length;
    };
    const until = async (count: number) => {
      for (let i = 0; i < 500 && (await sleeping()) !== count; i += 1) await sleep(10);
      return sleeping();
    };

    it('has the statement cancelled that it is at, and begins no other', async () => {
      const session = world.database.session(JINZE);
      const { db } = session;
      const reading = expect(db.raw(SLEEP)).rejects.toThrow('canceling statement due to user request');
      expect(await until(1)).toBe(1);
      session.abandon();
      await reading;
      expect(await until(0)).toBe(0);
      await expect(db('cases').select()).rejects.toThrow('this transaction is over');
      expect(() => session.db).toThrow('the operation has ended');
      await session.end();
      // The next one is not cancelled along with it.
      const next = world.database.session(JINZE);
      expect(await next.db('cases').select('id')).toEqual(expect.anything());
      await next.end();
    });

    it('gives its connection up when the database does not hear of it', async () => {
      const wire = await Wire.to(world.adminUrl);
      const database = world.connect({ through: wire.address, poolSize: 1 });
      const session = database.session(JINZE);
      await session.db('cases').select('id');
      const swallowed = new Promise<void>((resolve) => {
        wire.fateOf = () => {
          resolve();
          return 'swallow';
        };
      });
      const reading = session.db('cases').select('id');
      const ended = expect(reading).rejects.toThrow('Connection terminated');
      await swallowed;
      session.abandon();
      await ended;
      await session.end();
      wire.fateOf = () => 'pass';
      const next = database.session(JINZE);
      expect(await next.db('cases').select('id')).toEqual(expect.any(Array));
      await next.end();
      await world.disconnect();
      await wire.cut();
    });

    it('writes to its end all the same', async () => {
      const session = world.database.session(JINZE);
      await session.write(async (db) => {
        session.abandon();
        await db('cases').insert({ id: 'abandoned', place: '310118104', stage: 'REPORTED' });
      });
      await session.end();
      expect(await world.database.asOwner((db) => db('cases').where({ id: 'abandoned' }))).toHaveLength(1);
    });
  });
});

async function adminQuery(url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql, values).finally(() => client.end());
}

/** The runtime connections of the file's tables. */
async function backendsOf(url: string): Promise<unknown[]> {
  const { rows } = await adminQuery(
    url,
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [`delta-hub ${NAME} runtime`],
  );
  return rows;
}
