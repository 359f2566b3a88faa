import path from 'node:path';
import { Command } from 'commander';
import type pg from 'pg';
import { Pool } from 'undici';
import { SetupError } from '../../subgraphs/kit/migrate';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { fillCases } from './grid-cases';
import { BenchHub, connect, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import {
  count,
  jsonOption,
  milliseconds,
  type Report,
  type ReportOptions,
  tell,
  times,
  wholeNumber,
} from './report';
import { median, quantile } from './statistics';

interface GridReportOptions extends ReportOptions {
  cases: number;
  requests: number;
}

const PLACE = '320509110';
const COMMAND = '320509110-COMMAND';
/** A year, of which one month is asked for. */
const TIME = { from: '2025-11-01', to: '2026-10-31' };
const MONTH = '2026-09';

const REPORT = `query Report($under: JurisdictionCode!, $month: Month!) { gridReport(under: $under, month: $month) {
  received filed shouldHaveClosed closed closedOnTime closingRate onTimeClosingRate
  byAgency { agency { code name } shouldHaveClosed closed closedOnTime score }
  byCategory { category { code name } received filed shouldHaveClosed closed closedOnTime }
  attendance { member shifts attended } } }`;

/** The same sums as a database administrator would write them, who sees every row. */
const BARE = `
  SELECT category, NULL AS agency, count(*) AS received, 0 AS filed, 0 AS due, 0 AS closed, 0 AS on_time
  FROM cases WHERE jurisdiction >= $1 AND jurisdiction < $2 AND reported_at >= $3 AND reported_at < $4 GROUP BY category
  UNION ALL
  SELECT category, NULL, 0, count(*), 0, 0, 0
  FROM cases WHERE jurisdiction >= $1 AND jurisdiction < $2 AND filed_at >= $3 AND filed_at < $4 GROUP BY category
  UNION ALL
  SELECT category, task_agency, 0, 0, count(*), count(closed_at), count(*) FILTER (WHERE closed_at <= due_at)
  FROM cases WHERE jurisdiction >= $1 AND jurisdiction < $2 AND due_order >= $3 AND due_order < $4
  GROUP BY category, task_agency`;

/** The units among which the cases are spread. */
const UNITS = `
  INSERT INTO agencies (code, name, jurisdiction)
  SELECT $1 || '-UNIT' || i, '第' || i || '处置单位', $1 FROM generate_series(0, 11) AS i`;

export const gridReport = new Command('grid-report')
  .description('How fast the month report of a place with many cases is answered, against the bare SQL.')
  .option(
    '--cases <n>',
    'cases of the place, over one year, 1000 to 5000000',
    wholeNumber(1_000, 5_000_000),
    1_000_000,
  )
  .option(
    '--requests <n>',
    'reports asked for, and statements run in turn, 3 to 1000',
    wholeNumber(3, 1_000),
    30,
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Fills a town with cases of one year, asks the hub for the report of one month as the town's command, and runs the same
sums in turn as an administrator, whom no row policy binds. The ratio is what the hub adds: the policies, which judge every
row of the month, the names from the other subgraphs, the receipt, and the way there and back.

Examples
  npm run bench -- grid-report
  npm run bench -- grid-report --cases 100000 --requests 100 --json grid-report.json`,
  )
  .action(async (options: GridReportOptions) => {
    tell(await interruptible((running) => measure(running, options)), options);
  });

async function measure(running: Running, { cases, requests }: GridReportOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const database = await connect(running, server.url);
  await database.query('SET search_path = grid');
  await progress.step(`${count(cases)} cases`, async () => {
    await database.query(fillCases({ place: PLACE, count: cases, ...TIME }));
    await database.query('VACUUM ANALYZE cases, case_parties');
    await database.query('SET search_path = registry');
    await database.query(UNITS, [PLACE]);
    await database.query('SET search_path = grid');
  });
  const ask = await caller(running, hub);
  const bare = () =>
    database.query(BARE, [PLACE, `${PLACE}:`, `${MONTH}-01 00:00+08`, '2026-10-01 00:00+08']);
  const [reported, compared] = await progress.step('measuring', async () => {
    for (let i = 0; i < 3; i += 1) await Promise.all([ask(), bare()]);
    const found: [number[], number[]] = [[], []];
    for (let i = 0; i < requests; i += 1) {
      found[0].push(await elapsed(ask));
      found[1].push(await elapsed(bare));
    }
    return found;
  });
  const { shouldHaveClosed, received } = await ask();
  mustAgree(await bare(), { shouldHaveClosed, received });
  const figures = {
    ...{ cases, casesOfMonth: shouldHaveClosed, p50Ms: median(reported), p99Ms: quantile(reported, 0.99) },
    ...{ bareP50Ms: median(compared), bareP99Ms: quantile(compared, 0.99) },
    ratioOfP50: median(reported) / median(compared),
  };
  return {
    name: 'grid-report',
    options: { cases, requests },
    figures,
    tables: [
      {
        title: `Report of one month of a place with ${count(cases)} cases, ${count(shouldHaveClosed)} of them due in it`,
        columns: ['', 'p50', 'p99'],
        rows: [
          ['gridReport, through the hub', ...[figures.p50Ms, figures.p99Ms].map(milliseconds)],
          ['the bare SQL', ...[figures.bareP50Ms, figures.bareP99Ms].map(milliseconds)],
          ['ratio of p50', times(figures.ratioOfP50), ''],
        ],
      },
    ],
  };
}

interface Counted {
  received: number;
  shouldHaveClosed: number;
}

async function caller(running: Running, hub: BenchHub): Promise<() => Promise<Counted>> {
  const pool = new Pool(hub.url, { connections: 1 });
  running.add(() => pool.destroy());
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await hub.token(COMMAND)}` };
  return async () => {
    const { body } = await pool.request({
      ...{ method: 'POST', path: '/graphql', headers },
      body: JSON.stringify({ query: REPORT, variables: { under: PLACE, month: MONTH } }),
    });
    const { data, errors } = (await body.json()) as {
      data?: { gridReport: Counted | null };
      errors?: { message: string }[];
    };
    if (errors || !data?.gridReport) {
      throw new SetupError(`The hub gives no report: ${errors?.map(({ message }) => message).join(' ')}`);
    }
    return data.gridReport;
  };
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Two that do not count the same are not compared. */
function mustAgree({ rows }: pg.QueryResult<{ received: string; due: string }>, counted: Counted): void {
  const sum = (column: 'received' | 'due') => rows.reduce((total, row) => total + Number(row[column]), 0);
  if (sum('received') !== counted.received || sum('due') !== counted.shouldHaveClosed) {
    throw new Error(
      `the hub counts ${JSON.stringify(counted)}, and the database ${sum('received')} and ${sum('due')}`,
    );
  }
}
