import { BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import type { EChartsCoreOption } from 'echarts/core';
import { type EChartsType, init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTheme } from '../theme';
import { type ChartColors, colorsOf } from './colors';

register([
  BarChart,
  CanvasRenderer,
  CustomChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  SankeyChart,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
]);

interface ChartProps {
  /** What the picture shows, in words; whoever cannot see it is read this. */
  label: string;
  height: number;
  /** Made anew when the theme changes, because a canvas takes no colors from the style. */
  option(colors: ChartColors): EChartsCoreOption;
  /** What was clicked, as the series named it. */
  onPick?(name: string): void;
}

/** A chart that fits its place. Its tooltips are drawn, not written as HTML, which the page's policy would refuse. */
export function Chart({ label, height, option, onPick }: ChartProps) {
  const { theme } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const pick = useEffectEvent((name: string) => onPick?.(name));

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: 'canvas' });
    chart.current = made;
    made.on('click', ({ data }) => {
      if (typeof data === 'object' && data !== null && 'id' in data) pick(String(data.id));
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption({ animation: false, ...option(colorsOf(theme)) }, true);
  }, [option, theme]);

  return <div ref={box} className="chart" role="img" aria-label={label} style={{ height }} />;
}
