import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { levelOf } from '../../kit/jurisdiction';
import { DEMO_UNITS, dialingCodeOf } from './units';

interface DemoOfficer {
  id: string;
  name: string;
  title: string;
  agency: string;
  phone: string;
  email: string;
}

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜',
];
const GIVEN_NAMES = [
  '建业 晓峰 志远 雨桐 文博 海燕 国栋 佳怡 立新 书瑶 永宁 思源 雪梅 德胜 婉清 浩然 玉兰 景行 瑞芳 少华',
  '嘉禾 启明 云飞 秀英 承志 静怡 长青 慧敏 振东 若水 一帆 桂香 泽宇 丽芬 勤耘 诗涵 光辉 月琴 宏伟 素心',
  '子谦 红霞 鹏程 可欣 守义 冬梅 天佑 凤仪 伯安 竹君 润泽 莉莉 敬之 晴川 新民 巧云 维周 亦舟 大勇 梦琪 怀瑾',
].flatMap((line) => line.split(' '));

/** The numbers of surnames and of given names have no common divisor, so that 3,233 names differ. */
const nameOf = (serial: number): string =>
  `${SURNAMES[serial % SURNAMES.length]}${GIVEN_NAMES[serial % GIVEN_NAMES.length]}`;

/** What the officers of a kind of unit do. `§` is the division that a unit of that level has: 处 or 科. */
const TITLES: Record<string, readonly string[]> = {
  AGRI: ['种植业管理§§长', '农产品质量安全监管§副§长', '市场与信息化§一级主任科员'],
  BUILDING: ['主任', '风貌管理员', '工程监管员'],
  CITYOPS: ['主任', '副主任', '值班指挥长', '网格监督员'],
  COMMAND: ['主任', '副主任', '值班指挥长', '数据研判员'],
  COMMERCE: ['市场运行§§长', '市场秩序§副§长', '市场运行§一级主任科员'],
  COMMITTEE: ['村委会主任', '村委会副主任', '治保委员'],
  FIRE: ['站长', '消防监督员'],
  GOV: ['综合§§长', '秘书§副§长', '区域合作§一级主任科员'],
  HRSS: [
    '就业促进§§长',
    '农村劳动力转移就业§副§长',
    '人才开发§一级主任科员',
    '人力资源市场§副§长',
    '劳动关系§二级主任科员',
    '社会保险§三级主任科员',
  ],
  INVEST: ['主任', '招商专员'],
  ORG: ['干部教育§§长', '公务员管理§副§长', '人才工作§一级主任科员'],
  REVIEW: ['主任', '联审专员'],
  RIVER: ['主任', '巡河督导员', '河长助理'],
  SANITATION: ['所长', '保洁督查员'],
  TOURISM: ['主任', '景区管理员', '市场推广专员'],
  TOWN: [
    '党政办公室主任',
    '社区治理办公室副主任',
    '平安建设办公室副主任',
    '经济发展办公室一级科员',
    '农业农村办公室副主任',
    '规划建设办公室一级科员',
  ],
  URBAN: ['执法协调科科长', '网格管理科副科长', '市容管理科一级科员'],
  VEGGROUP: ['采购中心总监', '产销对接部经理', '质量检测部主管'],
  YRDOFFICE: ['综合组组长', '产业合作组副组长', '公共服务组专员'],
};

function titlesOf(agency: string): readonly string[] {
  const place = jurisdictionOfAgency(agency);
  const slug = agency.slice(place.length + 1);
  const level = levelOf(place);
  const titles = TITLES[slug === 'GOV' && level === 'TOWNSHIP' ? 'TOWN' : slug];
  if (!titles) throw new Error(`no titles are known for ${agency}`);
  return titles.map((title) => title.replaceAll('§', level === 'PROVINCE' ? '处' : '科'));
}

/** The id of the first, second, … officer of a unit of the demo. */
export const demoOfficerId = (agency: string, number: number): string => demoId('officer', agency, number);

/** Fictional persons: no line in China has a number that begins with 0, and nothing is ever under `.example`. */
export const DEMO_OFFICERS: readonly DemoOfficer[] = DEMO_UNITS.flatMap((agency) =>
  titlesOf(agency).map((title, i) => ({ agency, title, number: i + 1 })),
).map(({ agency, title, number }, serial) => {
  const place = jurisdictionOfAgency(agency);
  return {
    id: demoOfficerId(agency, number),
    name: nameOf(serial),
    title,
    agency,
    phone: `${dialingCodeOf(place)}-0${String(serial + 1).padStart(7, '0')}`,
    email: `${agency.slice(place.length + 1).toLowerCase()}-${number}@${place}.example`,
  };
});

export async function loadOfficers(db: Db): Promise<void> {
  await db('officers')
    .comment('demo.officers')
    .insert(DEMO_OFFICERS.map(({ id, name, title, agency }) => ({ id, name, title, agency })));
  await db('officer_contacts')
    .comment('demo.officerContacts')
    .insert(DEMO_OFFICERS.map(({ id, agency, phone, email }) => ({ officer: id, agency, phone, email })));
}
