import { type Command, InvalidArgumentError, Option } from 'commander';
import { isAgencyCode } from '../../subgraphs/kit/agency-code';
import { dayOf } from '../../subgraphs/kit/time';
import { unusable } from '../command-line/failure';
import {
  addHubOptions,
  type Environment,
  EXIT_CODES,
  type HubArguments,
  hubOptions,
  month,
  mustDiffer,
  tokenHelp,
  wholeNumber,
} from '../command-line/options';
import { SIDES, type Side } from './batch-key';
import { CHANGES_FORMATS } from './changes';
import type { FiguresOptions } from './figures';
import { csvWriter } from './formats/csv';
import type { FigureWriter, FileFormat } from './formats/format';
import { lodesWriter } from './formats/lodes';
import { sdmxWriter } from './formats/sdmx';
import type { PullOptions } from './pull';
import { side } from './push-arguments';

const PULL_HELP = `
Changes
  Fetches every change to the figures that your unit is a party to, each once, in the order in which they were made. With
  --state the script remembers where it ended: run it every hour, and the file grows by what is new. A pull that is killed
  loses nothing and doubles nothing. Without --out the lines go to standard output (npm's --silent keeps it clean). With
  --watch it stays and fetches what is new every few seconds, whether the hub restarts meanwhile or not.

  --format sdmx writes them as SDMX-CSV 2.0, R for what was set and D for what was taken back: pushed to another hub in
  this order they lead where this one is.

Figures as they stand
  With --month and --side it fetches the figures of that month and side as they stand now, for push in the same --format:
  csv, sdmx or lodes ("push --help" says what these are).

Examples
  npm run labor-flow -- pull --state pull.json --out changes.csv
  npm run labor-flow -- pull --state pull.json --out changes.csv --watch
  npm run --silent labor-flow -- pull --after "" > all.csv           # from the beginning; the last line on
  npm run --silent labor-flow -- pull --after "$CURSOR" > new.csv    # standard error is the cursor for the next time
  npm run labor-flow -- pull --month 2026-09 --side ORIGIN --reported-by 341200-HRSS --format lodes --out od.csv
${tokenHelp('341200-HRSS')}
${EXIT_CODES}`;

export interface PullRuns {
  pull: (options: PullOptions) => Promise<void>;
  figures: (options: FiguresOptions) => Promise<void>;
}

interface PullArguments extends HubArguments {
  format: FileFormat['name'];
  month?: string;
  side?: Side;
  reportedBy?: string;
  after?: string;
  state?: string;
  out?: string;
  pageSize: number;
  watch: boolean;
  every: number;
}

const CHANGES_OPTIONS = ['after', 'state', 'watch'];

/** Adds the command `pull`. */
export function addPull(program: Command, run: PullRuns, env: Environment): Command {
  const pull = program
    .command('pull')
    .description('Fetches changes to the figures, or the figures of a month, as CSV.')
    .addOption(
      new Option('--format <format>', 'of what is written').choices(['csv', 'sdmx', 'lodes']).default('csv'),
    )
    .addOption(
      new Option('--month <month>', 'fetch the figures of this month as they stand')
        .argParser(month)
        .conflicts(CHANGES_OPTIONS),
    )
    .option('--side <side>', `fetch the figures of this side as they stand: ${SIDES.join(' or ')}`, side)
    .option('--reported-by <unit>', 'only figures of this unit, like 341200-HRSS', agency)
    .addOption(new Option('--after <cursor>', 'begin behind this cursor; "" for the beginning'))
    .addOption(
      new Option('--state <file>', 'begin where this file says, and note there where it ended').conflicts(
        'after',
      ),
    )
    .option('--out <file.csv>', 'append to this file instead of printing')
    .option('--page-size <rows>', 'changes fetched at once, 1 to 1000', wholeNumber(1, 1_000), 1_000)
    .option('--watch', 'stay, and fetch what is new', false)
    .option('--every <seconds>', 'how often --watch looks', wholeNumber(1, 86_400), 5);
  return addHubOptions(pull)
    .addHelpText('after', PULL_HELP)
    .action((args: PullArguments) => {
      const asksForFigures = [args.month, args.side, args.reportedBy].some((given) => given !== undefined);
      return asksForFigures ? run.figures(figuresOptions(args, env)) : run.pull(pullOptions(args, env));
    });
}

function figuresOptions(args: PullArguments, env: Environment): FiguresOptions {
  const { month, side, reportedBy = null, out = null } = args;
  if (month === undefined || side === undefined) {
    throw unusable('Figures are fetched of one month and side: give both --month and --side.');
  }
  return { ...{ month, side, reportedBy, out, writer: writerOf(args.format) }, hub: hubOptions(args, env) };
}

function writerOf(format: FileFormat['name']): FigureWriter {
  switch (format) {
    case 'csv':
      return csvWriter();
    case 'sdmx':
      return sdmxWriter();
    case 'lodes':
      return lodesWriter(dayOf(new Date()));
  }
}

function pullOptions(args: PullArguments, env: Environment): PullOptions {
  const { after, state, out = null, pageSize, format } = args;
  if (format === 'lodes') {
    throw unusable('A lodes file holds figures as they stand, not changes: give --month and --side.');
  }
  if (after === undefined && state === undefined) {
    throw unusable(
      'Say where to begin: with --state FILE where the last pull ended, with --after CURSOR behind it, with --after "" at the beginning.',
    );
  }
  if (state !== undefined && out !== null) mustDiffer({ '--state': state, '--out': out });
  const hub = hubOptions(args, env);
  return {
    from: state === undefined ? { after: after || null } : { state },
    ...{ out, pageSize, format: CHANGES_FORMATS[format] },
    watch: args.watch ? { everyMs: args.every * 1000 } : null,
    hub: args.watch ? { ...hub, giveUpAfterMs: Number.POSITIVE_INFINITY } : hub,
  };
}

function agency(text: string): string {
  if (!isAgencyCode(text)) throw new InvalidArgumentError("It must be a unit's code, like 341200-HRSS.");
  return text;
}
