import type { Dataset } from '../../kit/load';
import { enterTopics } from './store';

/** What border towns and departments work on together. */
const TOPICS: Readonly<Record<string, string>> = {
  WATER: '水环境联保共治',
  GRID: '网格化治理',
  HOTLINE: '12345热线协同',
  LABOR: '劳务协作与就业',
  AGRICULTURE: '农产品产销对接',
  MARKET: '市场标准与监管',
  TOURISM: '文旅融合',
  LICENSING: '经营准入联审',
  SAFETY: '安全生产与消防',
  WASTE: '垃圾分类',
  ORGANIZATION: '干部人才交流',
  PARTY: '党建引领',
};

export const workTopics: Dataset = {
  name: 'work-topics',
  version: '1',
  load: (db) =>
    enterTopics(
      db,
      Object.entries(TOPICS).map(([code, name]) => ({ code, name })),
    ),
};
