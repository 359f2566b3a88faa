import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

type Environment = Record<string, string>;

/** A script of the project that runs as a process of its own. */
export class ScriptProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(script: string, args: readonly string[], environment: Environment) {
    this.child = spawn(process.execPath, ['--require', 'tsx/cjs', path.join('scripts', script), ...args], {
      cwd: ROOT,
      // Jest sets NODE_ENV, and the tests' own server is not the script's.
      env: { ...process.env, NODE_ENV: '', TEST_DATABASE_URL: '', DATABASE_URL: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.#exit = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Resolves when standard output matches; fails with all that was said when the process ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      const ended = await Promise.race([
        this.#exit,
        this.child.stdout ? once(this.child.stdout, 'data').then(() => null) : this.#exit,
      ]);
      if (ended && !pattern.test(this.stdout)) {
        throw new Error(`the script ended (${ended.code ?? ended.signal}):\n${this.stdout}\n${this.stderr}`);
      }
    }
  }

  /** Sends a signal and waits until the process has ended. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return (await this.#exit).code;
  }

  /** Waits until the process ends by itself. */
  async exitCode(): Promise<number | null> {
    return (await this.#exit).code;
  }
}

/** Runs a script to its end. */
export async function runScript(
  script: string,
  args: readonly string[] = [],
  environment: Environment = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const running = new ScriptProcess(script, args, environment);
  const code = await running.exitCode();
  return { code, stdout: running.stdout, stderr: running.stderr };
}

/** A folder for the tests of a file, removed after them. */
export function useFolder(): { path: string } {
  const folder = { path: '' };
  beforeAll(() => {
    folder.path = mkdtempSync(path.join(tmpdir(), 'delta-hub-'));
  });
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A token for a demo unit, from the script that users have for it. */
export const tokenFor = (agency: string, environment: Environment): string =>
  execFileSync(process.execPath, ['--require', 'tsx/cjs', 'scripts/token.ts', '--agency', agency], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: '', ...environment },
    encoding: 'utf8',
  }).trim();

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the test wrote into the query
  data?: any;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

/** Sends a GraphQL request to an address; the answer as it came. */
export async function ask(
  url: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
