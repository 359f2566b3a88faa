import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type pg from 'pg';
import { isAgencyCode } from '../../subgraphs/kit/agency-code';
import { levelOf } from '../../subgraphs/kit/jurisdiction';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { BenchHub, connect, serverProcess, startServer, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { type Ask, type Cpu, callerOf, type Load, load, together } from './load';
import { canReadProcesses, cpuSecondsOf } from './processes';
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
import { median, quantile } from './statistics';

interface OverviewOptions extends ReportOptions {
  requests: number;
  rounds: number;
  agency: string;
}

/** What a partner's front end asks when it opens the page of a place: it reaches into every subgraph. */
const OVERVIEW = `query PlaceOverview($code: JurisdictionCode!) {
  jurisdiction(code: $code) {
    code name level
    parent { code name level parent { code name } }
    secondmentsHosted(first: 5) {
      edges { node { id position status startsOn endsOn officer { name } homeAgency { name jurisdiction { code name } } } }
    }
    gridCases(first: 5) {
      edges { node { id number title stage dueAt isOverdue category { code name } } }
      pageInfo { hasNextPage endCursor }
    }
    licenseApplications(first: 5) { edges { node { id number shopName kind stage } } }
    supplyBases(first: 5) { edges { node { id name } } }
  }
}`;
/** What any request costs: the way through the hub, and one row. */
const TRIVIAL = '{ jurisdiction(code: "310118") { name } }';

/** A village, a town and a province of the demo. */
const PLACES = ['310118104222', '310118104', '310000'];
const CONCURRENCIES = [1, 16];
const WARM_UP_REQUESTS = 200;
const COUNTED_REQUESTS = 20;

export const overview = new Command('overview')
  .description('How fast the overview of a place is answered, against a trivial query.')
  .option('--requests <n>', 'requests of each kind in a round, 10 to 100000', wholeNumber(10, 100_000), 300)
  .option('--rounds <n>', 'rounds, 1 to 100', wholeNumber(1, 100), 3)
  .option('--agency <code>', 'the unit of the demo that asks', agencyCode, '310118104-GOV')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Asks for the overview of a village, a town and a province, one request at a time and sixteen, and for a single name as
often in turn; the ratio of the two medians is what the overview costs, whatever else the machine is doing. Fields that
this hub does not have are left out of the query, and named.

CPU is the processor time of the hub and of its database for a request, read from /proc, so on Linux only. Statements are
those that the database ran for one request, without the control of transactions, counted after the measurement.

Examples
  npm run bench -- overview
  npm run bench -- overview --requests 1000 --rounds 5 --json overview.json`,
  )
  .action(async (options: OverviewOptions) => {
    tell(await interruptible((running) => measureOverview(running, options)), options);
  });

function agencyCode(text: string): string {
  if (!isAgencyCode(text)) throw new InvalidArgumentError('It must look like 310118104-GOV.');
  return text;
}

interface Finding {
  place: string;
  concurrency: number;
  p50Ms: number;
  p99Ms: number;
  requestsPerSecond: number;
  trivialP50Ms: number;
  trivialP99Ms: number;
  ratioOfP50: number;
  /** Null where it cannot be read. */
  cpuMsPerRequest: Cpu | null;
  ratioOfCpu: number | null;
}

async function measureOverview(running: Running, options: OverviewOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const server = await progress.step('PostgreSQL', () =>
    startServer(running, folder, {
      shared_preload_libraries: 'pg_stat_statements',
      'pg_stat_statements.track_utility': 'off',
    }),
  );
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(folder, 'hub'), databaseUrl: server.url }),
  );
  const postgres = serverProcess(folder);
  const cpu = (): Cpu => ({ hub: cpuSecondsOf(hub.pid), postgres: cpuSecondsOf(postgres) });
  const ask = await callerOf(running, hub, {
    agency: options.agency,
    connections: Math.max(...CONCURRENCIES),
  });
  const { query, leftOut } = await existingPart(OVERVIEW, ask);
  const overviewOf = (place: string) => () => ask(query, { code: place });
  const trivial = () => ask(TRIVIAL);

  await progress.step('warming up', async () => {
    for (const request of [...PLACES.map(overviewOf), trivial]) {
      await load(request, { requests: WARM_UP_REQUESTS, concurrency: 4, cpu });
    }
  });
  const findings: Finding[] = [];
  for (const concurrency of CONCURRENCIES) {
    for (const place of PLACES) {
      await progress.step(`${nameOf(place)}, ${concurrency} at a time`, async (onProgress) => {
        const asked: Load[] = [];
        const compared: Load[] = [];
        for (let round = 1; round <= options.rounds; round += 1) {
          onProgress(`round ${round} of ${options.rounds}`);
          const amount = { requests: options.requests, concurrency, cpu };
          asked.push(await load(overviewOf(place), amount));
          compared.push(await load(trivial, amount));
        }
        findings.push(
          findingOf({ place, concurrency, overview: together(asked), trivial: together(compared) }),
        );
      });
    }
  }
  const statements = await progress.step('counting statements', async () => {
    const database = await connect(running, server.url);
    await database.query('CREATE EXTENSION pg_stat_statements');
    const counts = new Map<string, number>();
    for (const place of PLACES) counts.set(place, await statementsOf(database, overviewOf(place)));
    return counts;
  });
  return {
    name: 'overview',
    options: { requests: options.requests, rounds: options.rounds, agency: options.agency },
    figures: { query, fieldsLeftOut: leftOut, findings, statements: Object.fromEntries(statements) },
    tables: [tableOf(findings, statements, leftOut)],
  };
}

/** A query without the fields that the hub does not have, and those fields' paths. */
async function existingPart(query: string, ask: Ask): Promise<{ query: string; leftOut: string[] }> {
  const schema = buildClientSchema((await ask(getIntrospectionQuery())) as IntrospectionQuery);
  const types = new TypeInfo(schema);
  const path: string[] = [];
  const leftOut: string[] = [];
  const existing = visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field: {
        enter({ name }) {
          if (!types.getFieldDef()) {
            leftOut.push([...path, name.value].join('.'));
            return null;
          }
          path.push(name.value);
          return undefined;
        },
        leave({ selectionSet }) {
          path.pop();
          return selectionSet?.selections.length === 0 ? null : undefined;
        },
      },
    }),
  );
  return { query: print(existing), leftOut };
}

function findingOf(measured: { place: string; concurrency: number; overview: Load; trivial: Load }): Finding {
  const { place, concurrency, overview, trivial } = measured;
  const [p50Ms, trivialP50Ms] = [median(overview.latenciesMs), median(trivial.latenciesMs)];
  const requests = overview.latenciesMs.length;
  const { hub, postgres } = overview.cpuSeconds;
  const trivialCpu = trivial.cpuSeconds.hub + trivial.cpuSeconds.postgres;
  return {
    ...{ place, concurrency, p50Ms, trivialP50Ms },
    p99Ms: quantile(overview.latenciesMs, 0.99),
    requestsPerSecond: requests / overview.seconds,
    trivialP99Ms: quantile(trivial.latenciesMs, 0.99),
    ratioOfP50: p50Ms / trivialP50Ms,
    cpuMsPerRequest: canReadProcesses
      ? { hub: (hub / requests) * 1000, postgres: (postgres / requests) * 1000 }
      : null,
    ratioOfCpu: canReadProcesses ? (hub + postgres) / trivialCpu : null,
  };
}

/** How many statements the database runs for one request, without those that only set the transaction up. */
async function statementsOf(database: pg.Client, request: () => Promise<unknown>): Promise<number> {
  await database.query('SELECT pg_stat_statements_reset()');
  for (let i = 0; i < COUNTED_REQUESTS; i += 1) await request();
  const { rows } = await database.query<{ calls: string | null }>(`
    SELECT sum(calls) AS calls FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
    WHERE rolname ~ '^hub_.*_(member|nobody)$' AND query NOT LIKE 'SELECT set_config%'`);
  return Number(rows[0]?.calls ?? 0) / COUNTED_REQUESTS;
}

const nameOf = (place: string): string => `${levelOf(place).toLowerCase()} ${place}`;

function tableOf(
  findings: readonly Finding[],
  statements: ReadonlyMap<string, number>,
  leftOut: readonly string[],
): Table {
  const shown = (value: number | null, show: (value: number) => string) =>
    value === null ? 'Linux only' : show(value);
  return {
    title: `Overview of a place, against ${TRIVIAL}`,
    columns: [
      ...['', 'at a time', 'p50', 'p99', 'a second', 'trivial p50', 'p99'],
      ...['ratio of p50', 'CPU of hub', 'of PostgreSQL', 'ratio of CPU', 'statements'],
    ],
    rows: findings.map((finding) => [
      nameOf(finding.place),
      count(finding.concurrency),
      ...[finding.p50Ms, finding.p99Ms].map(milliseconds),
      count(finding.requestsPerSecond),
      ...[finding.trivialP50Ms, finding.trivialP99Ms].map(milliseconds),
      times(finding.ratioOfP50),
      shown(finding.cpuMsPerRequest?.hub ?? null, milliseconds),
      shown(finding.cpuMsPerRequest?.postgres ?? null, milliseconds),
      shown(finding.ratioOfCpu, times),
      String(statements.get(finding.place)),
    ]),
    notes: leftOut.length > 0 ? [`Left out, because this hub does not have it: ${leftOut.join(', ')}.`] : [],
  };
}
