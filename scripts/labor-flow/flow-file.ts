import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { decodeFile, type Encoding } from './encoding';
import { unusable } from './failure';

/** The columns that are read, each with the Chinese header that it may have instead. */
const COLUMNS = { origin: '输出地', destination: '输入地', sector: '行业门类', workers: '人数' } as const;
type Column = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** An unclosed quote makes a record of all that follows: it must not be waited for in memory. */
const LONGEST_RECORD = 100_000;

/** What the first line of a file says. */
export interface Header {
  /** The names of all columns, as they stand. */
  readonly names: readonly string[];
  /** Where the columns that are read stand. */
  readonly position: Readonly<Record<Column, number>>;
  /** The columns that are not read. */
  readonly ignored: readonly string[];
}

export interface FlowRecord {
  /** The line that it begins on; the header is on line 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** The columns of a header line. Throws a sentence when one that is needed is missing, or stands there twice. */
export function readHeader(names: readonly string[], file: string): Header {
  const position = Object.fromEntries(
    COLUMN_NAMES.map((column) => {
      const found = names.flatMap((name, i) => (isNameOf(column, name) ? [i] : []));
      const [first, second] = found;
      if (first === undefined) {
        throw unusable(
          `${file} has no column "${column}" (or "${COLUMNS[column]}"). Its first line names: ${names.join(', ')}.`,
        );
      }
      if (second !== undefined) throw unusable(`${file} has the column "${column}" twice.`);
      return [column, first];
    }),
  ) as Record<Column, number>;
  const read = new Set(Object.values(position));
  return { names, position, ignored: names.filter((_, i) => !read.has(i)) };
}

const isNameOf = (column: Column, name: string): boolean =>
  name.trim().toLowerCase() === column || name.trim() === COLUMNS[column];

/**
 * Reads a file's header, and gives its records one by one: `for await` reads no faster than it is asked to. Lines
 * without content are passed over. Throws a sentence for what is no CSV.
 */
export async function readFlowFile(
  file: string,
  options: { encoding: Encoding; signal: AbortSignal; onBytes?: (count: number) => void },
): Promise<{ header: Header; records: AsyncGenerator<FlowRecord, void> }> {
  const records = recordsOf(file, options);
  const first = await records.next();
  if (first.done) throw unusable(`${file} is empty.`);
  try {
    return { header: readHeader(first.value.fields, file), records };
  } catch (error) {
    await records.return();
    throw error;
  }
}

async function* recordsOf(
  file: string,
  options: Parameters<typeof readFlowFile>[1],
): AsyncGenerator<FlowRecord, void> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // A quotation mark within a remark is no reason to refuse the file.
    relax_quotes: true,
    max_record_size: LONGEST_RECORD,
  });
  const text = Readable.from(decodeFile(file, options.encoding, options));
  text.on('error', (error) => parser.destroy(error)).pipe(parser);
  let line = 1;
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      if (fields.some((field) => field.trim() !== '')) yield { line, fields };
      line += 1;
      // A quoted field may hold line breaks of its own.
      for (const field of fields) if (field.includes('\n')) line += field.split('\n').length - 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unusable(`${file} is not CSV: ${explain(error)}`);
  } finally {
    text.destroy();
  }
}

function explain({ code, message, records }: CsvError): string {
  const isOpen = code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE';
  if (!isOpen) return message;
  return `a quotation mark is opened near line ${Number(records) + 1} and not closed.`;
}
