import path from 'node:path';
import { Command } from 'commander';
import { REPORT_HEADER, WITHHELD_REPORT } from '../../subgraphs/kit/subgraph';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { BenchHub, connect, serverProcess, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { type Cpu, callerOf, type Load, load, together } from './load';
import { cpuSecondsOf } from './processes';
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
import { median } from './statistics';

interface WithheldOptions extends ReportOptions {
  rounds: number;
}

/** No party to what it reads, and without a grant. */
const AGENCY = '330421103-REVIEW';
const UNITS = 50;
const OFFICERS = 200;

const QUERIES = [
  {
    name: 'one unit, nothing withheld',
    query: '{ agency(code: "341200-HRSS") { code name } }',
    requests: 300,
    rows: 0,
  },
  {
    name: 'two phones withheld',
    query: '{ officers(agency: "341200-HRSS", first: 2) { edges { node { name phone } } } }',
    requests: 200,
    rows: 2,
  },
  {
    name: `${count(UNITS * OFFICERS)} phones withheld`,
    query: `{ agencies(first: ${UNITS}) { edges { node { officers(first: ${OFFICERS}) { edges { node { name phone } } } } } } }`,
    requests: 5,
    rows: UNITS * OFFICERS,
  },
];

export const withheld = new Command('withheld')
  .description('What it costs to be told where in an answer something was withheld.')
  .option('--rounds <n>', 'rounds, 1 to 100', wholeNumber(1, 100), 10)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Each query is sent one at a time with and without the header that asks for it, in turn round by round, to a hub as npm start
runs it, with ${count(OFFICERS)} more officers in each of ${UNITS} units. CPU is read from /proc, so on Linux only.

Example
  npm run bench -- withheld --rounds 20 --json withheld.json`,
  )
  .action(async (options: WithheldOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

interface Finding {
  readonly query: string;
  readonly rows: number;
  readonly unaskedMs: number;
  readonly askedMs: number;
  readonly unaskedCpuMs: number;
  readonly askedCpuMs: number;
  readonly unaskedBytes: number;
  readonly askedBytes: number;
}

async function measure(running: Running, { rounds, ...options }: WithheldOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, {
      dataDirectory: path.join(folder, 'hub'),
      databaseUrl: server.url,
      environment: { HUB_COST_PER_SECOND: '99999999', HUB_COST_BURST: '99999999', HUB_MAX_COST: '9999999' },
    }),
  );
  const postgres = serverProcess(folder);
  const cpu = (): Cpu => ({ hub: cpuSecondsOf(hub.pid), postgres: cpuSecondsOf(postgres) });
  const unasked = await callerOf(running, hub, { agency: AGENCY, connections: 1 });
  const asked = await callerOf(running, hub, {
    ...{ agency: AGENCY, connections: 1, headers: { [REPORT_HEADER]: WITHHELD_REPORT } },
  });
  await progress.step('officers', async () => {
    const units = (await unasked(`{ agencies(first: ${UNITS}) { edges { node { code } } } }`)) as {
      agencies: { edges: { node: { code: string } }[] };
    };
    const client = await connect(running, server.url);
    await client.query(
      `INSERT INTO personnel.officers (id, agency, name, title)
       SELECT 'bench-' || code || '-' || i, code, '陆远山', '科员' FROM unnest($1::text[]) AS code, generate_series(1, $2) AS i`,
      [units.agencies.edges.map(({ node }) => node.code), OFFICERS],
    );
    await client.query('ANALYZE personnel.officers');
  });
  const findings: Finding[] = [];
  for (const { name, query, requests, rows } of QUERIES) {
    await progress.step(name, async (onProgress) => {
      const loads: { asked: Load[]; unasked: Load[] } = { asked: [], unasked: [] };
      const amount = { requests, concurrency: 1, cpu };
      for (const ask of [unasked, asked]) await load(() => ask(query), amount);
      for (let round = 1; round <= rounds; round += 1) {
        onProgress(`round ${round} of ${rounds}`);
        loads.unasked.push(await load(() => unasked(query), amount));
        loads.asked.push(await load(() => asked(query), amount));
      }
      findings.push({
        ...{ query: name, rows },
        ...{ unaskedMs: medianOf(loads.unasked), askedMs: medianOf(loads.asked) },
        ...{ unaskedCpuMs: cpuOf(loads.unasked), askedCpuMs: cpuOf(loads.asked) },
        unaskedBytes: await bytesOf(hub, query, {}),
        askedBytes: await bytesOf(hub, query, { [REPORT_HEADER]: WITHHELD_REPORT }),
      });
    });
  }
  return {
    name: 'withheld',
    options: { rounds, ...options },
    figures: { of: findings },
    tables: [tableOf(findings)],
  };
}

const medianOf = (loads: readonly Load[]): number => median(together(loads).latenciesMs);

/** Of the hub's processes, a request; the median of the rounds, because what else runs disturbs some of them. */
const cpuOf = (loads: readonly Load[]): number =>
  median(loads.map(({ cpuSeconds, latenciesMs }) => (cpuSeconds.hub * 1_000) / latenciesMs.length));

async function bytesOf(hub: BenchHub, query: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      authorization: `Bearer ${await hub.token(AGENCY)}`,
    },
    body: JSON.stringify({ query }),
  });
  return (await response.arrayBuffer()).byteLength;
}

const tableOf = (findings: readonly Finding[]): Table => ({
  title: 'To be told where something was withheld',
  columns: [
    'answer',
    'p50 unasked',
    'asked',
    'CPU unasked',
    'asked',
    'ratio of CPU',
    'bytes unasked',
    'asked',
  ],
  rows: findings.map((finding) => [
    finding.query,
    ...[finding.unaskedMs, finding.askedMs, finding.unaskedCpuMs, finding.askedCpuMs].map(milliseconds),
    times(finding.askedCpuMs / finding.unaskedCpuMs),
    ...[finding.unaskedBytes, finding.askedBytes].map(count),
  ]),
});
