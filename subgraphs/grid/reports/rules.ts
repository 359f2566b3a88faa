import type { CsvColumn } from '../../kit/csv';
import type { AttendanceRow } from '../joint-patrols/store';

/** How much each rate counts for a unit's score, by place. */
export const SCORE_POLICY = 'report-score-weights';

export interface ScoreWeights {
  readonly closing: number;
  readonly onTime: number;
}

/** Reads the weights of a score: two numbers that are not negative, and not both nothing. */
export function scoreWeights(value: unknown): ScoreWeights {
  const { closing, onTime } = (value ?? {}) as Record<string, unknown>;
  if (
    typeof closing !== 'number' ||
    typeof onTime !== 'number' ||
    closing < 0 ||
    onTime < 0 ||
    closing + onTime <= 0
  ) {
    throw new TypeError(`the weights of a score are ${JSON.stringify(value)}`);
  }
  return { closing, onTime };
}

/** Cases of one category, reporter and unit (null for none) that have something to do with a month. */
export interface ReportCell {
  readonly category: string;
  readonly agency: string | null;
  readonly reporter: string;
  readonly received: number;
  readonly filed: number;
  readonly due: number;
  readonly closed: number;
  readonly on_time: number;
}

interface DueCounts {
  shouldHaveClosed: number;
  closed: number;
  closedOnTime: number;
}

export interface AgencyReport extends DueCounts {
  agency: string;
  closingRate: number;
  onTimeClosingRate: number;
  score: number;
}

export interface CategoryReport extends DueCounts {
  category: string;
  received: number;
  filed: number;
}

export interface MonthReport extends DueCounts {
  jurisdiction: string;
  month: string;
  received: number;
  filed: number;
  undispatched: number;
  closingRate: number | null;
  onTimeClosingRate: number | null;
  byAgency: AgencyReport[];
  byCategory: CategoryReport[];
  attendance: AttendanceRow[];
}

const dueCounts = (cells: readonly ReportCell[]): DueCounts => ({
  shouldHaveClosed: sum(cells, 'due'),
  closed: sum(cells, 'closed'),
  closedOnTime: sum(cells, 'on_time'),
});

const sum = (
  cells: readonly ReportCell[],
  column: 'received' | 'filed' | 'due' | 'closed' | 'on_time',
): number => cells.reduce((total, cell) => total + cell[column], 0);

/** The cells by a key, in the order of the keys; those without one are left out. */
function grouped(
  cells: readonly ReportCell[],
  keyOf: (cell: ReportCell) => string | null,
): [string, ReportCell[]][] {
  const groups = new Map<string, ReportCell[]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(cell);
    else groups.set(key, [cell]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** A unit's score: both of its rates by their weights, out of 100, to two decimals. */
export const scoreOf = (rates: { closing: number; onTime: number }, weights: ScoreWeights): number =>
  Math.round(
    ((rates.closing * weights.closing + rates.onTime * weights.onTime) / (weights.closing + weights.onTime)) *
      10_000,
  ) / 100;

/** The report that the cells of a place and month make. */
export function reportOf(
  place: { jurisdiction: string; month: string },
  cells: readonly ReportCell[],
  attendance: AttendanceRow[],
  weights: ScoreWeights,
): MonthReport {
  const due = dueCounts(cells);
  const ofUnits = cells.filter((cell) => cell.due > 0);
  return {
    ...place,
    ...due,
    received: sum(cells, 'received'),
    filed: sum(cells, 'filed'),
    undispatched: sum(
      ofUnits.filter(({ agency }) => agency === null),
      'due',
    ),
    closingRate: rate(due.closed, due.shouldHaveClosed),
    onTimeClosingRate: rate(due.closedOnTime, due.shouldHaveClosed),
    byAgency: grouped(ofUnits, ({ agency }) => agency).map(([agency, own]): AgencyReport => {
      const counts = dueCounts(own);
      const closing = counts.closed / counts.shouldHaveClosed;
      const onTime = counts.closedOnTime / counts.shouldHaveClosed;
      return {
        ...{ agency, ...counts, closingRate: closing, onTimeClosingRate: onTime },
        score: scoreOf({ closing, onTime }, weights),
      };
    }),
    byCategory: grouped(cells, ({ category }) => category).map(([category, own]) => ({
      ...{ category, ...dueCounts(own) },
      ...{ received: sum(own, 'received'), filed: sum(own, 'filed') },
    })),
    attendance,
  };
}

/** A line of the report's table: its own figures, a unit's, a category's or a member's. */
type Line = Record<string, string | number | null>;

const HEADINGS = [
  ...['项目', '名称', '受理数', '立案数', '应结案数', '结案数', '按期结案数', '结案率', '按期结案率', '得分'],
  ...['应到班次', '出勤班次', '迟到班次', '请假班次', '出勤率'],
] as const;

/** The columns of a report as a table. */
export const REPORT_COLUMNS: readonly CsvColumn<Line>[] = HEADINGS.map((heading) => ({
  heading,
  value: (line) => line[heading],
}));

const rounded = (value: number | null): number | null => value && Math.round(value * 10_000) / 10_000;

/** A report as the lines of a table; `names` are those of units and categories, by code. */
export function reportLines(report: MonthReport, names: ReadonlyMap<string, string>): Line[] {
  const nameOf = (code: string) => names.get(code) ?? code;
  const due = (counts: DueCounts): Line => ({
    应结案数: counts.shouldHaveClosed,
    结案数: counts.closed,
    按期结案数: counts.closedOnTime,
    结案率: rounded(rate(counts.closed, counts.shouldHaveClosed)),
    按期结案率: rounded(rate(counts.closedOnTime, counts.shouldHaveClosed)),
  });
  return [
    {
      ...{ 项目: '合计', 名称: `${report.jurisdiction} ${report.month}` },
      ...{ 受理数: report.received, 立案数: report.filed, ...due(report) },
    },
    ...report.byAgency.map((own) => ({
      项目: '单位',
      名称: nameOf(own.agency),
      ...due(own),
      得分: own.score,
    })),
    ...report.byCategory.map((own) => ({
      ...{ 项目: '类别', 名称: nameOf(own.category), 受理数: own.received, 立案数: own.filed, ...due(own) },
    })),
    ...report.attendance.map((own) => ({
      ...{
        项目: '联勤',
        名称: `${nameOf(own.agency)} ${own.member}`,
        应到班次: own.shifts,
        出勤班次: own.attended,
      },
      ...{ 迟到班次: own.late, 请假班次: own.excused, 出勤率: rounded(rate(own.attended, own.shifts)) },
    })),
  ];
}
