import { type Stats, statSync } from 'node:fs';
import { countOf } from '../command-line/count';
import { type Encoding, inspectFile } from '../command-line/encoding';
import { advise, EXIT, type ExitCode, unusable } from '../command-line/failure';
import { type HubOptions, HubRefusal } from '../command-line/hub';
import { IndexSet } from '../command-line/index-set';
import { Progress } from '../command-line/progress';
import { StateFile } from '../command-line/state-file';
import type { Surroundings } from '../command-line/surroundings';
import { type PushIdentity, pushIdOf } from './batch-key';
import { type CheckedFile, checkFile } from './check';
import type { FileFormat } from './formats/format';
import { tellNothingSent, tellPlan, tellResult } from './push-report';
import { type PushState, type SendResult, sendFile } from './send';

export interface PushOptions {
  file: string;
  format: FileFormat;
  batchSize: number;
  parallel: number;
  /** See {@link SendOptions.isBulk}. */
  isBulk: boolean;
  round: number;
  encoding: Encoding | 'auto';
  state: string;
  refused: string;
  allOrNothing: boolean;
  dryRun: boolean;
  /** Whether to push the file again whenever it changes, and how often to look. */
  watch: { everyMs: number } | null;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

/** Reports the figures of a file: checks every row, then sends those that are valid. */
export async function push(options: PushOptions, surroundings: Surroundings): Promise<ExitCode> {
  const state = options.dryRun ? null : StateFile.hold<PushState>(options.state, 'labor-flow push');
  try {
    return await pushWith(options, surroundings, state);
  } finally {
    await state?.close();
  }
}

async function pushWith(
  options: PushOptions,
  surroundings: Surroundings,
  state: StateFile<PushState> | null,
): Promise<ExitCode> {
  const { signal } = surroundings;
  const before = statOf(options.file);
  const inspected = await inspectFile(options.file, options.encoding, signal);
  const { format, batchSize, round } = options;
  const identity: PushIdentity = { sha256: inspected.sha256, format, batchSize, round };
  const earlier = state && (await earlierState(state, identity, options));
  const file = await check(options, inspected.encoding, before.size, surroundings);
  try {
    if (!state) return tellPlan(file, options);
    if (file.validRows === 0 || (options.allOrNothing && file.refused.count > 0))
      return tellNothingSent(file);
    const result = await send(file, { options, identity, state, earlier, surroundings });
    if (isOther(statOf(options.file), before)) {
      throw unusable(
        `${options.file} was changed while it was sent, so what was sent is mixed. Push it again.`,
      );
    }
    await state.remove();
    return tellResult(file, result, options);
  } finally {
    await file.refused.close();
  }
}

/** Throws a sentence for what is no ordinary file. */
export function statOf(file: string): Stats {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw unusable(`There is no file ${file}.`);
  // It is read three times, so a pipe will not do.
  if (!stats.isFile()) throw unusable(`${file} is not an ordinary file.`);
  return stats;
}

/** Whether a file is another one than it was, or holds something else. */
export const isOther = (a: Stats, b: Stats): boolean =>
  a.ino !== b.ino || a.size !== b.size || a.mtimeMs !== b.mtimeMs;

/** What an interrupted run of this push left. Of another push it is of no use: this one begins at the start. */
async function earlierState(
  state: StateFile<PushState>,
  identity: PushIdentity,
  { hub }: PushOptions,
): Promise<PushState | null> {
  const earlier = await state.read();
  if (!earlier) return null;
  const finished = new IndexSet(earlier.finished).size;
  if (earlier.push === pushIdOf(identity) && earlier.url === hub.url.href) {
    note(`Going on with a push that was interrupted: ${countOf(finished, 'batch is', 'batches are')} done.`);
    return earlier;
  }
  note(
    `${state.path} is of another push (another file, option or hub), which was interrupted; this one begins at the start.`,
  );
  return null;
}

async function check(
  options: PushOptions,
  encoding: Encoding,
  bytes: number,
  { language, signal }: Surroundings,
): Promise<CheckedFile> {
  const progress = new Progress('Checking', bytes);
  try {
    const file = await checkFile(options.file, {
      ...{ format: options.format, encoding, language, signal, progress },
      refusedPath: options.refused,
    });
    const { ignored } = file.reader;
    if (ignored.length > 0) progress.note(`Columns that are not read: ${ignored.join(', ')}.`);
    return file;
  } catch (error) {
    throw advise(signal.aborted ? signal.reason : error, 'Nothing was sent.');
  } finally {
    progress.stop();
  }
}

async function send(
  file: CheckedFile,
  run: {
    options: PushOptions;
    identity: PushIdentity;
    state: StateFile<PushState>;
    earlier: PushState | null;
    surroundings: Surroundings;
  },
): Promise<SendResult> {
  const { options, surroundings, ...rest } = run;
  const progress = new Progress('Sending', file.validRows);
  try {
    return await sendFile(file, {
      ...rest,
      parallel: options.parallel,
      isBulk: options.isBulk,
      hub: { ...options.hub, language: surroundings.language },
      signal: surroundings.signal,
      progress,
    });
  } catch (error) {
    // With another token the same command goes on; what the hub refuses altogether it refuses again.
    const isFinal =
      error instanceof HubRefusal && error.exitCode === EXIT.unusable && error.code !== 'UNAUTHENTICATED';
    throw isFinal ? error : advise(error, 'To go on, run the same command again.');
  } finally {
    progress.stop();
  }
}

const note = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};
