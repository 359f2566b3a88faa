import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isJurisdictionCode } from '../../subgraphs/kit/jurisdiction';
import { isDay, isMonth } from '../../subgraphs/kit/time';
import { ENCODINGS, type Encoding } from './encoding';
import { codeOf, unusable } from './failure';
import type { HubOptions } from './hub';

/* What the command lines of all scripts have in common. */

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** What every `--help` says of how a command ends. */
export const EXIT_CODES = `
Exit codes
  0    done
  1    done, but rows were refused
  2    the command or a file makes no sense, the token is missing or not accepted, or the hub refuses altogether
  3    the hub could not be reached or did not work; run the same command again later
  70   a bug in this script; DEBUG=1 shows where
  130  interrupted with Ctrl-C (143: with SIGTERM); run the same command again to go on`;

/** What every `--help` says of the token, with a unit of the demo that fits. */
export const tokenHelp = (agency: string): string => `
The token is read from --token-file or from the environment variable HUB_TOKEN. It is no argument, because
arguments can be read by everyone on the machine. For a unit of the demo data:
  export HUB_TOKEN=$(npm run --silent token -- --agency ${agency})`;

export interface HubArguments {
  url: URL;
  tokenFile?: string;
  giveUpAfter: number;
}

/** Adds the options that say which hub is asked, and how. */
export const addHubOptions = (command: Command): Command =>
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

/** What the arguments of every import of CSV files say. */
export interface CsvArguments extends HubArguments {
  encoding: Encoding | 'auto';
  dryRun: boolean;
}

/** Adds the options of an import of CSV files, and which hub it is for. */
export const addCsvOptions = (command: Command): Command =>
  addHubOptions(
    command
      .addOption(new Option('--encoding <encoding>', 'of what is read').choices(ENCODINGS).default('auto'))
      .option('--dry-run', 'check what is read and say what would be sent; send nothing', false),
  );

/** A command line of several commands: what makes no sense is refused with a sentence, and no process is ended. */
export function asProgram(program: Command): Command {
  for (const command of [program, ...program.commands])
    command.exitOverride().showHelpAfterError('(--help says more)');
  return program;
}

export function jurisdiction(text: string): string {
  if (!isJurisdictionCode(text)) {
    throw new InvalidArgumentError('It must be a code of 6, 9 or 12 digits, like 320509110.');
  }
  return text;
}

/** The hub that the arguments name; without a token where nothing is asked of it. */
export const hubOptions = (
  { url, tokenFile, giveUpAfter }: HubArguments,
  env: Environment,
  { needsToken = true }: { needsToken?: boolean } = {},
): Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'> => ({
  ...{ url, giveUpAfterMs: giveUpAfter * 1000 },
  token: needsToken ? readToken(tokenFile, env) : '',
});

/** Each file has one purpose: written over one another they would be lost. */
export function mustDiffer(files: Readonly<Record<string, string>>): void {
  const nameOf = new Map<string, string>();
  for (const [name, file] of Object.entries(files)) {
    const other = nameOf.get(path.resolve(file));
    if (other !== undefined) throw unusable(`${file} cannot be both ${other} and ${name}.`);
    nameOf.set(path.resolve(file), name);
  }
}

function readToken(file: string | undefined, { HUB_TOKEN = '' }: Environment): string {
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

export function month(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('It must be a month, like 2026-09.');
  return text;
}

export function day(text: string): string {
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

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };
