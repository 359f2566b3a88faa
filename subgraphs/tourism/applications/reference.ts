import type { Dataset } from '../../kit/load';

/** The lines of business 业态 that licenses are applied for. */
export const BUSINESSES = {
  BAR: '酒吧',
  BOOKSHOP: '书店',
  CAFE: '咖啡馆',
  COSTUME_RENTAL: '服饰租赁',
  GUESTHOUSE: '民宿',
  HANDICRAFT: '手工艺作坊',
  HOTEL: '酒店',
  PHOTO_STUDIO: '旅拍摄影',
  RESTAURANT: '餐饮',
  RETAIL: '零售',
  SNACKS: '小吃',
  SOUVENIRS: '旅游纪念品',
  TEAHOUSE: '茶馆',
} as const satisfies Record<string, string>;

export type BusinessCode = keyof typeof BUSINESSES;

export const businesses: Dataset = {
  name: 'businesses',
  version: '1',
  load: async (db) => {
    await db('businesses')
      .comment('businesses.load')
      .insert(Object.entries(BUSINESSES).map(([code, name]) => ({ code, name })))
      .onConflict('code')
      .merge();
  },
};
