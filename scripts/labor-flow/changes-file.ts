import { type FileHandle, open } from 'node:fs/promises';
import { codeOf, unusable } from '../command-line/failure';
import { syncFolderOf } from '../command-line/state-file';
import { BOM } from './changes';

/** Where pulled changes go. */
export interface ChangesOutput {
  /** Writes the header, unless it stands there already. */
  begin(): Promise<void>;
  /** Once this resolves, a crash no longer loses the lines. */
  append(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** A CSV file that grows with every pull. */
export class ChangesFile implements ChangesOutput {
  private constructor(
    private readonly handle: FileHandle,
    /** What stands at its beginning. */
    private readonly start: Buffer,
    /** In bytes, of what was appended whole. */
    public length: number,
  ) {}

  /**
   * Opens a file, or makes it. What stands behind `knownLength`, the length that the last pull remembered, was being
   * appended when that pull died, and is cut off; with null all of the file is kept. Throws a sentence for a file that
   * holds something else than changes that begin with `start`.
   */
  static async open(file: string, start: string, knownLength: number | null): Promise<ChangesFile> {
    const handle = await open(file, 'r+').catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      return create(file);
    });
    try {
      const { size } = await handle.stat();
      if (knownLength !== null && size > 0 && size < knownLength) {
        throw unusable(
          `${file} has ${size} bytes, and had ${knownLength} after the last pull. Put it back, or move it away: then a new one is begun behind what was pulled.`,
        );
      }
      const length = Math.min(size, knownLength ?? size);
      const bytes = Buffer.from(start);
      if (length > 0) await mustHoldChanges(handle, bytes, file);
      await handle.truncate(length);
      return new ChangesFile(handle, bytes, length);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async begin(): Promise<void> {
    if (this.length === 0) await this.#write(this.start);
  }

  async append(lines: string): Promise<void> {
    if (lines !== '') await this.#write(Buffer.from(lines));
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(
        bytes,
        written,
        bytes.length - written,
        this.length + written,
      );
      written += bytesWritten;
    }
    await this.handle.sync();
    this.length += bytes.length;
  }
}

async function create(file: string): Promise<FileHandle> {
  const handle = await open(file, 'wx+');
  await syncFolderOf(file);
  return handle;
}

async function mustHoldChanges(handle: FileHandle, start: Buffer, file: string): Promise<void> {
  const { buffer } = await handle.read(Buffer.alloc(start.length), 0, start.length, 0);
  if (!buffer.equals(start)) {
    throw unusable(`${file} is not a file of changes pulled in this format. Name another one with --out.`);
  }
}

/** Standard output, for other programs: with the header, without the mark. */
export class StandardOutput implements ChangesOutput {
  constructor(private readonly start: string) {}

  async begin(): Promise<void> {
    await this.append(this.start.replace(BOM, ''));
  }

  append(lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {}
}
