import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { type EChartsOption, init } from 'echarts';
import { BenchHub, temporaryFolder } from './bench/hub';
import { interruptible } from './bench/interruptible';
import { type Ask, callerOf } from './bench/load';
import { runCommand } from './lifecycle';
import { Progress } from './progress';

/*
 * Draws the pictures of the labor-flow page from the demo data, as anyone may see them: a unit asks that is no party.
 */

const FOLDER = path.join(__dirname, '..', 'subgraphs', 'personnel', 'labor-flow', 'pictures');
const STRANGER = '330421103-REVIEW';
const MONTH = '2026-09';

const MATRIX = `{ laborFlowMatrix(month: "${MONTH}", originLevel: PREFECTURE, destinationLevel: PREFECTURE) {
  origins { code name } destinations { code name } cells { originCode destinationCode workers } } }`;
const SIDES = { all: '', origin: ', side: ORIGIN', destination: ', side: DESTINATION' };
const SERIES = `query { ${Object.entries(SIDES)
  .map(
    ([name, side]) =>
      `${name}: laborFlowSeries(origin: "341200", destination: "310000", from: "2024-10", to: "${MONTH}"${side}) {
        points { month workers ${name === 'all' ? 'flow { reconciled { low high } }' : ''} } }`,
  )
  .join('\n')} }`;
const RANKING = `{ laborFlowAsymmetries(month: "${MONTH}", originLevel: PREFECTURE, destinationLevel: PREFECTURE, first: 15) {
  edges { node { origin { name } destination { name } asymmetry
    reportedByOrigin { workers } reportedByDestination { workers } reconciled { workers } } } } }`;

interface Place {
  code: string;
  name: string;
}
interface MatrixAnswer {
  laborFlowMatrix: {
    origins: Place[];
    destinations: Place[];
    cells: { originCode: string; destinationCode: string; workers: number | null }[];
  };
}
interface Point {
  month: string;
  workers: number | null;
  flow?: { reconciled: { low: number | null; high: number | null } | null };
}
type SeriesAnswer = Record<keyof typeof SIDES, { points: Point[] }>;
interface RankingAnswer {
  laborFlowAsymmetries: {
    edges: {
      node: {
        origin: { name: string };
        destination: { name: string };
        reportedByOrigin: { workers: number };
        reportedByDestination: { workers: number };
        reconciled: { workers: number };
      };
    }[];
  };
}

const FONT = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const INK = '#24292f';
const COLORS = { origin: '#c2571a', destination: '#1f6f8b', all: '#24292f', band: '#d9dee3' };
const title = (text: string, subtext: string) => ({
  ...{ text, subtext, left: 16, top: 12 },
  textStyle: { color: INK, fontSize: 17 },
  subtextStyle: { color: '#57606a', fontSize: 12 },
});

const shortName = ({ name }: { name: string }): string => name.replace(/[市省]$/, '');

function matrixOption({ laborFlowMatrix: { origins, destinations, cells } }: MatrixAnswer): EChartsOption {
  const column = new Map(destinations.map(({ code }, i) => [code, i]));
  const row = new Map(origins.map(({ code }, i) => [code, i]));
  const data = cells.flatMap(({ originCode, destinationCode, workers }) =>
    workers === null || originCode === destinationCode
      ? []
      : [[column.get(destinationCode) ?? 0, row.get(originCode) ?? 0, Math.max(workers, 1)]],
  );
  const axis = { type: 'category' as const, splitArea: { show: false }, axisTick: { show: false } };
  const label = { color: INK, fontSize: 10, interval: 0 };
  return {
    title: title(
      '谁去哪里工作 · Who works where',
      `2026 年 9 月，41 个城市，核对后的人数 · September 2026, reconciled workers`,
    ),
    grid: { left: 76, right: 24, top: 118, bottom: 64 },
    xAxis: {
      ...axis,
      position: 'top',
      data: destinations.map(shortName),
      axisLabel: { ...label, rotate: 90 },
    },
    yAxis: { ...axis, inverse: true, data: origins.map(shortName), axisLabel: label },
    visualMap: {
      ...{
        type: 'piecewise',
        orient: 'horizontal',
        left: 'center',
        bottom: 14,
        itemWidth: 22,
        itemSymbol: 'rect',
      },
      pieces: [
        { lt: 1_000, label: '< 1,000', color: '#eef3f6' },
        { gte: 1_000, lt: 3_000, label: '1,000', color: '#c9dde6' },
        { gte: 3_000, lt: 10_000, label: '3,000', color: '#8fbccd' },
        { gte: 10_000, lt: 30_000, label: '10,000', color: '#4e93ad' },
        { gte: 30_000, lt: 100_000, label: '30,000', color: '#1f6f8b' },
        { gte: 100_000, label: '≥ 100,000', color: '#0b3a4d' },
      ],
      textStyle: { color: INK },
    },
    series: [
      {
        type: 'heatmap',
        silent: true,
        emphasis: { disabled: true },
        data,
        itemStyle: { borderWidth: 0.5, borderColor: '#ffffff' },
      },
    ],
  };
}

function seriesOption({ all, origin, destination }: SeriesAnswer): EChartsOption {
  const months = all.points.map(({ month }) => month);
  const bounds = all.points.map(({ flow }) => flow?.reconciled ?? { low: null, high: null });
  const line = (name: string, points: readonly Point[], color: string, width = 1.5) => ({
    ...{ type: 'line' as const, name, data: points.map(({ workers }) => workers), symbol: 'none' },
    ...{ lineStyle: { color, width }, itemStyle: { color } },
  });
  const hidden = { lineStyle: { opacity: 0 }, symbol: 'none', stack: 'interval', silent: true };
  return {
    title: title(
      '阜阳 → 上海 · Fuyang to Shanghai',
      '逐月人数，双方报送与核对结果 · workers by month, as both sides count and reconciled',
    ),
    legend: {
      right: 24,
      top: 20,
      textStyle: { color: INK },
      data: ['输出地 origin', '输入地 destination', '核对 reconciled', '区间 interval'],
    },
    grid: { left: 72, right: 28, top: 84, bottom: 44 },
    xAxis: { type: 'category', data: months, boundaryGap: false, axisLabel: { color: INK } },
    yAxis: {
      ...{
        type: 'value',
        min: 0,
        axisLabel: { color: INK, formatter: (value: number) => value.toLocaleString('en-US') },
      },
    },
    series: [
      { type: 'line', name: 'low', data: bounds.map(({ low }) => low), ...hidden },
      {
        ...{ type: 'line', name: '区间 interval', ...hidden },
        data: bounds.map(({ low, high }) => (low === null || high === null ? null : high - low)),
        areaStyle: { color: COLORS.band, opacity: 0.8 },
        itemStyle: { color: COLORS.band },
      },
      line('输出地 origin', origin.points, COLORS.origin),
      line('输入地 destination', destination.points, COLORS.destination),
      line('核对 reconciled', all.points, COLORS.all, 2.5),
    ],
  };
}

function rankingOption({ laborFlowAsymmetries: { edges } }: RankingAnswer): EChartsOption {
  const flows = edges.map(({ node }) => node);
  const dots = (name: string, values: readonly number[], color: string, symbol: string) => ({
    ...{ type: 'scatter' as const, name, data: values.map((value, i) => [value, i]), symbol, symbolSize: 11 },
    itemStyle: { color },
  });
  return {
    title: title(
      '双方差异最大的流动 · Where both sides disagree most',
      '2026 年 9 月，两端报送的人数 · September 2026, workers as either end counts',
    ),
    legend: { right: 24, top: 20, textStyle: { color: INK } },
    grid: { left: 130, right: 40, top: 84, bottom: 40 },
    xAxis: {
      type: 'log',
      min: 10,
      axisLabel: { color: INK, formatter: (value: number) => value.toLocaleString('en-US') },
    },
    yAxis: {
      ...{
        type: 'category',
        inverse: true,
        axisTick: { show: false },
        axisLabel: { color: INK, interval: 0 },
      },
      data: flows.map((flow) => `${shortName(flow.origin)} → ${shortName(flow.destination)}`),
    },
    series: [
      {
        ...{
          type: 'custom',
          silent: true,
          data: flows.map((f, i) => [f.reportedByDestination.workers, f.reportedByOrigin.workers, i]),
        },
        renderItem: (_, api) => {
          const [from, to] = [
            api.coord([api.value(0), api.value(2)]),
            api.coord([api.value(1), api.value(2)]),
          ];
          return {
            type: 'line',
            shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
            style: { stroke: COLORS.band, lineWidth: 4 },
          };
        },
      },
      dots(
        '输出地 origin',
        flows.map((f) => f.reportedByOrigin.workers),
        COLORS.origin,
        'circle',
      ),
      dots(
        '输入地 destination',
        flows.map((f) => f.reportedByDestination.workers),
        COLORS.destination,
        'circle',
      ),
      dots(
        '核对 reconciled',
        flows.map((f) => f.reconciled.workers),
        COLORS.all,
        'diamond',
      ),
    ],
  };
}

/** The same answer gives the same picture, to the byte. */
function draw(
  name: string,
  option: EChartsOption,
  { width, height }: { width: number; height: number },
): void {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    ...option,
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT },
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, `${name}.svg`), `${chart.renderToSVGString()}\n`);
  chart.dispose();
}

async function drawAll(ask: Ask): Promise<void> {
  draw('matrix', matrixOption((await ask(MATRIX)) as MatrixAnswer), { width: 920, height: 940 });
  draw('series', seriesOption((await ask(SERIES)) as SeriesAnswer), { width: 920, height: 420 });
  draw('ranking', rankingOption((await ask(RANKING)) as RankingAnswer), { width: 920, height: 520 });
}

const command = new Command('npm run pictures --')
  .description('Draws the pictures of the labor-flow page from the demo data, with a hub of its own.')
  .action(() =>
    interruptible(async (running) => {
      const progress = new Progress();
      const hub = await progress.step('hub', () =>
        BenchHub.start(running, { dataDirectory: path.join(temporaryFolder(running), 'hub') }),
      );
      const ask = await callerOf(running, hub, { agency: STRANGER, connections: 1 });
      await progress.step(`pictures in ${path.relative(process.cwd(), FOLDER)}`, () => drawAll(ask));
    }),
  );

void runCommand(command);
