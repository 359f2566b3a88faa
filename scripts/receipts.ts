import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import pg from 'pg';
import { Database } from '../subgraphs/kit/database';
import { isDatabaseGone } from '../subgraphs/kit/errors';
import { loginUrlsUnder, SetupError } from '../subgraphs/kit/migrate';
import { type ChainHead, type HeadKey, isKeyOf } from '../subgraphs/kit/receipt-heads';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import {
  type ChainBreak,
  ChainCheck,
  type ChainEntry,
  NO_RECEIPT,
} from '../subgraphs/registry/receipts/rules';
import { readChain } from '../subgraphs/registry/receipts/store';
import { type Config, readConfig } from './config';
import { DataDirectory } from './data-directory';
import { runningEmbeddedUrl } from './embedded-postgres';
import { keyringOf } from './keyring';
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
      return (
        typeof value.keyId === 'string' && areObjects([value.publicKey]) && areObjects(value.endorsements)
      );
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

/** The keys that an earlier export holds. They come first. */
async function keysOfExport(file: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const entry of readExport(file)) {
    if (entry.kind !== 'key') break;
    keys.push(entry.keyId);
  }
  return keys;
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
  const database = new Database({ subgraph: 'registry', items: [], ...addressesOf(configuration()) });
  try {
    return await database.asOwner((db) => work(readChain(db)), { limitMs: Number.POSITIVE_INFINITY });
  } finally {
    await database.close();
  }
}

const configuration = (): Config => readConfig(process.env, SUBGRAPH_NAMES);

function addressesOf(config: Config) {
  const url = config.databaseUrlOf('registry');
  if (url === undefined && !existsSync(config.dataDirectory)) {
    throw new SetupError(
      `There is no hub in ${config.dataDirectory}. Set HUB_DATA_DIR, or DATABASE_URL to its server.`,
    );
  }
  const data = new DataDirectory(config.dataDirectory);
  const keyring = keyringOf(config, () => data);
  const adminUrl = url ?? runningEmbeddedUrl(data.postgres, data.postgresPassword(keyring.secret));
  if (adminUrl === null) {
    throw new SetupError(
      `The hub in ${config.dataDirectory} is not running, and its database neither. Start it, or set DATABASE_URL.`,
    );
  }
  return loginUrlsUnder(adminUrl, 'registry', keyring);
}

async function check(
  chain: AsyncIterable<ChainEntry>,
  isTrusted: ((key: HeadKey) => boolean) | undefined,
): Promise<{ check: ChainCheck; broken: ChainBreak | null }> {
  const check = new ChainCheck(isTrusted);
  const say = progress();
  for await (const entry of chain) {
    const broken = check.add(entry);
    if (broken) return { check, broken };
    say(check.receipts);
  }
  return { check, broken: check.end() };
}

interface VerifyOptions {
  head?: string;
  key?: string[];
}

/**
 * Which keys count: those that follow from the hub's secrets, where they are known, those of the earlier export, and
 * those that were named. Undefined when nothing says so: then an export is believed which are the hub's.
 */
async function trustOf(
  file: string | undefined,
  { head, key = [] }: VerifyOptions,
): Promise<((key: HeadKey) => boolean) | undefined> {
  const config = configuration();
  const isSaid = config.secrets.length > 0 || config.secretFile !== undefined;
  const secrets =
    file === undefined || isSaid
      ? keyringOf(config, () => new DataDirectory(config.dataDirectory)).secrets
      : [];
  if (secrets.length === 0 && head === undefined && key.length === 0) return undefined;
  const named = new Set([...key, ...(head === undefined ? [] : await keysOfExport(head))]);
  return (candidate) => named.has(candidate.keyId) || isKeyOf(secrets, candidate);
}

async function verify(file: string | undefined, options: VerifyOptions): Promise<void> {
  const { head } = options;
  const run = async (chain: AsyncIterable<ChainEntry>) =>
    check(head === undefined ? chain : withKnown(chain, headsOfExport(head)), await trustOf(file, options));
  const { check: checked, broken } = await (file === undefined ? onDatabase(run) : run(readExport(file)));
  if (broken) {
    const { kind, sequence, id, detail } = broken;
    console.log(`Broken at receipt ${sequence}${id === null ? '' : ` (${id})`}: ${kind}, ${detail}.`);
    process.exitCode = BROKEN;
    return;
  }
  const { sequence, hash } = checked.head;
  if (sequence === 0) {
    console.log('Intact: there are no receipts.');
    return;
  }
  console.log(
    `Intact: ${count(sequence)} receipts, the last ${hash}; heads vouch for them up to ${checked.vouchedUpTo}.`,
  );
  for (const { keyId, gateway } of checked.vouchers)
    console.log(`Signed by ${gateway} with the key ${keyId}.`);
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
The database is REGISTRY_DATABASE_URL's or DATABASE_URL's, with HUB_SECRET or HUB_SECRET_FILE; without them that of the
hub that runs in HUB_DATA_DIR. Keep an export where whoever keeps the database cannot reach it: given to --head later, it
shows receipts that were cut off or sealed anew since.

Heads count when their key follows from the hub's secrets, stands in the earlier export, was named with --key, or is
endorsed by one of these. An export that is checked with none of them is believed which keys are the hub's.

Exit codes: 0 intact (or written), 1 broken, 2 usage, 3 database or file out of reach.`,
  );
command
  .command('verify')
  .description('checks every receipt, every leaf and every signed head, and names the first broken link')
  .argument('[file]', 'an export; the database when left out')
  .option('--head <file>', 'an earlier export, whose heads must stand in the chain')
  .option('--key <id...>', 'keys of the hub that you know, by their ids')
  .action((file: string | undefined, options: VerifyOptions) => reporting(() => verify(file, options)));
command
  .command('export')
  .description('writes keys, receipts and heads as JSON lines')
  .requiredOption('--out <file>', 'the file to write')
  .action(({ out }: { out: string }) => reporting(() => exportTo(out)));

void runCommand(command);
