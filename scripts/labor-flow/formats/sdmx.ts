import { isDay, isMonth } from '../../../subgraphs/kit/time';
import { SIDES } from '../batch-key';
import { flowOf, invalid, type Problem, required } from '../flow';
import {
  type FigureWriter,
  type FileFormat,
  type Head,
  type LineRead,
  positionsOf,
  said,
  wrong,
  wrongLength,
} from './format';

/*
 * SDMX-CSV 2.0 of the structure in `subgraphs/personnel/labor-flow/labor-flow.dsd.xml`. An observation is one side's
 * figure of month, origin, destination and sector; how it was counted are attributes of it. ACTION R and M set a figure,
 * D takes it back. Lines are carried out in their order.
 */

export const STRUCTURE_ID = 'DELTA:LABOR_FLOW(1.0.0)';
export const DIMENSIONS = ['FREQ', 'TIME_PERIOD', 'SIDE', 'ORIGIN', 'DESTINATION', 'SECTOR'] as const;
const MEASURE = 'OBS_VALUE';
export const ATTRIBUTES = [
  ...(['OBS_STATUS', 'CONF_STATUS', 'MIN_STAY', 'INCL_FLEXIBLE', 'REF_DAY', 'REPORTER'] as const),
] as const;
const COLUMNS = ['STRUCTURE', 'STRUCTURE_ID', 'ACTION', ...DIMENSIONS, MEASURE, ...ATTRIBUTES] as const;
type Column = (typeof COLUMNS)[number];

/** Who reports is decided by the token; a figure without a status is a plain one; without ACTION it is information. */
const OPTIONAL: readonly Column[] = ['ACTION', 'FREQ', 'OBS_STATUS', 'CONF_STATUS', 'REPORTER'];
const STRUCTURES = ['dataflow', 'datastructure'];
/** Information and append, of which older senders speak, are merges of whole observations. */
const SETTING = ['R', 'M', 'A', 'I'];
const NOTHING = ['', '#N/A', 'NaN'];

type At = (column: Column) => string;

export const sdmx: FileFormat = {
  name: 'sdmx',
  isSequence: true,
  head: null,
  reader: (names, file) => {
    // A header may name the separator of sub-fields, of which this structure has none: `STRUCTURE[;]`.
    const plain = names.map((name) => name.trim().replace(/^(STRUCTURE|STRUCTURE_ID|ACTION)\[.\]$/, '$1'));
    const what = `SDMX-CSV of ${STRUCTURE_ID}`;
    const position = positionsOf(plain, COLUMNS, { file, optional: OPTIONAL, what });
    const heads = new Heads();
    return {
      names,
      ignored: names.filter((_, i) => ![...position.values()].includes(i)),
      read: (record) => {
        const length = wrongLength(record, names);
        if (length) return wrong([length]);
        return readLine((column) => {
          const text = record.fields[position.get(column) ?? -1]?.trim() ?? '';
          return NOTHING.includes(text) ? '' : text;
        }, heads);
      },
    };
  },
};

/** Heads that were met, so that the same one is the same object. */
class Heads {
  readonly #known = new Map<string, Head>();

  of(head: Head): Head {
    const key = JSON.stringify(head);
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, head);
    return head;
  }
}

function readLine(at: At, heads: Heads): LineRead {
  const problems: Problem[] = [];
  const expect = (isRight: boolean, column: Column, wants: string, zh: string) => {
    if (!isRight) problems.push(explain(column, at(column), wants, zh));
  };
  expect(STRUCTURES.includes(at('STRUCTURE')), 'STRUCTURE', STRUCTURES.join(' or '), STRUCTURES.join(' 或 '));
  expect(at('STRUCTURE_ID') === STRUCTURE_ID, 'STRUCTURE_ID', STRUCTURE_ID, STRUCTURE_ID);
  const action = at('ACTION') || 'I';
  expect(action === 'D' || SETTING.includes(action), 'ACTION', 'M, R or D', 'M、R 或 D');
  expect(['', 'M'].includes(at('FREQ')), 'FREQ', 'M, monthly', 'M（月度）');
  expect(isMonth(at('TIME_PERIOD')), 'TIME_PERIOD', 'a month like 2026-09', '月份，例如 2026-09');
  const side = SIDES.find((known) => known === at('SIDE'));
  expect(side !== undefined, 'SIDE', SIDES.join(' or '), SIDES.join(' 或 '));
  if (action === 'D') expectWhole(at, problems);
  else expectFigure(at, expect);
  const flow = flowOf({
    ...{ origin: at('ORIGIN'), destination: at('DESTINATION'), sector: at('SECTOR') },
    workers: action === 'D' ? '0' : at(MEASURE),
  });
  if (Array.isArray(flow)) return wrong([...problems, ...flow]);
  if (problems.length > 0 || !side) return wrong(problems);
  const definition = {
    minimumStayMonths: Number(at('MIN_STAY')),
    includesFlexible: at('INCL_FLEXIBLE') === 'true',
    referenceDay: at('REF_DAY'),
  };
  const of = { month: at('TIME_PERIOD'), side };
  const head: Head =
    action === 'D'
      ? { action: 'WITHDRAW', ...of, definition: null }
      : { action: 'SUBMIT', ...of, definition };
  return said({ head: heads.of(head), flow });
}

function expectFigure(
  at: At,
  expect: (isRight: boolean, column: Column, wants: string, zh: string) => void,
): void {
  const stay = at('MIN_STAY');
  expect(/^\d{1,2}$/.test(stay) && Number(stay) <= 60, 'MIN_STAY', 'months from 0 to 60', '0 至 60 的月数');
  const isFlag = ['true', 'false'].includes(at('INCL_FLEXIBLE'));
  expect(isFlag, 'INCL_FLEXIBLE', 'true or false', 'true 或 false');
  expect(isDay(at('REF_DAY')), 'REF_DAY', 'a day like 2026-09-30', '日期，例如 2026-09-30');
  // What the hub has no place for must not be lost without a word.
  expect(['', 'A'].includes(at('OBS_STATUS')), 'OBS_STATUS', 'A: reports are counts', 'A：报送的是实际数');
  expect(
    ['', 'F'].includes(at('CONF_STATUS')),
    'CONF_STATUS',
    'F: the hub itself guards small counts',
    'F：小数由平台保护',
  );
}

/** Whoever fills cells of a line with D takes back these alone; a figure goes as a whole. */
function expectWhole(at: At, problems: Problem[]): void {
  if (at(MEASURE) !== '' || ATTRIBUTES.every((attribute) => at(attribute) === '')) return;
  problems.push(
    invalid({
      en: 'The line takes back attributes alone. Leave every cell behind the dimensions empty: a figure goes as a whole.',
      zh: '该行仅删除属性。请将维度之后的各列留空：数据只能整条撤回。',
    }),
  );
}

const explain = (column: Column, text: string, wants: string, zh: string): Problem =>
  text === ''
    ? required(column, column)
    : invalid({
        en: `${column} is "${text}", and must be ${wants}.`,
        zh: `${column} 为“${text}”，应为 ${zh}。`,
      });

export const sdmxWriter = (): FigureWriter => ({
  columns: COLUMNS,
  linesOf: (figure) => {
    if (!figure) return [];
    const { action, month, side, flow, definition, reportedBy } = figure;
    const { minimumStayMonths, includesFlexible, referenceDay } = definition;
    const key = [month, side, flow.origin, flow.destination, flow.sector];
    return action === 'WITHDRAW'
      ? [['dataflow', STRUCTURE_ID, 'D', 'M', ...key, ...[MEASURE, ...ATTRIBUTES].map(() => '')]]
      : [
          [
            ...['dataflow', STRUCTURE_ID, 'R', 'M', ...key, flow.workers, 'A', 'F'],
            ...[minimumStayMonths, String(includesFlexible), referenceDay, reportedBy],
          ],
        ];
  },
});
