import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, unusable } from './failure';

/**
 * A small JSON file in which a command remembers how far it got. It is always whole: a crash leaves the old content or
 * the new. One process at a time holds it.
 */
export class StateFile<State extends { kind: string }> {
  #pending: State | null = null;
  #writing: Promise<void> | null = null;

  private constructor(
    readonly path: string,
    private readonly kind: State['kind'],
    private readonly release: () => void,
  ) {}

  /** Throws a sentence when another process holds the file. */
  static hold<State extends { kind: string }>(file: string, kind: State['kind']): StateFile<State> {
    return new StateFile<State>(file, kind, lock(`${file}.lock`, file));
  }

  /** What was saved last; null when nothing was. Throws a sentence when the file is something else. */
  async read(): Promise<State | null> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    const content = parse(text);
    if (content?.kind !== this.kind) {
      throw unusable(
        `${this.path} is not the state of a ${this.kind}. Name another file with --state, or delete it.`,
      );
    }
    return content as State;
  }

  /** Saves; when calls come faster than the disk takes them, only the last of those that wait is written. */
  save(state: State): Promise<void> {
    this.#pending = state;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async remove(): Promise<void> {
    await this.#writing;
    for (const file of [this.path, draftOf(this.path)]) await rm(file, { force: true });
  }

  /** Lets other processes have the file. */
  async close(): Promise<void> {
    await this.#writing?.catch(() => {});
    this.release();
  }

  async #write(): Promise<void> {
    while (this.#pending) {
      const text = `${JSON.stringify(this.#pending)}\n`;
      this.#pending = null;
      await replaceFile(this.path, text);
    }
  }
}

const parse = (text: string): { kind?: unknown } | null => {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' ? content : null;
  } catch {
    return null;
  }
};

const draftOf = (file: string): string => `${file}.tmp`;

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = draftOf(file);
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolderOf(file);
}

/** Brings the name of a new file to the disk; its content may be there before. */
export async function syncFolderOf(file: string): Promise<void> {
  // Windows opens no folders, and needs not: there a name is on the disk at once.
  if (process.platform === 'win32') return;
  const folder = await open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Takes a lock file, over the dead if need be. Gives what lets go of it. */
function lock(lockFile: string, file: string): () => void {
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return () => unlinkSync(lockFile);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(lockFile, 'utf8'));
    if (isRunning(holder)) {
      throw unusable(
        `Process ${holder} is at work on ${file}. Wait for it to end; if it is none of this script's, delete ${lockFile}.`,
      );
    }
    unlinkSync(lockFile);
  }
}

/** Whether a process other than this one has the number. */
function isRunning(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
