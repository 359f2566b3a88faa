import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import pg from 'pg';
import { SUBGRAPH_NAMES } from '../subgraphs';
import { Database } from '../subgraphs/kit/database';
import { isDatabaseGone } from '../subgraphs/kit/errors';
import { loginUrls, SetupError } from '../subgraphs/kit/migrate';
import {
  type ChainBreak,
  ChainCheck,
  type ChainEntry,
  type ChainHead,
  NO_RECEIPT,
} from '../subgraphs/registry/receipts/rules';
import { readChain } from '../subgraphs/registry/receipts/store';
import { type Config, readConfig } from './config';
import { DataDirectory } from './data-directory';
import { runningEmbeddedUrl } from './embedded-postgres';
import { runCommand } from './lifecycle';

type KnownHead = Extract<ChainEntry, { kind: 'known' }>;

const BROKEN = 1;
const UNREACHABLE = 3;
const PROGRESS_EVERY = 100_000;

/** A file that is not what an export writes: someone changed it, or it is something else. */
class MalformedExport extends Error {}

const count = (number: number): string => number.toLocaleString('en-US');

/** Says on standard error how far a long run has come. */
function progress(): (receipts: number) => void {
  let said = 0;
  return (receipts) => {
    if (receipts < said + PROGRESS_EVERY) return;
    said = receipts;
    console.error(`… ${count(receipts)} receipts`);
  };
}

/** Not `node:readline`, which also ends lines at U+2028, and JSON does not escape that. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

const isHead = (value: Partial<ChainHead>): boolean =>
  Number.isSafeInteger(value.sequence) && typeof value.hash === 'string';

const areObjects = (list: unknown): list is object[] =>
  Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null);

/** Whether a line has the shape of an entry, so that it can be checked; what it says may still be wrong. */
function isEntry(value: Partial<ChainEntry> | null): value is ChainEntry {
  switch (value?.kind) {
    case 'key':
      return typeof value.keyId === 'string' && areObjects([value.publicKey]);
    case 'receipt':
      return (
        isHead(value) &&
        Array.isArray(value.leafHashes) &&
        areObjects(value.leaves) &&
        value.leaves.every((leaf) => areObjects(leaf.items))
      );
    case 'head':
      return isHead(value) && typeof value.keyId === 'string' && typeof value.signature === 'string';
    case 'end':
      return isHead(value);
    default:
      return false;
  }
}

function parseLine(line: string): ChainEntry | null {
  try {
    const value: Partial<ChainEntry> | null = JSON.parse(line);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

/** What an export holds. Its last line says where the chain ended. */
async function* readExport(file: string): AsyncGenerator<ChainEntry> {
  let number = 0;
  let isWhole = false;
  for await (const line of linesOf(file)) {
    number += 1;
    const entry = parseLine(line);
    if (entry === null || isWhole) {
      throw new MalformedExport(`line ${number} of ${file} is not what an export writes there`);
    }
    isWhole = entry.kind === 'end';
    yield entry;
  }
  if (!isWhole) throw new MalformedExport(`${file} ends without the last line of an export`);
}

/** The places and hashes that an earlier export vouches for. */
async function* headsOfExport(file: string): AsyncGenerator<KnownHead> {
  for await (const entry of readExport(file)) {
    if ((entry.kind === 'head' || entry.kind === 'end') && entry.sequence > 0) {
      yield { kind: 'known', sequence: entry.sequence, hash: entry.hash };
    }
  }
}

/** The chain with what is known of it, each known head behind its receipt. */
async function* withKnown(
  chain: AsyncIterable<ChainEntry>,
  known: AsyncIterator<KnownHead>,
): AsyncGenerator<ChainEntry> {
  let next = await known.next();
  for await (const entry of chain) {
    const upTo = entry.kind === 'end' ? Infinity : entry.kind === 'receipt' ? entry.sequence - 1 : 0;
    for (; !next.done && next.value.sequence <= upTo; next = await known.next()) yield next.value;
    yield entry;
  }
  for (; !next.done; next = await known.next()) yield next.value;
}

/** Gives `work` the chain as one snapshot of the registry's database. */
async function onDatabase<Result>(
  work: (chain: AsyncIterable<ChainEntry>) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(process.env, SUBGRAPH_NAMES);
  const database = new Database({ subgraph: 'registry', items: [], ...addressesOf(config) });
  try {
    return await database.asOwner((db) => work(readChain(db)));
  } finally {
    await database.close();
  }
}

function addressesOf(config: Config) {
  const url = config.databaseUrlOf('registry');
  if (url === undefined && !existsSync(config.dataDirectory)) {
    throw new SetupError(
      `There is no hub in ${config.dataDirectory}. Set HUB_DATA_DIR, or DATABASE_URL to its server.`,
    );
  }
  const data = new DataDirectory(config.dataDirectory);
  const hubSecret = config.secret ?? data.secret();
  const adminUrl = url ?? runningEmbeddedUrl(data.postgres, hubSecret);
  if (adminUrl === null) {
    throw new SetupError(
      `The hub in ${config.dataDirectory} is not running, and its database neither. Start it, or set DATABASE_URL.`,
    );
  }
  return loginUrls(adminUrl, 'registry', hubSecret);
}

async function check(
  chain: AsyncIterable<ChainEntry>,
): Promise<{ check: ChainCheck; broken: ChainBreak | null }> {
  const check = new ChainCheck();
  const say = progress();
  for await (const entry of chain) {
    const broken = check.add(entry);
    if (broken) return { check, broken };
    say(check.receipts);
  }
  return { check, broken: check.end() };
}

async function verify(file: string | undefined, { head }: { head?: string }): Promise<void> {
  const run = (chain: AsyncIterable<ChainEntry>) =>
    check(head === undefined ? chain : withKnown(chain, headsOfExport(head)));
  const { check: checked, broken } = await (file === undefined ? onDatabase(run) : run(readExport(file)));
  if (broken) {
    const { kind, sequence, id, detail } = broken;
    console.log(`Broken at receipt ${sequence}${id === null ? '' : ` (${id})`}: ${kind}, ${detail}.`);
    process.exitCode = BROKEN;
    return;
  }
  const { sequence, hash } = checked.head;
  console.log(
    sequence === 0
      ? 'Intact: there are no receipts.'
      : `Intact: ${count(sequence)} receipts, the last ${hash}; heads vouch for them up to ${checked.vouchedUpTo}.`,
  );
}

async function exportTo(file: string): Promise<void> {
  let end: ChainHead = NO_RECEIPT;
  const say = progress();
  async function* lines(chain: AsyncIterable<ChainEntry>) {
    for await (const entry of chain) {
      if (entry.kind === 'receipt') {
        end = { sequence: entry.sequence, hash: entry.hash };
        say(end.sequence);
      }
      yield `${JSON.stringify(entry)}\n`;
    }
    yield `${JSON.stringify({ kind: 'end', ...end } satisfies ChainEntry)}\n`;
  }
  await onDatabase((chain) =>
    pipeline(Readable.from(lines(chain)), createWriteStream(file, { mode: 0o600 })),
  );
  console.log(`Wrote ${count(end.sequence)} receipts to ${file}; the last is ${end.hash}.`);
}

// Signing in failed, no such database, no such tables.
const NOT_A_HUB = /^(?:28|3D|42P01)/;

/** Runs `work`; what cannot be read ends with its own exit code. */
async function reporting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MalformedExport) {
      console.log(`Broken: ${error.message}.`);
      process.exitCode = BROKEN;
      return;
    }
    const isFile = error instanceof Error && 'syscall' in error && 'path' in error;
    const isDatabase =
      isDatabaseGone(error) || (error instanceof pg.DatabaseError && NOT_A_HUB.test(error.code ?? ''));
    if (!(error instanceof SetupError) && !isFile && !isDatabase) throw error;
    console.error(
      isDatabase ? `The receipts cannot be read: ${(error as Error).message}.` : (error as Error).message,
    );
    process.exitCode = UNREACHABLE;
  }
}

const command = new Command('npm run receipts --')
  .description('Checks the chain of access receipts, or copies it into a file that can be checked elsewhere.')
  .addHelpText(
    'after',
    `
The database is REGISTRY_DATABASE_URL's or DATABASE_URL's, with HUB_SECRET; without them that of the hub that runs in
HUB_DATA_DIR. Keep an export where whoever keeps the database cannot reach it: given to --head later, it shows receipts
that were cut off or sealed anew since.

Exit codes: 0 intact (or written), 1 broken, 2 usage, 3 database or file out of reach.`,
  );
command
  .command('verify')
  .description('checks every receipt, every leaf and every signed head, and names the first broken link')
  .argument('[file]', 'an export; the database when left out')
  .option('--head <file>', 'an earlier export, whose heads must stand in the chain')
  .action((file: string | undefined, options: { head?: string }) => reporting(() => verify(file, options)));
command
  .command('export')
  .description('writes keys, receipts and heads as JSON lines')
  .requiredOption('--out <file>', 'the file to write')
  .action(({ out }: { out: string }) => reporting(() => exportTo(out)));

void runCommand(command);
