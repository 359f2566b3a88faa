import { Command, Option } from 'commander';
import { unusable } from '../command-line/failure';
import {
  addCsvOptions,
  addHubOptions,
  asProgram,
  type CsvArguments,
  day,
  type Environment,
  EXIT_CODES,
  type HubArguments,
  hubOptions,
  jurisdiction,
  month,
  mustDiffer,
  tokenHelp,
  wholeNumber,
} from '../command-line/options';
import { FORMATS, type Format, SOURCES } from './case-row';
import { EXPORTS, type ExportName, type ExportOptions, LISTS } from './export';
import type { ImportOptions } from './import';
import type { ImportTableOptions } from './import-table';
import { TABLE_NAMES, TABLES, type TableName } from './tables';

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

--of takes in something else than cases; a file that "export" gave of grids, leads or stamps is taken in again, mended:
  grids    code 网格编码, name 名称, kind 网格类型, agency 责任单位, people 人口数, places 场所数, things 部件数, closed_on 停用日期
  workers  grid 网格编码, number 工号, name 姓名, role 岗位, phone 电话, duty_weekdays 值班星期 (1;2;3), duty_begins 上岗时刻,
           duty_ends 下岗时刻, left_on 离岗日期
  leads    external_id 外部编号, jurisdiction 区划代码, title 事项, address 地址, evidence 依据; into the list of --lead-list
  stamps   card_number 积分卡号, kind 印章类型 (RED 红章, EMPTY 空桶章, BLACK 黑章); of the week of --week in --jurisdiction. In a
           month's statement the week's own column is read

It may be interrupted, killed and started again at any time: run the same command again and it goes on where it was.
Under its external id a case arrives once, however often it is sent; a row without one is known by its content.

Examples
  npm run grid -- import hotline.csv --source HOTLINE_12345 --dry-run
  npm run grid -- import hotline.csv --source HOTLINE_12345
  npm run grid -- import requests.csv --jurisdiction 320509110 --source HOTLINE_12345
  npm run grid -- import grids.csv --of grids
  npm run grid -- import round.csv --of stamps --week 2026-11-16 --jurisdiction 330421111212
${tokenHelp('320509110-COMMAND')}
${EXIT_CODES}`;

const EXPORT_HELP = `
Fetches the cases of a list that your unit may see: ${LISTS.join(', ')}; or by --of the grids of a
place, the leads of a list with their results, the stamps of a month. A file appears once it is whole, with a byte order
mark, so that Excel shows Chinese as it is; without --out the lines go to standard output (npm's --silent keeps it clean).

Examples
  npm run grid -- export --list DUE --from 2026-11-23 --to 2026-11-24 --out due.csv
  npm run grid -- export --list ALL --format open311 --under 320509110 --from 2026-10-01 --to 2026-10-31 --out october.csv
  npm run grid -- export --of grids --under 320612102 --out grids.csv
  npm run grid -- export --of stamps --under 330421111212 --month 2026-10 --out october.csv
${tokenHelp('320509110-COMMAND')}
${EXIT_CODES}`;

interface ImportArguments extends CsvArguments {
  of: 'cases' | TableName;
  format: Format | 'auto';
  jurisdiction?: string;
  source?: string;
  batchSize: number;
  parallel: number;
  state?: string;
  refused?: string;
  leadList?: string;
  week?: string;
}

interface ExportArguments extends HubArguments {
  of: ExportName;
  leadList?: string;
  month?: string;
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
    importTable: (options: ImportTableOptions) => Promise<void>;
    exportRows: (options: ExportOptions) => Promise<void>;
  },
  env: Environment,
): Command {
  const program = new Command('npm run grid --')
    .description(
      'Takes cases, grids, leads and stamps into the hub and fetches them. "import --help" says more.',
    )
    .addHelpText('after', EXIT_CODES);

  const importing = program
    .command('import')
    .description('Reports the rows of a CSV file as cases, or takes in what else they are.')
    .argument('<file>', 'the CSV file')
    .addOption(
      new Option('--of <what>', 'what the rows are').choices(['cases', ...TABLE_NAMES]).default('cases'),
    )
    .addOption(
      new Option('--format <format>', 'of the columns').choices(['auto', ...FORMATS]).default('auto'),
    )
    .option('--jurisdiction <code>', 'the place of rows that name none, or of the round', jurisdiction)
    .addOption(new Option('--source <source>', 'of rows that name none').choices(Object.keys(SOURCES)))
    .option('--lead-list <id>', 'the list that leads are pushed to')
    .option('--week <monday>', 'the Monday of the week of stamps', day)
    .option('--refused <file>', 'where refused rows go (default: <file>.refused.csv)')
    .option('--state <file>', 'remembers how far an import got (default: <file>.grid-state.json)')
    .option('--batch-size <rows>', 'rows sent at once, 1 to 100', wholeNumber(1, 100), 50)
    .option('--parallel <n>', 'batches under way at once, 1 to 8', wholeNumber(1, 8), 2);
  addCsvOptions(importing)
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, args: ImportArguments) =>
      args.of === 'cases'
        ? run.importCases(importOptions(file, args, env))
        : run.importTable(tableOptions(file, args.of, args, env)),
    );

  const exporting = program
    .command('export')
    .description('Fetches a list of cases as CSV, or what else there is.')
    .addOption(new Option('--of <what>', 'what is fetched').choices(Object.keys(EXPORTS)).default('cases'))
    .addOption(new Option('--list <list>', 'which cases').choices(LISTS).default('ALL'))
    .addOption(new Option('--format <format>', 'of the columns').choices(FORMATS).default('table'))
    .option('--under <code>', 'only what lies in this place and below', jurisdiction)
    .option('--from <day>', 'the first day: of the deadline for DUE, of the report for other lists', day)
    .option('--to <day>', 'the last day', day)
    .option('--lead-list <id>', 'the list of the leads')
    .option('--month <month>', 'the month of the stamps', month)
    .option('--out <file.csv>', 'write to this file instead of printing')
    .option('--page-size <rows>', 'rows fetched at once, 1 to 1000', wholeNumber(1, 1_000), 1_000);
  addHubOptions(exporting)
    .addHelpText('after', EXPORT_HELP)
    .action((args: ExportArguments) => run.exportRows(exportOptions(args, env)));

  return asProgram(program);
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

function tableOptions(
  file: string,
  of: TableName,
  args: ImportArguments,
  env: Environment,
): ImportTableOptions {
  const refused = args.refused ?? `${file}.refused.csv`;
  mustDiffer({ 'the file to import': file, '--refused': refused });
  const { encoding, dryRun, leadList = null, jurisdiction: place = null, week = null } = args;
  const target = { leadList, jurisdiction: place, week };
  mustHave(of, TABLES[of].needs, target);
  return {
    of,
    file,
    refused,
    encoding,
    dryRun,
    ...target,
    hub: hubOptions(args, env, { needsToken: !dryRun }),
  };
}

function exportOptions(args: ExportArguments, env: Environment): ExportOptions {
  const { of, list, format, under = null, from = null, to = null, out = null, pageSize } = args;
  const { leadList = null, month: wanted = null } = args;
  if (from !== null && to !== null && to < from) {
    throw unusable(`--from ${from} lies behind --to ${to}. Change them round.`);
  }
  mustHave(of, EXPORTS[of].needs, { under, leadList, month: wanted });
  return {
    ...{ of, list, format, under, from, to, leadList, month: wanted, out, pageSize },
    hub: hubOptions(args, env),
  };
}

/** Throws a sentence when an option is missing without which something cannot be told apart. */
function mustHave<Name extends string>(
  of: string,
  needs: readonly Name[],
  given: Readonly<Partial<Record<Name, string | null>>>,
): void {
  const missing = needs.filter((name) => given[name] == null).map((name) => OPTIONS[name] ?? `--${name}`);
  if (missing.length > 0) throw unusable(`--of ${of} needs ${missing.join(' and ')}.`);
}

const OPTIONS: Readonly<Record<string, string>> = { leadList: '--lead-list' };
