import { creditCheckCharacter, jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import type { FunctionCode } from '../agencies/reference';

interface DemoAgency {
  name: string;
  functions: FunctionCode[];
  /** Latitude, longitude, radius in meters. */
  location?: [number, number, number];
  /** Companies and offices that only coordinate may act nowhere. */
  hasNoRemit?: true;
}

const unit = (name: string, ...functions: FunctionCode[]): DemoAgency => ({ name, functions });

/** The units of the demo: places and duties are real, whatever they do here is not. */
const AGENCIES: Record<string, DemoAgency> = {
  '140107-ORG': unit('太原市杏花岭区委组织部', 'ORGANIZATION'),
  '310000-GOV': unit('上海市人民政府', 'GENERAL_GOVERNMENT'),
  '310000-COMMERCE': unit('上海市商务委员会', 'COMMERCE', 'VEGETABLE_MARKET_STANDARDS'),
  '310000-AGRI': unit('上海市农业农村委员会', 'AGRICULTURE'),
  '310000-VEGGROUP': { ...unit('上海蔬菜（集团）有限公司', 'VEGETABLE_PURCHASING'), hasNoRemit: true },
  '310000-YRDOFFICE': { ...unit('长三角区域合作办公室', 'REGIONAL_COOPERATION'), hasNoRemit: true },
  '310105-ORG': unit('中共上海市长宁区委组织部', 'ORGANIZATION'),
  '310117-HRSS': unit('上海市松江区人力资源和社会保障局', 'HUMAN_RESOURCES'),
  '310118-GOV': unit('上海市青浦区人民政府', 'GENERAL_GOVERNMENT'),
  '310118-AGRI': unit('上海市青浦区农业农村委员会', 'AGRICULTURE'),
  '310118-ORG': unit('中共上海市青浦区委组织部', 'ORGANIZATION'),
  '310118-HRSS': unit('上海市青浦区人力资源和社会保障局', 'HUMAN_RESOURCES'),
  '310118102-GOV': unit('朱家角镇人民政府', 'GENERAL_GOVERNMENT'),
  '310118102-CITYOPS': {
    ...unit('朱家角镇城市运行管理中心', 'GRID_COMMAND'),
    location: [31.1086, 121.0519, 500],
  },
  '310118104-GOV': { ...unit('金泽镇人民政府', 'GENERAL_GOVERNMENT'), location: [31.0408, 120.9131, 500] },
  '310118104-CITYOPS': {
    ...unit('金泽镇城市运行管理中心', 'GRID_COMMAND'),
    location: [31.0413, 120.9142, 500],
  },
  '310118104-RIVER': unit('金泽镇河长制办公室', 'RIVER_CHIEF'),
  '310118104-REVIEW': unit('金泽镇经营准入联席会议办公室', 'LICENSE_REVIEW'),
  '310118104-TOURISM': unit('金泽镇文化和旅游服务中心', 'TOURISM'),
  '310118104-INVEST': unit('金泽镇经济发展办公室', 'INVESTMENT'),
  '310118104-BUILDING': unit(
    '金泽镇规划建设和生态环境办公室',
    'BUILDING_APPEARANCE',
    'CONSTRUCTION_MANAGEMENT',
  ),
  '310118104-FIRE': unit('金泽镇消防救援站', 'FIRE_SAFETY'),
  '310118104222-COMMITTEE': unit('金泽镇莲湖村村民委员会', 'VILLAGE_COMMITTEE'),
  '320000-GOV': unit('江苏省人民政府', 'GENERAL_GOVERNMENT'),
  '320000-AGRI': unit('江苏省农业农村厅', 'AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'),
  '320509-ORG': unit('中共苏州市吴江区委组织部', 'ORGANIZATION'),
  '320509-HRSS': unit('苏州市吴江区人力资源和社会保障局', 'HUMAN_RESOURCES'),
  '320509110-GOV': unit('黎里镇人民政府', 'GENERAL_GOVERNMENT'),
  '320509110-COMMAND': {
    ...unit('汾湖（黎里）联动指挥中心', 'GRID_COMMAND'),
    location: [31.0207, 120.7195, 500],
  },
  '320509110-BUILDING': unit('黎里镇建设管理办公室', 'BUILDING_APPEARANCE', 'CONSTRUCTION_MANAGEMENT'),
  '320509110-SANITATION': unit('黎里镇环境卫生管理所', 'SANITATION'),
  '320509110-RIVER': unit('黎里镇河长制办公室', 'RIVER_CHIEF'),
  '320612102-GOV': unit('二甲镇人民政府', 'GENERAL_GOVERNMENT'),
  '320612102-COMMAND': unit('二甲镇网格化指挥中心', 'GRID_COMMAND'),
  '330000-GOV': unit('浙江省人民政府', 'GENERAL_GOVERNMENT'),
  '330000-AGRI': unit('浙江省农业农村厅', 'AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'),
  '330421-ORG': unit('中共嘉善县委组织部', 'ORGANIZATION'),
  '330421-HRSS': unit('嘉善县人力资源和社会保障局', 'HUMAN_RESOURCES'),
  '330421-AGRI': unit('嘉善县农业农村局', 'AGRICULTURE'),
  '330421-URBAN': unit('嘉善县综合行政执法局', 'URBAN_MANAGEMENT', 'GRID_COMMAND'),
  '330421102-BUILDING': unit('大云镇建设管理办公室', 'BUILDING_APPEARANCE', 'CONSTRUCTION_MANAGEMENT'),
  '330421103-GOV': { ...unit('西塘镇人民政府', 'GENERAL_GOVERNMENT'), location: [30.9473, 120.8921, 500] },
  '330421103-CITYOPS': unit('西塘镇综合信息指挥室', 'GRID_COMMAND'),
  '330421103-REVIEW': unit('西塘镇联席会议办公室', 'LICENSE_REVIEW'),
  '330421103-INVEST': unit('西塘镇招商服务中心', 'INVESTMENT'),
  '330421103-BUILDING': unit('西塘镇建设管理办公室', 'BUILDING_APPEARANCE', 'CONSTRUCTION_MANAGEMENT'),
  '330421103-FIRE': unit('西塘镇消防救援站', 'FIRE_SAFETY'),
  '330421103-TOURISM': unit('西塘镇旅游管理办公室', 'TOURISM'),
  '330421111-GOV': unit('姚庄镇人民政府', 'GENERAL_GOVERNMENT'),
  '330421111-BUILDING': unit('姚庄镇建设管理办公室', 'BUILDING_APPEARANCE', 'CONSTRUCTION_MANAGEMENT'),
  '330421111-CITYOPS': unit('姚庄镇综合信息指挥室', 'GRID_COMMAND'),
  '330421111212-COMMITTEE': unit('姚庄镇银水庙村村民委员会', 'VILLAGE_COMMITTEE'),
  '340000-GOV': unit('安徽省人民政府', 'GENERAL_GOVERNMENT'),
  '340000-AGRI': unit('安徽省农业农村厅', 'AGRICULTURE'),
  '341200-AGRI': unit('阜阳市农业农村局', 'AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'),
  '341200-ORG': unit('中共阜阳市委组织部', 'ORGANIZATION'),
  '341225-AGRI': unit('阜南县农业农村局', 'AGRICULTURE'),
  '341225-HRSS': unit('阜南县人力资源和社会保障局', 'HUMAN_RESOURCES'),
};

/** A credit code for the demo: its class and place are right, its serial number is not anyone's. */
function demoCreditCode(code: string, serial: number): string {
  const isCompany = code.endsWith('VEGGROUP');
  const first17 = `${isCompany ? '91' : '11'}${jurisdictionOfAgency(code).slice(0, 6)}MB${String(serial).padStart(7, '0')}`;
  return first17 + creditCheckCharacter(first17);
}

export async function loadAgencies(db: Db): Promise<void> {
  // Every city and province has a department of human resources: they report the labor flows.
  const departments = await db<{ code: string; name: string; full_name: string }>('jurisdictions')
    .comment('demo.citiesAndProvinces')
    .select('code', 'name', 'full_name')
    .whereIn('level', ['PROVINCE', 'PREFECTURE'])
    .whereRaw("substr(code, 1, 2) IN ('31', '32', '33', '34')")
    .orderBy('code');
  const all: [string, DemoAgency][] = [
    ...Object.entries(AGENCIES),
    ...departments.map((place): [string, DemoAgency] => [
      `${place.code}-HRSS`,
      unit(`${place.name}人力资源和社会保障${place.name.endsWith('省') ? '厅' : '局'}`, 'HUMAN_RESOURCES'),
    ]),
  ];
  await db('agencies')
    .comment('demo.agencies')
    .insert(
      all.map(([code, { name, location }], i) => ({
        code,
        name,
        jurisdiction: jurisdictionOfAgency(code),
        credit_code: demoCreditCode(code, i + 1),
        latitude: location?.[0] ?? null,
        longitude: location?.[1] ?? null,
        radius_meters: location?.[2] ?? null,
      })),
    );
  await db('agency_functions')
    .comment('demo.functions')
    .insert(all.flatMap(([agency, { functions }]) => functions.map((code) => ({ agency, function: code }))));
  await db('agency_remits')
    .comment('demo.remits')
    .insert(
      all
        .filter(([, { hasNoRemit }]) => !hasNoRemit)
        .map(([agency]) => ({ agency, jurisdiction: jurisdictionOfAgency(agency) })),
    );
}
