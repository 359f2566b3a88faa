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
  const { names, chunks } = await readCsvChunks(file, options);
  return { names, records: oneByOne(chunks) };
}

/** As {@link readCsvFile}, with as many records at a time as were read at once: waiting for each costs more than it. */
export async function readCsvChunks(
  file: string,
  options: CsvOptions,
): Promise<{ names: readonly string[]; chunks: AsyncGenerator<readonly CsvRecord[], void> }> {
  const chunks = chunksOf(file, options);
  for (;;) {
    const first = await chunks.next();
    if (first.done) throw unusable(`${file} is empty.`);
    const [header, ...others] = first.value;
    if (header) return { names: header.fields, chunks: startingWith(others, chunks) };
  }
}

async function* oneByOne(
  chunks: AsyncGenerator<readonly CsvRecord[], void>,
): AsyncGenerator<CsvRecord, void> {
  for await (const records of chunks) yield* records;
}

async function* startingWith(
  records: readonly CsvRecord[],
  chunks: AsyncGenerator<readonly CsvRecord[], void>,
): AsyncGenerator<readonly CsvRecord[], void> {
  try {
    if (records.length > 0) yield records;
    yield* chunks;
  } finally {
    await chunks.return();
  }
}

/** What the quick way leaves to the parser: quotation marks, and carriage returns that end a line by themselves. */
const NEEDS_PARSER = /"|\r(?!\n)/;

/**
 * Lines without quotation marks, which is nearly all that is ever sent, are taken apart here, in a tenth of the parser's
 * time; from the first piece with something else in it on the parser takes over.
 */
async function* chunksOf(file: string, options: CsvOptions): AsyncGenerator<readonly CsvRecord[], void> {
  const pieces = decodeFile(file, options.encoding, options);
  let line = 1;
  let rest = '';
  for await (const piece of pieces) {
    // A carriage return at its end belongs to what comes next.
    const isCut = piece.endsWith('\r');
    const text = rest + (isCut ? piece.slice(0, -1) : piece);
    if (NEEDS_PARSER.test(text) || text.length > LONGEST_RECORD + piece.length) {
      yield* parsedChunks(file, startingWithText(isCut ? `${text}\r` : text, pieces), line);
      return;
    }
    const end = text.lastIndexOf('\n') + 1;
    const lines = text.slice(0, end).split('\n');
    lines.pop();
    rest = text.slice(end) + (isCut ? '\r' : '');
    if (lines.length > 0) yield recordsIn(lines, line);
    line += lines.length;
  }
  if (rest !== '') yield recordsIn([rest], line);
}

function recordsIn(lines: readonly string[], firstLine: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  for (const [i, text] of lines.entries()) {
    const fields = (text.endsWith('\r') ? text.slice(0, -1) : text).split(',');
    if (hasContent(fields)) records.push({ line: firstLine + i, fields });
  }
  return records;
}

const hasContent = (fields: readonly string[]): boolean => fields.some((field) => field.trim() !== '');

async function* startingWithText(text: string, pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  yield text;
  yield* pieces;
}

const PARSED_AT_ONCE = 500;

async function* parsedChunks(
  file: string,
  pieces: AsyncIterable<string>,
  firstLine: number,
): AsyncGenerator<readonly CsvRecord[], void> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // A quotation mark within a remark is no reason to refuse the file.
    relax_quotes: true,
    max_record_size: LONGEST_RECORD,
  });
  const text = Readable.from(pieces);
  text.on('error', (error) => parser.destroy(error)).pipe(parser);
  let line = firstLine;
  let records: CsvRecord[] = [];
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      if (hasContent(fields)) records.push({ line, fields });
      line += 1;
      // A quoted field may hold line breaks of its own.
      for (const field of fields) if (field.includes('\n')) line += field.split('\n').length - 1;
      if (records.length < PARSED_AT_ONCE) continue;
      yield records;
      records = [];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unusable(`${file} is not CSV: ${explain(error, firstLine)}`);
  } finally {
    text.destroy();
  }
  if (records.length > 0) yield records;
}

function explain({ code, message, records }: CsvError, firstLine: number): string {
  const isOpen = code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE';
  if (!isOpen) return message;
  return `a quotation mark is opened near line ${Number(records) + firstLine} and not closed.`;
}
