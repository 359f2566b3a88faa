import type { Language } from '../../subgraphs/kit/language';
import { type CsvRecord, readCsvChunks } from '../command-line/csv-file';
import type { Encoding } from '../command-line/encoding';
import { unusable } from '../command-line/failure';
import type { Progress } from '../command-line/progress';
import { RefusedFile, type RefusedRow } from '../command-line/refused-file';
import type { LineOfFile } from './batch';
import { BitSet } from './bit-set';
import { type Problem, repeats } from './flow';
import { FlowLines } from './flow-lines';
import type { Entry, FigureReader, FileFormat } from './formats/format';

/** How many refused rows are written at once. */
const REFUSED_AT_ONCE = 1_000;

/** A file whose every row was looked at. */
export interface CheckedFile {
  readonly path: string;
  readonly encoding: Encoding;
  readonly format: FileFormat;
  readonly reader: FigureReader;
  /** Which of its records, counted from 0, are not to be sent. */
  readonly setAside: BitSet;
  /** How many figures are to be sent. */
  readonly validRows: number;
  /** Whether it says some figures more than once, so that its order counts. */
  readonly isOrdered: boolean;
  /** Where the other rows were put. */
  readonly refused: RefusedFile;
}

/** Looks at every row before any is sent, and puts those aside that cannot be right. */
export async function checkFile(
  path: string,
  options: {
    format: FileFormat;
    encoding: Encoding;
    refusedPath: string;
    language: Language;
    signal: AbortSignal;
    progress: Progress;
  },
): Promise<CheckedFile> {
  const { format, encoding, refusedPath, language, signal, progress } = options;
  let bytes = 0;
  let records = 0;
  let validRows = 0;
  const opened = await openFile(path, format, {
    encoding,
    signal,
    onBytes: (more) => {
      bytes += more;
      progress.update(bytes, records);
    },
  });
  const { reader } = opened;
  // Only needed until every row has been seen.
  const seen = new SeenFigures();
  const setAside = new BitSet();
  const refused = await RefusedFile.create(refusedPath, reader.names);
  let isOrdered = false;
  try {
    const waiting: RefusedRow[] = [];
    for await (const chunk of opened.chunks) {
      for (const record of chunk) {
        const { entries, problems } = reader.read(record);
        const first = entries && seen.firstLine(entries, record.line);
        const isRepeated = first !== null && first !== record.line;
        if (isRepeated && format.isSequence) isOrdered = true;
        const wrong = problems ?? (isRepeated && !format.isSequence ? [repeats(first)] : []);
        if (wrong.length > 0) {
          setAside.add(records);
          waiting.push(refusedRow(record, wrong, language));
        } else {
          validRows += entries?.length ?? 0;
        }
        records += 1;
      }
      if (waiting.length >= REFUSED_AT_ONCE) await refused.add(waiting.splice(0));
    }
    await refused.add(waiting);
    if (records === 0) throw unusable(`${path} has a header and no rows.`);
  } catch (error) {
    await refused.close();
    throw error;
  }
  return { path, encoding, format, reader, setAside, validRows, isOrdered, refused };
}

/** Reads a file's header by a format, and gives its records one by one; see {@link readCsvChunks}. */
async function openFile(path: string, format: FileFormat, options: Parameters<typeof readCsvChunks>[1]) {
  const { names, chunks } = await readCsvChunks(path, options);
  try {
    return { reader: format.reader(names, path), chunks };
  } catch (error) {
    await chunks.return();
    throw error;
  }
}

/** The lines of a checked file that are to be sent, once more, some at a time. */
export async function* validLinesOf(
  file: CheckedFile,
  signal: AbortSignal,
): AsyncGenerator<readonly LineOfFile[], void> {
  const { reader, chunks } = await openFile(file.path, file.format, { encoding: file.encoding, signal });
  let index = 0;
  for await (const chunk of chunks) {
    const lines: LineOfFile[] = [];
    for (const record of chunk) {
      const entries = file.setAside.has(index) ? null : reader.read(record).entries;
      if (entries) lines.push({ record, entries });
      index += 1;
    }
    yield lines;
  }
}

/** On which line each figure of a month and side was met first. */
class SeenFigures {
  readonly #lines = new Map<string, FlowLines>();

  /** The first line on which one of the figures was met before; `line` when none was. */
  firstLine(entries: readonly Entry[], line: number): number {
    let first = line;
    for (const { head, flow } of entries) {
      const key = `${head.month} ${head.side}`;
      const lines = this.#lines.get(key) ?? new FlowLines();
      this.#lines.set(key, lines);
      first = Math.min(first, lines.firstLine(flow, line));
    }
    return first;
  }
}

const refusedRow = (
  { line, fields }: CsvRecord,
  problems: readonly Problem[],
  language: Language,
): RefusedRow => ({
  line,
  fields,
  code: [...new Set(problems.map(({ code }) => code))].join(' '),
  reason: problems.map(({ text }) => text[language]).join(' '),
});
