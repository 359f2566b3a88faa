import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { inspectFile } from '../command-line/encoding';
import { EXIT, type ExitCode, Failure } from '../command-line/failure';
import { HubRefusal } from '../command-line/hub';
import { StateFile } from '../command-line/state-file';
import type { Surroundings } from '../command-line/surroundings';
import { isOther, type PushOptions, push } from './push';

/** Which content of the file was pushed last, or was about to be. */
interface WatchState {
  kind: 'labor-flow watch';
  url: string;
  sha256: string;
  /** Counted up with every new content, so that a file that returns to what it was is reported anew. */
  round: number;
  isPushed: boolean;
}

/**
 * Pushes a file, and pushes it again whenever it changes, until the signal. What is wrong with the file is said, and its
 * next change waited for; a hub that is away is waited for.
 */
export async function watchFile(options: PushOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { file, watch, hub } = options;
  const { signal } = surroundings;
  const state = StateFile.hold<WatchState>(`${options.state}.watch`, 'labor-flow watch');
  try {
    let known = await state.read();
    if (known && known.url !== hub.url.href) known = null;
    for (let pushed: ReturnType<typeof statOrNull> = null; ; ) {
      const settled = await settledFile(file, pushed, { everyMs: watch?.everyMs ?? 0, signal });
      const { sha256 } = await inspectFile(file, options.encoding, signal).catch(sayAndGoOn(signal));
      if (sha256 !== null && !(known?.sha256 === sha256 && known.isPushed)) {
        const round = known ? known.round + (known.sha256 === sha256 ? 0 : 1) : options.round;
        known = { kind: 'labor-flow watch', url: hub.url.href, sha256, round, isPushed: false };
        await state.save(known);
        const { exitCode } = await push({ ...options, round }, surroundings)
          .then((exitCode) => ({ exitCode }))
          .catch(sayAndGoOn(signal));
        if (exitCode !== null) {
          known = { ...known, isPushed: true };
          await state.save(known);
        }
      }
      pushed = settled;
    }
  } finally {
    await state.close();
  }
}

/** Says what is wrong, and gives what stands for no result. What another file would not mend is thrown. */
const sayAndGoOn =
  (signal: AbortSignal) =>
  (error: unknown): { sha256: null; exitCode: null } => {
    const isMendedByFile = error instanceof Failure && error.exitCode === EXIT.unusable;
    if (signal.aborted || !isMendedByFile || error instanceof HubRefusal) throw error;
    process.stderr.write(`${error.message} Waiting for the file to change.\n`);
    return { sha256: null, exitCode: null };
  };

const statOrNull = (file: string) => statSync(file, { throwIfNoEntry: false }) ?? null;

/** Waits until there is a file that is not what it was, and that nobody has written to since the last look. */
async function settledFile(
  file: string,
  before: ReturnType<typeof statOrNull>,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
) {
  let last = statOrNull(file);
  if (!before && last) return last;
  for (;;) {
    await wait(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    const now = statOrNull(file);
    const isSettled = now !== null && last !== null && !isOther(now, last);
    if (isSettled && (!before || isOther(now, before))) return now;
    last = now;
  }
}
