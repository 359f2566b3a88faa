import { unusable } from '../command-line/failure';

/** The columns that are read, each with the Chinese header that it may have instead. */
const COLUMNS = { origin: '输出地', destination: '输入地', sector: '行业门类', workers: '人数' } as const;
type Column = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** What the first line of a file says. */
export interface Header {
  /** The names of all columns, as they stand. */
  readonly names: readonly string[];
  /** Where the columns that are read stand. */
  readonly position: Readonly<Record<Column, number>>;
  /** The columns that are not read. */
  readonly ignored: readonly string[];
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
