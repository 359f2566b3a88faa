import { Command, InvalidArgumentError, Option } from 'commander';
import { isJurisdictionCode } from '../../subgraphs/kit/jurisdiction';
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
  mustDiffer,
  tokenHelp,
} from '../command-line/options';
import type { ExportOptions } from './export';
import type { ImportOptions } from './import';

const KINDS = ['NATIONAL', 'PROVINCIAL', 'MARKET', 'BUYER'] as const;

const IMPORT_HELP = `
Enters one version of a standard. The file is CSV with a header, a limit a line; columns in any order, by English or
Chinese name, others are left alone:
  product 产品代码, except 除外产品 (codes with ; between), parameter 参数代码, minimum 下限, maximum 上限, unit 单位
  (mg/kg µg/kg g kg %), residue_definition 残留物定义, part_measured 测定部位, method 检测方法, is_test_required 是否必检 (1 or 0)

  product,parameter,minimum,maximum,unit,residue_definition,method
  ROOT_VEGETABLES,PESTICIDE_A,,0.02,mg/kg,A,GB 23200.113
  SWEET_POTATO_MINI,UNIT_WEIGHT,100,200,g,,

--products names a file of nodes that the food tree may lack (code 产品代码, name 名称, parent 上级代码), in any order;
--parameters one of what is measured (code 参数代码, name 名称, unit 单位).

All or nothing: while anything is wrong nothing is entered, and each file has a <file>.refused.csv with every wrong row,
its line and all that is wrong with it. A version is never changed; the same files sent again are answered as before. The
version before it ends the day before. Your unit becomes the issuer.

Examples
  npm run standards -- import sh.csv --code SH-MARKET-SWEETPOTATO --version 3 --name 上海市场鲜食甘薯 \\
    --kind MARKET --jurisdiction 310000 --from 2027-01-01 --dry-run
  npm run standards -- import svg.csv --code SVG-SWEETPOTATO --version 2 --name 蔬菜集团鲜食甘薯 --kind BUYER --from 2027-01-01
${tokenHelp('310000-COMMERCE')}
${EXIT_CODES}`;

const EXPORT_HELP = `
Fetches every limit of the version in force on a day as CSV that "import" takes again, with a byte order mark, so that Excel
shows Chinese as it is. A file appears once it is whole; without --out the lines go to standard output (npm's --silent
keeps it clean). Standards are for every signed-in unit to read.

Examples
  npm run standards -- export --code SH-MARKET-SWEETPOTATO --out sh.csv
  npm run standards -- export --code SH-MARKET-SWEETPOTATO --on 2024-06-30
${tokenHelp('341200-AGRI')}
${EXIT_CODES}`;

interface ImportArguments extends CsvArguments {
  code: string;
  version: string;
  name: string;
  kind: (typeof KINDS)[number];
  jurisdiction?: string;
  from: string;
  to?: string;
  tolerance?: string;
  illustrative: boolean;
  products?: string;
  parameters?: string;
}

interface ExportArguments extends HubArguments {
  code: string;
  on?: string;
  out?: string;
}

/** The command line. What makes no sense is refused with a sentence before anything is done. */
export function createProgram(
  run: {
    importStandard: (options: ImportOptions) => Promise<void>;
    exportStandard: (options: ExportOptions) => Promise<void>;
  },
  env: Environment,
): Command {
  const program = new Command('npm run standards --')
    .description('Takes standards into the hub and fetches them. "import --help" says more.')
    .addHelpText('after', EXIT_CODES);

  const importing = program
    .command('import')
    .description('Enters a version of a standard from a CSV file of its limits.')
    .argument('<file>', 'the CSV file of limits')
    .requiredOption('--code <code>', 'of the standard, like SH-MARKET-SWEETPOTATO')
    .requiredOption('--version <version>', 'as the issuer counts, like 3')
    .requiredOption('--name <name>', 'as issued')
    .addOption(new Option('--kind <kind>', 'on what authority it holds').choices(KINDS).makeOptionMandatory())
    .option('--jurisdiction <code>', 'the province, of provincial and market standards', province)
    .requiredOption('--from <day>', 'the first day in force', day)
    .option('--to <day>', 'the last day in force; open when left out', day)
    .option('--tolerance <share>', 'of samples that may lie outside a range of sizes (default: 0.1)')
    .option('--illustrative', 'the values are made up', false)
    .option('--products <file>', 'a CSV file of nodes of the food tree')
    .option('--parameters <file>', 'a CSV file of what is measured');
  addCsvOptions(importing)
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, args: ImportArguments) => run.importStandard(importOptions(file, args, env)));

  const exporting = program
    .command('export')
    .description('Fetches the limits of a standard as CSV.')
    .requiredOption('--code <code>', 'of the standard, like SH-MARKET-SWEETPOTATO')
    .option('--on <day>', 'the version in force on this day; today when left out', day)
    .option('--out <file.csv>', 'write to this file instead of printing');
  addHubOptions(exporting)
    .addHelpText('after', EXPORT_HELP)
    .action((args: ExportArguments) =>
      run.exportStandard({
        ...{ code: args.code, on: args.on ?? null, out: args.out ?? null },
        hub: hubOptions(args, env),
      }),
    );

  return asProgram(program);
}

function importOptions(file: string, args: ImportArguments, env: Environment): ImportOptions {
  const { products = null, parameters = null, encoding, dryRun } = args;
  mustDiffer({
    'the file of limits': file,
    ...(products !== null && { '--products': products }),
    ...(parameters !== null && { '--parameters': parameters }),
  });
  const { code, version, name, kind, jurisdiction, from, to, tolerance, illustrative } = args;
  return {
    ...{ files: { limits: file, products, parameters }, encoding, dryRun },
    standard: {
      ...{ code, version, name, kind, effectiveFrom: from, isIllustrative: illustrative },
      ...(jurisdiction !== undefined && { jurisdiction }),
      ...(to !== undefined && { effectiveTo: to }),
      ...(tolerance !== undefined && { tolerance }),
    },
    hub: hubOptions(args, env, { needsToken: !dryRun }),
  };
}

function province(text: string): string {
  if (!isJurisdictionCode(text))
    throw new InvalidArgumentError('It must be the code of a province, like 310000.');
  return text;
}
