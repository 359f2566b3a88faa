import { WithheldValue } from '../withheld';
import type { Cell, Row, Table } from './tables';

export type ChartKind = 'series' | 'ranking' | 'matrix' | 'flows';

/** Which columns of a table a chart draws. */
export interface ChartChoice {
  kind: ChartKind;
  /** What runs along the chart: times, names, or a matrix's rows. */
  along: string;
  /** A matrix's columns. */
  across: string | null;
  values: string[];
}

const TIME = /^\d{4}-\d{2}(-\d{2}(T.*)?)?$/;
const MOST_LINES = 4;

const cellsOf = (rows: Row[], column: string): Cell[] =>
  rows.map((row) => row[column] ?? null).filter((cell) => cell !== null && !(cell instanceof WithheldValue));
const isNumeric = (cells: Cell[]): boolean =>
  cells.length > 0 && cells.every((cell) => typeof cell === 'number');
const isTime = (cells: Cell[]): boolean =>
  cells.length > 1 && cells.every((cell) => typeof cell === 'string' && TIME.test(cell));
const isText = (cells: Cell[]): boolean =>
  cells.length > 0 && cells.every((cell) => typeof cell === 'string' && !TIME.test(cell));

/** Positions and the like are numbers of which no sum or ranking says anything. */
const IS_NO_AMOUNT = /(^|\.)(latitude|longitude|revision|sequence|version)$/i;
/** What says a pair of places: an origin and a destination. */
const FROM = /origin|^from|source/i;
const TO = /destination|^to\b|target/i;

/**
 * The charts that a table can be drawn as, the fitting one first: a matrix where each row is a pair of an origin and a
 * destination, a series where each row is a time, else a ranking by the first amount.
 */
export function chartsOf({ columns, rows }: Pick<Table, 'columns' | 'rows'>): ChartChoice[] {
  if (rows.length < 2) return [];
  const kinds = columns.map((column) => ({ column, cells: cellsOf(rows, column) }));
  const amounts = kinds
    .filter(({ column, cells }) => isNumeric(cells) && !column.endsWith('#') && !IS_NO_AMOUNT.test(column))
    .map(({ column }) => column);
  const counts = kinds
    .filter(({ column, cells }) => column.endsWith('#') && isNumeric(cells))
    .map(({ column }) => column);
  const values = amounts.length > 0 ? amounts : counts;
  if (values.length === 0) return [];

  const texts = kinds.filter(({ cells }) => isText(cells)).map(({ column }) => column);
  const times = kinds.filter(({ cells }) => isTime(cells)).map(({ column }) => column);
  const from = preferNames(texts.filter((column) => FROM.test(column)));
  const to = preferNames(texts.filter((column) => TO.test(column)));
  const time = times.find((column) => new Set(cellsOf(rows, column)).size === rows.length);
  const name = preferNames(texts) ?? times[0] ?? null;

  const choices: ChartChoice[] = [];
  if (from && to) {
    const pair = { along: from, across: to, values: values.slice(0, 1) };
    const isMatrix = new Set(cellsOf(rows, from)).size > 1 && new Set(cellsOf(rows, to)).size > 1;
    choices.push(
      { kind: isMatrix ? 'matrix' : 'flows', ...pair },
      { kind: isMatrix ? 'flows' : 'matrix', ...pair },
    );
  }
  if (time) choices.push({ kind: 'series', along: time, across: null, values: values.slice(0, MOST_LINES) });
  if (name) choices.push({ kind: 'ranking', along: name, across: null, values: values.slice(0, 1) });
  return choices;
}

const preferNames = (columns: string[]): string | null =>
  columns.find((column) => /name$|title$/i.test(column)) ?? columns[0] ?? null;

/** Values that a chart lacks: of one column, withheld by one provider for one reason. */
export interface Missing {
  column: string;
  value: WithheldValue;
  rows: number;
}

/** What of a table was withheld that a chart would draw. */
export function missingIn({ along, across, values }: ChartChoice, rows: Row[]): Missing[] {
  const missing = new Map<string, Missing>();
  for (const column of [along, ...(across === null ? [] : [across]), ...values]) {
    for (const row of rows) {
      const value = row[column];
      if (!(value instanceof WithheldValue)) continue;
      const key = JSON.stringify([column, value]);
      const known = missing.get(key) ?? { column, value, rows: 0 };
      known.rows += 1;
      missing.set(key, known);
    }
  }
  return [...missing.values()];
}

/** The columns of what a chart draws that hold nothing in some rows, in how many. */
export const emptyIn = ({ values }: ChartChoice, rows: Row[]): { column: string; rows: number }[] =>
  values
    .map((column) => ({ column, rows: rows.filter((row) => row[column] == null).length }))
    .filter(({ rows: count }) => count > 0);
