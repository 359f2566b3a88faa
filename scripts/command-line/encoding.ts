import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { codeOf, unusable } from './failure';

export const ENCODINGS = ['auto', 'utf-8', 'gb18030'] as const;
export type Encoding = Exclude<(typeof ENCODINGS)[number], 'auto'>;

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a whole file for what it is: the SHA-256 of its bytes, and its encoding. `auto` finds the encoding: UTF-8 when
 * it begins with a byte order mark or every byte fits, else GB18030. Throws a sentence for what is no such text.
 */
export async function inspectFile(
  file: string,
  wanted: Encoding | 'auto',
  signal: AbortSignal,
): Promise<{ sha256: string; encoding: Encoding }> {
  const hash = createHash('sha256');
  let decoders: StrictDecoder[] | null = null;
  for await (const chunk of createReadStream(file, { signal }) as AsyncIterable<Buffer>) {
    decoders ??= candidates(wanted, chunk).map((encoding) => new StrictDecoder(encoding));
    hash.update(chunk);
    decoders = decoders.filter((decoder) => decoder.takes(chunk));
    if (decoders.length === 0 || chunk.includes(0)) throw notText(file, wanted);
  }
  const [decoder] = (decoders ?? []).filter((candidate) => candidate.ends());
  if (decoders === null) throw unusable(`${file} is empty.`);
  if (!decoder) throw notText(file, wanted);
  return { sha256: hash.digest('hex'), encoding: decoder.encoding };
}

function candidates(wanted: Encoding | 'auto', start: Buffer): Encoding[] {
  if (wanted !== 'auto') return [wanted];
  return start.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? ['utf-8'] : ['utf-8', 'gb18030'];
}

const notText = (file: string, wanted: Encoding | 'auto') =>
  unusable(
    `${file} is not text in ${wanted === 'auto' ? 'UTF-8 or GB18030' : wanted.toUpperCase()}. Save it as "CSV UTF-8", or name its encoding with --encoding.`,
  );

/** Says whether bytes, given piece by piece, are text in an encoding. */
class StrictDecoder {
  readonly #decoder: TextDecoder;

  constructor(readonly encoding: Encoding) {
    this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  takes(chunk: Buffer): boolean {
    return this.#isText(() => this.#decoder.decode(chunk, { stream: true }));
  }

  ends(): boolean {
    return this.#isText(() => this.#decoder.decode());
  }

  #isText(decode: () => string): boolean {
    try {
      decode();
      return true;
    } catch (error) {
      if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
      throw error;
    }
  }
}

/** The text of a file, piece by piece. */
export async function* decodeFile(
  file: string,
  encoding: Encoding,
  options: { signal: AbortSignal; onBytes?: (count: number) => void },
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of createReadStream(file, { signal: options.signal }) as AsyncIterable<Buffer>) {
    yield decoder.decode(chunk, { stream: true });
    options.onBytes?.(chunk.length);
  }
  yield decoder.decode();
}
