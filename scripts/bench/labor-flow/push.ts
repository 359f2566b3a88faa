import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { contains } from '../../../subgraphs/kit/jurisdiction';
import { SetupError } from '../../../subgraphs/kit/migrate';
import type { Running } from '../../lifecycle';
import { Progress } from '../../progress';
import { BenchHub, connect, end, scriptArguments, serverProcess, startServer, temporaryFolder } from '../hub';
import { interruptible } from '../interruptible';
import { canReadProcesses, cpuSecondsOf, figuresOf } from '../processes';
import {
  count,
  jsonOption,
  megabytes,
  percent,
  type Report,
  type ReportOptions,
  seconds,
  type Table,
  tell,
  wholeNumber,
} from '../report';
import { GravityModel, reportedPlaces, SECTORS } from './gravity';

interface PushOptions extends ReportOptions {
  rows: number;
  batchSize: number;
  parallel: number;
  seed: number;
}

/** Whose figures are pushed: the only remit of the demo with enough places for millions of distinct cells. */
const REPORTER = { agency: '340000-HRSS', remit: '340000' };
const SIDE = 'ORIGIN';
/** The two ways in which the script sends a file, each to a month of its own. */
const WAYS = {
  rows: { month: '2020-01', title: 'row by row', options: ['--no-bulk', '--batch-size', '5000'] },
  lines: { month: '2020-02', title: 'as lines', options: [] },
} as const;
type Way = keyof typeof WAYS;
/** Whose rows COPY loads. */
const COPIED = WAYS.lines.month;
const TABLES = ['labor_flow_reports', 'labor_flow_changes'] as const;
const ORDERS = {
  labor_flow_reports: 'origin, destination, sector',
  labor_flow_changes: 'transaction_id, ordinal',
};
const SCRIPT = 'labor-flow/index.ts';
const SAMPLE_MS = 200;

export const laborFlowPush = new Command('labor-flow-push')
  .description('How fast the labor-flow script pushes a file, against a plain COPY of the same rows.')
  .option('--rows <n>', 'rows of the file, 1,000 or more', wholeNumber(1_000, 100_000_000), 1_000_000)
  .option('--batch-size <rows>', 'lines sent at once, 1 to 100000', wholeNumber(1, 100_000), 20_000)
  .option('--parallel <n>', 'batches under way at once, 1 to 16', wholeNumber(1, 16), 2)
  .option('--seed <n>', 'of the figures', wholeNumber(0, 1_000_000), 1)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Makes a file of distinct figures by a gravity model (the same for the same seed; most of them small cells, as in life),
starts a hub on an empty data folder, and pushes the file as a unit would, once row by row in batches of 5,000 and once
as lines, which the hub copies in: npm run labor-flow -- push FILE. The whole command is timed, and the part from the
first batch on, without the check of the file that comes before.

COPY then loads the same rows into tables of the same columns and indexes, on the same server, over one connection:
the reports and the changes that the push left behind. That is what the database could do if nobody checked anything.

Peak memory and CPU are read from /proc, so on Linux only.

Examples
  npm run bench -- labor-flow-push --rows 100000
  npm run bench -- labor-flow-push --json push.json`,
  )
  .action(async (options: PushOptions) => {
    tell(await interruptible((running) => measurePush(running, options)), options);
  });

interface Cpu {
  script: number;
  hub: number;
  postgres: number;
}

interface Push {
  commandSeconds: number;
  /** From the first batch to the end of the command. */
  sendingSeconds: number;
  /** Null where they cannot be read. */
  cpuSeconds: Cpu | null;
  peakRssBytes: { script: number; hub: number } | null;
}

const NOTHING: Push = {
  commandSeconds: Number.NaN,
  sendingSeconds: Number.NaN,
  cpuSeconds: null,
  peakRssBytes: null,
};

interface Copy {
  seconds: number;
  postgresCpuSeconds: number | null;
}

async function measurePush(running: Running, options: PushOptions): Promise<Report> {
  if (!existsSync(path.join(__dirname, '..', '..', SCRIPT))) {
    throw new SetupError(`There is no scripts/${SCRIPT}, which this measures.`);
  }
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const file = path.join(folder, 'flows.csv');
  await progress.step(`file of ${count(options.rows)} rows`, () => writeFlows(file, options));
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const database = await connect(running, server.url);
  const postgres = serverProcess(folder);

  const pushes: Record<Way, Push> = { rows: NOTHING, lines: NOTHING };
  for (const way of ['rows', 'lines'] as const) {
    pushes[way] = await progress.step(`push ${WAYS[way].title}`, (onProgress) =>
      pushFile(running, { file, way, hub, postgres, database, options, onProgress }),
    );
    await checkPushed(database, WAYS[way].month, options.rows);
  }
  const copied: Record<string, Copy> = {};
  for (const table of TABLES) {
    copied[table] = await progress.step(`COPY ${table}`, () =>
      copyTable(database, { table, folder, postgres }),
    );
  }
  const copy = Object.values(copied).reduce((a, b) => ({
    seconds: a.seconds + b.seconds,
    postgresCpuSeconds: add(a.postgresCpuSeconds, b.postgresCpuSeconds),
  }));
  const { rows, batchSize, parallel, seed } = options;
  const figuresOfPush = (push: Push) => ({
    ...push,
    rowsPerSecond: { command: rows / push.commandSeconds, sending: rows / push.sendingSeconds },
    ratioToCopy: { command: copy.seconds / push.commandSeconds, sending: copy.seconds / push.sendingSeconds },
  });
  return {
    name: 'labor-flow-push',
    options: { rows, batchSize, parallel, seed },
    figures: {
      rows: figuresOfPush(pushes.rows),
      lines: figuresOfPush(pushes.lines),
      copy: { ...copied, rowsPerSecond: rows / copy.seconds },
    },
    tables: [speedTable(options, pushes, copy), ...costTables(rows, pushes, copy)],
  };
}

/** Writes a CSV of distinct figures that the reporter may report, in the order of their ends. */
async function writeFlows(file: string, { rows, seed }: PushOptions): Promise<void> {
  const places = await reportedPlaces('all');
  const origins = places.filter((code) => contains(REPORTER.remit, code));
  const most = origins.length * (places.length - 1) * SECTORS.length;
  if (rows > most) {
    throw new SetupError(
      `${REPORTER.agency} can report ${count(most)} distinct figures for a month, not ${count(rows)}. Give fewer --rows.`,
    );
  }
  const model = new GravityModel(seed);
  await pipeline(Readable.from(flows(model, origins, places, rows)), createWriteStream(file));
}

/** The lines of the file, as many at a time as one origin and destination have. */
function* flows(
  model: GravityModel,
  origins: readonly string[],
  destinations: readonly string[],
  rows: number,
): Generator<string> {
  yield 'origin,destination,sector,workers\n';
  let written = 0;
  for (const origin of origins) {
    for (const destination of destinations) {
      if (destination === origin) continue;
      const lines = SECTORS.slice(0, rows - written).map(
        (sector, i) => `${origin},${destination},${sector},${model.workers(origin, destination, i)}\n`,
      );
      yield lines.join('');
      written += lines.length;
      if (written === rows) return;
    }
  }
}

async function pushFile(
  running: Running,
  run: {
    file: string;
    way: Way;
    hub: BenchHub;
    postgres: number;
    database: pg.Client;
    options: PushOptions;
    onProgress: (detail: string) => void;
  },
): Promise<Push> {
  const { file, way, hub, postgres, database, options, onProgress } = run;
  const { month } = WAYS[way];
  const token = await hub.token(REPORTER.agency);
  const cpuBefore = { hub: cpuSecondsOf(hub.pid), postgres: cpuSecondsOf(postgres) };
  const startedAt = performance.now();
  const script = spawn(
    process.execPath,
    scriptArguments(
      SCRIPT,
      ...['push', file, '--side', SIDE, '--month', month, '--url', `${hub.url}/graphql`],
      ...(way === 'lines' ? ['--batch-size', String(options.batchSize)] : WAYS[way].options),
      ...['--parallel', String(options.parallel)],
    ),
    { env: { ...process.env, HUB_TOKEN: token }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  running.add(() => end(script));
  let said = '';
  script.stderr.on('data', (text: Buffer) => {
    said += text;
    onProgress(said.trimEnd().split('\n').at(-1) ?? '');
  });
  let last = script.pid === undefined ? null : figuresOf(script.pid);
  const sampling = setInterval(() => {
    last = (script.pid !== undefined && figuresOf(script.pid)) || last;
  }, SAMPLE_MS);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    script.once('error', reject);
    script.once('exit', resolve);
  }).finally(() => clearInterval(sampling));
  const endedAt = Date.now();
  const commandSeconds = (performance.now() - startedAt) / 1000;
  if (exitCode !== 0) throw new SetupError(`The push ended with exit code ${exitCode}:\n${said}`);

  const { rows } = await database.query<{ first: Date }>(
    'SELECT min(submitted_at) AS first FROM personnel.labor_flow_batches WHERE month = $1',
    [month],
  );
  const sendingSeconds = (endedAt - (rows[0]?.first.getTime() ?? Number.NaN)) / 1000;
  const hubPeak = figuresOf(hub.pid)?.peakRssBytes;
  return {
    commandSeconds,
    sendingSeconds,
    cpuSeconds: last && {
      script: last.cpuSeconds,
      hub: cpuSecondsOf(hub.pid) - cpuBefore.hub,
      postgres: cpuSecondsOf(postgres) - cpuBefore.postgres,
    },
    peakRssBytes: last && hubPeak !== undefined ? { script: last.peakRssBytes, hub: hubPeak } : null,
  };
}

/** Figures of a push that did not store every row would be lies. */
async function checkPushed(database: pg.Client, month: string, rows: number): Promise<void> {
  for (const table of TABLES) {
    const { rows: counted } = await database.query<{ count: string }>(
      `SELECT count(*) FROM personnel.${table} WHERE month = $1`,
      [month],
    );
    if (Number(counted[0]?.count) !== rows) {
      throw new Error(`${table} has ${counted[0]?.count} rows after a push of ${rows}`);
    }
  }
}

async function copyTable(
  database: pg.Client,
  { table, folder, postgres }: { table: (typeof TABLES)[number]; folder: string; postgres: number },
): Promise<Copy> {
  const file = path.join(folder, `${table}.copy`);
  const rows = `SELECT * FROM personnel.${table} WHERE month = '${COPIED}' ORDER BY ${ORDERS[table]}`;
  await pipeline(database.query(copyTo(`COPY (${rows}) TO STDOUT`)), createWriteStream(file));
  await database.query(`CREATE SCHEMA IF NOT EXISTS bench`);
  await database.query(`CREATE TABLE bench.${table} (LIKE personnel.${table} INCLUDING ALL)`);
  // What the push left to the background must not be done during COPY's time.
  await database.query(`VACUUM (ANALYZE) personnel.${table}`);
  await database.query('CHECKPOINT');
  const cpuBefore = cpuSecondsOf(postgres);
  const startedAt = performance.now();
  await pipeline(createReadStream(file), database.query(copyFrom(`COPY bench.${table} FROM STDIN`)));
  return {
    seconds: (performance.now() - startedAt) / 1000,
    postgresCpuSeconds: canReadProcesses ? cpuSecondsOf(postgres) - cpuBefore : null,
  };
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

function speedTable(
  { rows, batchSize, parallel }: PushOptions,
  pushes: Record<Way, Push>,
  copy: Copy,
): Table {
  const row = (name: string, took: number) => [
    name,
    seconds(took),
    count(rows / took),
    percent(copy.seconds / took),
  ];
  return {
    title: `${count(rows)} rows, ${parallel} batches at a time; lines in batches of ${count(batchSize)}`,
    columns: ['', 'time', 'rows a second', 'of COPY'],
    rows: [
      ...(['rows', 'lines'] as const).flatMap((way) => [
        row(`push ${WAYS[way].title}, the whole command`, pushes[way].commandSeconds),
        row(`push ${WAYS[way].title}, from the first batch`, pushes[way].sendingSeconds),
      ]),
      row('COPY into reports and changes', copy.seconds),
    ],
  };
}

function costTables(rows: number, pushes: Record<Way, Push>, copy: Copy): Table[] {
  const perThousand = (cpu: number) => `${((cpu / rows) * 1e6).toFixed(1)} ms`;
  const lines = (['rows', 'lines'] as const).flatMap((way) => {
    const { cpuSeconds, peakRssBytes } = pushes[way];
    if (!cpuSeconds || !peakRssBytes) return [];
    const { script, hub, postgres } = cpuSeconds;
    return [
      [`push ${WAYS[way].title}`, ...[script, hub, postgres, script + hub + postgres].map(perThousand)],
      ['  peak memory', megabytes(peakRssBytes.script), megabytes(peakRssBytes.hub), '', ''],
    ];
  });
  if (lines.length === 0 || copy.postgresCpuSeconds === null) {
    return [{ title: 'CPU and memory are measured on Linux only.', columns: [''], rows: [] }];
  }
  return [
    {
      title: 'CPU for a thousand rows, peak memory (resident)',
      columns: ['', 'script', 'hub', 'PostgreSQL', 'together'],
      rows: [
        ...lines,
        ['COPY', '', '', perThousand(copy.postgresCpuSeconds), perThousand(copy.postgresCpuSeconds)],
      ],
    },
  ];
}
