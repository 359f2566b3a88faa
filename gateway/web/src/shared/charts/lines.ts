import type { EChartsCoreOption } from 'echarts/core';
import { axisOf, baseOption, type ChartColors } from './colors';

export interface Line {
  name: string;
  /** One for each point of the axis; null where there is none. */
  values: (number | null)[];
  isDashed?: boolean;
}

export interface LinesData {
  axis: string[];
  lines: Line[];
  /** An interval around the first line. */
  band?: { name: string; low: (number | null)[]; high: (number | null)[] };
  /** Points of the axis whose value is not told because it is small. */
  suppressed?: { name: string; at: boolean[] };
}

const LEAST_SCALE = 10;

/** Lines over time, with the interval of the first as a band. A gap stays a gap, and what is suppressed is a hollow mark. */
export function lineChart(
  { axis, lines, band, suppressed }: LinesData,
  number: (value: number) => string,
  colors: ChartColors,
): EChartsCoreOption {
  const style = axisOf(colors);
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const hollow = (suppressed?.at ?? []).map((isAt) => (isAt ? 0 : null));
  return {
    ...baseOption(colors),
    tooltip: {
      ...baseOption(colors).tooltip,
      trigger: 'axis',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? number(value) : '—'),
    },
    legend: {
      ...baseOption(colors).legend,
      top: 0,
      data: [
        ...lines.map(({ name }) => name),
        ...(band
          ? [{ name: band.name, icon: 'rect', itemStyle: { color: colors.series[0], opacity: 0.3 } }]
          : []),
        ...(hollow.some((value) => value === 0) && suppressed ? [suppressed.name] : []),
      ],
    },
    grid: { top: 40, right: 16, bottom: 8, left: 8, containLabel: true },
    xAxis: { ...style, type: 'category', data: axis, boundaryGap: axis.length < 2 },
    yAxis: {
      ...style,
      type: 'value',
      minInterval: 1,
      // Where nothing is told, a scale of its own making would tell something.
      ...(most < LEAST_SCALE && { max: LEAST_SCALE }),
      axisLabel: { ...style.axisLabel, formatter: number },
    },
    // The legend takes as many lines as it needs.
    media: [
      { query: { maxWidth: 360 }, option: { grid: { top: 88 } } },
      { query: { minWidth: 361, maxWidth: 560 }, option: { grid: { top: 64 } } },
    ],
    series: [
      ...(band
        ? [
            {
              type: 'line',
              name: 'low',
              stack: 'band',
              data: band.low,
              lineStyle: { opacity: 0 },
              symbol: 'none',
              silent: true,
              tooltip: { show: false },
            },
            {
              type: 'line',
              name: band.name,
              stack: 'band',
              data: band.high.map((high, index) => (high === null ? null : high - (band.low[index] ?? 0))),
              lineStyle: { opacity: 0 },
              symbol: 'none',
              silent: true,
              color: colors.series[0],
              areaStyle: { opacity: 0.22 },
              tooltip: { show: false },
            },
          ]
        : []),
      ...lines.map(({ name, values, isDashed }, index) => ({
        type: 'line',
        name,
        data: values,
        symbolSize: 7,
        symbol: ['circle', 'rect', 'triangle', 'diamond'][index % 4],
        color: colors.series[index % colors.series.length],
        lineStyle: { width: isDashed ? 1.5 : 3, type: isDashed ? 'dashed' : 'solid' },
      })),
      ...(suppressed && hollow.some((value) => value === 0)
        ? [
            {
              type: 'scatter',
              name: suppressed.name,
              data: hollow,
              symbol: 'emptyDiamond',
              symbolSize: 12,
              color: colors.suppressed,
            },
          ]
        : []),
    ],
  };
}

/** A ranking: the first on top. */
export function ranking(
  rows: { name: string; value: number }[],
  title: string,
  number: (value: number) => string,
  colors: ChartColors,
): EChartsCoreOption {
  const style = axisOf(colors);
  return {
    ...baseOption(colors),
    tooltip: { ...baseOption(colors).tooltip, valueFormatter: (value: unknown) => number(Number(value)) },
    grid: { top: 8, right: 70, bottom: 8, left: 8, containLabel: true },
    xAxis: {
      ...style,
      type: 'value',
      axisLabel: { ...style.axisLabel, formatter: number, hideOverlap: true },
    },
    yAxis: {
      ...style,
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisLabel: { ...style.axisLabel, width: 160, overflow: 'truncate' },
    },
    series: {
      type: 'bar',
      name: title,
      data: rows.map(({ value }) => value),
      color: colors.series[0],
      label: {
        show: true,
        position: 'right',
        color: colors.ink,
        formatter: ({ value }: { value: number }) => number(value),
      },
    },
  };
}
