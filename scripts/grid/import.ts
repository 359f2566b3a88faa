import { statSync } from 'node:fs';
import { countOf } from '../command-line/count';
import { type CsvRecord, readCsvFile } from '../command-line/csv-file';
import { type Encoding, inspectFile } from '../command-line/encoding';
import { advise, EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions, HubRefusal } from '../command-line/hub';
import { IndexSet } from '../command-line/index-set';
import { Progress } from '../command-line/progress';
import { RefusedFile, type RefusedRow } from '../command-line/refused-file';
import { StateFile } from '../command-line/state-file';
import type { Surroundings } from '../command-line/surroundings';
import { lacksColumns } from '../command-line/table';
import {
  type CaseReport,
  type Defaults,
  type Format,
  type Header,
  readCase,
  readHeader,
  sentences,
} from './case-row';
import { categoryCodes, reportCases } from './hub-cases';

export interface ImportOptions {
  file: string;
  format: Format | 'auto';
  encoding: Encoding | 'auto';
  jurisdiction: string | null;
  source: string | null;
  batchSize: number;
  parallel: number;
  state: string;
  refused: string;
  dryRun: boolean;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

/** How far an import got. */
interface ImportState {
  kind: 'grid import';
  /** Which import, of which file with which options. */
  import: string;
  url: string;
  /** The batches of which the hub took every row. Others are sent again, so that their refused rows are told again. */
  finished: [number, number][];
  taken: number;
}

interface Batch {
  readonly index: number;
  readonly records: readonly CsvRecord[];
}

/** Reports every row of a CSV file as a case. */
export async function importCases(options: ImportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const state = options.dryRun ? null : StateFile.hold<ImportState>(options.state, 'grid import');
  try {
    return await importWith(options, surroundings, state);
  } finally {
    await state?.close();
  }
}

async function importWith(
  options: ImportOptions,
  { language, signal }: Surroundings,
  state: StateFile<ImportState> | null,
): Promise<ExitCode> {
  const { file, hub: hubOptions } = options;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw unusable(`There is no ordinary file ${file}.`);
  const { sha256, encoding } = await inspectFile(file, options.encoding, signal);
  const identity = JSON.stringify([
    sha256,
    options.format,
    options.jurisdiction,
    options.source,
    options.batchSize,
  ]);
  const earlier = await goOn(state, identity, hubOptions.url.href);
  const progress = new Progress(options.dryRun ? 'Checking' : 'Importing', stats.size);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const hub = options.dryRun
    ? null
    : new Hub({
        ...{ ...hubOptions, language, signal: stopped, connections: options.parallel },
        onTrouble: (sentence) => progress.note(sentence),
      });
  let bytes = 0;
  let rows = 0;
  const read = await readCsvFile(file, {
    ...{ encoding, signal: stopped },
    onBytes: (more) => {
      bytes += more;
    },
  });
  const header = headerOf(read.names, options, progress);
  const refused = await RefusedFile.create(options.refused, header.names);
  try {
    const defaults: Defaults = {
      ...{ jurisdiction: options.jurisdiction, source: options.source },
      categories: hub && (await categoryCodes(hub)),
    };
    const finished = new IndexSet(earlier?.finished);
    let taken = earlier?.taken ?? 0;
    let takenNow = 0;
    const work = async (batch: Batch) => {
      if (finished.has(batch.index)) {
        progress.skip(batch.records.length);
      } else {
        const { valid, broken } = sorted(batch.records, header, defaults, language);
        await refused.add(broken);
        const refusals = hub
          ? await reportCases(
              hub,
              valid.map(({ report }) => report),
            )
          : new Map();
        await refused.add(refusedBy(valid, refusals));
        const count = valid.length - refusals.size;
        if (count === batch.records.length) {
          finished.add(batch.index);
          taken += count;
          await state?.save({
            ...{ kind: 'grid import', import: identity, url: hubOptions.url.href },
            ...{ finished: finished.toJSON(), taken },
          });
        } else {
          takenNow += count;
        }
      }
      rows += batch.records.length;
      progress.update(bytes, rows);
    };
    await inParallel(batchesOf(read.records, options.batchSize), options.parallel, work, stop);
    stopped.throwIfAborted();
    if (rows === 0) throw unusable(`${file} has a header and no rows.`);
    await state?.remove();
    return tell(options, taken + takenNow, refused);
  } catch (error) {
    const isFinal =
      error instanceof HubRefusal && error.exitCode === EXIT.unusable && error.code !== 'UNAUTHENTICATED';
    throw isFinal || options.dryRun ? error : advise(error, 'To go on, run the same command again.');
  } finally {
    progress.stop();
    await read.records.return();
    await refused.close();
    await hub?.close();
  }
}

/** What an interrupted run of the same import left; null when there is nothing. */
async function goOn(
  state: StateFile<ImportState> | null,
  identity: string,
  url: string,
): Promise<ImportState | null> {
  const earlier = (await state?.read()) ?? null;
  if (!earlier || !state) return null;
  if (earlier.import === identity && earlier.url === url) {
    const done = new IndexSet(earlier.finished).size;
    note(`Going on with an import that was interrupted: ${countOf(done, 'batch is', 'batches are')} done.`);
    return earlier;
  }
  note(`${state.path} is of another import, which was interrupted; this one begins at the start.`);
  return null;
}

function headerOf(names: readonly string[], { file, format }: ImportOptions, progress: Progress): Header {
  const header = readHeader(names, format);
  if (header.missing.length > 0) {
    throw lacksColumns(file, header.missing, names);
  }
  if (header.ignored.length > 0) progress.note(`Columns that are not read: ${header.ignored.join(', ')}.`);
  return header;
}

interface ValidRow {
  record: CsvRecord;
  report: CaseReport;
}

/** The rows that may be sent, and those that cannot be right. */
function sorted(
  records: readonly CsvRecord[],
  header: Header,
  defaults: Defaults,
  language: Surroundings['language'],
): { valid: ValidRow[]; broken: RefusedRow[] } {
  const valid: ValidRow[] = [];
  const broken: RefusedRow[] = [];
  for (const record of records) {
    const report = readCase(record.fields, header, defaults);
    if (Array.isArray(report)) {
      const code = [...new Set(report.map((found) => found.code))].join(' ');
      broken.push({ ...record, code, reason: sentences(report, language) });
    } else {
      valid.push({ record, report });
    }
  }
  return { valid, broken };
}

const refusedBy = (
  valid: readonly ValidRow[],
  refusals: ReadonlyMap<number, { code: string; reason: string }>,
): RefusedRow[] =>
  valid.flatMap(({ record }, i) => {
    const refusal = refusals.get(i);
    return refusal ? [{ ...record, ...refusal }] : [];
  });

async function* batchesOf(records: AsyncIterable<CsvRecord>, size: number): AsyncGenerator<Batch, void> {
  let index = 0;
  let waiting: CsvRecord[] = [];
  for await (const record of records) {
    waiting.push(record);
    if (waiting.length < size) continue;
    yield { index, records: waiting };
    index += 1;
    waiting = [];
  }
  if (waiting.length > 0) yield { index, records: waiting };
}

/** Works on several batches at once; the first failure stops the others. */
async function inParallel(
  batches: AsyncGenerator<Batch, void>,
  parallel: number,
  work: (batch: Batch) => Promise<void>,
  stop: AbortController,
): Promise<void> {
  const loop = async () => {
    for (let next = await batches.next(); !next.done; next = await batches.next()) await work(next.value);
  };
  let failure: unknown = null;
  await Promise.all(
    Array.from({ length: parallel }, () =>
      loop().catch((error: unknown) => {
        failure ??= error;
        stop.abort(error);
      }),
    ),
  );
  if (failure !== null) throw failure;
}

function tell({ file, hub, dryRun }: ImportOptions, taken: number, refused: RefusedFile): ExitCode {
  const lines = [
    dryRun
      ? `Would send ${countOf(taken, 'row', 'rows')} to ${hub.url}. Nothing was sent.`
      : `Imported ${file}: ${countOf(taken, 'row is', 'rows are')} with the hub, ${countOf(refused.count, 'row', 'rows')} refused.`,
  ];
  if (refused.count > 0) lines.push(`${refused.path} says why. Correct the rows there and import that file.`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return refused.count > 0 ? EXIT.refused : EXIT.done;
}

const note = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};
