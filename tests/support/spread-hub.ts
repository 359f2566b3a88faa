import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { mintDemoToken } from '../../gateway/access/demo-issuer';
import { processTree } from '../../scripts/bench/processes';
import { DataDirectory } from '../../scripts/data-directory';
import type { Role } from '../../subgraphs/kit/viewer';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { freePort, ScriptProcess } from './process';
import { addressOn, DEMO_TEMPLATE, TEST_SECRET } from './server';
import { cacheKey, takeFromCache } from './template-cache';
import { UnsteadyLine } from './unsteady-line';

/** What may befall a part of the hub. */
export const FAULTS = ['killed', 'hung', 'cut off', 'slowed', 'talking garbage', 'closing half-way'] as const;
export type Fault = (typeof FAULTS)[number];

export const DATABASE = 'database';
/** What a fault may befall. */
export const PARTS: readonly string[] = [DATABASE, ...SUBGRAPH_NAMES];

const LISTENS = /(?:GraphQL\s+|PostgreSQL )(\S+?)(?:\/graphql)?\s/;

const STATES = {
  'cut off': 'silent',
  slowed: 'slow',
  'talking garbage': 'garbling',
  'closing half-way': 'breaking',
} as const;

const page = (status: string, type: string, body: string): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
const noise = () => randomBytes(64);
/** A message of PostgreSQL's, of a kind, with this in it. */
const message = (kind: string, ...content: number[]): Buffer =>
  Buffer.from([kind.charCodeAt(0), 0, 0, 0, 4 + content.length, ...content]);

/** Answers that are none: what a subgraph's port may say that is held by something else, or by one gone mad. */
const NO_ANSWERS: readonly (() => Buffer)[] = [
  noise,
  () => page('200 OK', 'text/html', '<html>Welcome to nginx!</html>'),
  () => page('502 Bad Gateway', 'text/html', '<html>Bad Gateway</html>'),
  () => page('200 OK', 'application/json', '{"data":{"jurisdiction":{"na'),
  () => page('200 OK', 'application/json', '[]'),
  () => page('200 OK', 'application/json', '{"data":"none","errors":"none"}'),
  () => page('200 OK', 'application/json', '{"data":{}}'),
  () => page('200 OK', 'application/json', '{"data":{"_entities":7,"jurisdiction":true,"secondments":[1]}}'),
];
const NO_DATABASE: readonly (() => Buffer)[] = [
  noise,
  () => page('400 Bad Request', 'text/plain', ''),
  () => Buffer.alloc(64),
  // Answers of a kind that there is, with what makes no sense in them: how to sign in, and what rows look like.
  () => message('R', 0, 0, 0, 99),
  () => message('T', 0xff, 0xff, 0, 1),
  () => message('D', 0, 9, 0xff),
  // What begins like an answer, and is as long as half of all memory.
  () => Buffer.concat([Buffer.from('D'), Buffer.from([0x7f, 0xff, 0xff, 0xff]), noise()]),
];

function inTurn(answers: readonly (() => Buffer)[]): () => Buffer {
  let given = 0;
  return () => {
    given += 1;
    return answers[given % answers.length]?.() ?? noise();
  };
}

/** A part of the hub that runs as a process of its own, behind a line. */
class Part {
  readonly line: UnsteadyLine;
  process: ScriptProcess | null = null;

  constructor(
    readonly name: string,
    private readonly launch: () => ScriptProcess,
  ) {
    this.line = new UnsteadyLine(0, inTurn(name === DATABASE ? NO_DATABASE : NO_ANSWERS));
  }

  /** Starts it, and resolves once it listens. */
  async start(): Promise<string> {
    this.process = this.launch();
    const [, address = ''] = await this.process.says(LISTENS);
    this.line.target = Number(new URL(address).port);
    return address;
  }

  /** It, and what it started. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.process?.child ?? {};
    if (pid === undefined) return;
    const below = processTree(pid).map((each) => each.pid);
    for (const each of below.length > 0 ? below : [pid]) {
      try {
        process.kill(each, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.process?.end('SIGKILL');
  }
}

/**
 * The hub as processes: a PostgreSQL with the demo, five subgraphs and a gateway, with a line before each but the last.
 * Any part may be killed, hung, or made as bad as its line.
 */
export class SpreadHub {
  url = '';
  readonly #parts = new Map<string, Part>();
  #gateway: ScriptProcess | null = null;
  #databaseUrl = '';

  constructor(
    private readonly folder: string,
    /** Further environment of the gateway. */
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  async open(): Promise<void> {
    const directory = path.join(this.folder, 'postgres');
    const hasDemo = await takeFromCache(cacheKey(), directory);
    const database = this.#add(
      DATABASE,
      () => new ScriptProcess('../tests/support/postgres-server.ts', [directory, TEST_SECRET], {}),
    );
    const server = await database.start();
    await database.line.lay();
    this.#databaseUrl = hasDemo ? addressOn(server, DEMO_TEMPLATE) : server;

    const common: Record<string, string> = {
      ...{ HUB_SECRET: TEST_SECRET, HUB_DATA_DIR: path.join(this.folder, 'data'), LOG_LEVEL: 'warn' },
      DATABASE_URL: withPort(this.#databaseUrl, database.line.port),
    };
    for (const name of SUBGRAPH_NAMES) {
      const port = await freePort();
      const setting = name.toUpperCase();
      const subgraph = this.#add(
        name,
        () =>
          new ScriptProcess('start-subgraph.ts', [name], { ...common, [`${setting}_PORT`]: String(port) }),
      );
      await subgraph.line.lay();
      common[`${setting}_URL`] = `http://127.0.0.1:${subgraph.line.port}`;
    }
    // Registry first: the others take its directory.
    for (const name of SUBGRAPH_NAMES) await this.#part(name).start();
    this.#gateway = new ScriptProcess('start-gateway.ts', [], {
      ...common,
      ...this.environment,
      PORT: String(await freePort()),
    });
    [, this.url = ''] = await this.#gateway.says(LISTENS);
  }

  async close(): Promise<void> {
    await this.#gateway?.end('SIGKILL');
    for (const part of [...this.#parts.values()].reverse()) {
      await part.kill();
      await part.line.remove();
    }
  }

  /** Lets a fault befall a part. */
  async begin(fault: Fault, name: string): Promise<void> {
    const part = this.#part(name);
    if (fault === 'killed') await part.kill();
    else if (fault === 'hung') part.signal('SIGSTOP');
    else part.line.state = STATES[fault];
  }

  /** Takes the fault away; resolves as soon as the part could answer again. */
  async end(fault: Fault, name: string): Promise<void> {
    const part = this.#part(name);
    if (fault === 'killed') await part.start();
    else if (fault === 'hung') part.signal('SIGCONT');
    else part.line.state = 'steady';
  }

  async token(agency: string, role: Role = 'OFFICER'): Promise<string> {
    const key = await new DataDirectory(path.join(this.folder, 'data')).demoKey();
    return mintDemoToken(key, { agency, roles: [role], user: 'tester' });
  }

  /** What the database holds, read past the line and past row security. */
  async stored<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const port = String(this.#part(DATABASE).line.target);
    const client = new pg.Client({ connectionString: withPort(this.#databaseUrl, Number(port)) });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** What the processes logged since the last call of things that must not happen. */
  takeBugs(): string[] {
    const processes = [this.#gateway, ...[...this.#parts.values()].map((part) => part.process)];
    return processes.flatMap((each) => {
      if (!each) return [];
      const lines = each.stderr.split('\n');
      // The last one may not be whole yet.
      each.stderr = lines.pop() ?? '';
      const bugs = lines.filter((line) => !line.startsWith('{') || line.includes('"unexpected error"'));
      return bugs.map((line) => line.slice(0, 600));
    });
  }

  /** The gateway's memory, in bytes. */
  get memory(): number {
    const { pid } = this.#gateway?.child ?? {};
    return pid === undefined ? 0 : (processTree(pid)[0]?.pssBytes ?? 0);
  }

  #add(name: string, launch: () => ScriptProcess): Part {
    const part = new Part(name, launch);
    this.#parts.set(name, part);
    return part;
  }

  #part(name: string): Part {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`the hub has no ${name}`);
    return part;
  }
}

function withPort(address: string, port: number): string {
  const url = new URL(address);
  url.port = String(port);
  return url.toString();
}
