import { stringify } from 'csv-stringify/sync';
import type { Connection } from './connection';

/** A column of an export: its heading, and what a row has there. Nothing is an empty cell. */
export interface CsvColumn<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string | number | boolean | Date | null | undefined;
}

// A cell that begins so is a formula to a spreadsheet, and may be someone else's.
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: ReturnType<CsvColumn<unknown>['value']>): string {
  if (value == null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' && FORMULA.test(value)) return `'${value}`;
  return String(value);
}

/**
 * Rows as CSV that Excel opens with its Chinese intact: UTF-8 with a byte order mark, RFC 4180. Text that a spreadsheet
 * would run as a formula has an apostrophe before it; numbers stay numbers.
 */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map((column) => cell(column.value(row)))),
  ];
  return stringify(lines, { bom: true, record_delimiter: 'windows' });
}

/** A page of a list as text, that of one behind another without the header: so that pages put together are one file. */
export function csvPage<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: readonly Row[],
  { after, pageInfo }: { after?: string | null; pageInfo: Connection<unknown>['pageInfo'] },
) {
  const text = csvOf(columns, rows);
  return { content: after == null ? text : text.slice(text.indexOf('\n') + 1), count: rows.length, pageInfo };
}
