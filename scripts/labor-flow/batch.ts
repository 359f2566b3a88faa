import type { CsvRecord } from '../command-line/csv-file';
import type { Entry, Head } from './formats/format';

/** A file that holds it is no text, and was refused. */
const BETWEEN_FIELDS = '\0';

/** How many batches' worth of figures may wait for others of their kind. */
const MOST_WAITING = 4;

/** The hub takes fewer at once that are taken back. */
const MOST_WITHDRAWN = 10_000;

/**
 * Figures that are sent together. Each is kept as one string, and so is the line that it stands on: as objects, those of
 * a million rows grow old while they wait, and fill the heap with what only a full collection takes away.
 */
export class Batch {
  readonly #figures: string[] = [];
  readonly #records: string[] = [];
  readonly #lines: number[] = [];

  /** `index`: how many batches of the file come before it. */
  constructor(
    readonly head: Head,
    readonly index: number,
  ) {}

  get size(): number {
    return this.#figures.length;
  }

  add({ flow }: Entry, line: number, record: string): void {
    this.#figures.push(`${flow.origin},${flow.destination},${flow.sector},${flow.workers}`);
    this.#records.push(record);
    this.#lines.push(line);
  }

  /** The figures as `origin,destination,sector,workers`, in order, apart from those at some positions. */
  figuresWithout(positions: ReadonlySet<number>): readonly string[] {
    return positions.size === 0 ? this.#figures : this.#figures.filter((_, i) => !positions.has(i));
  }

  /** The line of the file that a figure stands on. */
  recordAt(position: number): CsvRecord {
    return {
      line: this.#lines[position] ?? 0,
      fields: this.#records[position]?.split(BETWEEN_FIELDS) ?? [],
    };
  }

  /** The cells of its figures: {@link cellOf}. */
  cells(): string[] {
    return this.#figures.map((figure) => cellOf(this.head, figure.slice(0, figure.lastIndexOf(','))));
  }
}

const cellOf = ({ month, side }: Head, name: string): string => `${month},${side},${name}`;

export type LineOfFile = { readonly record: CsvRecord; readonly entries: readonly Entry[] };

/**
 * Cuts the figures of a file into batches of one head and at most `size` figures each. In a file that says figures more
 * than once (`isOrdered`), what is said of a figure later comes in a later batch. The same file gives the same batches.
 */
export async function* batchesOf(
  lines: AsyncIterable<readonly LineOfFile[]>,
  size: number,
  { isOrdered }: { isOrdered: boolean },
): AsyncGenerator<Batch, void> {
  const open = new Map<Head, Batch>();
  const holders = isOrdered ? new Map<string, Batch>() : null;
  let started = 0;
  let waiting = 0;
  const close = (batch: Batch): Batch => {
    open.delete(batch.head);
    waiting -= batch.size;
    if (holders) for (const cell of batch.cells()) holders.delete(cell);
    return batch;
  };
  const sizeOf = ({ action }: Head) => (action === 'WITHDRAW' ? Math.min(size, MOST_WITHDRAWN) : size);
  for await (const some of lines) {
    for (const { record, entries } of some) {
      const text = record.fields.join(BETWEEN_FIELDS);
      for (const entry of entries) {
        const { head, flow } = entry;
        const cell = holders && cellOf(head, `${flow.origin},${flow.destination},${flow.sector}`);
        const holder = cell === null ? undefined : holders?.get(cell);
        if (holder) yield* closeUpTo(holder, open, close);
        let batch = open.get(head);
        if (!batch) {
          batch = new Batch(head, started);
          started += 1;
          open.set(head, batch);
        }
        batch.add(entry, record.line, text);
        waiting += 1;
        if (cell !== null) holders?.set(cell, batch);
        if (batch.size >= sizeOf(head)) yield* closeUpTo(batch, isOrdered ? open : null, close);
        else if (waiting >= MOST_WAITING * size)
          yield* closeUpTo(largestOf(open), isOrdered ? open : null, close);
      }
    }
  }
  for (const batch of [...open.values()]) yield close(batch);
}

/** Closes a batch, and where the order counts those that were begun before it. */
function* closeUpTo(
  batch: Batch,
  open: ReadonlyMap<Head, Batch> | null,
  close: (batch: Batch) => Batch,
): Generator<Batch> {
  for (const other of [...(open?.values() ?? [])]) if (other.index < batch.index) yield close(other);
  yield close(batch);
}

function largestOf(open: ReadonlyMap<Head, Batch>): Batch {
  const [first, ...others] = open.values();
  if (!first) throw new Error('figures wait, and no batch is open');
  return others.reduce((largest, batch) => (batch.size > largest.size ? batch : largest), first);
}
