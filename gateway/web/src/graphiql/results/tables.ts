import type { Withheld } from '../../shared/hub';
import { markWithheld, WithheldValue } from '../withheld';

/** A value of an answer that stands in one cell. */
export type Cell = string | number | boolean | null | WithheldValue;
export type Row = Record<string, Cell>;

/** A list somewhere in an answer, laid out as rows. */
export interface Table {
  /** Where it stands, for example `jurisdiction.gridCases`; empty for an answer without a list. */
  path: string;
  columns: string[];
  rows: Row[];
  /** Where the list ends, when it is a connection that says so and stands in the answer once. */
  page: { hasNextPage: boolean; endCursor: string | null } | null;
}

type Json = Cell | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WithheldValue);
const isScalar = (value: Json): value is Cell =>
  typeof value !== 'object' || value === null || value instanceof WithheldValue;
const join = (...parts: string[]): string => parts.filter(Boolean).join('.');

/**
 * Every list of an answer as a table, in the order of the answer, outer ones first. A row holds its own values and those
 * of the objects in it under their paths (`officer.name`), lists of values joined, lists of objects as their number; the
 * values of the rows around it stand before its own. An answer without a list is one row. What was withheld stands in its
 * cell as such; an object that was, in each of the cells of what it holds elsewhere.
 */
export function tablesOf(answer: unknown, withheld: readonly Withheld[] = []): Table[] {
  const data = markWithheld(answer, withheld);
  const tables = new Map<string, Table>();
  if (isObject(data as Json)) findLists(data as JsonObject, '', {}, tables);
  const found = [...tables.values()].map(tidied);
  const filled = found.filter(({ columns }) => columns.length > 0);
  if (found.length > 0) return filled.length > 0 ? filled : found;
  if (!isObject(data as Json)) return [];
  const row = rowOf(data as JsonObject);
  return Object.keys(row).length > 0
    ? [{ path: '', columns: Object.keys(row), rows: [row], page: null }]
    : [];
}

/** The items of a list of objects, or of a connection; null for everything else. */
function itemsOf(value: Json): JsonObject[] | null {
  if (Array.isArray(value)) {
    const items = value.filter(isObject);
    return items.length > 0 || value.length === 0 ? items : null;
  }
  if (!isObject(value) || !Array.isArray(value.edges)) return null;
  return value.edges.filter(isObject).map(({ node }) => (isObject(node) ? node : {}));
}

function findLists(object: JsonObject, path: string, around: Row, tables: Map<string, Table>): void {
  for (const [key, value] of Object.entries(object)) {
    const at = join(path, key);
    const items = itemsOf(value);
    if (items) {
      const prefixed = (row: Row): Row => ({ ...around, ...row });
      addRows(
        tables,
        at,
        value,
        items.map((item) => prefixed(rowOf(item))),
      );
      const name = at.split('.').at(-1) ?? at;
      for (const item of items) {
        const own = Object.entries(rowOf(item)).map(([column, cell]) => [join(name, column), cell] as const);
        findLists(item, at, { ...around, ...Object.fromEntries(own) }, tables);
      }
    } else if (isObject(value)) {
      findLists(value, at, around, tables);
    }
  }
}

function addRows(tables: Map<string, Table>, path: string, value: Json, rows: Row[]): void {
  const known = tables.get(path);
  const table = known ?? { path, columns: [], rows: [], page: pageOf(value) };
  // A list that stands in several rows has no single end.
  if (known) known.page = null;
  for (const row of rows) {
    table.rows.push(row);
    for (const column of Object.keys(row)) if (!table.columns.includes(column)) table.columns.push(column);
  }
  tables.set(path, table);
}

/** Lists that are empty are counted where others are, and an object that is missing has no column of its own beside them. */
function tidied(table: Table): Table {
  const counts = table.columns.filter((column) => column.endsWith('#'));
  const inner = new Map(
    table.columns.map((column) => [
      column,
      table.columns.filter((other) => other.startsWith(`${column}.`) || other === `${column}#`),
    ]),
  );
  const isMissing = (cell: Cell | undefined): boolean => cell == null || cell instanceof WithheldValue;
  const columns = table.columns.filter(
    (column) => !inner.get(column)?.length || table.rows.some((row) => !isMissing(row[column])),
  );
  const outer = [...inner].filter(([column, others]) => others.length > 0 && !columns.includes(column));
  const rows = table.rows.map((row) => {
    const tidy: Row = { ...row };
    for (const [column, others] of outer) {
      const cell = row[column];
      if (cell instanceof WithheldValue) for (const other of others) tidy[other] = cell;
    }
    for (const column of counts) tidy[column] ??= 0;
    return tidy;
  });
  return { ...table, columns, rows };
}

function pageOf(value: Json): Table['page'] {
  if (!isObject(value) || !isObject(value.pageInfo)) return null;
  const { hasNextPage, endCursor } = value.pageInfo;
  return typeof hasNextPage === 'boolean'
    ? { hasNextPage, endCursor: typeof endCursor === 'string' ? endCursor : null }
    : null;
}

function rowOf(object: JsonObject, path = ''): Row {
  const row: Row = {};
  for (const [key, value] of Object.entries(object)) {
    const at = join(path, key);
    const items = itemsOf(value);
    if (key === '__typename') continue;
    if (isScalar(value)) row[at] = value;
    else if (Array.isArray(value) && value.length === 0) continue;
    else if (Array.isArray(value) && value.every(isScalar)) row[at] = value.join('；');
    else if (items) row[`${at}#`] = items.length;
    else if (isObject(value)) Object.assign(row, rowOf(value, at));
  }
  return row;
}

const QUOTED = /[",\r\n]/;

/**
 * CSV after RFC 4180 for Excel: UTF-8 with a byte order mark. A text that Excel would take for a formula is led by an
 * apostrophe. What was withheld is said in words, so that an empty cell is one that holds nothing.
 */
export function csvOf(
  { columns, rows }: Pick<Table, 'columns' | 'rows'>,
  words: (value: WithheldValue) => string,
): string {
  const field = (value: Cell | undefined): string => {
    if (value === null || value === undefined) return '';
    const cell = value instanceof WithheldValue ? words(value) : value;
    const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
    return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map(field), ...rows.map((row) => columns.map((column) => field(row[column])))];
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}
