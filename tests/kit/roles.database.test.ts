import pg from 'pg';
import { rolesOf } from '../../subgraphs/kit/database';
import { loginUrls } from '../../subgraphs/kit/migrate';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { cloneDatabase, EMPTY_TEMPLATE, TEST_SECRET } from '../support/server';

/** Tables that the migration library keeps, and the data sets' marks: nobody's business but the owner's. */
const HOUSEKEEPING = ['datasets', 'migrations', 'migrations_lock'];

/** What members may delete, because what was there is told elsewhere: by changes of the feed, or by the river itself. */
const DELETABLE: Record<string, readonly string[]> = {
  hub_personnel_member: ['labor_flow_reports'],
  hub_grid_member: ['reach_links'],
};

describe("the subgraphs' tables and logins", () => {
  const clients: pg.Client[] = [];
  let adminUrl = '';
  let drop = async () => {};
  let admin: pg.Client;

  const connect = async (connectionString: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString });
    clients.push(client);
    await client.connect();
    return client;
  };
  beforeAll(async () => {
    ({ url: adminUrl, drop } = await cloneDatabase(EMPTY_TEMPLATE));
    admin = await connect(adminUrl);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await drop();
  });

  /** The values of a statement's only column. */
  const list = async (sql: string, values: unknown[] = [], client = admin): Promise<unknown[]> =>
    (await client.query({ text: sql, values, rowMode: 'array' })).rows.flat();
  const tablesOf = (subgraph: string) =>
    list(
      `SELECT relname::text FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
      [subgraph],
    );
  const stateOf = async (client: pg.Client, sql: string): Promise<string> =>
    client.query(sql).then(
      () => 'done',
      (error: pg.DatabaseError) => error.code ?? error.message,
    );
  const DENIED = '42501';

  describe.each(SUBGRAPH_NAMES)('of %s:', (subgraph) => {
    const { owner, runtime, member, nobody } = rolesOf(subgraph);
    const asRuntime = () => connect(loginUrls(adminUrl, subgraph, TEST_SECRET).runtimeUrl);

    it('every table has row security', async () => {
      expect(await tablesOf(subgraph)).toEqual(expect.arrayContaining(HOUSEKEEPING));
      const open = await list(
        `SELECT relname::text FROM pg_class
         WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity`,
        [subgraph],
      );
      expect(open).toEqual([]);
    });

    it('the owner owns the schema and all that is in it', async () => {
      const foreign = await list(
        `SELECT relname::text FROM pg_class
         WHERE relnamespace = $1::regnamespace AND relowner <> $2::regrole
         UNION ALL
         SELECT proname FROM pg_proc WHERE pronamespace = $1::regnamespace AND proowner <> $2::regrole
           -- PostgreSQL itself owns the constructors of a range type.
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'i')
         UNION ALL
         SELECT nspname FROM pg_namespace WHERE oid = $1::regnamespace AND nspowner <> $2::regrole`,
        [subgraph, owner],
      );
      expect(foreign).toEqual([]);
    });

    it.each([runtime, member, nobody])('%s owns nothing', async (role) => {
      expect(
        await list(
          `SELECT classid::regclass::text || ' ' || objid FROM pg_shdepend
           WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'`,
          [role],
        ),
      ).toEqual([]);
    });

    it.each([owner, runtime, member, nobody])('%s has no power beyond its grants', async (role) => {
      const { rows } = await admin.query(
        'SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit, rolcanlogin FROM pg_roles WHERE rolname = $1',
        [role],
      );
      const isLogin = role === owner || role === runtime;
      expect(rows).toEqual([
        {
          rolsuper: false,
          rolbypassrls: false,
          rolcreaterole: false,
          rolcreatedb: false,
          rolreplication: false,
          rolinherit: !isLogin,
          rolcanlogin: isLogin,
        },
      ]);
    });

    it('the runtime login may become those who are signed in, or nobody, and no one else', async () => {
      const may = await list(
        `SELECT rolname::text FROM pg_roles
         WHERE pg_has_role($1, oid, 'SET') AND rolname <> $1 ORDER BY rolname`,
        [runtime],
      );
      expect(may).toEqual([member, nobody]);
      const client = await asRuntime();
      for (const role of [
        owner,
        'hub_admin',
        ...SUBGRAPH_NAMES.filter((n) => n !== subgraph).map((n) => rolesOf(n).member),
      ]) {
        expect([role, await stateOf(client, `SET ROLE ${role}`)]).toEqual([role, DENIED]);
        expect([role, await stateOf(client, `SET SESSION AUTHORIZATION ${role}`)]).toEqual([role, DENIED]);
      }
      expect(await stateOf(client, `SET ROLE ${member}`)).toBe('done');
      expect(await stateOf(client, `SET ROLE ${nobody}`)).toBe('done');
    });

    it('the runtime login reads and writes nothing as itself', async () => {
      const client = await asRuntime();
      for (const table of await tablesOf(subgraph)) {
        for (const sql of [
          `SELECT FROM ${subgraph}.${table}`,
          `INSERT INTO ${subgraph}.${table} DEFAULT VALUES`,
          `DELETE FROM ${subgraph}.${table}`,
          `TRUNCATE ${subgraph}.${table}`,
        ]) {
          expect([sql, await stateOf(client, sql)]).toEqual([sql, DENIED]);
        }
      }
      expect(await stateOf(client, `CREATE TABLE ${subgraph}.mine ()`)).toBe(DENIED);
      expect(await stateOf(client, 'CREATE TABLE public.mine ()')).toBe(DENIED);
      expect(await stateOf(client, 'CREATE SCHEMA mine')).toBe(DENIED);
      expect(await stateOf(client, `ALTER ROLE ${runtime} BYPASSRLS`)).toBe(DENIED);
    });

    it.each([member, nobody])(
      '%s changes no tables, keeps out of the housekeeping and deletes nothing',
      async (role) => {
        const client = await asRuntime();
        await client.query(`SET ROLE ${role}`);
        for (const table of HOUSEKEEPING) {
          expect([table, await stateOf(client, `SELECT FROM ${subgraph}.${table}`)]).toEqual([table, DENIED]);
        }
        const [table] = await tablesOf(subgraph);
        for (const sql of [
          `ALTER TABLE ${subgraph}.${table} DISABLE ROW LEVEL SECURITY`,
          `DROP TABLE ${subgraph}.${table}`,
          `CREATE POLICY mine ON ${subgraph}.${table} USING (true)`,
          `CREATE TABLE ${subgraph}.mine ()`,
        ]) {
          expect([sql, await stateOf(client, sql)]).toEqual([sql, DENIED]);
        }
        const deletable = await list(
          `SELECT relname::text FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')
           AND (has_table_privilege($2, oid, 'DELETE') OR has_table_privilege($2, oid, 'TRUNCATE'))`,
          [subgraph, role],
        );
        expect(deletable).toEqual(DELETABLE[role] ?? []);
      },
    );

    it('nobody writes nothing', async () => {
      const writable = await list(
        `SELECT relname::text FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
           AND (has_any_column_privilege($2, oid, 'INSERT') OR has_any_column_privilege($2, oid, 'UPDATE'))`,
        [subgraph, nobody],
      );
      expect(writable).toEqual([]);
    });

    it('no foreign key leaves the schema', async () => {
      const leaving = await list(
        `SELECT conname::text FROM pg_constraint JOIN pg_class AS there ON there.oid = confrelid
         WHERE contype = 'f' AND connamespace = $1::regnamespace AND there.relnamespace <> connamespace`,
        [subgraph],
      );
      expect(leaving).toEqual([]);
    });

    it('texts that are keys compare byte by byte, as codes do', async () => {
      const others = await list(
        `SELECT relname || '.' || attname FROM pg_index
         JOIN pg_class AS place ON place.oid = indrelid
         JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
         WHERE indisprimary AND relnamespace = $1::regnamespace AND atttypid IN ('text'::regtype, 'varchar'::regtype)
           AND attcollation <> '"C"'::regcollation AND relname <> ALL($2)`,
        [subgraph, HOUSEKEEPING],
      );
      expect(others).toEqual([]);
    });

    it("functions with their owner's rights are handed out by name; triggers cannot be called", async () => {
      const open = await list(
        `SELECT proname::text FROM pg_proc
         WHERE pronamespace = $1::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype
           AND has_function_privilege('public', oid, 'EXECUTE')`,
        [subgraph],
      );
      expect(open).toEqual([]);
    });

    // Unless it is named last, the schema of temporary tables is searched first, and anyone may put tables there.
    it("functions with their owner's rights look for tables in their schema, and for temporary ones last", async () => {
      const careless = await list(
        `SELECT proname::text FROM pg_proc WHERE pronamespace = $1::regnamespace AND prosecdef
           AND NOT coalesce(proconfig @> ARRAY['search_path=' || $1 || ', pg_temp'], false)`,
        [subgraph],
      );
      expect(careless).toEqual([]);
    });
  });
});
