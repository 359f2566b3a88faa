import { Command, InvalidArgumentError, Option } from 'commander';
import { isJurisdictionCode } from '../../subgraphs/kit/jurisdiction';
import { ENCODINGS, type Encoding } from '../command-line/encoding';
import { unusable } from '../command-line/failure';
import {
  addHubOptions,
  day,
  type Environment,
  EXIT_CODES,
  type HubArguments,
  hubOptions,
  mustDiffer,
  tokenHelp,
  wholeNumber,
} from '../command-line/options';
import { FORMATS, type Format, SOURCES } from './case-row';
import { type ExportOptions, LISTS } from './export';
import type { ImportOptions } from './import';

const IMPORT_HELP = `
The file is CSV with a header, in one of two formats, which the header tells apart.

table: the columns of the hub's own exports, in any order, by English or Chinese name; others are left alone.
  category 类别 (code or Chinese name), title 标题, description 情况描述, jurisdiction 区划代码, source 来源,
  reported_at 上报时间, external_id 外部编号, address 地址, latitude 纬度, longitude 经度, reach 河段, photos 照片

  external_id,jurisdiction,source,category,title,reported_at
  12345-0001,320509110,HOTLINE_12345,EXPOSED_GARBAGE,菜场门口垃圾堆放,2026-11-16 09:00

open311: Open311 GeoReport v2's bulk columns: service_request_id, service_code, description, requested_datetime,
  address, lat, long, media_url, jurisdiction_id, status. The first line of the description is the title.

Every row is an action of its own: those that cannot be right, and those that the hub refuses, are put into a file of
their own, each with line, code and reason; correct them there and import that file. Everything else is taken in. What is
closed where it comes from is refused. Times without a zone are Shanghai's.

It may be interrupted, killed and started again at any time: run the same command again and it goes on where it was.
Under its external id a case arrives once, however often it is sent; a row without one is known by its content.

Examples
  npm run grid -- import hotline.csv --source HOTLINE_12345 --dry-run
  npm run grid -- import hotline.csv --source HOTLINE_12345
  npm run grid -- import requests.csv --jurisdiction 320509110 --source HOTLINE_12345
${tokenHelp('320509110-COMMAND')}
${EXIT_CODES}`;

const EXPORT_HELP = `
Fetches the cases of a list that your unit may see: ${LISTS.join(', ')}. A file appears once it is whole,
with a byte order mark, so that Excel shows Chinese as it is; without --out the lines go to standard output (npm's
--silent keeps it clean).

Examples
  npm run grid -- export --list DUE --from 2026-11-23 --to 2026-11-24 --out due.csv
  npm run grid -- export --list ALL --format open311 --under 320509110 --from 2026-10-01 --to 2026-10-31 --out october.csv
${tokenHelp('320509110-COMMAND')}
${EXIT_CODES}`;

interface ImportArguments extends HubArguments {
  format: Format | 'auto';
  encoding: Encoding | 'auto';
  jurisdiction?: string;
  source?: string;
  batchSize: number;
  parallel: number;
  state?: string;
  refused?: string;
  dryRun: boolean;
}

interface ExportArguments extends HubArguments {
  list: ExportOptions['list'];
  format: Format;
  under?: string;
  from?: string;
  to?: string;
  out?: string;
  pageSize: number;
}

/** The command line. What makes no sense is refused with a sentence before anything is done. */
export function createProgram(
  run: {
    importCases: (options: ImportOptions) => Promise<void>;
    exportCases: (options: ExportOptions) => Promise<void>;
  },
  env: Environment,
): Command {
  const program = new Command('npm run grid --')
    .description('Takes cases into the hub and fetches lists of them. "import --help" says more.')
    .addHelpText('after', EXIT_CODES);

  const importing = program
    .command('import')
    .description('Reports the rows of a CSV file as cases.')
    .argument('<file>', 'the CSV file')
    .addOption(
      new Option('--format <format>', 'of the columns').choices(['auto', ...FORMATS]).default('auto'),
    )
    .addOption(new Option('--encoding <encoding>', 'of the file').choices(ENCODINGS).default('auto'))
    .option('--jurisdiction <code>', 'the place of rows that name none', jurisdiction)
    .addOption(new Option('--source <source>', 'of rows that name none').choices(Object.keys(SOURCES)))
    .option('--dry-run', 'check the file and say what would be sent; send nothing', false)
    .option('--refused <file>', 'where refused rows go (default: <file>.refused.csv)')
    .option('--state <file>', 'remembers how far an import got (default: <file>.grid-state.json)')
    .option('--batch-size <rows>', 'rows sent at once, 1 to 100', wholeNumber(1, 100), 50)
    .option('--parallel <n>', 'batches under way at once, 1 to 8', wholeNumber(1, 8), 2);
  addHubOptions(importing)
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, args: ImportArguments) => run.importCases(importOptions(file, args, env)));

  const exporting = program
    .command('export')
    .description('Fetches a list of cases as CSV.')
    .addOption(new Option('--list <list>', 'which cases').choices(LISTS).default('ALL'))
    .addOption(new Option('--format <format>', 'of the columns').choices(FORMATS).default('table'))
    .option('--under <code>', 'only cases in this place and below', jurisdiction)
    .option('--from <day>', 'the first day: of the deadline for DUE, of the report for other lists', day)
    .option('--to <day>', 'the last day', day)
    .option('--out <file.csv>', 'write to this file instead of printing')
    .option('--page-size <rows>', 'cases fetched at once, 1 to 1000', wholeNumber(1, 1_000), 1_000);
  addHubOptions(exporting)
    .addHelpText('after', EXPORT_HELP)
    .action((args: ExportArguments) => run.exportCases(exportOptions(args, env)));

  for (const command of [program, importing, exporting])
    command.exitOverride().showHelpAfterError('(--help says more)');
  return program;
}

function importOptions(file: string, args: ImportArguments, env: Environment): ImportOptions {
  const state = args.state ?? `${file}.grid-state.json`;
  const refused = args.refused ?? `${file}.refused.csv`;
  mustDiffer({ 'the file to import': file, '--state': state, '--refused': refused });
  const { format, encoding, batchSize, parallel, dryRun } = args;
  return {
    ...{ file, state, refused, format, encoding, batchSize, parallel, dryRun },
    ...{ jurisdiction: args.jurisdiction ?? null, source: args.source ?? null },
    hub: hubOptions(args, env, { needsToken: !dryRun }),
  };
}

function exportOptions(args: ExportArguments, env: Environment): ExportOptions {
  const { list, format, under = null, from = null, to = null, out = null, pageSize } = args;
  if (from !== null && to !== null && to < from) {
    throw unusable(`--from ${from} lies behind --to ${to}. Change them round.`);
  }
  return { list, format, under, from, to, out, pageSize, hub: hubOptions(args, env) };
}

function jurisdiction(text: string): string {
  if (!isJurisdictionCode(text)) {
    throw new InvalidArgumentError('It must be a code of 6, 9 or 12 digits, like 320509110.');
  }
  return text;
}
