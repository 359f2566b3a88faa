import type { LaborFlowLevel, LaborFlowMethod, LaborFlowSide } from '../operations';
import type { Language } from '../shared/messages';

export interface FlowTexts {
  title: string;
  month: string;
  sector: string;
  everySector: string;
  sectors: Record<string, string>;
  level: string;
  levels: Record<LaborFlowLevel, string>;
  figures: string;
  reconciled: string;
  sides: Record<LaborFlowSide, string>;
  from: string;
  into: string;
  matrix: string;
  matrixLabel(rows: number, columns: number, largest: string): string;
  heatMap: string;
  flowDiagram: string;
  asTable: string;
  asPicture: string;
  picture: string;
  suppressed: string;
  legend: string;
  noFigures: string;
  origin: string;
  destination: string;
  ranking: string;
  noRanking: string;
  rankingNote: string;
  byOrigin: string;
  byDestination: string;
  asymmetry: string;
  interval: string;
  more: string;
  pair(origin: string, destination: string): string;
  noPair: string;
  seriesLabel(origin: string, destination: string, months: number): string;
  series: string;
  method: string;
  methods: Record<LaborFlowMethod, string>;
  intervalOf(low: string, high: string): string;
  definition(months: number, includesFlexible: boolean, day: string): string;
  mixedDefinition: string;
  reportedBy(names: string): string;
  reportedByMany(first: string, count: number): string;
  notReported: string;
  workers: string;
  monthOnMonth: string;
  yearOnYear: string;
  missing: string;
  signIn: string;
  csv: string;
}

const ZH: FlowTexts = {
  title: '劳动力流动',
  month: '月份',
  sector: '行业',
  everySector: '全部行业',
  sectors: {
    A: '农、林、牧、渔业',
    B: '采矿业',
    C: '制造业',
    D: '电力、热力、燃气及水生产和供应业',
    E: '建筑业',
    F: '批发和零售业',
    G: '交通运输、仓储和邮政业',
    H: '住宿和餐饮业',
    I: '信息传输、软件和信息技术服务业',
    J: '金融业',
    K: '房地产业',
    L: '租赁和商务服务业',
    M: '科学研究和技术服务业',
    N: '水利、环境和公共设施管理业',
    O: '居民服务、修理和其他服务业',
    P: '教育',
    Q: '卫生和社会工作',
    R: '文化、体育和娱乐业',
    S: '公共管理、社会保障和社会组织',
    T: '国际组织',
  },
  level: '层级',
  levels: { PROVINCE: '省级', PREFECTURE: '地级', COUNTY: '县级' },
  figures: '数据',
  reconciled: '核对数',
  sides: { ORIGIN: '输出地报送', DESTINATION: '输入地报送' },
  from: '输出地范围',
  into: '输入地范围',
  matrix: '流动矩阵',
  matrixLabel: (rows, columns, largest) =>
    `${rows} 个输出地到 ${columns} 个输入地的流动，颜色越深人数越多。最大：${largest}。可切换为表格阅读。`,
  heatMap: '热力图',
  flowDiagram: '流向图',
  asTable: '表格',
  asPicture: '图',
  picture: '显示方式',
  suppressed: '少于 10 人，不予公布',
  legend: '划线的格：少于 10 人，不予公布。空白的格：没有报送，不等于零。',
  noFigures: '该月没有符合条件的数据：没有报送，不等于零。',
  origin: '输出地',
  destination: '输入地',
  ranking: '两地数据差异最大的流动',
  noRanking: '该月没有两地都报送的流动。',
  rankingNote: '不对称度 =（输出地数 − 输入地数）÷（两数之和）：偏右为输出地报得多，偏左为输入地报得多。',
  byOrigin: '输出地报送',
  byDestination: '输入地报送',
  asymmetry: '不对称度',
  interval: '区间',
  more: '再列一些',
  pair: (origin, destination) => `${origin} → ${destination}`,
  noPair: '在矩阵或排名中选择一个流动。',
  seriesLabel: (origin, destination, months) =>
    `${origin}到${destination}最近 ${months} 个月的人数：核对数及区间、输出地报送数、输入地报送数。`,
  series: '时间序列',
  method: '这个数是怎么来的',
  methods: { SINGLE_SIDE: '单方数', DESTINATION_SIDE: '输入地数', WEIGHTED_MEAN: '加权平均' },
  intervalOf: (low, high) => `区间 ${low} 至 ${high}`,
  definition: (months, includesFlexible, day) =>
    `${months > 0 ? `停留满 ${months} 个月者计入` : '不论停留多久均计入'}，${includesFlexible ? '含' : '不含'}灵活就业人员，基准日 ${day}`,
  mixedDefinition: '各填报单位的口径不同',
  reportedBy: (names) => `填报单位：${names}`,
  reportedByMany: (first, count) => `填报单位：${first}等 ${count} 个`,
  notReported: '未报送（不等于零）',
  workers: '人数',
  monthOnMonth: '环比',
  yearOnYear: '同比',
  missing: '未报送',
  signIn: '这些统计数据供各单位使用：请选择一个单位，或先登录。',
  csv: '下载 CSV',
};

const EN: FlowTexts = {
  title: 'Labor flow',
  month: 'Month',
  sector: 'Sector',
  everySector: 'Every sector',
  sectors: {
    A: 'Agriculture, forestry, fishing',
    B: 'Mining',
    C: 'Manufacturing',
    D: 'Electricity, heat, gas, water',
    E: 'Construction',
    F: 'Wholesale and retail',
    G: 'Transport, storage, post',
    H: 'Hotels and catering',
    I: 'Information technology',
    J: 'Finance',
    K: 'Real estate',
    L: 'Leasing and business services',
    M: 'Research and technical services',
    N: 'Water, environment, public facilities',
    O: 'Household services, repair',
    P: 'Education',
    Q: 'Health and social work',
    R: 'Culture, sports, entertainment',
    S: 'Public administration',
    T: 'International organizations',
  },
  level: 'Level',
  levels: { PROVINCE: 'Provinces', PREFECTURE: 'Prefectures', COUNTY: 'Counties' },
  figures: 'Figures',
  reconciled: 'Reconciled',
  sides: { ORIGIN: 'By the origin', DESTINATION: 'By the destination' },
  from: 'Origins in',
  into: 'Destinations in',
  matrix: 'Matrix',
  matrixLabel: (rows, columns, largest) =>
    `Flows from ${rows} origins to ${columns} destinations; the stronger the color, the more workers. Largest: ${largest}. Can be read as a table.`,
  heatMap: 'Heat map',
  flowDiagram: 'Flow diagram',
  asTable: 'Table',
  asPicture: 'Picture',
  picture: 'Shown as',
  suppressed: 'fewer than 10, not published',
  legend:
    'Crossed out: fewer than 10 workers, not published. Blank: nothing was reported, which is not zero.',
  noFigures: 'There are no such figures for the month: nothing was reported, which is not zero.',
  origin: 'Origin',
  destination: 'Destination',
  ranking: 'Where the two sides disagree most',
  noRanking: 'There is no flow of the month that both sides reported.',
  rankingNote:
    'Asymmetry = (origin − destination) ÷ (their sum): to the right the origin counts more, to the left the destination.',
  byOrigin: 'By the origin',
  byDestination: 'By the destination',
  asymmetry: 'Asymmetry',
  interval: 'Interval',
  more: 'Show more',
  pair: (origin, destination) => `${origin} → ${destination}`,
  noPair: 'Choose a flow in the matrix or in the ranking.',
  seriesLabel: (origin, destination, months) =>
    `Workers from ${origin} in ${destination} over the last ${months} months: reconciled with its interval, by the origin, by the destination.`,
  series: 'Series',
  method: 'How this figure came about',
  methods: {
    SINGLE_SIDE: 'The one side that reported',
    DESTINATION_SIDE: 'The destination’s sum',
    WEIGHTED_MEAN: 'Weighted mean',
  },
  intervalOf: (low, high) => `interval ${low} to ${high}`,
  definition: (months, includesFlexible, day) =>
    `counted: ${months > 0 ? `who stays ${months} months or more` : 'however long they stay'}, flexible workers ${includesFlexible ? 'included' : 'not included'}, as of ${day}`,
  mixedDefinition: 'those who reported count differently',
  reportedBy: (names) => `reported by ${names}`,
  reportedByMany: (first, count) => `reported by ${first} and ${count - 1} others`,
  notReported: 'not reported (which is not zero)',
  workers: 'Workers',
  monthOnMonth: 'On month',
  yearOnYear: 'On year',
  missing: 'not reported',
  signIn: 'These statistics are there for units: choose one, or sign in first.',
  csv: 'Download CSV',
};

export const FLOW_TEXTS: Record<Language, FlowTexts> = { 'zh-CN': ZH, en: EN };
