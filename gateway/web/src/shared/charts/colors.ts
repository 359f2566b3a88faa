import type { Theme } from '../theme';

export interface ChartColors {
  ink: string;
  soft: string;
  line: string;
  paper: string;
  /** For series, in this order; they differ in lightness too. */
  series: readonly string[];
  /** From few to many. */
  scale: readonly string[];
  /** Of what is not told. */
  suppressed: string;
  alarm: string;
}

const LIGHT: ChartColors = {
  ink: '#1f2937',
  soft: '#4b5769',
  line: '#c3cad6',
  paper: '#ffffff',
  series: ['#0b57a4', '#c2571a', '#0f6b3c', '#7a3fa0', '#8a6d00', '#5a6678'],
  scale: ['#eaf3fc', '#a9cdf0', '#5a9bd8', '#1f65ad', '#0a2f5c'],
  suppressed: '#9aa3b1',
  alarm: '#b3261e',
};

const DARK: ChartColors = {
  ink: '#e6ebf4',
  soft: '#a9b6ca',
  line: '#3d4a61',
  paper: '#1b2433',
  series: ['#8ec5ff', '#ffb27a', '#7fdba4', '#d3a8f2', '#e6cf6a', '#a9b6ca'],
  scale: ['#22354d', '#2c5a8c', '#4a8fd0', '#8ec5ff', '#e3f1ff'],
  suppressed: '#7b879b',
  alarm: '#ffb4a9',
};

export const colorsOf = (theme: Theme): ChartColors => (theme === 'dark' ? DARK : LIGHT);

/** What all charts have alike. */
export const baseOption = ({ ink, soft, line, paper }: ChartColors) => ({
  textStyle: {
    color: ink,
    fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans Hans", sans-serif',
  },
  tooltip: {
    renderMode: 'richText' as const,
    confine: true,
    backgroundColor: paper,
    borderColor: line,
    textStyle: { color: ink },
  },
  legend: { textStyle: { color: soft }, inactiveColor: line },
});

export const axisOf = ({ soft, line }: ChartColors) => ({
  axisLabel: { color: soft },
  axisLine: { lineStyle: { color: line } },
  splitLine: { lineStyle: { color: line, opacity: 0.6 } },
  nameTextStyle: { color: soft },
});
