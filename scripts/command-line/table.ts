import { statSync } from 'node:fs';
import { countOf } from './count';
import { type CsvRecord, readCsvFile } from './csv-file';
import { type Encoding, inspectFile } from './encoding';
import { unusable } from './failure';
import type { RefusedRow } from './refused-file';

/* CSV files whose rows become the rows of one of the hub's inputs: what a row says, and which row the hub speaks of. */

/** What a field's text means; undefined when it makes no sense. An empty text is asked of flags and lists alone. */
interface Reader {
  readonly read: (text: string) => unknown;
  /** What to write instead, as the end of a sentence. */
  readonly hint: string;
  /** What an empty field says; left out of the row when this is. */
  readonly empty?: unknown;
}

/** A column by its English name, with the Chinese one; `isRequired` is one without which no row can be right. */
export interface Column {
  readonly name: string;
  readonly chinese: string;
  readonly isRequired: boolean;
  /** The field of the hub's input. */
  readonly field: string;
  /** How its text is read; as it stands when left out. */
  readonly reader?: Reader;
}

export const column = (
  name: string,
  chinese: string,
  field: string,
  { isRequired = false, reader }: { isRequired?: boolean; reader?: Reader } = {},
): Column => ({ name, chinese, field, isRequired, ...(reader && { reader }) });

const YES = ['1', 'true', 'yes', 'y', '是', '必检'];
const NO = ['0', 'false', 'no', 'n', '否'];

export const FLAG: Reader = {
  hint: 'write 1 or 0',
  empty: false,
  read: (text) =>
    YES.includes(text.toLowerCase()) ? true : NO.includes(text.toLowerCase()) ? false : undefined,
};

export const WHOLE_NUMBER: Reader = {
  hint: 'write a whole number',
  read: (text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : undefined),
};

const partsOf = (text: string): string[] => text.split(/[;；、,，\s]+/).filter((part) => part !== '');

export const LIST: Reader = { hint: '', read: partsOf };

export const WHOLE_NUMBERS: Reader = {
  hint: 'write whole numbers with ; between',
  read: (text) => {
    const numbers = partsOf(text).map(WHOLE_NUMBER.read);
    return numbers.includes(undefined) ? undefined : numbers;
  },
};

/** One of the values of an enum of the hub, by its code or its Chinese name. */
export const oneOf = (names: Readonly<Record<string, string>>): Reader => ({
  hint: `write one of ${Object.entries(names)
    .map(([code, name]) => `${code} (${name})`)
    .join(', ')}`,
  read: (text) =>
    Object.entries(names).find(([code, name]) => text.toUpperCase() === code || text === name)?.[0],
});

/** Where each column stands in a file. */
export interface Header {
  readonly at: ReadonlyMap<Column, number>;
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
}

const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', '');

/** What the first line of a file says, by English or Chinese names in any order. */
export function headerOf(names: readonly string[], columns: readonly Column[]): Header {
  const at = new Map<Column, number>();
  const ignored: string[] = [];
  for (const [i, given] of names.entries()) {
    const found = columns.find(({ name, chinese }) =>
      [name, chinese].some((each) => plain(each) === plain(given)),
    );
    if (found && !at.has(found)) at.set(found, i);
    else ignored.push(given);
  }
  const missing = columns.filter((each) => each.isRequired && !at.has(each));
  return { at, ignored, missing: missing.map(({ name, chinese }) => `${name} (${chinese})`) };
}

/** The hub's own files put an apostrophe before what a spreadsheet would run. */
const unquoted = (text: string): string => (/^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

const textAt = (fields: readonly string[], i: number): string => unquoted((fields[i] ?? '').trim());

/** What the hub takes of a row; empty fields are left out. */
export function rowOf(fields: readonly string[], { at }: Header): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [{ field, reader }, i] of at) {
    const text = textAt(fields, i);
    const value = text === '' ? reader?.empty : reader ? reader.read(text) : text;
    if (value !== undefined) row[field] = value;
  }
  return row;
}

/** What is wrong with a row before the hub is asked: fields without which it makes no sense, and those that make none. */
export function faultsOf(fields: readonly string[], { at }: Header, columns: readonly Column[]): string[] {
  return columns.flatMap((each) => {
    const { name, chinese, isRequired, reader } = each;
    const i = at.get(each);
    const text = i === undefined ? '' : textAt(fields, i);
    if (text === '') return isRequired ? [`${name} (${chinese}) is empty.`] : [];
    if (!reader || reader.read(text) !== undefined) return [];
    return [`${name} (${chinese}) is "${text}"; ${reader.hint}.`];
  });
}

/** A file that was read, with every record. */
export interface Table {
  readonly header: Header;
  readonly names: readonly string[];
  readonly records: readonly CsvRecord[];
}

/** Reads a file of rows, and says which of its columns are not read. Throws a sentence for what is no such file. */
export async function readTable(
  file: string,
  {
    columns,
    encoding,
    signal,
  }: { columns: readonly Column[]; encoding: Encoding | 'auto'; signal: AbortSignal },
): Promise<Table> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw unusable(`There is no ordinary file ${file}.`);
  const inspected = await inspectFile(file, encoding, signal);
  const read = await readCsvFile(file, { encoding: inspected.encoding, signal });
  const header = headerOf(read.names, columns);
  if (header.missing.length > 0) throw lacksColumns(file, header.missing, read.names);
  if (header.ignored.length > 0) {
    process.stderr.write(`Columns of ${file} that are not read: ${header.ignored.join(', ')}.\n`);
  }
  const records: CsvRecord[] = [];
  for await (const record of read.records) records.push(record);
  if (records.length === 0) throw unusable(`${file} has a header and no rows.`);
  return { header, names: read.names, records };
}

/** Says which columns a file lacks. */
export const lacksColumns = (file: string, missing: readonly string[], names: readonly string[]) =>
  unusable(
    `${file} lacks ${countOf(missing.length, 'column', 'columns')}: ${missing.join(', ')}. Its first line names: ${names.join(', ')}.`,
  );

/** A violation as the hub tells it. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/**
 * Which rows the hub's violations are about, by the fields of its input that hold rows; each row comes once, with all that
 * is wrong with it. What is about none of them is in `others`.
 */
export function sortErrors<Name extends string>(
  errors: readonly UserError[],
  rows: Readonly<Record<Name, readonly CsvRecord[]>>,
): { wrong: Record<Name, RefusedRow[]>; others: UserError[] } {
  const names = Object.keys(rows) as Name[];
  const wrong = Object.fromEntries(names.map((name) => [name, [] as RefusedRow[]])) as Record<
    Name,
    RefusedRow[]
  >;
  const others: UserError[] = [];
  const of = new Map<CsvRecord, { name: Name; found: UserError[] }>();
  for (const error of errors) {
    const [first, index] = error.path;
    const name = names.find((each) => each === first);
    const record = name && index !== undefined ? rows[name][Number(index)] : undefined;
    if (!name || !record) others.push(error);
    else of.set(record, { name, found: [...(of.get(record)?.found ?? []), error] });
  }
  for (const [record, { name, found }] of of) {
    wrong[name].push({
      ...record,
      code: [...new Set(found.map(({ code }) => code))].join(' '),
      reason: found
        .map(({ message, path }) => (path.length > 2 ? `${path.slice(2).join('.')}: ${message}` : message))
        .join(' '),
    });
  }
  return { wrong, others };
}
