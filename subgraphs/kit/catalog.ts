import type { Text } from './language';

/** The three classes of the national rules on sharing government data 政务数据共享. */
export type SharingClass = 'UNCONDITIONAL' | 'CONDITIONAL' | 'WITHHELD';

/** 更新周期 — how often the rows of an item change. */
export const UPDATE_CYCLES = {
  REAL_TIME: { en: 'in real time', zh: '实时' },
  DAILY: { en: 'daily', zh: '每日' },
  WEEKLY: { en: 'weekly', zh: '每周' },
  MONTHLY: { en: 'monthly', zh: '每月' },
  ON_CHANGE: { en: 'when something changes', zh: '变更时更新' },
} as const satisfies Record<string, Text>;

export type UpdateCycle = keyof typeof UPDATE_CYCLES;

export interface CatalogItem {
  readonly class: SharingClass;
  /** A unit with one of these functions is a party to a row that has a place in the unit's own jurisdiction. */
  readonly functionsByPlace: readonly string[];
  /** The same, by the row's destination: a unit with one of these is a party to what is bound for its jurisdiction. */
  readonly functionsByDestination?: readonly string[];
  /** Whom a row names, which makes them parties to it; null where every signed-in unit reads every row. */
  readonly named: Text | null;
  /** Counts within the area, for the code of the information resource: never changed, never given again. */
  readonly number: number;
  readonly name: Text;
  readonly description: Text;
  /** Which unit answers for a row. */
  readonly provider: Text;
  readonly updateCycle: UpdateCycle;
  /** How the rows are had. */
  readonly format: Text;
}

/** A unit with this function is a party by place for every item. */
export const GENERAL_GOVERNMENT = 'GENERAL_GOVERNMENT';

const unconditional = { class: 'UNCONDITIONAL', functionsByPlace: [], named: null } as const;

const graph = { format: { en: 'JSON (GraphQL)', zh: 'JSON（GraphQL 接口）' } } as const;
const graphAndCsv = {
  format: {
    en: 'JSON (GraphQL), CSV (labor-flow script)',
    zh: 'JSON（GraphQL 接口）、CSV（劳动力流动脚本）',
  },
} as const;

interface CatalogArea {
  /** Counts the areas, for the code of the information resource: never changed, never given again. */
  readonly number: number;
  /** The subgraph that holds the area's items. */
  readonly subgraph: string;
}

/** The areas of the catalog: the part before the dot in an item's code. */
export const AREAS = {
  registry: { number: 1, subgraph: 'registry' },
  personnel: { number: 2, subgraph: 'personnel' },
  'labor-flow': { number: 3, subgraph: 'personnel' },
  grid: { number: 4, subgraph: 'grid' },
  tourism: { number: 5, subgraph: 'tourism' },
  agriculture: { number: 6, subgraph: 'agriculture' },
} as const satisfies Record<string, CatalogArea>;

type Area = keyof typeof AREAS;

/** Every item of the hub's catalog. The part before the dot is its area. */
export const CATALOG = {
  'registry.directory': {
    ...unconditional,
    number: 1,
    name: { en: 'Places, units and sharing catalog', zh: '行政区划、单位与共享目录' },
    description: {
      en: 'Administrative divisions by GB/T 2260, the units of government with their functions and counterparts, and the catalog of what is shared.',
      zh: '按 GB/T 2260 编码的行政区划，各单位及其职能、对口单位，以及政务数据共享目录。',
    },
    provider: { en: "the hub's operator", zh: '枢纽运行单位' },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'personnel.secondments': {
    ...unconditional,
    number: 1,
    name: { en: 'Officers and secondments', zh: '干部与挂职' },
    description: {
      en: "Officers' names and posts, postings with their stints, programs, practices found during postings, and liaisons.",
      zh: '干部姓名与职务，挂职安排及其阶段，挂职项目，经验做法，联络员。',
    },
    provider: { en: 'the unit that planned the posting', zh: '派出单位' },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'personnel.officer-contact': {
    class: 'CONDITIONAL',
    functionsByPlace: [],
    named: { en: "the officer's own unit", zh: '干部所在单位' },
    number: 2,
    name: { en: "Officers' contact details", zh: '干部联系方式' },
    description: {
      en: "Officers' telephone numbers and e-mail addresses.",
      zh: '干部的电话和电子邮箱。',
    },
    provider: { en: "the officer's own unit", zh: '干部所在单位' },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'personnel.conduct': {
    class: 'WITHHELD',
    functionsByPlace: ['ORGANIZATION'],
    named: {
      en: 'the home unit, the host units and the organizer of the posting',
      zh: '派出单位、接收单位（含轮岗单位）、项目组织单位',
    },
    number: 3,
    name: { en: "Seconded officers' conduct", zh: '挂职干部日常管理' },
    description: {
      en: 'Attendance, leave, weekly scores, reports, assessments, reminder talks, alerts of nominal postings, housing and subsidies of seconded officers; transfers of officers that are being agreed on.',
      zh: '挂职干部的考勤、请销假、周考评、考察报告、考核、提醒谈话、空挂预警、住宿和生活补贴；商调中的干部调动。',
    },
    provider: { en: 'the unit that recorded it', zh: '登记该数据的单位' },
    updateCycle: 'DAILY',
    ...graph,
  },
  'labor-flow.statistics': {
    ...unconditional,
    number: 1,
    name: { en: 'Labor-flow statistics', zh: '劳动力流动统计' },
    description: {
      en: 'Sums, asymmetries and reconciled figures of workers by month, origin, destination and sector. A cell of fewer than 10 workers enters as 0 or 10.',
      zh: '按月份、输出地、输入地、行业汇总的劳动力人数，双方差异及调和数。不足 10 人的单元以 0 或 10 计入。',
    },
    provider: { en: 'the units that reported the figures', zh: '报送数据的各单位' },
    updateCycle: 'MONTHLY',
    ...graph,
  },
  'labor-flow.reports': {
    class: 'CONDITIONAL',
    functionsByPlace: ['HUMAN_RESOURCES'],
    named: { en: 'the unit that reported the figure', zh: '报送单位' },
    number: 2,
    name: { en: 'Labor-flow reports', zh: '劳动力流动报送数据' },
    description: {
      en: 'Exact figures as either side reported them, with their definitions, revisions and the feed of changes.',
      zh: '输出地、输入地报送的原始数据，含统计口径、历次修订和变更流。',
    },
    provider: { en: 'the unit that first reported the figure', zh: '首次报送该数据的单位' },
    updateCycle: 'MONTHLY',
    ...graphAndCsv,
  },
  'labor-flow.market': {
    ...unconditional,
    number: 3,
    name: { en: 'Labor demand and supply', zh: '用工对接' },
    description: {
      en: "Employers' openings and schools' graduates by place, sector, skill and month, and how they match.",
      zh: '按地区、行业、技能、月份的企业用工需求、院校毕业生供给及其匹配结果。',
    },
    provider: { en: 'the unit that recorded the demand or supply', zh: '登记供需信息的单位' },
    updateCycle: 'MONTHLY',
    ...graph,
  },
  'grid.cases': {
    class: 'CONDITIONAL',
    functionsByPlace: ['GRID_COMMAND', 'RIVER_CHIEF'],
    named: {
      en: 'the unit that reported the case and the units that hold or held its task',
      zh: '上报单位、现承办及曾承办单位',
    },
    number: 1,
    name: { en: 'Grid cases', zh: '网格案件' },
    description: {
      en: 'Cases from intake to closing with their tasks, referrals to neighbors, patrols, the live board and monthly reports.',
      zh: '案件从受理到结案的全过程，含任务、毗邻移送、巡查、实时看板和月报。',
    },
    provider: { en: 'the unit that reported the case', zh: '上报案件的单位' },
    updateCycle: 'REAL_TIME',
    ...graph,
  },
  'grid.inspections': {
    class: 'CONDITIONAL',
    functionsByPlace: ['GRID_COMMAND'],
    named: {
      en: 'the organizer and the units that inspect or are inspected',
      zh: '组织单位、检查单位、受检单位',
    },
    number: 2,
    name: { en: 'Cross-inspections', zh: '交叉检查' },
    description: {
      en: 'Campaigns in which towns inspect each other: who inspects whom, findings, and scores.',
      zh: '各镇交叉检查活动，含检查分组、发现问题和评分。',
    },
    provider: { en: 'the unit that organizes the campaign', zh: '组织检查的单位' },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'grid.people': {
    class: 'WITHHELD',
    functionsByPlace: ['GRID_COMMAND', 'VILLAGE_COMMITTEE'],
    named: { en: 'the unit that recorded it', zh: '登记单位' },
    number: 3,
    name: { en: 'Households, petitioners and leads', zh: '住户、来访人与线索' },
    description: {
      en: 'Households with their waste stamps and visits, petitioners received, and leads that someone must check.',
      zh: '住户及其垃圾分类积分和走访记录，接访的来访人，待核查的线索。',
    },
    provider: { en: 'the unit that recorded it', zh: '登记该数据的单位' },
    updateCycle: 'WEEKLY',
    ...graph,
  },
  'tourism.procedures': {
    ...unconditional,
    number: 1,
    name: { en: 'Joint review procedures', zh: '联审办法' },
    description: {
      en: "How each town reviews license applications jointly: materials, reviewing functions, cut-off, and the sessions' days.",
      zh: '各镇经营准入联审办法，含材料清单、参审职能、截止时间和联席会日期。',
    },
    provider: { en: 'the unit that issued the procedure', zh: '制定办法的单位' },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'tourism.applications': {
    class: 'CONDITIONAL',
    functionsByPlace: ['LICENSE_REVIEW', 'TOURISM', 'INVESTMENT', 'BUILDING_APPEARANCE', 'FIRE_SAFETY'],
    named: { en: 'the unit that took the application in', zh: '受理单位' },
    number: 2,
    name: { en: 'License applications', zh: '经营准入申请' },
    description: {
      en: 'Applications with premises and materials, the opinions and decisions on them, and scenic patrols. Applicants themselves are a separate item.',
      zh: '经营准入申请及其场所、材料，联审意见和决定，景区巡查。申请人信息另列目录。',
    },
    provider: { en: 'the unit that took the application in', zh: '受理单位' },
    updateCycle: 'REAL_TIME',
    ...graph,
  },
  'tourism.applicants': {
    class: 'WITHHELD',
    functionsByPlace: ['LICENSE_REVIEW'],
    named: { en: 'the unit that took the application in', zh: '受理单位' },
    number: 3,
    name: { en: 'License applicants', zh: '经营准入申请人' },
    description: { en: "Applicants' names and telephone numbers.", zh: '申请人的姓名和电话。' },
    provider: { en: 'the unit that took the application in', zh: '受理单位' },
    updateCycle: 'REAL_TIME',
    ...graph,
  },
  'agriculture.standards': {
    ...unconditional,
    number: 1,
    name: { en: 'Supply standards and bases', zh: '供应标准与供应基地' },
    description: {
      en: 'Products, standards with their limits, supply bases and their accreditations, events and cooperation projects.',
      zh: '产品、标准及限量，供应基地及其授牌，产销对接活动与合作项目。',
    },
    provider: {
      en: 'the unit that issued the standard or recorded the base',
      zh: '标准发布单位、基地登记单位',
    },
    updateCycle: 'ON_CHANGE',
    ...graph,
  },
  'agriculture.batches': {
    class: 'CONDITIONAL',
    functionsByPlace: ['AGRICULTURE'],
    functionsByDestination: ['VEGETABLE_MARKET_STANDARDS'],
    named: { en: "the unit that recorded the batch and the standard's issuer", zh: '登记单位、标准发布单位' },
    number: 2,
    name: { en: 'Supply batches', zh: '供应批次' },
    description: {
      en: 'Batches with pesticides applied, tests, compliance with each market, and recalls.',
      zh: '供应批次及其用药、检测、各市场合规判定和召回。',
    },
    provider: { en: 'the unit that recorded the batch', zh: '登记批次的单位' },
    updateCycle: 'REAL_TIME',
    ...graph,
  },
} as const satisfies Record<`${Area}.${string}`, CatalogItem>;

export type ItemName = keyof typeof CATALOG;

/** The items in the order of the catalog. */
// `Object.keys` forgets what the keys of a constant are.
export const ITEM_NAMES = Object.keys(CATALOG) as readonly ItemName[];

export const isItemName = (name: string): name is ItemName => Object.hasOwn(CATALOG, name);

/** The area of an item. */
export function areaOf(item: ItemName): CatalogArea {
  const [area] = item.split('.', 1) as [Area];
  return AREAS[area];
}

/** The subgraph that holds an item. */
export const subgraphOfItem = (item: ItemName): string => areaOf(item).subgraph;

/** An end of a row that makes units parties to it: where it lies, or what it is bound for. */
export type PartyEnd = 'place' | 'destination';

/** The functions that make a unit a party by one end of a row; the general government's aside. */
export function functionsAt(item: ItemName, end: PartyEnd): readonly string[] {
  const entry: CatalogItem = CATALOG[item];
  return end === 'place' ? entry.functionsByPlace : (entry.functionsByDestination ?? []);
}
