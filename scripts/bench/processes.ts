import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Clock ticks a second in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessFigures {
  pid: number;
  /** The program, or what a PostgreSQL process says that it is. */
  title: string;
  /** User and system time, with that of children that have ended. */
  cpuSeconds: number;
  /** Proportional set size: memory shared by n processes counts for a nth in each. */
  pssBytes: number;
  /** The most that was ever resident. */
  peakRssBytes: number;
}

/** Memory and processor time of processes are read from /proc, which only Linux has. */
export const canReadProcesses = process.platform === 'linux';

/** A process and everything below it as of now. Empty where {@link canReadProcesses} is false, or once it has ended. */
export function processTree(root: number): ProcessFigures[] {
  if (!canReadProcesses) return [];
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = Number(statOf(pid)?.[PARENT]);
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root)
    .map(figuresOf)
    .filter((figures) => figures !== null);
}

/** Processor time of a process and everything below it; 0 where {@link canReadProcesses} is false. */
export const cpuSecondsOf = (root: number): number =>
  processTree(root).reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);

/** Figures of one process; null when it has ended or there is no /proc. */
export function figuresOf(pid: number): ProcessFigures | null {
  const stat = statOf(pid);
  const status = read(`/proc/${pid}/status`);
  if (!stat || !status) return null;
  const ticks = stat.slice(FIRST_TIME, FIRST_TIME + 4).reduce((sum, text) => sum + Number(text), 0);
  return {
    pid,
    title: titleOf(pid),
    cpuSeconds: ticks / TICKS_PER_SECOND,
    pssBytes: kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss') * 1024,
    peakRssBytes: kilobytes(status, 'VmHWM') * 1024,
  };
}

// Positions among what follows the program's name in /proc/<pid>/stat.
const PARENT = 1;
const FIRST_TIME = 11;

function statOf(pid: number | string): string[] | null {
  const text = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null;
}

function titleOf(pid: number): string {
  const words = read(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
  const [program = '', ...rest] = words;
  // PostgreSQL writes what a process does over its whole command line.
  if (program.startsWith('postgres:')) return program.trim();
  const name = program.split('/').at(-1) ?? '';
  const script = rest.find((word) => /\.[cm]?[jt]s$/.test(word));
  return script ? `${name} ${path.relative(process.cwd(), script)}` : name;
}

const kilobytes = (text: string | null, name: string): number =>
  Number(text?.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0);

/** A file of /proc; null once its process has ended, or when another user may not look. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
