import { unusable } from '../../command-line/failure';
import { flowOf, invalid, type Problem, SECTORS } from '../flow';
import {
  type Entry,
  type FigureWriter,
  type FileFormat,
  type Head,
  type KnownFigure,
  type Line,
  type LineRead,
  positionsOf,
  said,
  wrong,
  wrongLength,
} from './format';

/*
 * Origin–destination lines after LEHD's LODES: where they work, where they come from, all of them, and each sector in
 * the order of GB/T 4754, whose twenty sections take the places of LODES' twenty sectors. An empty cell was not reported,
 * which is not zero. A file is of one month, one side and one definition, which it does not say itself.
 */

const [WORK, HOME, TOTAL, CREATED] = ['w_geocode', 'h_geocode', 'S000', 'createdate'];
const SECTOR_COLUMNS = [...SECTORS].map((_, i) => `CNS${String(i + 1).padStart(2, '0')}`);
const COLUMNS = [WORK, HOME, TOTAL, ...SECTOR_COLUMNS, CREATED];

export const lodes = (head: Head): FileFormat => ({
  name: 'lodes',
  isSequence: false,
  head,
  reader: (names, file) => {
    const plain = names.map((name) => name.trim());
    const what = 'a LODES-style file';
    const position = positionsOf(plain, COLUMNS, { file, optional: [TOTAL, CREATED], what });
    return {
      names,
      ignored: names.filter((_, i) => ![...position.values()].includes(i)),
      read: (record) => {
        const length = wrongLength(record, names);
        if (length) return wrong([length]);
        return readLine((column) => record.fields[position.get(column) ?? -1]?.trim() ?? '', head);
      },
    };
  },
});

function readLine(at: (column: string) => string, head: Head): LineRead {
  const entries: Entry[] = [];
  // What is wrong with the ends is wrong in every sector, and said once.
  const problems = new Map<string, Problem>();
  for (const [i, column] of SECTOR_COLUMNS.entries()) {
    if (at(column) === '') continue;
    const ends = { origin: at(HOME), destination: at(WORK) };
    const flow = flowOf({ ...ends, sector: SECTORS.charAt(i), workers: at(column) });
    if (!Array.isArray(flow)) entries.push({ head, flow });
    else for (const problem of flow) problems.set(problem.text.en, problem);
  }
  if (problems.size > 0) return wrong([...problems.values()]);
  const sum = entries.reduce((total, { flow }) => total + flow.workers, 0);
  if (at(TOTAL) !== '' && Number(at(TOTAL)) !== sum) return wrong([otherTotal(at(TOTAL), sum)]);
  return said(...entries);
}

const otherTotal = (total: string, sum: number): Problem =>
  invalid({
    en: `${TOTAL} is ${total}, and the sectors add up to ${sum}.`,
    zh: `${TOTAL} 为 ${total}，而各行业之和为 ${sum}。`,
  });

/** `createdOn` is a day. Figures must come in the order of their ends. */
export function lodesWriter(createdOn: string): FigureWriter {
  let pair: KnownFigure | null = null;
  let cells = new Map<string, number>();
  let definition: string | null = null;
  const flush = (): Line[] => {
    if (!pair) return [];
    const { origin, destination } = pair.flow;
    const counts = [...SECTORS].map((sector) => cells.get(sector) ?? '');
    const total = [...cells.values()].reduce((sum, workers) => sum + workers, 0);
    return [[destination, origin, total, ...counts, createdOn.replaceAll('-', '')]];
  };
  return {
    columns: COLUMNS,
    linesOf: (figure) => {
      const isSame =
        figure?.flow.origin === pair?.flow.origin && figure?.flow.destination === pair?.flow.destination;
      const lines = figure && isSame ? [] : flush();
      if (figure) {
        definition ??= JSON.stringify(figure.definition);
        if (JSON.stringify(figure.definition) !== definition) throw otherDefinition();
        if (!isSame) cells = new Map();
        cells.set(figure.flow.sector, figure.flow.workers);
      }
      pair = figure;
      return lines;
    },
  };
}

const otherDefinition = () =>
  unusable(
    'These figures were counted by different definitions, which a LODES-style file cannot say. Pull them with --format sdmx, or one unit at a time with --reported-by.',
  );
