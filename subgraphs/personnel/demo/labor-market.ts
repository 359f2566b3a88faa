import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { LaborSkill } from '../labor-market/store';

const MONTH = '2026-10';
const RECORDED_AT = new Date('2026-09-21T02:30:00Z');

/** Employer (fictional), place, sector, skill, openings. */
const DEMANDS: readonly (readonly [string, string, string, LaborSkill, number])[] = [
  ['松江晨星智能装备有限公司', '310117', 'C', 'CNC_MACHINING', 120],
  ['松江晨星智能装备有限公司', '310117', 'C', 'WELDING', 60],
  ['九亭云帆电子有限公司', '310117', 'C', 'ELECTRONICS_ASSEMBLY', 450],
  ['泗泾恒泽电气工程有限公司', '310117', 'E', 'ELECTRICAL_WORK', 80],
  ['新桥通达供应链有限公司', '310117', 'G', 'WAREHOUSING', 300],
  ['新桥通达供应链有限公司', '310117', 'G', 'GOODS_DRIVING', 90],
  ['佘山康颐养老服务有限公司', '310117', 'Q', 'ELDERLY_CARE', 75],
  ['松江知味餐饮管理有限公司', '310117', 'H', 'COOKING', 110],
  ['松江数谷软件有限公司', '310117', 'I', 'SOFTWARE', 140],
  ['青浦安居家政服务有限公司', '310118', 'O', 'DOMESTIC_SERVICE', 60],
  ['青浦驿路物流有限公司', '310118', 'G', 'WAREHOUSING', 220],
  ['吴江锦程纺织有限公司', '320509', 'C', 'SEWING', 260],
  ['昆山联芯电子有限公司', '320583', 'C', 'ELECTRONICS_ASSEMBLY', 600],
  ['嘉善合力木业有限公司', '330421', 'C', 'WELDING', 45],
  ['嘉善水乡民宿管理有限公司', '330421', 'H', 'COOKING', 35],
  ['阜南绿源食品有限公司', '341225', 'C', 'WAREHOUSING', 50],
];

/** School (fictional), place, sector, skill, graduates. */
const SUPPLIES: readonly (readonly [string, string, string | null, LaborSkill, number])[] = [
  ['阜阳颍淮职业技术学院', '341204', 'C', 'CNC_MACHINING', 85],
  ['阜阳颍淮职业技术学院', '341204', 'C', 'ELECTRONICS_ASSEMBLY', 320],
  ['阜南县职业教育中心', '341225', 'C', 'ELECTRONICS_ASSEMBLY', 180],
  ['阜南县职业教育中心', '341225', 'C', 'SEWING', 140],
  ['阜南县职业教育中心', '341225', null, 'WAREHOUSING', 95],
  ['太和县中等专业学校', '341222', null, 'ELDERLY_CARE', 90],
  ['松江城市科技学校', '310117', 'I', 'SOFTWARE', 60],
  ['松江城市科技学校', '310117', 'C', 'CNC_MACHINING', 40],
  ['松江城市科技学校', '310117', 'H', 'COOKING', 50],
  ['青浦淀山湖职业学校', '310118', null, 'WAREHOUSING', 130],
  ['苏州太湖工业学校', '320506', 'C', 'WELDING', 70],
  ['苏州太湖工业学校', '320506', 'E', 'ELECTRICAL_WORK', 105],
  ['嘉兴南湖技师学院', '330402', 'H', 'COOKING', 40],
  ['嘉兴南湖技师学院', '330402', null, 'GOODS_DRIVING', 55],
  ['合肥滨湖信息学院', '340111', 'I', 'SOFTWARE', 150],
];

/** Who enters it: the human resources department of the place's city. */
const recorderOf = (place: string): string =>
  place === '310117' || place === '310118' || place === '341225' || place === '320509' || place === '330421'
    ? `${place}-HRSS`
    : `${place.slice(0, 4)}00-HRSS`;

/** Demand and supply of October 2026 around Songjiang. */
export async function loadLaborMarket(db: Db): Promise<void> {
  const offer = (kind: string, name: string, place: string, skill: string) => ({
    ...{
      id: demoId(kind, name, skill),
      recorded_by: recorderOf(place),
      external_id: `${kind}-${name}-${skill}`,
    },
    ...{ place, skill, month: MONTH, recorded_at: RECORDED_AT },
  });
  await db('labor_demands')
    .comment('demo.laborDemands')
    .insert(
      DEMANDS.map(([employer, place, sector, skill, openings]) => ({
        ...offer('demand', employer, place, skill),
        ...{ employer, sector, openings },
      })),
    );
  await db('labor_supplies')
    .comment('demo.laborSupplies')
    .insert(
      SUPPLIES.map(([institution, place, sector, skill, graduates]) => ({
        ...offer('supply', institution, place, skill),
        ...{ institution, sector, graduates },
      })),
    );
}
