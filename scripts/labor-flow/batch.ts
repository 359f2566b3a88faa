import type { CsvRecord } from '../command-line/csv-file';

/** A file that holds it is no text, and was refused. */
const BETWEEN_FIELDS = '\0';

/**
 * Consecutive records that wait to be sent. Each is kept as one string: as objects, those of a million rows grow old
 * while they wait, and fill the heap with what only a full collection takes away.
 */
export class Batch {
  readonly #texts: string[] = [];
  readonly #lines: number[] = [];

  /** `index`: how many batches of the file come before it. */
  constructor(readonly index: number) {}

  get size(): number {
    return this.#texts.length;
  }

  add({ line, fields }: CsvRecord): void {
    this.#texts.push(fields.join(BETWEEN_FIELDS));
    this.#lines.push(line);
  }

  /** The records, each with its position in the batch. */
  *records(): Generator<[position: number, record: CsvRecord]> {
    for (const [position, text] of this.#texts.entries()) {
      yield [position, { line: this.#lines[position] ?? 0, fields: text.split(BETWEEN_FIELDS) }];
    }
  }
}

/** Cuts records into batches of `size`; the last one may be smaller. */
export async function* batchesOf(
  records: AsyncIterable<CsvRecord>,
  size: number,
): AsyncGenerator<Batch, void> {
  let batch = new Batch(0);
  for await (const record of records) {
    batch.add(record);
    if (batch.size < size) continue;
    yield batch;
    batch = new Batch(batch.index + 1);
  }
  if (batch.size > 0) yield batch;
}
