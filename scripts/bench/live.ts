import { spawn } from 'node:child_process';
import { type ClientRequest, request as httpRequest } from 'node:http';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type pg from 'pg';
import { SetupError } from '../../subgraphs/kit/migrate';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import {
  addressOf,
  BenchHub,
  connect,
  end,
  listenTo,
  scriptArguments,
  startServer,
  temporaryFolder,
} from './hub';
import { interruptible } from './interruptible';
import { canReadProcesses, processTree } from './processes';
import {
  count,
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  type Table,
  tell,
  times,
  wholeNumber,
} from './report';
import { median, quantile, sum } from './statistics';

interface LiveOptions extends ReportOptions {
  readers: number;
  changes: number;
}

const STEPS = [1, 100, 1_000, 5_000, 10_000];
const PLACE = '310118104';
const COMMAND = '310118104-CITYOPS';
const BOARD = `subscription Board($under: JurisdictionCode!) {
  gridBoard(under: $under) { cursor forces { people agency { name } } }
}`;
const PEER_BOARD = BOARD.replace('JurisdictionCode!', 'String!');
const ARRIVAL_LIMIT_MS = 30_000;

export const live = new Command('live')
  .description('How fast a change reaches every screen that follows a place, and what a screen costs.')
  .option('--readers <n>', `screens at most, of the steps ${STEPS.join(', ')}`, wholeNumber(1, 10_000), 5_000)
  .option('--changes <n>', 'changes made at each step, 5 to 1000', wholeNumber(5, 1_000), 30)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Screens follow one place over server-sent events; a unit reports its forces there, again and again, and each report counts
from the moment at which the database has it to the moment at which it has come to a screen. Beside it the same number of
readers follow a bare graphql-sse server, which sends what it is posted: it has no database, rights or cursors. Memory is
what the serving process grew by. All run on this machine at once, the readers in one process of it.

Examples
  npm run bench -- live
  npm run bench -- live --readers 1000 --changes 100 --json live.json`,
  )
  .action(async (options: LiveOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

/** A server whose events are followed, and how one is made. */
interface Served {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes a change that no other is like. Gives the moment at which it counted, in ms since 1970. */
  change(people: number): Promise<number>;
}

interface Step {
  readers: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the serving process, for each screen. */
  bytesPerReader: number | null;
}

async function measure(running: Running, { readers: most, changes }: LiveOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () =>
    startServer(running, folder, { track_commit_timestamp: 'on' }),
  );
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const servers = [
    await servedByHub(hub, await connect(running, server.url)),
    await progress.step('peer', () => startPeer(running)),
  ];
  const found = new Map<string, Step[]>(servers.map(({ name }) => [name, []]));
  for (const readers of STEPS.filter((step) => step <= most)) {
    for (const served of servers) {
      const step = await progress.step(`${served.name}, ${count(readers)} screens`, () =>
        follow(running, served, readers, changes),
      );
      found.get(served.name)?.push(step);
    }
  }
  hub.mustRun();
  const [ours = [], theirs = []] = servers.map(({ name }) => found.get(name) ?? []);
  return {
    name: 'live',
    options: { readers: most, changes },
    figures: { hub: ours, peer: theirs },
    tables: [tableOf(ours, theirs, changes)],
  };
}

async function servedByHub(hub: BenchHub, database: pg.Client): Promise<Served> {
  const headers = { authorization: `Bearer ${await hub.token(COMMAND)}` };
  return {
    ...{ name: 'hub', url: hub.url, pid: hub.pid, query: BOARD, headers },
    change: async (people) => {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({
          query: `mutation { reportGridForces(input: { jurisdiction: "${PLACE}", people: ${people} }) { forces { id } } }`,
        }),
      });
      const { data } = (await response.json()) as { data?: { reportGridForces?: { forces: object | null } } };
      if (!data?.reportGridForces?.forces) throw new SetupError('The hub takes no report of forces.');
      const { rows } = await database.query<{ at: string }>(
        'SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 AS at FROM grid.forces WHERE people = $1',
        [people],
      );
      return Number(rows[0]?.at);
    },
  };
}

async function startPeer(running: Running): Promise<Served> {
  const child = spawn(process.execPath, scriptArguments('bench/live-peer.ts'), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(() => end(child));
  const url = await addressOf(child, listenTo(child));
  return {
    ...{ name: 'graphql-sse', url, pid: child.pid ?? 0, query: PEER_BOARD, headers: {} },
    change: async (people) => {
      const response = await fetch(`${url}/change`, { method: 'POST', body: String(people) });
      return Number(await response.text());
    },
  };
}

/** So many screens, and when each of so many changes came to each of them. */
async function follow(running: Running, served: Served, readers: number, changes: number): Promise<Step> {
  const before = memoryOf(served.pid);
  const arrivals = new Map<number, number[]>();
  let onArrival = () => {};
  const arrive = (people: number) => {
    arrivals.get(people)?.push(performance.timeOrigin + performance.now());
    onArrival();
  };
  const screens: ClientRequest[] = [];
  const close = async () => {
    for (const screen of screens) screen.destroy();
  };
  running.add(close);
  while (screens.length < readers) {
    const some = Array.from({ length: Math.min(100, readers - screens.length) }, () => open(served, arrive));
    screens.push(...(await Promise.all(some)));
  }
  await wait(1_000);
  const latencies: number[] = [];
  let memory = 0;
  for (let i = 0; i < changes + 1; i += 1) {
    nextPeople += 1;
    const people = nextPeople;
    const times: number[] = [];
    arrivals.set(people, times);
    const all = new Promise<void>((resolve) => {
      onArrival = () => times.length >= readers && resolve();
    });
    const at = await served.change(people);
    const isWhole = await Promise.race([all.then(() => true), wait(ARRIVAL_LIMIT_MS, false, { ref: false })]);
    if (!isWhole)
      throw new SetupError(`A change reached ${times.length} of ${readers} screens of ${served.name}.`);
    // The first goes through what is not warm yet.
    if (i > 0) for (const time of times) latencies.push(time - at);
    memory = Math.max(memory, memoryOf(served.pid));
    arrivals.delete(people);
  }
  await close();
  await wait(1_000);
  return {
    readers,
    ...{ p50Ms: median(latencies), p99Ms: quantile(latencies, 0.99) },
    bytesPerReader: canReadProcesses ? (memory - before) / readers : null,
  };
}

/** Numbers of people that no unit of the demo reports. */
let nextPeople = 20_000;

function open({ url, query, headers }: Served, arrive: (people: number) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/graphql`, {
      ...{ method: 'POST', agent: false },
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode !== 200) {
        reject(new SetupError(`${url} answers a subscription with ${response.statusCode}.`));
        return;
      }
      let text = '';
      response.on('error', () => {});
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const end = text.lastIndexOf('\n\n');
        if (end < 0) return;
        for (const [, people] of text.slice(0, end).matchAll(/"people":(\d+)/g)) arrive(Number(people));
        text = text.slice(end + 2);
      });
      request.on('error', () => {});
      resolve(request);
    });
    request.end(JSON.stringify({ query, variables: { under: PLACE } }));
  });
}

const memoryOf = (pid: number): number => sum(processTree(pid).map(({ pssBytes }) => pssBytes));

const kilobytes = (bytes: number | null): string => (bytes === null ? '–' : `${(bytes / 1e3).toFixed(1)} kB`);

function tableOf(ours: readonly Step[], theirs: readonly Step[], changes: number): Table {
  return {
    title: `${count(changes)} changes of one place, from the commit to every screen`,
    columns: [
      'screens',
      'p50',
      'p99',
      'memory a screen',
      'bare p50',
      'bare p99',
      'bare memory',
      'ratio of p50',
      'of p99',
    ],
    rows: ours.map((step, i) => {
      const peer = theirs[i];
      return [
        count(step.readers),
        ...[milliseconds(step.p50Ms), milliseconds(step.p99Ms), kilobytes(step.bytesPerReader)],
        ...(peer
          ? [
              ...[milliseconds(peer.p50Ms), milliseconds(peer.p99Ms), kilobytes(peer.bytesPerReader)],
              ...[times(step.p50Ms / peer.p50Ms), times(step.p99Ms / peer.p99Ms)],
            ]
          : []),
      ];
    }),
    notes: ['bare: a graphql-sse server without a database, rights or cursors, in the same run'],
  };
}
