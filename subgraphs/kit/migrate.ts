import { createHmac } from 'node:crypto';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { rolesOf } from './database';
import type { Keyring } from './keyring';

/** One step of a subgraph's tables. Named `NNN_verb_thing`; never edited once landed. */
export interface Migration {
  readonly name: string;
  readonly up: (sql: (text: string) => Promise<unknown>) => Promise<unknown>;
}

/** A reason not to start that the operator can mend; its message is the one sentence they see. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

const OLDEST_SERVER = 150_000;
// Any constant will do, as long as every hub agrees on it.
const PROVISION_LOCK = 4_201_310;
// Each attempt that is lost is one that another process won.
const ROLE_ATTEMPTS = 20;

/** The password of one of the hub's database logins. */
export const passwordOf = (hubSecret: string, role: string): string =>
  createHmac('sha256', hubSecret).update(`password:${role}`).digest('base64url');

function urlAs(adminUrl: string, role: string, hubSecret: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = passwordOf(hubSecret, role);
  return url.toString();
}

/** The addresses under which a subgraph's two logins reach its database. */
export function loginUrls(adminUrl: string, subgraph: string, hubSecret: string) {
  const roles = rolesOf(subgraph);
  return {
    ownerUrl: urlAs(adminUrl, roles.owner, hubSecret),
    runtimeUrl: urlAs(adminUrl, roles.runtime, hubSecret),
  };
}

/** The same while secrets may be replaced: each login under every secret's password, that of the first in front. */
export const loginUrlsUnder = (adminUrl: string, subgraph: string, keyring: Keyring) => ({
  ownerUrl: () => keyring.secrets.map((secret) => loginUrls(adminUrl, subgraph, secret).ownerUrl),
  runtimeUrl: () => keyring.secrets.map((secret) => loginUrls(adminUrl, subgraph, secret).runtimeUrl),
});

/** A connection that is lost fails the statement that needs it; without a listener it would end the process. */
const toldToTheStatement = (): void => {};

async function connectAsAdmin(adminUrl: string): Promise<pg.Client> {
  let client: pg.Client;
  try {
    client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
    client.on('error', toldToTheStatement);
    await client.connect();
  } catch (error) {
    const reason =
      error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
    throw new SetupError(
      `The database cannot be reached (${reason}). Check DATABASE_URL and that the server runs.`,
    );
  }
  const { rows } = await client.query<{ version: string; number: number }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number",
  );
  const server = rows[0];
  if (!server || server.number < OLDEST_SERVER) {
    await client.end();
    throw new SetupError(`The database is PostgreSQL ${server?.version}; the hub needs 15 or later.`);
  }
  return client;
}

/**
 * Makes what an administrator must make, once and again without harm: a subgraph's roles, and its schema. The owner
 * owns the schema; the runtime login owns nothing and has no right but to become `member` or `nobody`.
 */
async function provision(adminUrl: string, subgraph: string, hubSecret: string): Promise<void> {
  const roles = rolesOf(subgraph);
  const client = await connectAsAdmin(adminUrl);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK]);
    await makeRoles(client, subgraph, hubSecret);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${subgraph} AUTHORIZATION ${roles.owner}`);
    await client.query(`REVOKE ALL ON SCHEMA ${subgraph} FROM PUBLIC`);
    await client.query(`GRANT USAGE ON SCHEMA ${subgraph} TO ${roles.member}, ${roles.nobody}`);
    await allowStaging(client, roles.member);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42501') {
      throw new SetupError(
        `The login in DATABASE_URL may not do what the hub needs (${error.message}). Give it CREATEROLE and CREATE on the database.`,
      );
    }
    throw error;
  } finally {
    await client.end();
  }
}

/** Row security forbids COPY into its tables; rows go through a temporary one, which a server may have forbidden too. */
async function allowStaging(client: pg.Client, member: string): Promise<void> {
  const { rows } = await client.query<{ database: string; may: boolean }>(
    "SELECT current_database() AS database, has_database_privilege($1, current_database(), 'TEMPORARY') AS may",
    [member],
  );
  const [here] = rows;
  if (!here || here.may) return;
  await client.query(`GRANT TEMPORARY ON DATABASE ${pg.escapeIdentifier(here.database)} TO ${member}`);
}

/** Roles belong to the whole server and locks to one database, so who works on another may be at the same roles. */
async function makeRoles(client: pg.Client, subgraph: string, hubSecret: string): Promise<void> {
  const roles = rolesOf(subgraph);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rows } = await client.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE rolname = ANY($1)',
        [Object.values(roles)],
      );
      const existing = new Set(rows.map((row) => row.rolname));
      for (const role of [roles.member, roles.nobody]) {
        if (!existing.has(role)) await client.query(`CREATE ROLE ${role} NOLOGIN`);
      }
      for (const role of [roles.owner, roles.runtime]) {
        if (!existing.has(role)) await client.query(`CREATE ROLE ${role} LOGIN NOINHERIT`);
        const password = pg.escapeLiteral(passwordOf(hubSecret, role));
        await client.query(`ALTER ROLE ${role} PASSWORD ${password}`);
      }
      await client.query(`GRANT ${roles.member}, ${roles.nobody} TO ${roles.runtime}`);
      await client.query(`GRANT ${roles.owner} TO CURRENT_USER`);
      return;
    } catch (error) {
      if (!isLostRace(error) || attempt === ROLE_ATTEMPTS) throw error;
    }
  }
}

/** duplicate_object, unique_violation, and the internal error that a row of a system table changed meanwhile. */
const isLostRace = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  (error.code === '42710' || error.code === '23505' || error.message === 'tuple concurrently updated');

const asSource = (migrations: readonly Migration[]): Knex.MigrationSource<Migration> => ({
  getMigrations: async () => [...migrations],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => ({
    up: async (db: Knex) => {
      await migration.up((text) => db.raw(text.replace(/\?/g, '\\?')));
    },
    down: async () => {
      throw new Error('migrations only go forward');
    },
  }),
});

/**
 * Brings a subgraph's roles, schema and tables up to date, whatever is due in one transaction: a crash leaves nothing
 * half done, and the next start does it. Several processes may call it at once; one works, the others wait.
 */
export async function migrate(options: {
  adminUrl: string;
  subgraph: string;
  hubSecret: string;
  migrations: readonly Migration[];
}): Promise<void> {
  const { adminUrl, subgraph, hubSecret, migrations } = options;
  await provision(adminUrl, subgraph, hubSecret);
  const { ownerUrl } = loginUrls(adminUrl, subgraph, hubSecret);
  const lock = new pg.Client({ connectionString: ownerUrl });
  lock.on('error', toldToTheStatement);
  await lock.connect();
  const db = knex({
    client: 'pg',
    connection: ownerUrl,
    searchPath: [subgraph],
    pool: { min: 0, max: 2 },
    // What it would print on standard output is in the error that it throws.
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
  });
  try {
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate:${subgraph}`]);
    const config: Knex.MigratorConfig = {
      migrationSource: asSource(migrations),
      schemaName: subgraph,
      tableName: 'migrations',
    };
    // A process that was killed leaves knex's own lock behind; the advisory lock says that no one else is at work.
    await db.migrate.forceFreeMigrationsLock(config);
    await db.migrate.latest(config);
    await db.raw(
      'ALTER TABLE migrations ENABLE ROW LEVEL SECURITY; ALTER TABLE migrations_lock ENABLE ROW LEVEL SECURITY',
    );
  } catch (error) {
    if (error instanceof Error && error.message.includes('migration directory is corrupt')) {
      throw new SetupError(
        `The ${subgraph} tables were made by a newer version of the hub than this one. Start that version, or use another database.`,
      );
    }
    throw error;
  } finally {
    await db.destroy();
    await lock.end();
  }
}
