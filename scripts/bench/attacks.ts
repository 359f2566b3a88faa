import path from 'node:path';
import { Command } from 'commander';
import { Pool } from 'undici';
import { SetupError } from '../../subgraphs/kit/migrate';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { ATTACKS, type Attack } from './attack-table';
import { BenchHub, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { type Ask, callerOf, load } from './load';
import { canReadProcesses, cpuSecondsOf, figuresOf } from './processes';
import {
  jsonOption,
  megabytes,
  milliseconds,
  type Report,
  type ReportOptions,
  type Table,
  tell,
  times,
  wholeNumber,
} from './report';
import { median, quantile } from './statistics';

interface AttacksOptions extends ReportOptions {
  times: number;
  seconds: number;
}

const PLACE = 'query Place { jurisdiction(code: "310118104") { name parent { name } } }';
const WARM_UP_REQUESTS = 300;
/** While attacks go on: so many a second, and as many of others at a time. */
const ATTACKS_PER_SECOND = 20;
const OTHERS_AT_A_TIME = 2;

export const attacks = new Command('attacks')
  .description('What it costs to refuse requests that ask for too much, and what others feel of it.')
  .option('--times <n>', 'how often each is sent, 5 to 1000', wholeNumber(5, 1_000), 20)
  .option('--seconds <n>', 'how long all are sent at once, 2 to 600', wholeNumber(2, 600), 10)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Sends each attack of the table one after another, each time with another comment so that nothing of it is known yet, and
reads from /proc how much processor time the hub spent, its database included. Then others ask for a place, first alone and
then while ${ATTACKS_PER_SECOND} attacks a second come in, all kinds in turn: the ratio of their latencies is what they feel.`,
  )
  .action(async (options: AttacksOptions) => {
    if (!canReadProcesses) throw new SetupError('Processor time is read from /proc, which only Linux has.');
    tell(await interruptible((running) => measure(running, options)), options);
  });

type Send = (attack: Attack) => Promise<string | undefined>;

/** Sends attacks that the hub has not seen yet; gives the code of the refusal. */
function attacker(running: Running, url: string): Send {
  const pool = new Pool(url, { connections: 4 });
  running.add(() => pool.destroy());
  let sent = 0;
  return async ({ body }) => {
    sent += 1;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { body: answer } = await pool.request({
      ...{ method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } },
      body: text.replace('"query":"', `"query":"#${sent}\\n`),
    });
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code;
  };
}

interface Finding {
  name: string;
  code: string;
  cpuMs: number;
  p50Ms: number;
}

async function measure(running: Running, options: AttacksOptions): Promise<Report> {
  const progress = new Progress();
  const hub = await progress.step('hub', () =>
    BenchHub.start(running, { dataDirectory: path.join(temporaryFolder(running), 'hub') }),
  );
  const ask = await callerOf(running, hub, { agency: '310118104-GOV', connections: OTHERS_AT_A_TIME });
  const send = attacker(running, hub.url);
  const others = (requests: number) =>
    load(() => ask(PLACE), {
      ...{ requests, concurrency: OTHERS_AT_A_TIME },
      cpu: () => ({ hub: cpuSecondsOf(hub.pid), postgres: 0 }),
    });
  await progress.step('warming up', async () => {
    await others(WARM_UP_REQUESTS);
    for (const attack of ATTACKS) for (let i = 0; i < 3; i += 1) await send(attack);
  });
  const memoryBefore = residentOf(hub.pid);
  const findings: Finding[] = [];
  await progress.step('attacks', async (onProgress) => {
    for (const attack of ATTACKS) {
      onProgress(attack.name);
      findings.push(await findingOf(attack, send, hub.pid, options.times));
    }
  });
  const memoryAfter = residentOf(hub.pid);
  const felt = await progress.step('others', () => feltBy(ask, send, options.seconds));
  hub.mustRun();
  return {
    name: 'attacks',
    options: { times: options.times, seconds: options.seconds },
    figures: { findings, memoryBefore, memoryAfter, ...felt },
    tables: [tableOf(findings, { memoryBefore, memoryAfter }, felt)],
  };
}

async function findingOf(attack: Attack, send: Send, pid: number, count: number): Promise<Finding> {
  const latencies: number[] = [];
  const before = cpuSecondsOf(pid);
  for (let i = 0; i < count; i += 1) {
    const sentAt = performance.now();
    const code = await send(attack);
    latencies.push(performance.now() - sentAt);
    if (code !== attack.code) throw new SetupError(`${attack.name} was answered with ${code}.`);
  }
  const cpuMs = ((cpuSecondsOf(pid) - before) / count) * 1_000;
  return { name: attack.name, code: attack.code, cpuMs, p50Ms: median(latencies) };
}

interface Felt {
  aloneP50Ms: number;
  aloneP99Ms: number;
  attackedP50Ms: number;
  attackedP99Ms: number;
}

async function feltBy(ask: Ask, send: Send, seconds: number): Promise<Felt> {
  const askFor = async () => {
    const latencies: number[] = [];
    const until = performance.now() + seconds * 1_000;
    const one = async () => {
      while (performance.now() < until) {
        const askedAt = performance.now();
        await ask(PLACE);
        latencies.push(performance.now() - askedAt);
      }
    };
    await Promise.all(Array.from({ length: OTHERS_AT_A_TIME }, one));
    return latencies;
  };
  const alone = await askFor();
  let sent = 0;
  const timer = setInterval(() => {
    const attack = ATTACKS[sent % ATTACKS.length];
    sent += 1;
    if (attack) void send(attack).catch(() => {});
  }, 1_000 / ATTACKS_PER_SECOND);
  const attacked = await askFor().finally(() => clearInterval(timer));
  return {
    aloneP50Ms: median(alone),
    aloneP99Ms: quantile(alone, 0.99),
    attackedP50Ms: median(attacked),
    attackedP99Ms: quantile(attacked, 0.99),
  };
}

const residentOf = (pid: number): number => figuresOf(pid)?.pssBytes ?? 0;

function tableOf(
  findings: readonly Finding[],
  { memoryBefore, memoryAfter }: { memoryBefore: number; memoryAfter: number },
  felt: Felt,
): Table {
  const { aloneP50Ms, aloneP99Ms, attackedP50Ms, attackedP99Ms } = felt;
  return {
    title: 'Requests that ask for too much',
    columns: ['', 'refused with', 'CPU', 'p50'],
    rows: findings.map(({ name, code, cpuMs, p50Ms }) => [
      name,
      code,
      milliseconds(cpuMs),
      milliseconds(p50Ms),
    ]),
    notes: [
      `Memory of the hub: ${megabytes(memoryBefore)} before, ${megabytes(memoryAfter)} after.`,
      `Others, p50: ${milliseconds(aloneP50Ms)} alone, ${milliseconds(attackedP50Ms)} under ${ATTACKS_PER_SECOND} attacks a second, ${times(attackedP50Ms / aloneP50Ms)}.`,
      `Others, p99: ${milliseconds(aloneP99Ms)} alone, ${milliseconds(attackedP99Ms)}, ${times(attackedP99Ms / aloneP99Ms)}.`,
    ],
  };
}
