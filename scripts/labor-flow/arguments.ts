import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isDay, isMonth, lastDayOf } from '../../subgraphs/kit/time';
import { SIDES, type Side } from './batch-key';
import { ENCODINGS, type Encoding } from './encoding';
import { codeOf, unusable } from './failure';
import type { PullOptions } from './pull';
import type { PushOptions } from './push';

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

const EXIT_CODES = `
Exit codes
  0    done
  1    done, but rows were refused
  2    the command or a file makes no sense, the token is missing or not accepted, or the hub refuses altogether
  3    the hub could not be reached or did not work; run the same command again later
  70   a bug in this script; DEBUG=1 shows where
  130  interrupted with Ctrl-C (143: with SIGTERM); run the same command again to go on`;

const TOKEN = `
The token is read from --token-file or from the environment variable HUB_TOKEN. It is no argument, because
arguments can be read by everyone on the machine. For a unit of the demo data:
  export HUB_TOKEN=$(npm run --silent token -- --agency 341200-HRSS)`;

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
${TOKEN}
${EXIT_CODES}`;

const PULL_HELP = `
Fetches every change to the figures that your unit is a party to, each once, in the order in which they were made.
With --state the script remembers where it ended: run it every hour, and the file grows by what is new. A pull that is
killed loses nothing and doubles nothing. Without --out the lines go to standard output (npm's --silent keeps it clean).

Examples
  npm run labor-flow -- pull --state pull.json --out changes.csv
  npm run --silent labor-flow -- pull --after "" > all.csv           # from the beginning; the last line on
  npm run --silent labor-flow -- pull --after "$CURSOR" > new.csv    # standard error is the cursor for the next time
${TOKEN}
${EXIT_CODES}`;

interface HubArguments {
  url: URL;
  tokenFile?: string;
  giveUpAfter: number;
}

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
  env: Readonly<Record<string, string | undefined>>,
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

const addHubOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--url <url>', "the hub's GraphQL address")
        .env('HUB_URL')
        .default(new URL(DEFAULT_URL), DEFAULT_URL)
        .argParser(url),
    )
    .option('--token-file <file>', 'a file that holds the token')
    .option(
      '--give-up-after <seconds>',
      'how long to try when the hub does not answer',
      wholeNumber(1, 86_400),
      60,
    );

function pushOptions(
  file: string,
  args: PushArguments,
  env: Parameters<typeof createProgram>[1],
): PushOptions {
  const state = args.state ?? `${file}.labor-flow-state.json`;
  const refused = args.refused ?? `${file}.refused.csv`;
  mustDiffer({ 'the file to push': file, '--state': state, '--refused': refused });
  const { tokenFile: _, url, giveUpAfter, referenceDay = lastDayOf(args.month), ...rest } = args;
  return {
    ...rest,
    ...{ file, state, refused, referenceDay },
    // Nothing is asked of the hub, so nothing need be shown to it.
    hub: { url, token: args.dryRun ? '' : readToken(args.tokenFile, env), giveUpAfterMs: giveUpAfter * 1000 },
  };
}

function pullOptions(args: PullArguments, env: Parameters<typeof createProgram>[1]): PullOptions {
  const { after, state, out = null, pageSize, url, giveUpAfter } = args;
  if (after === undefined && state === undefined) {
    throw unusable(
      'Say where to begin: with --state FILE where the last pull ended, with --after CURSOR behind it, with --after "" at the beginning.',
    );
  }
  if (state !== undefined && out !== null) mustDiffer({ '--state': state, '--out': out });
  return {
    from: state === undefined ? { after: after || null } : { state },
    ...{ out, pageSize },
    hub: { url, token: readToken(args.tokenFile, env), giveUpAfterMs: giveUpAfter * 1000 },
  };
}

/** Each file has one purpose: written over one another they would be lost. */
function mustDiffer(files: Readonly<Record<string, string>>): void {
  const nameOf = new Map<string, string>();
  for (const [name, file] of Object.entries(files)) {
    const other = nameOf.get(path.resolve(file));
    if (other !== undefined) throw unusable(`${file} cannot be both ${other} and ${name}.`);
    nameOf.set(path.resolve(file), name);
  }
}

function readToken(
  file: string | undefined,
  { HUB_TOKEN = '' }: Parameters<typeof createProgram>[1],
): string {
  const token = (file === undefined ? HUB_TOKEN : readTokenFile(file)).trim();
  if (token === '') {
    throw unusable(
      file === undefined
        ? 'There is no token: name a file that holds one with --token-file, or set HUB_TOKEN.'
        : `${file} holds no token.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw unusable(`${file ?? 'HUB_TOKEN'} holds something else than a token: a token is one word.`);
  }
  return token;
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw unusable(`There is no token file ${file}.`);
    throw error;
  }
}

function side(text: string): Side {
  const found = SIDES.find((known) => known === text.toUpperCase());
  if (!found) throw new InvalidArgumentError(`It must be ${SIDES.join(' or ')}.`);
  return found;
}

function month(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('It must be a month, like 2026-09.');
  return text;
}

function day(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day, like 2026-09-30.');
  return text;
}

function url(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : null;
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new InvalidArgumentError(`It must be an address like ${DEFAULT_URL}.`);
  }
  return address;
}

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };
