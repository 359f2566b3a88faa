import { Command, InvalidArgumentError, Option } from 'commander';
import { lastDayOf } from '../../subgraphs/kit/time';
import { ENCODINGS, type Encoding } from '../command-line/encoding';
import { unusable } from '../command-line/failure';
import {
  addHubOptions,
  day,
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
import type { PullOptions } from './pull';
import type { PushOptions } from './push';

const PUSH_HELP = `
The file is CSV with a header that names origin, destination, sector and workers, in any order (or 输出地, 输入地,
行业门类, 人数); other columns are left alone. Places are GB/T 2260 codes of provinces, prefectures or counties,
sectors the letters A to T of GB/T 4754:

  origin,destination,sector,workers
  341225,310118,C,1200
  341225,310115,F,845

Every row is checked before any is sent. Rows that cannot be right, and rows that the hub refuses, are put into a
file of their own, each with line, code and reason; correct them there and push that file. Everything else is sent.

It may be interrupted, killed and started again at any time: run the same command again and it goes on where it was.
Every row counts once, however often it is sent. A file that was pushed before therefore changes nothing when it is
pushed again; to have its figures stand again after others were reported, add --round 2.

Examples
  npm run labor-flow -- push flows.csv --side ORIGIN --month 2026-09 --dry-run
  npm run labor-flow -- push flows.csv --side ORIGIN --month 2026-09
  npm run labor-flow -- push insured.csv --side DESTINATION --month 2026-09 --minimum-stay 0 --no-includes-flexible
${tokenHelp('341200-HRSS')}
${EXIT_CODES}`;

const PULL_HELP = `
Fetches every change to the figures that your unit is a party to, each once, in the order in which they were made.
With --state the script remembers where it ended: run it every hour, and the file grows by what is new. A pull that is
killed loses nothing and doubles nothing. Without --out the lines go to standard output (npm's --silent keeps it clean).

Examples
  npm run labor-flow -- pull --state pull.json --out changes.csv
  npm run --silent labor-flow -- pull --after "" > all.csv           # from the beginning; the last line on
  npm run --silent labor-flow -- pull --after "$CURSOR" > new.csv    # standard error is the cursor for the next time
${tokenHelp('341200-HRSS')}
${EXIT_CODES}`;

interface PushArguments extends HubArguments {
  side: Side;
  month: string;
  minimumStay: number;
  includesFlexible: boolean;
  referenceDay?: string;
  batchSize: number;
  parallel: number;
  round: number;
  state?: string;
  refused?: string;
  encoding: Encoding | 'auto';
  allOrNothing: boolean;
  dryRun: boolean;
}

interface PullArguments extends HubArguments {
  after?: string;
  state?: string;
  out?: string;
  pageSize: number;
}

/** The command line. What makes no sense is refused with a sentence before anything is done. */
export function createProgram(
  run: { push: (options: PushOptions) => Promise<void>; pull: (options: PullOptions) => Promise<void> },
  env: Environment,
): Command {
  const program = new Command('npm run labor-flow --')
    .description('Reports labor flows to the hub and fetches what others reported. "push --help" says more.')
    .addHelpText('after', EXIT_CODES);

  const push = program
    .command('push')
    .description('Reports the figures of a CSV file.')
    .argument('<file>', 'the CSV file')
    .requiredOption('--side <side>', `the end that your unit counts for: ${SIDES.join(' or ')}`, side)
    .requiredOption('--month <month>', 'the month of the figures, like 2026-09', month)
    .option('--minimum-stay <months>', 'who stays at least this long was counted', wholeNumber(0, 60), 6)
    .option('--includes-flexible', 'flexible workers were counted (default)', true)
    .option('--no-includes-flexible', 'flexible workers were not counted')
    .option(
      '--reference-day <day>',
      'the day for which was counted (default: the last day of the month)',
      day,
    )
    .option('--all-or-nothing', 'send nothing when the check finds a row that cannot be right', false)
    .option('--dry-run', 'check the file and say what would be sent; send nothing', false)
    .addOption(new Option('--encoding <encoding>', 'of the file').choices(ENCODINGS).default('auto'))
    .option('--refused <file>', 'where refused rows go (default: <file>.refused.csv)')
    .option('--state <file>', 'remembers how far a push got (default: <file>.labor-flow-state.json)')
    .option('--batch-size <rows>', 'rows sent at once, 1 to 10000', wholeNumber(1, 10_000), 5_000)
    .option('--parallel <n>', 'batches under way at once, 1 to 16', wholeNumber(1, 16), 2)
    .option('--round <n>', 'report a file anew that was pushed before', wholeNumber(1, 1_000_000), 1);
  addHubOptions(push)
    .addHelpText('after', PUSH_HELP)
    .action((file: string, args: PushArguments) => run.push(pushOptions(file, args, env)));

  const pull = program
    .command('pull')
    .description('Fetches changes to the figures as CSV.')
    .addOption(new Option('--after <cursor>', 'begin behind this cursor; "" for the beginning'))
    .addOption(
      new Option('--state <file>', 'begin where this file says, and note there where it ended').conflicts(
        'after',
      ),
    )
    .option('--out <file.csv>', 'append to this file instead of printing')
    .option('--page-size <rows>', 'changes fetched at once, 1 to 1000', wholeNumber(1, 1_000), 1_000);
  addHubOptions(pull)
    .addHelpText('after', PULL_HELP)
    .action((args: PullArguments) => run.pull(pullOptions(args, env)));

  for (const command of [program, push, pull])
    command.exitOverride().showHelpAfterError('(--help says more)');
  return program;
}

function pushOptions(file: string, args: PushArguments, env: Environment): PushOptions {
  const state = args.state ?? `${file}.labor-flow-state.json`;
  const refused = args.refused ?? `${file}.refused.csv`;
  mustDiffer({ 'the file to push': file, '--state': state, '--refused': refused });
  const { tokenFile: _, url: __, giveUpAfter: ___, referenceDay = lastDayOf(args.month), ...rest } = args;
  return {
    ...rest,
    ...{ file, state, refused, referenceDay },
    // Nothing is asked of the hub, so nothing need be shown to it.
    hub: hubOptions(args, env, { needsToken: !args.dryRun }),
  };
}

function pullOptions(args: PullArguments, env: Environment): PullOptions {
  const { after, state, out = null, pageSize } = args;
  if (after === undefined && state === undefined) {
    throw unusable(
      'Say where to begin: with --state FILE where the last pull ended, with --after CURSOR behind it, with --after "" at the beginning.',
    );
  }
  if (state !== undefined && out !== null) mustDiffer({ '--state': state, '--out': out });
  return {
    from: state === undefined ? { after: after || null } : { state },
    ...{ out, pageSize },
    hub: hubOptions(args, env),
  };
}

function side(text: string): Side {
  const found = SIDES.find((known) => known === text.toUpperCase());
  if (!found) throw new InvalidArgumentError(`It must be ${SIDES.join(' or ')}.`);
  return found;
}
