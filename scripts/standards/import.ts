import { countOf } from '../command-line/count';
import type { Encoding } from '../command-line/encoding';
import { EXIT, type ExitCode } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { RefusedFile } from '../command-line/refused-file';
import type { Surroundings } from '../command-line/surroundings';
import { faultsOf, readTable, rowOf, sortErrors, type Table, type UserError } from '../command-line/table';
import { TABLES, type TableName } from './tables';

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

const NOTHING: Table = { header: { at: new Map(), missing: [], ignored: [] }, names: [], records: [] };

/** Enters a version of a standard from its tables: all of it, or nothing with a full report of what is wrong. */
export async function importStandard(options: ImportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const tables: Record<TableName, Table> = {
    limits: await tableOf('limits', options, surroundings),
    products: await tableOf('products', options, surroundings),
    parameters: await tableOf('parameters', options, surroundings),
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

/** The rows of a table's file; none where it needs no file. */
async function tableOf(
  name: TableName,
  { files, encoding }: ImportOptions,
  { signal }: Surroundings,
): Promise<Table> {
  const file = files[name];
  return file === null ? NOTHING : readTable(file, { columns: TABLES[name], encoding, signal });
}

const NAMES = ['limits', 'products', 'parameters'] as const satisfies TableName[];

/** What can be said of the rows without the hub, in its words. */
const faults = (tables: Readonly<Record<TableName, Table>>): UserError[] =>
  NAMES.flatMap((name) =>
    tables[name].records.flatMap(({ fields }, i) =>
      faultsOf(fields, tables[name].header, TABLES[name]).map((message) => ({
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
