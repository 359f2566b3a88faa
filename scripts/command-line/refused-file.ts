import { type FileHandle, open, rm } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';

export interface RefusedRow {
  readonly line: number;
  readonly fields: readonly string[];
  readonly code: string;
  readonly reason: string;
}

const ADDED = ['line', 'code', 'reason'];
/** Without it Excel takes UTF-8 for the system's encoding. */
const BOM = '\uFEFF';

/**
 * The rows that were refused, as they stood, with line, code and reason beside them. Corrected, it can be pushed
 * itself. There is no such file when nothing was refused.
 */
export class RefusedFile {
  #handle: FileHandle | null = null;
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  private constructor(
    readonly path: string,
    private readonly names: readonly string[],
  ) {}

  /** Does away with what an earlier run left, so that the file never tells of another run than the last. */
  static async create(path: string, names: readonly string[]): Promise<RefusedFile> {
    await rm(path, { force: true });
    return new RefusedFile(path, names);
  }

  get count(): number {
    return this.#count;
  }

  /** Calls may overlap; each one's rows stay together. */
  add(rows: readonly RefusedRow[]): Promise<void> {
    if (rows.length === 0) return this.#last;
    this.#count += rows.length;
    this.#last = this.#last.then(() => this.#write(rows));
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#handle?.close();
  }

  async #write(rows: readonly RefusedRow[]): Promise<void> {
    // A corrected file of refused rows brings these columns along.
    const kept = this.names.flatMap((name, i) => (ADDED.includes(name) ? [] : [i]));
    let text = '';
    if (!this.#handle) {
      this.#handle = await open(this.path, 'w');
      text = BOM + stringify([[...kept.map((i) => this.names[i] ?? ''), ...ADDED]]);
    }
    text += stringify(
      rows.map(({ fields, line, code, reason }) => [...kept.map((i) => fields[i] ?? ''), line, code, reason]),
    );
    await this.#handle.appendFile(text);
  }
}
