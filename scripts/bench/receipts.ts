import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Command } from 'commander';
import pino from 'pino';
import { Heads } from '../../gateway/access/heads';
import { type ReceiptDraft, ReceiptSealer } from '../../gateway/access/receipts';
import { HttpSubgraphLink } from '../../gateway/subgraph-link';
import { Keyring } from '../../subgraphs/kit/keyring';
import { SetupError } from '../../subgraphs/kit/migrate';
import { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import {
  addressOf,
  BenchHub,
  end,
  hubEnvironment,
  listenTo,
  scriptArguments,
  serverProcess,
  startServer,
  temporaryFolder,
} from './hub';
import { interruptible } from './interruptible';
import { type Cpu, callerOf, type Load, load, together } from './load';
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

interface ReceiptsOptions extends ReportOptions {
  requests: number;
  rounds: number;
  seconds: number;
}

const SECRET = 'bench';
/** What both sides of a flow read: the destination reads what is the origin's, the origin what is its own. */
const PROVIDER = '341200-HRSS';
const PARTY = '310000-HRSS';
const REPORTS = `query Reports {
  laborFlowReports(month: "2026-09", reportedBy: "${PROVIDER}", destinationUnder: "310000", first: 10) {
    edges { node { sector workers origin { code } } }
  }
}`;
const CONCURRENCIES = [1, 32];
const GATEWAYS = [1, 2, 4];
/** As many requests as a gateway may have under way at once. */
const UNDER_WAY = 500;
const WARM_UP_REQUESTS = 300;

export const receipts = new Command('receipts')
  .description(
    'What a receipt adds to a request, and how many receipts a second gateways seal into one chain.',
  )
  .option('--requests <n>', 'requests of each kind in a round, 10 to 100000', wholeNumber(10, 100_000), 300)
  .option('--rounds <n>', 'rounds, 1 to 100', wholeNumber(1, 100), 5)
  .option('--seconds <n>', 'how long gateways seal, 1 to 600', wholeNumber(1, 600), 5)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
One request is sent by two units of the demo in turn, one at a time and thirty-two: by the unit whose figures it reads,
which leaves no receipt, and by a party to them, whose every answer waits for one. Query, rows and way are the same; what
differs is that the disclosure is noted, reported and sealed.

Then one, two and four gateways seal receipts as fast as the registry takes them, each ${UNDER_WAY} requests at once, over
HTTP, without any query before it, and the heads of their batches with them. The chain is checked afterwards.

CPU is read from /proc, so on Linux only.

Examples
  npm run bench -- receipts
  npm run bench -- receipts --requests 1000 --json receipts.json`,
  )
  .action(async (options: ReceiptsOptions) => {
    tell(await interruptible((running) => measureReceipts(running, options)), options);
  });

interface Finding {
  concurrency: number;
  withMs: { p50: number; p99: number };
  withoutMs: { p50: number; p99: number };
  addedMs: number;
  ratioOfP50: number;
  /** Null where it cannot be read. */
  ratioOfCpu: number | null;
  requestsPerSecond: { with: number; without: number };
}

interface Sealing {
  gateways: number;
  receiptsPerSecond: number;
}

async function measureReceipts(running: Running, options: ReceiptsOptions): Promise<Report> {
  const progress = new Progress();
  const folder = temporaryFolder(running);
  const dataDirectory = path.join(folder, 'hub');
  const environment = { HUB_SECRET: SECRET };
  const server = await progress.step('PostgreSQL', () => startServer(running, folder));
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory, databaseUrl: server.url, environment }),
  );
  const postgres = serverProcess(folder);
  const cpu = (): Cpu => ({ hub: cpuSecondsOf(hub.pid), postgres: cpuSecondsOf(postgres) });

  const connections = Math.max(...CONCURRENCIES);
  const ask = {
    with: await callerOf(running, hub, { agency: PARTY, connections }),
    without: await callerOf(running, hub, { agency: PROVIDER, connections }),
  };
  await progress.step('warming up', async () => {
    const [shown, own] = [await ask.with(REPORTS), await ask.without(REPORTS)];
    if (JSON.stringify(shown) !== JSON.stringify(own)) {
      throw new SetupError('The two units are not answered alike, so there is nothing to compare.');
    }
    for (const each of [ask.with, ask.without]) {
      await load(() => each(REPORTS), { requests: WARM_UP_REQUESTS, concurrency: 8, cpu });
    }
  });
  const findings: Finding[] = [];
  for (const concurrency of CONCURRENCIES) {
    await progress.step(`${concurrency} at a time`, async (onProgress) => {
      const loads: { with: Load[]; without: Load[] } = { with: [], without: [] };
      const amount = { requests: options.requests, concurrency, cpu };
      for (let round = 1; round <= options.rounds; round += 1) {
        onProgress(`round ${round} of ${options.rounds}`);
        loads.without.push(await load(() => ask.without(REPORTS), amount));
        loads.with.push(await load(() => ask.with(REPORTS), amount));
      }
      findings.push(findingOf(concurrency, together(loads.with), together(loads.without)));
    });
  }
  await hub.stop();

  const registry = await progress.step('registry', () =>
    startRegistry(running, { dataDirectory, databaseUrl: server.url, environment }),
  );
  const sealings: Sealing[] = [];
  for (const gateways of GATEWAYS) {
    await progress.step(`${gateways} ${gateways === 1 ? 'gateway' : 'gateways'} sealing`, async () => {
      sealings.push(await seal(running, { registry, gateways, seconds: options.seconds }));
    });
  }
  await progress.step('checking the chain', () =>
    verify({ REGISTRY_DATABASE_URL: server.url, ...environment }),
  );
  return {
    name: 'receipts',
    options: { requests: options.requests, rounds: options.rounds, seconds: options.seconds },
    figures: { query: REPORTS, requests: findings, sealing: sealings },
    tables: [requestTable(findings), sealingTable(sealings)],
  };
}

function findingOf(concurrency: number, sealed: Load, own: Load): Finding {
  const times = ({ latenciesMs }: Load) => ({ p50: median(latenciesMs), p99: quantile(latenciesMs, 0.99) });
  const [withMs, withoutMs] = [times(sealed), times(own)];
  const cpuOf = ({ cpuSeconds: { hub, postgres } }: Load) => hub + postgres;
  return {
    ...{ concurrency, withMs, withoutMs, addedMs: withMs.p50 - withoutMs.p50 },
    ratioOfP50: withMs.p50 / withoutMs.p50,
    ratioOfCpu: canReadProcesses ? cpuOf(sealed) / cpuOf(own) : null,
    requestsPerSecond: {
      with: sealed.latenciesMs.length / sealed.seconds,
      without: own.latenciesMs.length / own.seconds,
    },
  };
}

/** The registry as a service of its own; where it answers. */
async function startRegistry(running: Running, options: Parameters<typeof hubEnvironment>[0]): Promise<URL> {
  const child = spawn(process.execPath, scriptArguments('start-subgraph.ts', 'registry'), {
    env: { ...hubEnvironment(options), REGISTRY_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(() => end(child));
  return new URL(await addressOf(child, listenTo(child)));
}

const draft = (gateway: string): ReceiptDraft => ({
  ...{ id: randomUUID(), at: new Date().toISOString(), gateway, requestId: randomUUID() },
  ...{ consumer: PARTY, user: 'bench', purpose: null, operationName: 'Reports' },
  leaves: [
    {
      provider: PROVIDER,
      items: [{ item: 'labor-flow.reports', disclosedRows: 10, withheldRows: 0, reason: null }],
    },
  ],
});

/** How many receipts gateways get sealed while each has as many requests under way as fit into a batch. */
async function seal(
  running: Running,
  { registry, gateways, seconds }: { registry: URL; gateways: number; seconds: number },
): Promise<Sealing> {
  const keyring = new Keyring([SECRET]);
  let sealed = 0;
  const until = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: gateways }, async (_, i) => {
      const link = new HttpSubgraphLink('registry', registry, 30_000);
      running.add(() => link.close());
      const name = `bench-${i + 1}`;
      const sealer = new ReceiptSealer(
        new RegistryRoutes(link, keyring),
        new Heads(keyring, name),
        pino({ level: 'silent' }),
      );
      await Promise.all(
        Array.from({ length: UNDER_WAY }, async () => {
          while (performance.now() < until) {
            await sealer.seal(draft(name));
            sealed += 1;
          }
        }),
      );
      await sealer.stop();
    }),
  );
  return { gateways, receiptsPerSecond: sealed / ((performance.now() - startedAt) / 1000) };
}

async function verify(environment: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, scriptArguments('receipts.ts', 'verify'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = listenTo(child);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new SetupError(`The chain is not whole:\n${said()}`);
}

const requestTable = (findings: readonly Finding[]): Table => ({
  title: 'One request, with a receipt and without',
  columns: [
    ...['at a time', 'p50 without', 'with', 'added', 'ratio', 'p99 without', 'with'],
    ...['a second without', 'with', 'ratio of CPU'],
  ],
  rows: findings.map(
    ({ concurrency, withMs, withoutMs, addedMs, ratioOfP50, ratioOfCpu, requestsPerSecond }) => [
      count(concurrency),
      ...[withoutMs.p50, withMs.p50, addedMs].map(milliseconds),
      times(ratioOfP50),
      ...[withoutMs.p99, withMs.p99].map(milliseconds),
      ...[requestsPerSecond.without, requestsPerSecond.with].map(count),
      ratioOfCpu === null ? 'Linux only' : times(ratioOfCpu),
    ],
  ),
});

const sealingTable = (sealings: readonly Sealing[]): Table => ({
  title: 'Receipts sealed into one chain',
  columns: ['gateways', 'a second'],
  rows: sealings.map(({ gateways, receiptsPerSecond }) => [count(gateways), count(receiptsPerSecond)]),
});
