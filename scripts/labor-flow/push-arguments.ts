import { type Command, InvalidArgumentError, Option } from 'commander';
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
import { csv } from './formats/csv';
import type { FileFormat, Head } from './formats/format';
import { lodes } from './formats/lodes';
import { sdmx } from './formats/sdmx';
import type { PushOptions } from './push';

const PUSH_HELP = `
Formats
  csv    A header that names origin, destination, sector and workers, in any order (or 输出地, 输入地, 行业门类, 人数);
         other columns are left alone. Places are GB/T 2260 codes of provinces, prefectures or counties, sectors the
         letters A to T of GB/T 4754. Of one month, side and definition, which the command says:

           origin,destination,sector,workers
           341225,310118,C,1200
           341225,310115,F,845

  sdmx   SDMX-CSV 2.0 of the data structure DELTA:LABOR_FLOW(1.0.0): STRUCTURE,STRUCTURE_ID,ACTION,FREQ,TIME_PERIOD,SIDE,
         ORIGIN,DESTINATION,SECTOR,OBS_VALUE,OBS_STATUS,CONF_STATUS,MIN_STAY,INCL_FLEXIBLE,REF_DAY,REPORTER, in any order.
         ACTION R or M sets a figure, D takes it back. Lines say of themselves what they are of, and are carried out in
         their order.
  lodes  Origin-destination lines after LEHD's LODES: w_geocode,h_geocode,S000,CNS01 to CNS20,createdate. CNS01 to CNS20
         are the sectors A to T; an empty cell was not reported, which is not zero. Of one month, side and definition.

Every row is checked before any is sent. Rows that cannot be right, and rows that the hub refuses, are put into a
file of their own, each with line, code and reason; correct them there and push that file. Everything else is sent.

It may be interrupted, killed and started again at any time: run the same command again and it goes on where it was.
Every row counts once, however often it is sent. A file that was pushed before therefore changes nothing when it is
pushed again; to have its figures stand again after others were reported, add --round 2.

With --watch it stays, pushes the file again whenever it changes, and waits for a hub that is away.

Examples
  npm run labor-flow -- push flows.csv --side ORIGIN --month 2026-09 --dry-run
  npm run labor-flow -- push flows.csv --side ORIGIN --month 2026-09
  npm run labor-flow -- push insured.csv --side DESTINATION --month 2026-09 --minimum-stay 0 --no-includes-flexible
  npm run labor-flow -- push changes.csv --format sdmx
  npm run labor-flow -- push flows.csv --side ORIGIN --month 2026-09 --watch
${tokenHelp('341200-HRSS')}
${EXIT_CODES}`;

export interface PushRuns {
  push: (options: PushOptions) => Promise<void>;
}

interface PushArguments extends HubArguments {
  format: FileFormat['name'];
  side?: Side;
  month?: string;
  minimumStay: number;
  includesFlexible: boolean;
  referenceDay?: string;
  batchSize?: number;
  parallel: number;
  bulk: boolean;
  round: number;
  state?: string;
  refused?: string;
  encoding: Encoding | 'auto';
  allOrNothing: boolean;
  dryRun: boolean;
  watch: boolean;
  every: number;
}

/** The most that the hub takes at once, and what is sent when nothing is said: as lines of text, or row by row. */
const SIZES = { bulk: { most: 100_000, usual: 20_000 }, rows: { most: 10_000, usual: 5_000 } };

/** Adds the command `push`. */
export function addPush(program: Command, run: PushRuns, env: Environment): Command {
  const push = program
    .command('push')
    .description('Reports the figures of a CSV file.')
    .argument('<file>', 'the CSV file')
    .addOption(
      new Option('--format <format>', 'of the file').choices(['csv', 'sdmx', 'lodes']).default('csv'),
    )
    .option('--side <side>', `the end that your unit counts for: ${SIDES.join(' or ')}`, side)
    .option('--month <month>', 'the month of the figures, like 2026-09', month)
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
    .option(
      '--batch-size <rows>',
      'rows sent at once, 1 to 100000 (default: 20000)',
      wholeNumber(1, SIZES.bulk.most),
    )
    .option(
      '--no-bulk',
      'send rows one by one rather than as lines of text; at most 10000 at once (default: 5000)',
    )
    .option('--parallel <n>', 'batches under way at once, 1 to 16', wholeNumber(1, 16), 2)
    .option('--round <n>', 'report a file anew that was pushed before', wholeNumber(1, 1_000_000), 1)
    .addOption(
      new Option('--watch', 'push the file again whenever it changes').default(false).conflicts('dryRun'),
    )
    .option('--every <seconds>', 'how often --watch looks', wholeNumber(1, 86_400), 5);
  return addHubOptions(push)
    .addHelpText('after', PUSH_HELP)
    .action((file: string, args: PushArguments) => run.push(pushOptions(file, args, env)));
}

function pushOptions(file: string, args: PushArguments, env: Environment): PushOptions {
  const { parallel, round, encoding, allOrNothing, dryRun, bulk: isBulk } = args;
  const state = args.state ?? `${file}.labor-flow-state.json`;
  const refused = args.refused ?? `${file}.refused.csv`;
  mustDiffer({ 'the file to push': file, '--state': state, '--refused': refused });
  const { most, usual } = isBulk ? SIZES.bulk : SIZES.rows;
  const { batchSize = usual } = args;
  if (batchSize > most) throw unusable(`With --no-bulk, --batch-size is at most ${most}.`);
  // Nothing is asked of the hub in a dry run, so nothing need be shown to it.
  const hub = hubOptions(args, env, { needsToken: !dryRun });
  return {
    ...{ file, state, refused, batchSize, parallel, isBulk, round, encoding, allOrNothing, dryRun },
    format: formatOf(args),
    watch: args.watch ? { everyMs: args.every * 1000 } : null,
    hub: args.watch ? { ...hub, giveUpAfterMs: Number.POSITIVE_INFINITY } : hub,
  };
}

function formatOf(args: PushArguments): FileFormat {
  switch (args.format) {
    case 'csv':
      return csv(headOf(args));
    case 'lodes':
      return lodes(headOf(args));
    case 'sdmx':
      if (args.side === undefined && args.month === undefined) return sdmx;
      throw unusable(
        'The lines of an sdmx file say of which side and month they are: leave out --side and --month.',
      );
  }
}

function headOf({ format, side, month, minimumStay, includesFlexible, referenceDay }: PushArguments): Head {
  if (side === undefined || month === undefined) {
    const missing = [side === undefined && '--side', month === undefined && '--month'].filter(Boolean);
    throw unusable(`A ${format} file does not say it itself: give ${missing.join(' and ')}.`);
  }
  return {
    ...{ action: 'SUBMIT', month, side },
    definition: {
      ...{ minimumStayMonths: minimumStay, includesFlexible },
      referenceDay: referenceDay ?? lastDayOf(month),
    },
  };
}

export function side(text: string): Side {
  const found = SIDES.find((known) => known === text.toUpperCase());
  if (!found) throw new InvalidArgumentError(`It must be ${SIDES.join(' or ')}.`);
  return found;
}
