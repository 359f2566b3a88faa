import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { programOf } from '../embedded-postgres';

/** What a measurement found. */
export interface Report {
  name: string;
  options: object;
  /** Plain numbers, in the units that their names say. */
  figures: object;
  tables: readonly Table[];
}

export interface Table {
  title: string;
  /** The first column names its row; the others hold what was measured. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Sentences below the table. */
  notes?: readonly string[];
}

export interface ReportOptions {
  json?: string;
}

export const jsonOption = (): Option =>
  new Option('--json <file>', 'also write the figures to this file, as JSON').argParser(writableFile);

function writableFile(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InvalidArgumentError('It is a folder; name a file.');
  }
  const folder = path.dirname(path.resolve(file));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InvalidArgumentError(`There is no folder ${folder}.`);
  }
  return file;
}

/** An option's whole number between two others. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };

/** What figures depend on: without it they compare to nothing. */
const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  node: process.version,
  postgres: execFileSync(programOf('postgres'), ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1),
});

/** Prints a report on standard output, and writes it where `--json` says. */
export function tell(report: Report, { json }: ReportOptions): void {
  const { tables, ...rest } = report;
  const on = machine();
  for (const table of tables) console.log(`\n${draw(table)}`);
  console.log(
    `\n${on.cpu}, ${on.cores} cores, ${on.memoryGigabytes} GB; ${on.system}; Node ${on.node}, PostgreSQL ${on.postgres}`,
  );
  if (json === undefined) return;
  const content = { ...rest, measuredAt: new Date().toISOString(), machine: on };
  writeFileSync(json, `${JSON.stringify(content, null, 2)}\n`);
  console.log(`The figures are in ${json}.`);
}

function draw({ title, columns, rows, notes = [] }: Table): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    title,
    line(columns),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
    ...notes,
  ].join('\n');
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const seconds = (value: number): string => `${value.toFixed(2)} s`;
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
