import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { countOf } from '../command-line/count';
import { advise, EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions, HubRefusal } from '../command-line/hub';
import { Progress } from '../command-line/progress';
import { StateFile } from '../command-line/state-file';
import type { Surroundings } from '../command-line/surroundings';
import { CHANGES, type ChangesData, type ChangesFormat } from './changes';
import { ChangesFile, type ChangesOutput, StandardOutput } from './changes-file';

export interface PullOptions {
  /** The cursor to begin behind, or a file that keeps it from pull to pull. */
  from: { after: string | null } | { state: string };
  /** Null for standard output. */
  out: string | null;
  pageSize: number;
  format: ChangesFormat;
  /** Whether to wait for more at the end of the feed, and how often to look; null to end there. */
  watch: { everyMs: number } | null;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

/** Where the last pull ended. */
interface PullState {
  kind: 'labor-flow pull';
  url: string;
  cursor: string | null;
  /** The file as it is when the cursor is right. */
  out: { path: string; length: number } | null;
}

/** Fetches the changes behind a cursor. */
export async function pull(options: PullOptions, surroundings: Surroundings): Promise<ExitCode> {
  const state =
    'state' in options.from ? StateFile.hold<PullState>(options.from.state, 'labor-flow pull') : null;
  try {
    const earlier = state && (await earlierState(state, options));
    const after = 'after' in options.from ? options.from.after : (earlier?.cursor ?? null);
    const out = options.out === null ? null : path.resolve(options.out);
    const knownLength = earlier?.out && earlier.out.path === out ? earlier.out.length : null;
    const file = out === null ? null : await ChangesFile.open(out, options.format.start, knownLength);
    const save = (cursor: string | null) =>
      state?.save({
        kind: 'labor-flow pull',
        url: options.hub.url.href,
        cursor,
        out: out !== null && file ? { path: out, length: file.length } : null,
      });
    const output: ChangesOutput = file ?? new StandardOutput(options.format.start);
    try {
      // Before the first byte: whatever a crash leaves behind it is then known to be cut off.
      await save(after);
      await output.begin();
      return await follow({ after, output, save, options, surroundings });
    } finally {
      await output.close();
    }
  } finally {
    await state?.close();
  }
}

async function earlierState(state: StateFile<PullState>, { hub }: PullOptions): Promise<PullState | null> {
  const earlier = await state.read();
  if (earlier && earlier.url !== hub.url.href) {
    throw unusable(
      `${state.path} is of pulls from ${earlier.url}, where its cursor belongs, not from ${hub.url}. Name another file with --state.`,
    );
  }
  return earlier;
}

/** Goes through the feed page by page, and with `watch` on and on. A page is written first and the cursor moved then. */
async function follow(run: {
  after: string | null;
  output: ChangesOutput;
  save: (cursor: string | null) => Promise<void> | undefined;
  options: PullOptions;
  surroundings: Surroundings;
}): Promise<ExitCode> {
  const { output, save, options, surroundings } = run;
  const progress = new Progress('Pulling', null);
  const hub = new Hub({
    ...options.hub,
    ...surroundings,
    connections: 1,
    onTrouble: (sentence) => progress.note(sentence),
  });
  let cursor = run.after;
  let changes = 0;
  try {
    for (let hasNext = true; hasNext || options.watch; ) {
      if (!hasNext) await pause(options.watch?.everyMs ?? 0, surroundings.signal);
      const { edges, pageInfo } = await pageBehind(cursor, hub, options);
      await output.append(options.format.lines(edges.map(({ node }) => node)));
      if (pageInfo.hasNextPage && pageInfo.endCursor === cursor) {
        throw new Error('the feed says that more follows, and does not move on');
      }
      cursor = pageInfo.endCursor ?? cursor;
      await save(cursor);
      hasNext = pageInfo.hasNextPage;
      changes += edges.length;
      progress.update(changes, changes);
    }
  } catch (error) {
    if (isRefused(error)) throw error;
    throw advise(
      surroundings.signal.aborted ? surroundings.signal.reason : error,
      howToGoOn(cursor, run.after, options),
    );
  } finally {
    progress.stop();
    await hub.close();
  }
  progress.note(
    `Pulled ${countOf(changes, 'change', 'changes')}${options.out === null ? '' : ` into ${options.out}`}.`,
  );
  // The last line, bare, so that a script can take it.
  if ('after' in options.from && cursor !== null) progress.note(cursor);
  return EXIT.done;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted());

/** What the hub refuses now it refuses again, except to another token. */
const isRefused = (error: unknown): boolean =>
  error instanceof HubRefusal && error.exitCode === EXIT.unusable && error.code !== 'UNAUTHENTICATED';

async function pageBehind(cursor: string | null, hub: Hub, options: PullOptions) {
  try {
    const { data } = await hub.ask<ChangesData>(CHANGES, { after: cursor, first: options.pageSize });
    if (data.laborFlowChanges) return data.laborFlowChanges;
  } catch (error) {
    if (error instanceof HubRefusal && error.code === 'CURSOR_RIGHTS_CHANGED') {
      throw rightsChanged(error, options);
    }
    throw error;
  }
  throw unusable('The hub has no changes for the unit of this token.');
}

function rightsChanged({ code, details }: HubRefusal, { from, out }: PullOptions): HubRefusal {
  const kept = 'state' in from ? [from.state, out].filter((file) => file !== null).join(' and ') : null;
  const again = kept ? `move ${kept} away and run the same command` : `pull with --after "" into a new file`;
  const on =
    kept === null && typeof details.continueAfter === 'string'
      ? ` To go on from here without those, pull with --after ${details.continueAfter}`
      : '';
  return new HubRefusal(
    code,
    `What your unit may see has changed since the last pull, so earlier changes may be yours to see now. To have them, ${again}.${on}`,
    details,
  );
}

function howToGoOn(cursor: string | null, after: string | null, { from }: PullOptions): string {
  if ('state' in from) return 'To go on, run the same command again.';
  return cursor === after ? 'Nothing was pulled.' : `To go on, pull with --after ${cursor}`;
}
