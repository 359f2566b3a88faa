import type { CsvRecord } from '../../command-line/csv-file';
import { unusable } from '../../command-line/failure';
import type { Side } from '../batch-key';
import { type Flow, invalid, type Problem } from '../flow';

/** How figures were counted. */
export interface Definition {
  readonly minimumStayMonths: number;
  readonly includesFlexible: boolean;
  readonly referenceDay: string;
}

/** What the figures of a batch have in common. A reader gives the same object for the same head. */
export interface Head {
  readonly action: 'SUBMIT' | 'WITHDRAW';
  readonly month: string;
  readonly side: Side;
  /** Null for figures that are taken back. */
  readonly definition: Definition | null;
}

/** A figure that is to stand, or to be taken back. */
export interface Entry {
  readonly head: Head;
  readonly flow: Flow;
}

/** What a line says: figures, or everything that is wrong with it. */
export type LineRead =
  | { readonly entries: readonly Entry[]; readonly problems: null }
  | { readonly entries: null; readonly problems: readonly Problem[] };

export const said = (...entries: readonly Entry[]): LineRead => ({ entries, problems: null });
export const wrong = (problems: readonly Problem[]): LineRead => ({ entries: null, problems });

/** Reads the lines below a header. */
export interface FigureReader {
  /** The names of all columns, as they stand. */
  readonly names: readonly string[];
  /** The columns that are not read. */
  readonly ignored: readonly string[];
  read(record: CsvRecord): LineRead;
}

/** A file format that figures are pushed in. */
export interface FileFormat {
  readonly name: 'csv' | 'sdmx' | 'lodes';
  /** Whether a line may say again what an earlier one said: then the file is a sequence, and its order counts. */
  readonly isSequence: boolean;
  /** What the command says of all figures because the file does not; null where the file does. */
  readonly head: Head | null;
  /** Throws a sentence when the columns are not those of the format. */
  reader(names: readonly string[], file: string): FigureReader;
}

/** A figure as the hub gives it, or the change that took one away. */
export interface KnownFigure extends Omit<Head, 'definition'> {
  readonly definition: Definition;
  readonly flow: Flow;
  readonly reportedBy: string;
}

export type Line = readonly (string | number)[];

/** Makes the lines of a file. */
export interface FigureWriter {
  readonly columns: readonly string[];
  /** What is to be written now that a figure has come, or null at the end: a line may need several figures. */
  linesOf(figure: KnownFigure | null): Line[];
}

/** Where each column that is read stands. Throws a sentence that names those that are missing, or stand there twice. */
export function positionsOf<Column extends string>(
  names: readonly string[],
  columns: readonly Column[],
  { file, optional = [], what }: { file: string; optional?: readonly Column[]; what: string },
): ReadonlyMap<Column, number> {
  const missing = columns.filter((column) => !optional.includes(column) && !names.includes(column));
  if (missing.length > 0) throw unreadable(file, what, `it has no column ${missing.join(', ')}`);
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) throw unreadable(file, what, `it has the column ${twice} twice`);
  return new Map(
    columns.flatMap((column) => {
      const at = names.indexOf(column);
      return at < 0 ? [] : [[column, at] as const];
    }),
  );
}

const unreadable = (file: string, what: string, why: string) => unusable(`${file} is not ${what}: ${why}.`);

/** The problem of a line that does not have as many fields as the header; null for others. */
export const wrongLength = ({ fields }: CsvRecord, names: readonly string[]): Problem | null =>
  fields.length === names.length
    ? null
    : invalid({
        en: `The line has ${fields.length} fields and the header ${names.length}.`,
        zh: `该行有 ${fields.length} 个字段，而表头有 ${names.length} 个。`,
      });
