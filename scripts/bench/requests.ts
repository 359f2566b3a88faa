import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { HUB_QUERIES } from './gateway/graphs';
import { BenchHub, serverProcess, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { type Ask, type Cpu, callerOf, type Load, load } from './load';
import { cpuSecondsOf } from './processes';
import {
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  type Table,
  tell,
  wholeNumber,
} from './report';
import { median } from './statistics';

interface RequestsOptions extends ReportOptions {
  requests: number;
  concurrency: number;
  traced?: number;
}

const AGENCY = '341200-HRSS';
const WARM_UP_REQUESTS = 200;
const QUERIES = [
  { name: 'unit', query: `query Unit { agency(code: "${AGENCY}") { code name } }`, variables: {} },
  ...HUB_QUERIES,
];

export const requests = new Command('requests')
  .description('What a request costs the whole hub: one that it knows, and one that it has never seen.')
  .option('--requests <n>', 'requests of each kind, 50 to 100000', wholeNumber(50, 100_000), 500)
  .option('--concurrency <n>', 'requests under way at once, 1 to 200', wholeNumber(1, 200), 8)
  .addOption(
    new Option(
      '--traced <part>',
      'records this part of the requests, 0 to 1, for a collector of the bench',
    ).argParser(part),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
The hub runs as npm start runs it, gateway and subgraphs in one process, with the demo's data. Each query is sent again and
again, and then as often as an operation of another name each time: parsed, checked, planned and compiled anew, and by
the subgraphs too where the name reaches them. CPU is read from /proc, so on Linux only.

Example
  npm run bench -- requests --requests 2000 --json requests.json`,
  )
  .action(async (options: RequestsOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

interface Finding {
  readonly query: string;
  readonly isNew: boolean;
  readonly hubMs: number;
  readonly postgresMs: number;
  readonly p50Ms: number;
}

async function measure(
  running: Running,
  { requests: amount, concurrency, traced, ...options }: RequestsOptions,
): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', async () =>
    BenchHub.start(running, {
      dataDirectory: path.join(folder, 'hub'),
      databaseUrl: server.url,
      // Nobody is to be refused for asking as fast as the bench does.
      environment: {
        ...{ HUB_COST_PER_SECOND: '99999999', HUB_COST_BURST: '99999999' },
        ...(traced !== undefined && (await tracesTo(running, traced))),
      },
    }),
  );
  const postgres = serverProcess(folder);
  const cpu = (): Cpu => ({ hub: cpuSecondsOf(hub.pid), postgres: cpuSecondsOf(postgres) });
  // Users of their own: what one user asks for several times at once is read once.
  const users = await Promise.all(
    Array.from({ length: concurrency }, (_, i) =>
      callerOf(running, hub, { agency: AGENCY, user: `bench-${i}`, connections: 1 }),
    ),
  );
  const findings: Finding[] = [];
  for (const { name, query, variables } of QUERIES) {
    await progress.step(name, async () => {
      let sent = 0;
      const ask: Ask = async (...question) => {
        const user = users.pop();
        if (!user) throw new Error('more requests are under way than there are users');
        const answer = await user(...question);
        users.push(user);
        return answer;
      };
      const again = () => ask(query, variables);
      const anew = () => {
        sent += 1;
        return ask(query.replace(/^(?:query \w+)?/, `query New${sent}`), variables);
      };
      for (const [isNew, send] of [
        [false, again],
        [true, anew],
      ] as const) {
        await load(send, { requests: WARM_UP_REQUESTS, concurrency, cpu });
        const found = await load(send, { requests: amount, concurrency, cpu });
        findings.push(findingOf({ query: name, isNew }, found));
      }
    });
  }
  return {
    name: 'requests',
    options: { requests: amount, concurrency, traced, ...options },
    figures: { of: findings },
    tables: [tableOf(findings)],
  };
}

/** A collector that throws away what it is sent, and the environment of a hub that sends it a part of its traces. */
async function tracesTo(running: Running, traced: number): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.add(async () => {
    server.close();
    server.closeAllConnections();
  });
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(traced),
  };
}

function part(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 1))
    throw new InvalidArgumentError('It must be from 0 to 1.');
  return number;
}

function findingOf(
  of: Pick<Finding, 'query' | 'isNew'>,
  { latenciesMs, cpuSeconds: { hub, postgres } }: Load,
): Finding {
  const each = (seconds: number) => (seconds * 1_000) / latenciesMs.length;
  return { ...of, hubMs: each(hub), postgresMs: each(postgres), p50Ms: median(latenciesMs) };
}

const tableOf = (findings: readonly Finding[]): Table => ({
  title: 'One request to the whole hub',
  columns: ['query', 'operation', 'CPU of the hub', 'CPU of PostgreSQL', 'p50'],
  rows: findings.map(({ query, isNew, hubMs, postgresMs, p50Ms }) => [
    query,
    isNew ? 'new each time' : 'known',
    ...[hubMs, postgresMs, p50Ms].map(milliseconds),
  ]),
});
