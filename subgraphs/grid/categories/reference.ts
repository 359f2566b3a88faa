import { EVERYWHERE } from '../../kit/connection';
import type { Dataset } from '../../kit/load';
import type { GridCaseCategoryRow, GridCaseLimitRow } from './store';

type Limit = Pick<GridCaseLimitRow, 'amount' | 'unit'>;

type Minor = readonly [name: string, limit: Limit, filingCondition: string, closingCondition: string];

interface Major {
  name: string;
  kind: GridCaseCategoryRow['kind'];
  minors: Record<string, Minor>;
}

const hours = (amount: number): Limit => ({ amount, unit: 'WORKING_HOURS' });
const days = (amount: number): Limit => ({ amount, unit: 'WORKING_DAYS' });

/** The major classes of GB/T 30428.2, each with minor ones; conditions and limits are illustrative. */
const MAJORS: Record<string, Major> = {
  EVENT_CITY_APPEARANCE: {
    name: '市容环境（事件）',
    kind: 'EVENT',
    minors: {
      EXPOSED_GARBAGE: ['暴露垃圾', hours(4), '公共区域有未入箱、未清运的垃圾', '垃圾清除，地面无残留'],
      DIRTY_ROAD: ['道路不洁', hours(2), '道路有泥土、污水或抛洒物', '路面清洁，无积存'],
      DUMPED_RUBBLE: ['积存渣土', days(2), '未经许可堆放渣土、建筑垃圾', '渣土清运，场地平整'],
      UNCLEAN_WATER: ['水域不洁', days(2), '水面有漂浮垃圾或岸坡堆物', '水面、岸坡无垃圾'],
      WATER_HYACINTH: [
        '水葫芦等漂浮植物',
        days(1),
        '水面成片漂浮植物，或有向下游漂移之势',
        '漂浮植物打捞上岸并清运',
      ],
      DEAD_FISH: ['死鱼漂浮', hours(4), '水面有成批死鱼', '死鱼打捞并作无害化处理'],
      OPEN_BURNING: ['焚烧秸秆、垃圾', hours(2), '露天焚烧秸秆、落叶或垃圾', '明火熄灭，余烬清理'],
      ILLEGAL_CONSTRUCTION: ['私搭乱建', days(20), '未经许可搭建建筑物、构筑物', '拆除完毕，或补办许可'],
    },
  },
  EVENT_ADVERTISING: {
    name: '宣传广告（事件）',
    kind: 'EVENT',
    minors: {
      ILLEGAL_STICKERS: ['非法小广告', days(1), '公共设施、墙面上张贴、喷涂广告', '清除并恢复原貌'],
      DAMAGED_SIGN: ['广告招牌破损', days(3), '户外广告、招牌破损或有坠落危险', '修复或拆除'],
    },
  },
  EVENT_CONSTRUCTION: {
    name: '施工管理（事件）',
    kind: 'EVENT',
    minors: {
      CONSTRUCTION_SAFETY: [
        '施工安全隐患',
        days(2),
        '工地围挡、脚手架、用电或防护不合要求',
        '隐患整改，复查合格',
      ],
      CONSTRUCTION_DUST: ['工地扬尘', days(1), '土方未覆盖、车辆未冲洗或未洒水', '覆盖、冲洗、洒水措施到位'],
      NIGHT_CONSTRUCTION: ['夜间施工扰民', hours(4), '夜间施工无许可或超时', '停止施工，或取得许可并公示'],
    },
  },
  EVENT_STREET_ORDER: {
    name: '街面秩序（事件）',
    kind: 'EVENT',
    minors: {
      UNLICENSED_VENDING: ['无照经营游商', hours(2), '占用道路、桥面、广场设摊', '摊点撤离，场地清洁'],
      GOODS_ON_STREET: ['店外经营', hours(4), '超出店门摆放商品、桌椅或设施', '物品收回店内'],
      VEHICLE_MISPARKING: ['机动车乱停放', hours(2), '占用消防通道、人行道或影响通行', '车辆驶离或拖移'],
      BLOCKED_PASSAGE: ['占道堆物', hours(4), '通道、楼道或埠头堆放物品影响通行', '物品清除，通行恢复'],
    },
  },
  EVENT_EMERGENCY: {
    name: '突发事件（事件）',
    kind: 'EVENT',
    minors: {
      ROAD_FLOODING: ['道路积水', hours(4), '积水影响车辆、行人通行', '积水排除'],
      OIL_ON_WATER: ['水面油污', hours(4), '水面有成片油膜', '油污围控、吸附并清除'],
      PIPE_BURST: ['管道破裂', hours(4), '自来水、污水管道破裂外溢', '管道修复，路面恢复'],
      FALLEN_TREE: ['树木倒伏', hours(4), '树木倒伏影响通行或安全', '树木扶正或清除'],
    },
  },
  EVENT_OTHER: {
    name: '其他事件',
    kind: 'EVENT',
    minors: {
      GROUP_RENTAL: ['违规群租', days(10), '居住人数、隔间或用电超出规定', '隔间拆除，人员清退'],
      NOISE: ['社会生活噪声', days(1), '商业、娱乐噪声影响居民', '噪声停止或降至标准以内'],
    },
  },
  COMPONENT_PUBLIC_UTILITY: {
    name: '公用设施（部件）',
    kind: 'COMPONENT',
    minors: {
      MANHOLE_COVER: ['井盖缺损', hours(4), '井盖丢失、破损、移位', '更换或复位，与路面平齐'],
      STREET_LAMP: ['路灯故障', days(2), '路灯不亮、灯杆倾斜或线缆外露', '恢复照明，外观完好'],
    },
  },
  COMPONENT_ROAD: {
    name: '道路交通（部件）',
    kind: 'COMPONENT',
    minors: {
      ROAD_SURFACE: ['路面破损', days(5), '路面坑洼、塌陷、人行道板缺失', '修补完毕，路面平整'],
      GUARDRAIL: ['交通护栏破损', days(3), '护栏、桥栏缺失或变形', '修复或更换'],
    },
  },
  COMPONENT_SANITATION: {
    name: '市容环境（部件）',
    kind: 'COMPONENT',
    minors: {
      WASTE_BIN: ['垃圾箱破损', days(1), '箱体破损、倾倒或满溢', '修复、更换并清空'],
      PUBLIC_TOILET: ['公共厕所设施损坏', days(2), '设施损坏或停用未公示', '恢复使用'],
    },
  },
  COMPONENT_GREENERY: {
    name: '园林绿化（部件）',
    kind: 'COMPONENT',
    minors: {
      GREEN_SPACE: ['绿地损坏', days(5), '绿地踩踏、缺株、被占用', '补植完毕，恢复绿化'],
      STREET_TREE: ['行道树缺损', days(5), '行道树枯死、断枝、缺株', '修剪或补植'],
    },
  },
  COMPONENT_OTHER: {
    name: '其他部件',
    kind: 'COMPONENT',
    minors: {
      WATER_GATE: ['水闸、埠头损坏', days(5), '闸门、护岸、埠头石阶损坏', '修复，经巡河复查'],
    },
  },
};

/** What drifts down a river: places below are warned of it. */
const DRIFTING = new Set(['WATER_HYACINTH', 'OIL_ON_WATER', 'DEAD_FISH']);

/** Majors before their minors, which refer to them. */
const CATEGORIES: readonly GridCaseCategoryRow[] = Object.entries(MAJORS).flatMap(
  ([parent_code, { name, kind, minors }]) => [
    {
      ...{ code: parent_code, name, kind, parent_code: null, is_drifting: false },
      ...{ filing_condition: null, closing_condition: null },
    },
    ...Object.entries(minors).map(([code, [minorName, , filing_condition, closing_condition]]) => ({
      code,
      name: minorName,
      kind,
      parent_code,
      is_drifting: DRIFTING.has(code),
      filing_condition,
      closing_condition,
    })),
  ],
);

const DEFAULT_LIMITS: readonly GridCaseLimitRow[] = Object.values(MAJORS).flatMap(({ minors }) =>
  Object.entries(minors).map(([category, [, limit]]) => ({
    ...limit,
    category,
    jurisdiction: EVERYWHERE,
    effective_from: '2020-01-01',
    effective_until: null,
  })),
);

/** The categories, and the limits that hold wherever a place has set none of its own. */
export const categories: Dataset = {
  name: 'categories',
  version: '2',
  load: async (db) => {
    await db<GridCaseCategoryRow>('categories')
      .comment('gridCaseCategories.load')
      .insert([...CATEGORIES])
      .onConflict('code')
      .merge();
    await db<GridCaseLimitRow>('category_limits')
      .comment('gridCaseCategories.loadLimits')
      .insert([...DEFAULT_LIMITS])
      .onConflict(['category', 'jurisdiction', 'effective_from'])
      .merge();
  },
};
