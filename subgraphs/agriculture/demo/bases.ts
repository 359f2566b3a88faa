import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { AccreditationRow } from '../bases/store';
import { standardId } from './standards';

type DemoAccreditation = Pick<AccreditationRow, 'status'> &
  Partial<Pick<AccreditationRow, 'score' | 'visited_on' | 'valid_until'>> & {
    standard: string;
    appliedOn: string;
    decidedOn?: string;
  };

interface DemoBase {
  place: string;
  name: string;
  operator: string;
  areaMu: number;
  /** Latitude and longitude. */
  location?: [number, number];
  registeredBy: string;
  registeredOn: string;
  products: string[];
  accreditations: DemoAccreditation[];
}

/** An accreditation that was granted, and what became of it since. */
const granted = (
  standard: string,
  days: [applied: string, visited: string, decided: string, validUntil: string],
  score: string,
  status: AccreditationRow['status'] = 'ACCREDITED',
): DemoAccreditation => ({
  standard,
  status,
  appliedOn: days[0],
  visited_on: days[1],
  decidedOn: days[2],
  valid_until: days[3],
  score,
});

const applied = (standard: string, appliedOn: string): DemoAccreditation => ({
  standard,
  status: 'APPLIED',
  appliedOn,
});

const rejected = (
  standard: string,
  days: [applied: string, visited: string, decided: string],
  score: string,
): DemoAccreditation => ({
  standard,
  status: 'REJECTED',
  appliedOn: days[0],
  visited_on: days[1],
  decidedOn: days[2],
  score,
});

const SVG = 'SVG-SWEETPOTATO';

/** Places are real; bases, operators and scores are not. */
const BASES: readonly DemoBase[] = [
  {
    place: '310118103',
    name: '练塘镇东庄茭白基地',
    operator: '上海东庄茭白专业合作社',
    areaMu: 860,
    location: [31.0069, 121.0403],
    registeredBy: '310118-AGRI',
    registeredOn: '2021-03-11',
    products: ['WATER_BAMBOO'],
    accreditations: [
      granted('SVG-WATERBAMBOO', ['2025-03-03', '2025-03-20', '2025-04-02', '2028-03-31'], '94'),
    ],
  },
  {
    place: '310118104',
    name: '金泽镇岑卜绿叶菜基地',
    operator: '上海岑卜生态农业专业合作社',
    areaMu: 215.5,
    location: [31.0312, 120.9307],
    registeredBy: '310118-AGRI',
    registeredOn: '2023-05-22',
    products: ['PAK_CHOI', 'WATER_CALTROP', 'WATER_SPINACH'],
    accreditations: [],
  },
  {
    place: '310118110',
    name: '白鹤镇沈联草莓基地',
    operator: '上海沈联草莓专业合作社',
    areaMu: 130,
    registeredBy: '310118-AGRI',
    registeredOn: '2022-10-09',
    products: ['STRAWBERRY'],
    accreditations: [],
  },
  {
    place: '320382113',
    name: '八路镇沂河甘薯基地',
    operator: '邳州市沂河薯业专业合作社',
    areaMu: 740,
    registeredBy: '320000-AGRI',
    registeredOn: '2024-02-27',
    products: ['GARLIC', 'SWEET_POTATO_MINI'],
    accreditations: [rejected(SVG, ['2026-03-16', '2026-04-08', '2026-04-15'], '61')],
  },
  {
    place: '320509104',
    name: '平望镇庙头青菜基地',
    operator: '苏州庙头蔬菜专业合作社',
    areaMu: 320,
    location: [30.9803, 120.6491],
    registeredBy: '320000-AGRI',
    registeredOn: '2022-04-13',
    products: ['PAK_CHOI', 'LEAF_LETTUCE'],
    accreditations: [granted('JS-LEAFVEG', ['2025-05-06', '2025-05-21', '2025-06-03', '2028-05-31'], '90.5')],
  },
  {
    place: '320509110',
    name: '黎里镇元荡香青菜基地',
    operator: '苏州元荡水乡农业发展有限公司',
    areaMu: 410,
    location: [31.0335, 120.8242],
    registeredBy: '320000-AGRI',
    registeredOn: '2022-09-30',
    products: ['PAK_CHOI', 'SHEPHERDS_PURSE', 'CELERY'],
    accreditations: [
      granted('JS-LEAFVEG', ['2024-10-14', '2024-11-05', '2024-11-18', '2027-10-31'], '82', 'SUSPENDED'),
    ],
  },
  {
    place: '320612102',
    name: '二甲镇余西沙地甘薯基地',
    operator: '南通余西沙地农业专业合作社',
    areaMu: 380,
    location: [32.0724, 121.2318],
    registeredBy: '320000-AGRI',
    registeredOn: '2023-03-06',
    products: ['SWEET_POTATO_MINI', 'BROAD_BEAN'],
    accreditations: [granted(SVG, ['2025-07-07', '2025-08-12', '2025-08-25', '2028-07-31'], '83', 'WARNED')],
  },
  {
    place: '320981115',
    name: '三仓镇海滨甘薯基地',
    operator: '东台市海滨现代农业有限公司',
    areaMu: 1150,
    registeredBy: '320000-AGRI',
    registeredOn: '2026-08-19',
    products: ['SWEET_POTATO_MINI', 'WATERMELON'],
    accreditations: [applied(SVG, '2026-10-30')],
  },
  {
    place: '330112116',
    name: '天目山镇小香薯基地',
    operator: '杭州临安天目小香薯专业合作社',
    areaMu: 560,
    location: [30.3187, 119.4526],
    registeredBy: '330000-AGRI',
    registeredOn: '2021-11-02',
    products: ['SWEET_POTATO_MINI', 'BAMBOO_SHOOT'],
    accreditations: [
      rejected(SVG, ['2022-02-21', '2022-03-15', '2022-03-22'], '68'),
      granted(SVG, ['2025-02-17', '2025-03-11', '2025-03-24', '2028-02-29'], '91'),
    ],
  },
  {
    place: '330421111',
    name: '姚庄镇北鹤茭白基地',
    operator: '嘉善北鹤蔬果专业合作社',
    areaMu: 495,
    location: [30.9156, 120.9571],
    registeredBy: '330421-AGRI',
    registeredOn: '2021-06-28',
    products: ['WATER_BAMBOO', 'PEACH'],
    accreditations: [
      granted('SVG-WATERBAMBOO', ['2023-02-13', '2023-03-07', '2023-03-20', '2026-03-31'], '87'),
      granted('ZJ-WATERBAMBOO', ['2024-04-08', '2024-04-25', '2024-05-13', '2027-04-30'], '88.5'),
      applied('SVG-WATERBAMBOO', '2026-11-09'),
    ],
  },
  {
    place: '330483103',
    name: '石门镇运河甘薯基地',
    operator: '桐乡市运河湾家庭农场',
    areaMu: 96,
    registeredBy: '330000-AGRI',
    registeredOn: '2022-07-14',
    products: ['SWEET_POTATO_MINI'],
    accreditations: [granted(SVG, ['2024-06-03', '2024-07-02', '2024-07-15', '2027-05-31'], '80', 'REVOKED')],
  },
  {
    place: '341202105',
    name: '三十里铺镇颍淮甘薯基地',
    operator: '阜阳市颍州区颍淮蔬菜专业合作社',
    areaMu: 450,
    location: [32.7841, 115.7629],
    registeredBy: '341200-AGRI',
    registeredOn: '2020-10-12',
    products: ['SWEET_POTATO_MINI', 'CHINESE_CABBAGE'],
    accreditations: [granted(SVG, ['2025-09-01', '2025-09-23', '2025-10-09', '2028-09-30'], '88')],
  },
  {
    place: '341203101',
    name: '插花镇洋湖甘薯基地',
    operator: '阜阳市颍东区洋湖种植专业合作社',
    areaMu: 380,
    location: [33.0265, 116.0417],
    registeredBy: '341200-AGRI',
    registeredOn: '2021-03-25',
    products: ['SWEET_POTATO_MINI', 'SWEET_POTATO_TABLE'],
    accreditations: [granted(SVG, ['2026-02-24', '2026-03-18', '2026-04-01', '2029-03-31'], '85.5')],
  },
  {
    place: '341204103',
    name: '行流镇泉河甘薯基地',
    operator: '阜阳市颍泉区泉河农业科技有限公司',
    areaMu: 700,
    location: [32.9984, 115.5936],
    registeredBy: '341200-AGRI',
    registeredOn: '2020-11-16',
    products: ['SWEET_POTATO_MINI', 'CHILI'],
    accreditations: [granted(SVG, ['2025-09-08', '2025-09-24', '2025-10-09', '2028-09-30'], '91')],
  },
  {
    place: '341221106',
    name: '吕寨镇谷河甘薯基地',
    operator: '临泉县谷河薯业专业合作社',
    areaMu: 920,
    location: [33.0127, 115.4108],
    registeredBy: '341200-AGRI',
    registeredOn: '2020-10-20',
    products: ['SWEET_POTATO_MINI', 'SWEET_POTATO_TABLE'],
    accreditations: [
      granted(SVG, ['2020-11-03', '2020-12-01', '2020-12-15', '2023-11-30'], '84'),
      granted(SVG, ['2023-10-09', '2023-11-07', '2023-11-20', '2026-10-31'], '89'),
      granted(SVG, ['2026-09-07', '2026-10-13', '2026-10-26', '2029-10-31'], '93'),
    ],
  },
  {
    place: '341222108',
    name: '肖口镇颍滨甘薯基地',
    operator: '太和县颍滨家庭农场',
    areaMu: 168,
    registeredBy: '341200-AGRI',
    registeredOn: '2022-02-18',
    products: ['SWEET_POTATO_MINI'],
    accreditations: [granted(SVG, ['2025-03-10', '2025-04-09', '2025-04-21', '2028-03-31'], '82')],
  },
  {
    place: '341225107',
    name: '柳沟镇沃野甘薯基地',
    operator: '阜南县沃野农业专业合作社',
    areaMu: 620,
    location: [32.7216, 115.4683],
    registeredBy: '341225-AGRI',
    registeredOn: '2020-09-18',
    products: ['SWEET_POTATO_MINI', 'SWEET_POTATO_TABLE'],
    accreditations: [granted(SVG, ['2026-01-12', '2026-02-03', '2026-02-10', '2029-01-31'], '95')],
  },
  {
    place: '341225112',
    name: '焦陂镇谷田甘薯基地',
    operator: '阜南县谷田现代农业有限公司',
    areaMu: 540,
    location: [32.7953, 115.7024],
    registeredBy: '341225-AGRI',
    registeredOn: '2021-05-07',
    products: ['SWEET_POTATO_MINI', 'WATERMELON'],
    accreditations: [granted(SVG, ['2025-06-16', '2025-07-08', '2025-07-22', '2028-06-30'], '86')],
  },
  {
    place: '341225117',
    name: '王家坝镇淮堤甘薯基地',
    operator: '阜南县淮堤蔬菜专业合作社',
    areaMu: 305,
    location: [32.4379, 115.6012],
    registeredBy: '341225-AGRI',
    registeredOn: '2022-08-30',
    products: ['SWEET_POTATO_MINI', 'WATER_CHESTNUT', 'LOTUS_ROOT'],
    accreditations: [granted(SVG, ['2025-08-18', '2025-09-10', '2025-09-22', '2028-08-31'], '87.5')],
  },
  {
    place: '341226102',
    name: '南照镇润河湾甘薯基地',
    operator: '颍上县润河湾生态农业有限公司',
    areaMu: 810,
    location: [32.6241, 116.0386],
    registeredBy: '341200-AGRI',
    registeredOn: '2021-01-19',
    products: ['SWEET_POTATO_MINI', 'GREEN_SOYBEAN'],
    accreditations: [granted(SVG, ['2026-03-02', '2026-03-24', '2026-04-07', '2029-03-31'], '90')],
  },
  {
    place: '341282102',
    name: '芦村镇沙颍河甘薯基地',
    operator: '界首市沙颍河薯业专业合作社',
    areaMu: 475,
    location: [33.2862, 115.4527],
    registeredBy: '341200-AGRI',
    registeredOn: '2021-09-14',
    products: ['SWEET_POTATO_MINI', 'POTATO'],
    accreditations: [granted(SVG, ['2025-10-13', '2025-11-04', '2025-11-17', '2028-10-31'], '84.5')],
  },
];

const atTen = (day: string): string => `${day}T10:00:00+08:00`;

export async function loadSupplyBases(db: Db): Promise<void> {
  const bases = BASES.map((base) => ({ id: demoId('supplyBase', base.name), ...base }));
  await db('supply_bases')
    .comment('demo.supplyBases')
    .insert(
      bases.map((base) => ({
        id: base.id,
        name: base.name,
        jurisdiction: base.place,
        operator: base.operator,
        area_mu: base.areaMu,
        latitude: base.location?.[0],
        longitude: base.location?.[1],
        registered_by: base.registeredBy,
        registered_at: atTen(base.registeredOn),
      })),
    );
  await db('supply_base_products')
    .comment('demo.supplyBaseProducts')
    .insert(bases.flatMap(({ id, products }) => products.map((product) => ({ base_id: id, product }))));
  await db('accreditations')
    .comment('demo.accreditations')
    .insert(
      bases.flatMap(({ id, accreditations }) =>
        accreditations.map(({ standard, appliedOn, decidedOn, ...accreditation }) => ({
          id: demoId('accreditation', id, standard, appliedOn),
          base_id: id,
          standard_id: standardId(standard, '1'),
          ...accreditation,
          applied_at: atTen(appliedOn),
          decided_at: decidedOn && atTen(decidedOn),
        })),
      ),
    );
}
