import type { EChartsCoreOption } from 'echarts/core';
import { axisOf, baseOption, type ChartColors } from './colors';

export interface MatrixCell {
  row: string;
  column: string;
  /** Null when it is not told because it is small. */
  value: number | null;
}

export interface MatrixData {
  /** Names by key, in the order in which they are drawn. */
  rows: [key: string, name: string][];
  columns: [key: string, name: string][];
  cells: MatrixCell[];
}

export interface MatrixTexts {
  number(value: number): string;
  suppressed: string;
}

export const cellId = (row: string, column: string): string => `${row}|${column}`;

/**
 * A matrix as a heat map. Colors go by the logarithm, or all but a few cells would look empty; what is suppressed is
 * crossed out, and where nothing was reported nothing is drawn.
 */
export function heatMap(
  { rows, columns, cells }: MatrixData,
  texts: MatrixTexts,
  colors: ChartColors,
): EChartsCoreOption {
  const rowAt = new Map(rows.map(([key], index) => [key, index]));
  const columnAt = new Map(columns.map(([key], index) => [key, index]));
  const place = ({ row, column }: MatrixCell) => [columnAt.get(column) ?? 0, rowAt.get(row) ?? 0] as const;
  const known = cells.filter(({ value }) => value !== null);
  const logs = known.map(({ value }) => Math.log10(Math.max(1, value ?? 1)));
  const least = Math.floor(Math.min(...logs, 6));
  const most = Math.max(least + 1, ...logs);
  const words = ({ row, column, value }: MatrixCell): string =>
    `${rows[rowAt.get(row) ?? 0]?.[1]} → ${columns[columnAt.get(column) ?? 0]?.[1]}\n${value === null ? texts.suppressed : texts.number(value)}`;
  const axis = axisOf(colors);
  const isWide = columns.length > 12;
  return {
    ...baseOption(colors),
    tooltip: {
      ...baseOption(colors).tooltip,
      formatter: ({ data }: { data: { words: string } }) => data.words,
    },
    grid: {
      top: 8,
      right: 12,
      bottom: known.length === 0 ? 8 : isWide ? 74 : 60,
      left: 8,
      containLabel: true,
    },
    xAxis: {
      ...axis,
      type: 'category',
      data: columns.map(([, name]) => name),
      axisLabel: {
        ...axis.axisLabel,
        rotate: isWide ? 60 : 0,
        interval: 0,
        hideOverlap: !isWide,
        fontSize: isWide ? 10 : 12,
      },
    },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: rows.map(([, name]) => name),
      axisLabel: { ...axis.axisLabel, interval: 0, fontSize: rows.length > 12 ? 10 : 12 },
    },
    visualMap: {
      type: 'continuous',
      show: known.length > 0,
      min: least,
      max: most,
      dimension: 2,
      seriesIndex: 0,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 140,
      itemWidth: 12,
      inRange: { color: [...colors.scale] },
      textStyle: { color: colors.soft },
      text: [texts.number(Math.round(10 ** most)), texts.number(10 ** least)],
      formatter: (value: number) => texts.number(Math.round(10 ** value)),
    },
    series: [
      {
        type: 'heatmap',
        itemStyle: { borderColor: colors.paper, borderWidth: 1 },
        data: known.map((cell) => ({
          id: cellId(cell.row, cell.column),
          value: [...place(cell), Math.log10(Math.max(1, cell.value ?? 1))],
          words: words(cell),
        })),
      },
      {
        type: 'custom',
        renderItem: crossedOut(colors),
        data: cells
          .filter(({ value }) => value === null)
          .map((cell) => ({
            id: cellId(cell.row, cell.column),
            value: [...place(cell)],
            words: words(cell),
          })),
      },
    ],
  };
}

interface RenderApi {
  value(dimension: number): number;
  coord(point: number[]): number[];
  size(span: number[]): number[];
}

const crossedOut =
  (colors: ChartColors) =>
  (_: unknown, api: RenderApi): unknown => {
    const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
    const [width = 0, height = 0] = api.size([1, 1]);
    const left = x - width / 2 + 1;
    const top = y - height / 2 + 1;
    const right = left + width - 2;
    const bottom = top + height - 2;
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: { x: left, y: top, width: width - 2, height: height - 2 },
          style: { fill: 'transparent', stroke: colors.suppressed },
        },
        {
          type: 'line',
          shape: { x1: left, y1: bottom, x2: right, y2: top },
          style: { stroke: colors.suppressed },
        },
      ],
    };
  };

/** How many flows a diagram can hold and still be read. */
const MOST_FLOWS = 40;

/** The largest cells of a matrix as flows from its rows to its columns. */
export function flowDiagram(
  { rows, columns, cells }: MatrixData,
  texts: MatrixTexts,
  colors: ChartColors,
): EChartsCoreOption {
  const largest = cells
    .filter(({ value }) => value !== null && value > 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, MOST_FLOWS);
  const nodesOf = (side: string, names: [string, string][], keys: Set<string>) =>
    names
      .filter(([key]) => keys.has(key))
      .map(([key, name]) => ({ name: `${side}${key}`, title: name, depth: side === 'row ' ? 0 : 1 }));
  const nodes = [
    ...nodesOf('row ', rows, new Set(largest.map(({ row }) => row))),
    ...nodesOf('column ', columns, new Set(largest.map(({ column }) => column))),
  ];
  const titles = new Map(nodes.map(({ name, title }) => [name, title]));
  return {
    ...baseOption(colors),
    tooltip: {
      ...baseOption(colors).tooltip,
      formatter: ({
        data,
        value,
      }: {
        data: { source?: string; target?: string; title?: string };
        value: number;
      }) =>
        data.title
          ? `${data.title}\n${texts.number(value)}`
          : `${titles.get(data.source ?? '')} → ${titles.get(data.target ?? '')}\n${texts.number(value)}`,
    },
    color: [...colors.series],
    series: {
      type: 'sankey',
      top: 8,
      right: 90,
      bottom: 8,
      left: 90,
      // A label's height, or labels of small nodes would cover each other.
      nodeGap: 13,
      nodeWidth: 14,
      data: nodes.map((node) => ({
        ...node,
        label: { position: node.depth === 0 ? 'left' : 'right', color: colors.ink },
      })),
      label: { formatter: ({ data }: { data: { title: string } }) => data.title },
      lineStyle: { color: 'source', opacity: 0.35 },
      links: largest.map(({ row, column, value }) => ({
        id: cellId(row, column),
        source: `row ${row}`,
        target: `column ${column}`,
        value,
      })),
    },
  };
}
