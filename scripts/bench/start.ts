import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type { Running } from '../lifecycle';
import { Progress } from '../progress';
import { BenchHub, temporaryFolder } from './hub';
import { interruptible } from './interruptible';
import { canReadProcesses, cpuSecondsOf, type ProcessFigures, processTree } from './processes';
import {
  count,
  jsonOption,
  megabytes,
  type Report,
  type ReportOptions,
  seconds,
  type Table,
  tell,
  wholeNumber,
} from './report';
import { median, sum } from './statistics';

interface StartOptions extends ReportOptions {
  runs: number;
  rest: number;
}

interface Start {
  readySeconds: number;
  /** Null where it cannot be read. */
  cpuSeconds: number | null;
}

export const start = new Command('start')
  .description('How long the hub takes until it is ready, and how much memory it needs at rest.')
  .option('--runs <n>', 'how often each start is measured, 1 to 50', wholeNumber(1, 50), 3)
  .option('--rest <seconds>', 'how long after the last start memory is measured', wholeNumber(0, 3_600), 35)
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
A first start makes the database, its tables, reference and demo data, and compiles the TypeScript; a later start finds
all that. Both are whole processes as \`npm start\` runs them, timed until the hub answers that it is ready. CPU is the
processor time of the process and of all that it started: it says more than the clock does on a busy machine.

Memory is the proportional set size of every process: what is shared by several counts once in all. After 35 seconds the
connections that the start left idle have been given back. CPU and memory are read from /proc, so on Linux only.

Examples
  npm run bench -- start
  npm run bench -- start --runs 10 --json start.json`,
  )
  .action(async (options: StartOptions) => {
    tell(await interruptible((running) => measureStart(running, options)), options);
  });

async function measureStart(running: Running, options: StartOptions): Promise<Report> {
  const progress = new Progress();
  const first: Start[] = [];
  const later: Start[] = [];
  let atRest: ProcessFigures[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    const folder = temporaryFolder(running);
    const environment = { TMPDIR: path.join(folder, 'tmp') };
    // Compiled TypeScript is kept in the folder for temporary files, so the first start must have one of its own.
    mkdirSync(environment.TMPDIR);
    const startHub = () => BenchHub.start(running, { dataDirectory: path.join(folder, 'data'), environment });
    const of = `${run} of ${options.runs}`;
    await progress.step(`first start, ${of}`, async () => {
      const hub = await startHub();
      first.push(startOf(hub));
      await hub.stop();
    });
    await progress.step(`later start, ${of}`, async () => {
      const hub = await startHub();
      later.push(startOf(hub));
      if (run === options.runs && canReadProcesses) {
        await wait(options.rest * 1000);
        hub.mustRun();
        atRest = processTree(hub.pid);
      }
      await hub.stop();
    });
  }
  return {
    name: 'start',
    options: { runs: options.runs, restSeconds: options.rest },
    figures: { first, later, atRest: atRest.map(({ title, pssBytes }) => ({ title, pssBytes })) },
    tables: [startTable(first, later), ...(canReadProcesses ? [memoryTable(atRest, options.rest)] : [])],
  };
}

const startOf = (hub: BenchHub): Start => ({
  readySeconds: hub.readyAfterMs / 1000,
  cpuSeconds: canReadProcesses ? cpuSecondsOf(hub.pid) : null,
});

function startTable(first: readonly Start[], later: readonly Start[]): Table {
  const row = (name: string, starts: readonly Start[]): string[] => {
    const ready = starts.map(({ readySeconds }) => readySeconds);
    const cpu = starts.map(({ cpuSeconds }) => cpuSeconds).filter((value) => value !== null);
    return [
      name,
      ...[median(ready), Math.min(...ready), Math.max(...ready)].map(seconds),
      cpu.length > 0 ? seconds(median(cpu)) : 'Linux only',
    ];
  };
  return {
    title: `Start to ready, ${first.length} ${first.length === 1 ? 'run' : 'runs'}`,
    columns: ['', 'median', 'least', 'most', 'CPU, median'],
    rows: [row('first start', first), row('later start', later)],
    notes: canReadProcesses ? [] : ['Memory is measured on Linux only.'],
  };
}

/** Processes that say the same of themselves share a line. */
function memoryTable(processes: readonly ProcessFigures[], rest: number): Table {
  const byTitle = new Map<string, number[]>();
  for (const { title, pssBytes } of processes) {
    const name = title.replace(/ \S+\(\d+\) /, ' ');
    byTitle.set(name, [...(byTitle.get(name) ?? []), pssBytes]);
  }
  const lines = [...byTitle].map(([name, bytes]) => [name, count(bytes.length), megabytes(sum(bytes))]);
  const total = ['total', count(processes.length), megabytes(sum(processes.map(({ pssBytes }) => pssBytes)))];
  return {
    title: `Memory ${rest} s after a later start (proportional set size)`,
    columns: ['', 'processes', 'memory'],
    rows: [...lines, total],
  };
}
