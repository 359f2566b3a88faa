import type { Dataset } from '../../kit/load';

/** The functions 职能 by which counterparts are found. */
export const FUNCTIONS = {
  AGRICULTURE: '农业农村',
  BUILDING_APPEARANCE: '建筑风貌管理',
  COMMERCE: '商务',
  CONSTRUCTION_MANAGEMENT: '建设管理',
  FIRE_SAFETY: '消防安全',
  GENERAL_GOVERNMENT: '综合政务',
  GRID_COMMAND: '网格化指挥',
  HUMAN_RESOURCES: '人力资源和社会保障',
  INVESTMENT: '招商与经济发展',
  LICENSE_REVIEW: '经营准入联审',
  ORGANIZATION: '组织人事',
  REGIONAL_COOPERATION: '区域合作',
  RIVER_CHIEF: '河长制',
  SANITATION: '环境卫生',
  TOURISM: '文化和旅游',
  URBAN_MANAGEMENT: '城市管理',
  VEGETABLE_MARKET_STANDARDS: '蔬菜市场标准',
  VEGETABLE_PURCHASING: '蔬菜采购',
  VILLAGE_COMMITTEE: '村民委员会',
} as const satisfies Record<string, string>;

export type FunctionCode = keyof typeof FUNCTIONS;

export const functions: Dataset = {
  name: 'functions',
  version: '1',
  load: async (db) => {
    await db('functions')
      .comment('functions.load')
      .insert(Object.entries(FUNCTIONS).map(([code, name]) => ({ code, name })))
      .onConflict('code')
      .merge();
  },
};
