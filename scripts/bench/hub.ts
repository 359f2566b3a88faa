import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { mintDemoToken } from '../../gateway/access/demo-issuer';
import { SetupError } from '../../subgraphs/kit/migrate';
import { DataDirectory } from '../data-directory';
import { type EmbeddedServer, startEmbeddedPostgres } from '../embedded-postgres';
import type { Running } from '../lifecycle';
import { processTree } from './processes';

const ROOT = path.join(__dirname, '..', '..');
const START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 35_000;

/** How each script of the project is run, as in package.json. */
export const scriptArguments = (script: string, ...rest: string[]): string[] => [
  '--require',
  'tsx/cjs',
  path.join(ROOT, 'scripts', script),
  ...rest,
];

/** A folder for one measurement, removed when it ends. */
export function temporaryFolder(running: Running): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'delta-hub-bench-'));
  // PostgreSQL runs as a user of its own when the bench is root, and must pass through.
  chmodSync(folder, 0o711);
  running.add(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export interface HubOptions {
  dataDirectory: string;
  /** The database's address; the hub brings its own when left out. */
  databaseUrl?: string;
  /** Further environment variables. */
  environment?: Readonly<Record<string, string>>;
}

/** A whole hub with its demo data, started as `npm start` starts it, in processes of its own. */
export class BenchHub {
  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    readonly url: string,
    /** Milliseconds from the start of the process to the first answer that it is ready. */
    readonly readyAfterMs: number,
    private readonly dataDirectory: string,
    private readonly said: () => string,
  ) {}

  /** Starts a hub and waits until it is ready. It is stopped with everything else that is `running`. */
  static async start(running: Running, options: HubOptions): Promise<BenchHub> {
    const startedAt = performance.now();
    const child = spawn(process.execPath, scriptArguments('start.ts'), {
      cwd: ROOT,
      env: hubEnvironment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(() => end(child));
    const said = listenTo(child);
    const url = await addressOf(child, said);
    const { ok } = await fetch(`${url}/health/ready`);
    if (!ok || child.pid === undefined) throw new SetupError(`The hub at ${url} is not ready:\n${said()}`);
    return new BenchHub(child, child.pid, url, performance.now() - startedAt, options.dataDirectory, said);
  }

  /** Throws when the hub has ended by itself: its figures would be those of nothing. */
  mustRun(): void {
    if (hasEnded(this.child)) throw new SetupError(`The hub ended by itself:\n${this.said()}`);
  }

  /** A bearer token for a unit of the demo. */
  async token(agency: string, user = 'bench'): Promise<string> {
    return mintDemoToken(await new DataDirectory(this.dataDirectory).demoKey(), {
      agency,
      roles: ['OFFICER'],
      user,
    });
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

/** A PostgreSQL server as the hub would start it, that a hub and a bench can both reach. */
export async function startServer(
  running: Running,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedServer> {
  const server = await startEmbeddedPostgres({
    directory: path.join(folder, 'postgres'),
    password: 'bench',
    settings,
  });
  running.add(server.stop);
  return server;
}

/** A connection to such a server, past row security. */
export async function connect(running: Running, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // Ctrl-C at a terminal ends the server first.
  client.on('error', () => {});
  await client.connect();
  running.add(() => client.end());
  return client;
}

/** The process of the server that {@link startServer} started in a folder. */
export const serverProcess = (folder: string): number =>
  Number(readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** The environment of a hub's processes: the bench's own without what would place the hub or its database elsewhere. */
export function hubEnvironment({ dataDirectory, databaseUrl, environment }: HubOptions) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:HUB_|HOST$|PORT$|LOG_LEVEL$|NODE_ENV$)|(?:^|_)(?:DATABASE_URL|URL|PORT)$/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HUB_DATA_DIR: dataDirectory,
    PORT: '0',
    LOG_LEVEL: 'warn',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...environment,
  };
}

/** What a process has said so far. */
export function listenTo(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      said += text;
    });
  }
  return () => said;
}

/** Where a hub that was just started listens, as it says once it does. */
export function addressOf(hub: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new SetupError(`The hub was not ready after ${START_LIMIT_MS / 1000} s:\n${said()}`)),
      START_LIMIT_MS,
    );
    limit.unref();
    hub.stdout?.on('data', () => {
      const address = /^ *GraphQL +(http\S+)\/graphql$/m.exec(said())?.[1];
      if (address !== undefined) resolve(address);
    });
    hub.once('exit', () => reject(new SetupError(`The hub ended before it was ready:\n${said()}`)));
    hub.once('error', reject);
  });
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Ends a process and what it started: by asking, and when that does not help within the hub's own limit, by force. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const tree = processTree(child.pid).map(({ pid }) => pid);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const limit = new AbortController();
  const isLate = await Promise.race([
    ended.then(() => false),
    wait(STOP_LIMIT_MS, true, { signal: limit.signal }).catch(() => false),
  ]);
  limit.abort();
  if (!isLate) return;
  for (const pid of tree) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
