import type { Language } from '../../subgraphs/kit/language';
import type { CsvRecord } from '../command-line/csv-file';
import type { Encoding } from '../command-line/encoding';
import { unusable } from '../command-line/failure';
import type { Progress } from '../command-line/progress';
import { RefusedFile, type RefusedRow } from '../command-line/refused-file';
import { BitSet } from './bit-set';
import { type Problem, readFlow, repeats } from './flow';
import { type Header, readFlowFile } from './flow-file';
import { FlowLines } from './flow-lines';

/** How many refused rows are written at once. */
const REFUSED_AT_ONCE = 1_000;

/** A file whose every row was looked at. */
export interface CheckedFile {
  readonly path: string;
  readonly encoding: Encoding;
  readonly header: Header;
  /** Which of its records, counted from 0, are not to be sent. */
  readonly setAside: BitSet;
  /** How many rows are to be sent. */
  readonly validRows: number;
  /** Where the other rows were put. */
  readonly refused: RefusedFile;
}

/** Looks at every row before any is sent, and puts those aside that cannot be right. */
export async function checkFile(
  path: string,
  options: {
    encoding: Encoding;
    refusedPath: string;
    language: Language;
    signal: AbortSignal;
    progress: Progress;
  },
): Promise<CheckedFile> {
  const { encoding, refusedPath, language, signal, progress } = options;
  let bytes = 0;
  let rows = 0;
  const { header, records } = await readFlowFile(path, {
    encoding,
    signal,
    onBytes: (more) => {
      bytes += more;
      progress.update(bytes, rows);
    },
  });
  // Only needed until every row has been seen.
  const lines = new FlowLines();
  const setAside = new BitSet();
  const refused = await RefusedFile.create(refusedPath, header.names);
  try {
    const waiting: RefusedRow[] = [];
    for await (const record of records) {
      const problems = problemsOf(record, header, lines);
      if (problems.length > 0) {
        setAside.add(rows);
        waiting.push(refusedRow(record, problems, language));
      }
      rows += 1;
      if (waiting.length === REFUSED_AT_ONCE) await refused.add(waiting.splice(0));
    }
    await refused.add(waiting);
    if (rows === 0) throw unusable(`${path} has a header and no rows.`);
  } catch (error) {
    await refused.close();
    throw error;
  }
  return { path, encoding, header, setAside, validRows: rows - refused.count, refused };
}

/** The records of a checked file that are to be sent, once more. */
export async function* validRecordsOf(
  file: CheckedFile,
  signal: AbortSignal,
): AsyncGenerator<CsvRecord, void> {
  const { records } = await readFlowFile(file.path, { encoding: file.encoding, signal });
  let index = 0;
  for await (const record of records) {
    if (!file.setAside.has(index)) yield record;
    index += 1;
  }
}

function problemsOf(record: CsvRecord, header: Header, lines: FlowLines): Problem[] {
  const flow = readFlow(record, header);
  if (Array.isArray(flow)) return flow;
  const first = lines.firstLine(flow, record.line);
  return first === record.line ? [] : [repeats(first)];
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
