import pg from 'pg';
import { loginUrls, type Migration, migrate, SetupError } from '../../subgraphs/kit/migrate';
import { cloneDatabase, TEST_SECRET } from '../support/server';

const createA: Migration = {
  name: '001_create_a',
  up: (sql) => sql('CREATE TABLE a (id int); INSERT INTO a VALUES (1)'),
};
const createB: Migration = {
  name: '002_create_b',
  up: (sql) => sql('CREATE TABLE b (id int); INSERT INTO b VALUES (1)'),
};

describe('migrate', () => {
  let adminUrl = '';
  let drop = async () => {};
  let subgraph = '';
  let count = 0;

  beforeEach(async () => {
    ({ url: adminUrl, drop } = await cloneDatabase('template1'));
    // Roles outlive a database, and a subgraph that starts for the first time has none.
    count += 1;
    subgraph = `kit_migrate_${count}`;
  });
  afterEach(() => drop());

  const run = (migrations: readonly Migration[], hubSecret = TEST_SECRET) =>
    migrate({ adminUrl, subgraph, hubSecret, migrations });

  async function query(sql: string, url = adminUrl): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client
      .query({ text: sql, rowMode: 'array' })
      .then(({ rows }) => rows.flat())
      .finally(() => client.end());
  }
  const tables = () =>
    query(
      `SELECT relname::text FROM pg_class WHERE relnamespace = '${subgraph}'::regnamespace AND relkind = 'r' ORDER BY 1`,
    );
  const rowsOf = (table: string) => query(`SELECT id FROM ${subgraph}.${table}`);

  it('makes the schema, its roles and its tables', async () => {
    await run([createA, createB]);
    expect(await tables()).toEqual(['a', 'b', 'migrations', 'migrations_lock']);
    const { ownerUrl, runtimeUrl } = loginUrls(adminUrl, subgraph, TEST_SECRET);
    expect(await query('SELECT current_user::text', ownerUrl)).toEqual([`hub_${subgraph}_owner`]);
    expect(await query('SELECT current_user::text', runtimeUrl)).toEqual([`hub_${subgraph}_runtime`]);
  });

  it('does nothing the second time', async () => {
    await run([createA]);
    await run([createA]);
    expect(await rowsOf('a')).toEqual([1]);
  });

  it('does what was added since', async () => {
    await run([createA]);
    await run([createA, createB]);
    expect(await rowsOf('a')).toEqual([1]);
    expect(await rowsOf('b')).toEqual([1]);
  });

  it('is done once by several who start at the same time, on a server that knows none of the roles', async () => {
    await Promise.all([1, 2, 3].map(() => run([createA, createB])));
    expect(await rowsOf('a')).toEqual([1]);
    expect(await rowsOf('b')).toEqual([1]);
  });

  it('is done in several databases of one server at the same time, though they share the roles', async () => {
    const others = await Promise.all([1, 2, 3].map(() => cloneDatabase('template1')));
    const urls = [adminUrl, ...others.map(({ url }) => url)];
    for (let start = 0; start < 3; start += 1) {
      await Promise.all(
        urls.map((url) =>
          migrate({ adminUrl: url, subgraph, hubSecret: TEST_SECRET, migrations: [createA] }),
        ),
      );
    }
    for (const url of urls) expect(await query(`SELECT id FROM ${subgraph}.a`, url)).toEqual([1]);
    for (const { drop: dropOther } of others) await dropOther();
  });

  it('refuses tables that a newer version made, and leaves them alone', async () => {
    await run([createA, createB]);
    await expect(run([createA])).rejects.toThrow(
      new SetupError(
        `The ${subgraph} tables were made by a newer version of the hub than this one. Start that version, or use another database.`,
      ),
    );
    expect(await rowsOf('b')).toEqual([1]);
    await run([createA, createB]);
  });

  describe('that does not come to its end', () => {
    const leftBehind = async () => ({
      tables: await tables(),
      done: await query(`SELECT name FROM ${subgraph}.migrations`),
    });

    it.each([
      ['because a statement fails', 'SELECT 1/0'],
      ['because its connection is cut', 'SELECT pg_terminate_backend(pg_backend_pid())'],
      [
        'because every connection is cut, as when the server restarts',
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() ORDER BY pid = pg_backend_pid()',
      ],
    ])('leaves nothing half done, %s, and the next start does the rest', async (_, failure) => {
      const broken: Migration = {
        name: createB.name,
        up: (sql) => sql(`CREATE TABLE b (id int); ${failure};`),
      };
      await expect(run([createA, broken])).rejects.toThrow();
      expect(await leftBehind()).toEqual({ tables: ['migrations', 'migrations_lock'], done: [] });
      await run([createA, createB]);
      expect(await rowsOf('a')).toEqual([1]);
      expect(await rowsOf('b')).toEqual([1]);
    });

    it('because its process was killed, does not keep the next one waiting', async () => {
      await run([createA]);
      await query(`UPDATE ${subgraph}.migrations_lock SET is_locked = 1`);
      await run([createA, createB]);
      expect(await rowsOf('b')).toEqual([1]);
    });
  });

  it('takes question marks in a statement for themselves', async () => {
    await run([
      {
        name: '001_ask',
        up: (sql) => sql(`CREATE TABLE a AS SELECT ('{"a":1}'::jsonb ? 'a') AS id; -- why?`),
      },
    ]);
    expect(await rowsOf('a')).toEqual([true]);
  });

  it('gives the logins new passwords when the hub has a new secret', async () => {
    await run([createA]);
    const before = loginUrls(adminUrl, subgraph, TEST_SECRET);
    await run([createA], 'a new secret');
    const after = loginUrls(adminUrl, subgraph, 'a new secret');
    expect(await query('SELECT 1', after.runtimeUrl)).toEqual([1]);
    expect(await query('SELECT 1', after.ownerUrl)).toEqual([1]);
    await expect(query('SELECT 1', before.runtimeUrl)).rejects.toMatchObject({ code: '28P01' });
    await expect(query('SELECT 1', before.ownerUrl)).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps the logins of a hub whose secret is an address full of signs', async () => {
    const secret = 'p@ss:w/rd?#%& 密码';
    await run([createA], secret);
    expect(await query('SELECT 1', loginUrls(adminUrl, subgraph, secret).runtimeUrl)).toEqual([1]);
  });

  describe('says in a sentence that it cannot', () => {
    const at = (change: (url: URL) => void): string => {
      const url = new URL(adminUrl);
      change(url);
      return url.toString();
    };

    it.each<[string, (url: URL) => void, string]>([
      [
        'reach the server',
        (url) => {
          url.port = '1';
        },
        'The database cannot be reached (connect ECONNREFUSED 127.0.0.1:1). Check DATABASE_URL and that the server runs.',
      ],
      [
        'sign in',
        (url) => {
          url.password = 'wrong';
        },
        'The database cannot be reached (password authentication failed for user "hub_admin"). Check DATABASE_URL and that the server runs.',
      ],
      [
        'find the database',
        (url) => {
          url.pathname = '/nowhere';
        },
        'The database cannot be reached (database "nowhere" does not exist). Check DATABASE_URL and that the server runs.',
      ],
    ])('%s', async (_, change, sentence) => {
      const refused = migrate({ adminUrl: at(change), subgraph, hubSecret: TEST_SECRET, migrations: [] });
      await expect(refused).rejects.toThrow(new SetupError(sentence));
    });

    it('make roles', async () => {
      await query(`CREATE ROLE ${subgraph}_guest LOGIN PASSWORD 'guest'`);
      const asGuest = at((url) => {
        url.username = `${subgraph}_guest`;
        url.password = 'guest';
      });
      const refused = migrate({ adminUrl: asGuest, subgraph, hubSecret: TEST_SECRET, migrations: [] });
      await expect(refused).rejects.toThrow(
        new SetupError(
          'The login in DATABASE_URL may not do what the hub needs (permission denied to create role). Give it CREATEROLE and CREATE on the database.',
        ),
      );
    });
  });

  it('needs no superuser, only one who may make roles and schemas', async () => {
    const guest = `${subgraph}_admin`;
    await query(`CREATE ROLE ${guest} LOGIN CREATEROLE PASSWORD 'guest'`);
    await query(`GRANT CREATE ON DATABASE ${new URL(adminUrl).pathname.slice(1)} TO ${guest}`);
    const url = new URL(adminUrl);
    url.username = guest;
    url.password = 'guest';
    for (let start = 0; start < 2; start += 1) {
      await migrate({ adminUrl: url.toString(), subgraph, hubSecret: TEST_SECRET, migrations: [createA] });
    }
    expect(await rowsOf('a')).toEqual([1]);
  });
});
