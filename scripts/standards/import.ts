import { statSync } from 'node:fs';
import { countOf } from '../command-line/count';
import { type CsvRecord, readCsvFile } from '../command-line/csv-file';
import { type Encoding, inspectFile } from '../command-line/encoding';
import { EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { RefusedFile } from '../command-line/refused-file';
import type { Surroundings } from '../command-line/surroundings';
import {
  faultsOf,
  type Header,
  readHeader,
  rowOf,
  sortErrors,
  type TableName,
  type UserError,
} from './tables';

export interface ImportOptions {
  /** A file for each table; the products and parameters that are there already need none. */
  files: Readonly<Record<TableName, string | null>>;
  encoding: Encoding | 'auto';
  /** What the version is, beside its tables. */
  standard: Readonly<Record<string, unknown>>;
  dryRun: boolean;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

const IMPORT = `mutation ImportStandard($input: ImportSupplyStandardInput!) { importSupplyStandard(input: $input) {
  standard { code version effectiveFrom effectiveTo } userErrors { code message path } } }`;

interface Imported {
  importSupplyStandard: {
    standard: { code: string; version: string; effectiveFrom: string } | null;
    userErrors: UserError[];
  };
}

interface Table {
  readonly header: Header;
  readonly names: readonly string[];
  readonly records: readonly CsvRecord[];
}

const NOTHING: Table = { header: { at: new Map(), missing: [], ignored: [] }, names: [], records: [] };

/** Enters a version of a standard from its tables: all of it, or nothing with a full report of what is wrong. */
export async function importStandard(options: ImportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const tables: Record<TableName, Table> = {
    limits: await readTable('limits', options, surroundings),
    products: await readTable('products', options, surroundings),
    parameters: await readTable('parameters', options, surroundings),
  };
  const broken = faults(tables);
  if (broken.length > 0 || options.dryRun) return report(options, tables, broken);
  const hub = new Hub({
    ...{ ...options.hub, ...surroundings, connections: 1 },
    onTrouble: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  try {
    const { data } = await hub.ask<Imported>(IMPORT, { input: inputOf(options, tables) });
    const { standard, userErrors } = data.importSupplyStandard;
    if (!standard) return await report(options, tables, userErrors);
    await report(options, tables, []);
    process.stdout.write(
      `Version ${standard.version} of ${standard.code}, in force from ${standard.effectiveFrom}, is with the hub: ${countOf(tables.limits.records.length, 'limit', 'limits')}.\n`,
    );
    return EXIT.done;
  } finally {
    await hub.close();
  }
}

async function readTable(
  table: TableName,
  { files, encoding }: ImportOptions,
  { signal }: Surroundings,
): Promise<Table> {
  const file = files[table];
  if (file === null) return NOTHING;
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw unusable(`There is no ordinary file ${file}.`);
  const inspected = await inspectFile(file, encoding, signal);
  const read = await readCsvFile(file, { encoding: inspected.encoding, signal });
  const header = readHeader(read.names, table);
  if (header.missing.length > 0) {
    throw unusable(
      `${file} lacks ${countOf(header.missing.length, 'column', 'columns')}: ${header.missing.join(', ')}. Its first line names: ${read.names.join(', ')}.`,
    );
  }
  if (header.ignored.length > 0) {
    process.stderr.write(`Columns of ${file} that are not read: ${header.ignored.join(', ')}.\n`);
  }
  const records: CsvRecord[] = [];
  for await (const record of read.records) records.push(record);
  if (records.length === 0) throw unusable(`${file} has a header and no rows.`);
  return { header, names: read.names, records };
}

const NAMES = ['limits', 'products', 'parameters'] as const satisfies TableName[];

/** What can be said of the rows without the hub, in its words. */
const faults = (tables: Readonly<Record<TableName, Table>>): UserError[] =>
  NAMES.flatMap((name) =>
    tables[name].records.flatMap(({ fields }, i) =>
      faultsOf(fields, tables[name].header, name).map((message) => ({
        ...{ code: 'INVALID', message, path: [name, String(i)] },
      })),
    ),
  );

const inputOf = ({ standard }: ImportOptions, tables: Readonly<Record<TableName, Table>>) => ({
  ...standard,
  ...Object.fromEntries(
    NAMES.map((name) => [name, tables[name].records.map(({ fields }) => rowOf(fields, tables[name].header))]),
  ),
});

/** Puts every wrong row beside its file with what is wrong, and says the rest on standard output. */
async function report(
  { files, dryRun }: ImportOptions,
  tables: Readonly<Record<TableName, Table>>,
  errors: readonly UserError[],
): Promise<ExitCode> {
  const { wrong, others } = sortErrors(errors, {
    limits: tables.limits.records,
    products: tables.products.records,
    parameters: tables.parameters.records,
  });
  const lines = others.map(
    ({ code, message, path }) => `${path.join('.') || 'the version'}: ${message} (${code})`,
  );
  for (const name of NAMES) {
    const file = files[name];
    if (file === null) continue;
    const refused = await RefusedFile.create(`${file}.refused.csv`, tables[name].names);
    await refused.add(wrong[name]);
    await refused.close();
    if (wrong[name].length > 0) {
      lines.push(
        `${file}: ${countOf(wrong[name].length, 'row is', 'rows are')} wrong, of ${tables[name].records.length}; ${refused.path} says why.`,
      );
    }
  }
  if (errors.length === 0) {
    if (dryRun) {
      const counts = NAMES.map((name) => countOf(tables[name].records.length, name.slice(0, -1), name));
      process.stdout.write(`Would send ${counts.join(', ')}. Nothing was sent.\n`);
    }
    return EXIT.done;
  }
  lines.push(
    'Nothing was entered: a version is entered whole, or not at all. Correct this and run the command again.',
  );
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return others.some(({ code }) => code === 'NOT_ALLOWED') ? EXIT.unusable : EXIT.refused;
}
