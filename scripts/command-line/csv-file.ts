import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { decodeFile, type Encoding } from './encoding';
import { unusable } from './failure';

/** An unclosed quote makes a record of all that follows: it must not be waited for in memory. */
const LONGEST_RECORD = 100_000;

export interface CsvRecord {
  /** The line that it begins on; the header is on line 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvOptions {
  encoding: Encoding;
  signal: AbortSignal;
  onBytes?: (count: number) => void;
}

/**
 * Reads the names in a file's first line, and gives its records one by one: `for await` reads no faster than it is asked
 * to. Lines without content are passed over. Throws a sentence for what is no CSV.
 */
export async function readCsvFile(
  file: string,
  options: CsvOptions,
): Promise<{ names: readonly string[]; records: AsyncGenerator<CsvRecord, void> }> {
  const records = recordsOf(file, options);
  const first = await records.next();
  if (first.done) throw unusable(`${file} is empty.`);
  return { names: first.value.fields, records };
}

async function* recordsOf(file: string, options: CsvOptions): AsyncGenerator<CsvRecord, void> {
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
