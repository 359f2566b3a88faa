import { connect } from 'node:net';
import path from 'node:path';
import { Command } from 'commander';
import { Pool } from 'undici';
import { FAULT_SETTINGS } from '../../gateway/faults/settings';
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
/** As many as the hub lets arrive at once. */
const SLOW_BODIES = FAULT_SETTINGS.arriving;
const TOO_SLOW = 'REQUEST_TOO_SLOW';

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
then while ${ATTACKS_PER_SECOND} attacks a second come in, all kinds in turn: the ratio of their latencies is what they feel. In the end
${SLOW_BODIES} bodies trickle in at once, a byte a second each, until the hub gives them up.`,
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
  const slow = await progress.step('slow bodies', () => slowBodies(hub, ask));
  findings.push(slow.finding);
  hub.mustRun();
  return {
    name: 'attacks',
    options: { times: options.times, seconds: options.seconds },
    figures: { findings, memoryBefore, memoryAfter, ...felt, slow },
    tables: [tableOf(findings, { memoryBefore, memoryAfter }, felt, slow)],
  };
}

interface SlowBodies {
  finding: Finding;
  /** The most that the hub held meanwhile. */
  memory: number;
  othersP50Ms: number;
  othersP99Ms: number;
}

/** Bodies that trickle in, until all are given up: once alone, for what they cost, and once while others ask. */
async function slowBodies(hub: BenchHub, ask: Ask): Promise<SlowBodies> {
  const before = cpuSecondsOf(hub.pid);
  const alone = await trickle(hub.url, SLOW_BODIES);
  const cpuMs = ((cpuSecondsOf(hub.pid) - before) / SLOW_BODIES) * 1_000;
  const wrong = alone.find(({ code }) => code !== TOO_SLOW);
  if (wrong) throw new SetupError(`A body that trickled in was answered with ${wrong.code}.`);

  const asking = { isOver: false, memory: 0 };
  const others: number[] = [];
  const watching = setInterval(() => {
    asking.memory = Math.max(asking.memory, residentOf(hub.pid));
  }, 1_000);
  const one = async () => {
    while (!asking.isOver) {
      const askedAt = performance.now();
      await ask(PLACE);
      others.push(performance.now() - askedAt);
    }
  };
  const asked = Promise.all(Array.from({ length: OTHERS_AT_A_TIME }, one));
  await trickle(hub.url, SLOW_BODIES).finally(() => {
    asking.isOver = true;
    clearInterval(watching);
  });
  await asked;
  return {
    finding: {
      ...{
        name: `${SLOW_BODIES.toLocaleString('en')} bodies that trickle in at once`,
        code: TOO_SLOW,
        cpuMs,
      },
      p50Ms: median(alone.map(({ ms }) => ms)),
    },
    memory: asking.memory,
    othersP50Ms: median(others),
    othersP99Ms: quantile(others, 0.99),
  };
}

/** Sends so many bodies at once, a byte a second each; what came of each, and after how long. */
function trickle(url: string, count: number): Promise<{ code: string | undefined; ms: number }[]> {
  const { hostname, port } = new URL(url);
  const one = () =>
    new Promise<{ code: string | undefined; ms: number }>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const startedAt = performance.now();
      let said = '';
      let dripping: NodeJS.Timeout | undefined;
      socket.once('connect', () => {
        socket.write(
          `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n`,
        );
        dripping = setInterval(() => socket.write(' '), 1_000);
      });
      socket.on('data', (text: Buffer) => {
        said += text;
      });
      socket.once('error', (error) => said === '' && reject(error));
      socket.once('close', () => {
        clearInterval(dripping);
        resolve({ code: /"code":"(\w+)"/.exec(said)?.[1], ms: performance.now() - startedAt });
      });
    });
  return Promise.all(Array.from({ length: count }, one));
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
  slow: SlowBodies,
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
      `While bodies trickle in: memory of the hub at most ${megabytes(slow.memory)}; others, p50: ${milliseconds(slow.othersP50Ms)}, ${times(slow.othersP50Ms / aloneP50Ms)}; p99: ${milliseconds(slow.othersP99Ms)}, ${times(slow.othersP99Ms / aloneP99Ms)}.`,
    ],
  };
}
