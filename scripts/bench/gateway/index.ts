import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import pino from 'pino';
import { Pool } from 'undici';
import { SUBGRAPHS } from '../../../subgraphs';
import { Keyring } from '../../../subgraphs/kit/keyring';
import { SetupError } from '../../../subgraphs/kit/migrate';
import { SUPERGRAPH_FILE } from '../../../subgraphs/kit/sdl';
import { subgraphKey } from '../../../subgraphs/kit/signature';
import { type RunningSubgraph, startSubgraph } from '../../../subgraphs/kit/start';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../../subgraphs/kit/viewer';
import type { Running } from '../../lifecycle';
import { Progress } from '../../progress';
import { end, scriptArguments, startServer, temporaryFolder } from '../hub';
import { interruptible } from '../interruptible';
import { cpuSecondsOf, processTree } from '../processes';
import {
  count,
  jsonOption,
  megabytes,
  milliseconds,
  type Report,
  type ReportOptions,
  type Table,
  tell,
  times,
  wholeNumber,
} from '../report';
import { quantile } from '../statistics';
import {
  type Answer,
  type BenchQuery,
  HUB_QUERIES,
  PUBLIC_QUERIES,
  publicSubgraphs,
  publicSupergraph,
} from './graphs';
import { Replay } from './replay';

interface GatewayOptions extends ReportOptions {
  requests: number;
  connections: number;
}

const PEERS = path.join(__dirname, 'peers');
const HIVE = path.join(PEERS, 'node_modules', '@graphql-hive', 'gateway', 'dist', 'bin.js');
const START_LIMIT_MS = 60_000;
/** Requests before the measured ones, at the least, and for how long: what is compiled while it runs is to be compiled by then. */
const WARM_UP_REQUESTS = 300;
const WARM_UP_MS = 5_000;

export const gateway = new Command('gateway')
  .description(
    'How much processor time a request costs, against @apollo/gateway, Hive Gateway and a plan by hand.',
  )
  .option(
    '--requests <n>',
    'requests of each query to each gateway, 50 to 100000',
    wholeNumber(50, 100_000),
    1_000,
  )
  .option('--connections <n>', 'requests under way at once, 1 to 200', wholeNumber(1, 200), 10)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
The light and the heavy query of the public benchmark of four subgraphs, and three of this hub's own, behind subgraphs
that replay their answers. Each gateway runs alone on one core, its load on another; each request has an authorization of
its own, so that nothing is shared between them. For the hub's own queries the viewer is fixed and nobody writes
receipts. The answers must be equal to the byte.

Hive Gateway is not among the project's dependencies:
  npm ci --ignore-scripts --prefix scripts/bench/gateway/peers

Example
  npm run bench -- gateway --requests 3000 --json gateway.json`,
  )
  .action(async (options: GatewayOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

interface Peer {
  readonly name: string;
  /** The command that starts it; it prints `ready <address>`, or listens on `port`. */
  readonly command: readonly string[];
  readonly port?: number;
  /** Which queries it answers; all when left out. */
  readonly only?: readonly string[];
}

interface Figures {
  readonly query: string;
  readonly peer: string;
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
  readonly peakBytes: number;
  readonly answerBytes: number;
}

async function measure(running: Running, options: GatewayOptions): Promise<Report> {
  if (!existsSync(HIVE)) {
    throw new SetupError(
      'The peers are not installed. Do so with: npm ci --ignore-scripts --prefix scripts/bench/gateway/peers',
    );
  }
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const figures: Figures[] = [];

  const ofPublic = new Replay(publicSubgraphs());
  running.add(() => ofPublic.close());
  const publicUrl = await ofPublic.listen();
  const publicFile = path.join(folder, 'public.graphql');
  writeFileSync(publicFile, publicSupergraph(publicUrl));
  for (const peer of peersOf(publicFile, publicUrl, true)) {
    figures.push(...(await progress.step(peer.name, () => tryPeer(peer, PUBLIC_QUERIES, ofPublic, options))));
  }

  const ofHub = new Replay(await progress.step('the hub’s subgraphs', () => hubSubgraphs(running, folder)));
  running.add(() => ofHub.close());
  const hubUrl = await ofHub.listen();
  const hubFile = path.join(folder, 'hub.graphql');
  writeFileSync(hubFile, placedAt(readFileSync(SUPERGRAPH_FILE, 'utf8'), hubUrl));
  for (const peer of peersOf(hubFile, hubUrl, false)) {
    figures.push(...(await progress.step(peer.name, () => tryPeer(peer, HUB_QUERIES, ofHub, options))));
  }
  progress.end([]);
  return { name: 'gateway', options, figures: { of: figures }, tables: tablesOf(figures) };
}

const OURS = 'ours';

function peersOf(supergraph: string, subgraphs: string, hasLight: boolean): Peer[] {
  const own = (script: string, ...rest: string[]) => [
    process.execPath,
    ...scriptArguments(path.join('bench', 'gateway', script), ...rest),
  ];
  const port = 20_000 + (process.pid % 10_000);
  return [
    { name: OURS, command: own('ours.ts', supergraph, subgraphs) },
    ...(hasLight ? [{ name: 'by hand', command: own('by-hand.ts', subgraphs), only: ['light'] }] : []),
    {
      name: 'Hive Gateway',
      port,
      command: [
        ...[
          process.execPath,
          HIVE,
          'supergraph',
          supergraph,
          '--config-path',
          path.join(PEERS, 'hive.config.mjs'),
        ],
        ...['--host', '127.0.0.1', '--port', String(port), '--fork', '1', '--polling', '1h'],
      ],
    },
    { name: '@apollo/gateway', command: own('library.ts', supergraph) },
  ];
}

/** The supergraph with its subgraphs elsewhere. */
const placedAt = (sdl: string, url: string): string =>
  sdl.replace(
    /@join__graph\(name: "([a-z]+)", url: "[^"]*"\)/g,
    (_, name) => `@join__graph(name: "${name}", url: "${url}/${name}")`,
  );

const SECRET = 'bench';
const VIEWER: Viewer = {
  ...{ user: 'bench', roles: ['OFFICER'], agency: '310118104-GOV', jurisdiction: '310118104' },
  ...{ functions: ['GENERAL_GOVERNMENT'], remit: ['310118104'], purpose: null, grants: [], grantsAsOf: 0 },
  collects: false,
};

/** The hub's subgraphs with their demo data, asked as one fixed viewer. */
async function hubSubgraphs(running: Running, folder: string): Promise<Answer> {
  const server = await startServer(running, folder);
  const started: RunningSubgraph[] = [];
  for (const definition of SUBGRAPHS) {
    const subgraph = await startSubgraph(definition, {
      adminUrl: server.url,
      keyring: new Keyring([SECRET]),
      hasDemo: true,
      registry: started.find(({ subgraph: { name } }) => name === 'registry')?.subgraph,
      logger: pino({ level: 'silent' }),
    });
    running.add(subgraph.stop);
    started.push(subgraph);
  }
  return async (name, body) => {
    const found = started.find(({ subgraph }) => subgraph.name === name);
    if (!found) throw new Error(`there is no subgraph ${name}`);
    const to = { subgraph: name, key: subgraphKey(SECRET, name), now: new Date() };
    return found.subgraph.answer(body, { [VIEWER_HEADER]: signViewer(VIEWER, to) });
  };
}

/** Runs a command on the first core alone, where that can be said. */
function startOnOneCore([program = '', ...rest]: readonly string[]): ChildProcess {
  const canPin = canRun('taskset');
  if (canPin) execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
  const [command, args] = canPin ? ['taskset', ['-c', '0', program, ...rest]] : [program, rest];
  return spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function canRun(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function tryPeer(
  peer: Peer,
  queries: readonly BenchQuery[],
  subgraphs: Replay,
  options: GatewayOptions,
): Promise<Figures[]> {
  const child = startOnOneCore(peer.command);
  try {
    const address = new URL(await addressOf(child, peer));
    const pool = new Pool(address.origin, { connections: options.connections });
    const figures: Figures[] = [];
    for (const query of queries) {
      if (peer.only && !peer.only.includes(query.name)) continue;
      figures.push(await tryQuery({ peer, query, pool, path: address.pathname, child, subgraphs, options }));
    }
    await pool.close();
    return figures;
  } finally {
    await end(child);
  }
}

async function tryQuery(of: {
  peer: Peer;
  query: BenchQuery;
  pool: Pool;
  path: string;
  child: ChildProcess;
  subgraphs: Replay;
  options: GatewayOptions;
}): Promise<Figures> {
  const { peer, query, pool, child, subgraphs, options } = of;
  const body = JSON.stringify({ query: query.query, variables: query.variables });
  let sent = 0;
  const ask = async (): Promise<string> => {
    sent += 1;
    const reply = await pool.request({
      method: 'POST',
      path: of.path === '/' ? '/' : of.path,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${peer.name} ${sent}` },
      body,
    });
    return (await reply.body.text()).trim();
  };
  const expected = await ask();
  mustBeExpected(query, expected);
  const load = async (requests: number, latencies: number[]): Promise<void> => {
    let left = requests;
    const work = async () => {
      while (left > 0) {
        left -= 1;
        const startedAt = performance.now();
        const answer = await ask();
        latencies.push(performance.now() - startedAt);
        if (answer !== expected)
          throw new SetupError(`${peer.name} did not always answer ${query.name} alike`);
      }
    };
    await Promise.all(Array.from({ length: options.connections }, work));
  };
  const warmUntil = performance.now() + WARM_UP_MS;
  do await load(WARM_UP_REQUESTS, []);
  while (performance.now() < warmUntil);
  const pid = child.pid ?? 0;
  const latencies: number[] = [];
  const callsBefore = subgraphs.calls;
  const cpuBefore = cpuSecondsOf(pid);
  await load(options.requests, latencies);
  return {
    query: query.name,
    peer: peer.name,
    cpuMs: ((cpuSecondsOf(pid) - cpuBefore) * 1_000) / options.requests,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    calls: (subgraphs.calls - callsBefore) / options.requests,
    peakBytes: processTree(pid).reduce((sum, { peakRssBytes }) => sum + peakRssBytes, 0),
    answerBytes: Buffer.byteLength(expected),
  };
}

const answers = new Map<string, string>();

/** Every gateway must give what the first gave. */
function mustBeExpected({ name }: BenchQuery, answer: string): void {
  if (!answer.startsWith('{"data":{')) throw new SetupError(`${name} was answered: ${answer.slice(0, 500)}`);
  const known = answers.get(name);
  if (known !== undefined && known !== answer)
    throw new SetupError(`${name} was answered differently: ${answer}`);
  answers.set(name, answer);
}

function addressOf(child: ChildProcess, { name, port }: Peer): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = () => reject(new SetupError(`${name} did not start:\n${said}`));
    setTimeout(fail, START_LIMIT_MS).unref();
    child.once('exit', fail);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        said += text;
        const address = /^ready (http\S+)$/m.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
    }
    if (port === undefined) return;
    const url = `http://127.0.0.1:${port}/graphql`;
    const look = setInterval(() => {
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{__typename}"}',
      }).then(
        async (reply) => {
          if (!(await reply.text()).includes('Query')) return;
          clearInterval(look);
          resolve(url);
        },
        () => {},
      );
    }, 200);
    look.unref();
  });
}

function tablesOf(figures: readonly Figures[]): Table[] {
  const queries = [...new Set(figures.map(({ query }) => query))];
  return queries.map((query) => {
    const rows = figures.filter((figure) => figure.query === query);
    const ours = rows.find(({ peer }) => peer === OURS);
    return {
      title: `${query}: ${count(rows[0]?.answerBytes ?? 0)} bytes`,
      columns: ['gateway', 'CPU a request', 'to ours', 'p50', 'p99', 'calls', 'peak memory'],
      rows: rows.map(({ peer, cpuMs, p50, p99, calls, peakBytes }) => [
        peer,
        milliseconds(cpuMs),
        times(cpuMs / (ours?.cpuMs ?? Number.NaN)),
        milliseconds(p50),
        milliseconds(p99),
        calls.toFixed(2),
        megabytes(peakBytes),
      ]),
    };
  });
}
