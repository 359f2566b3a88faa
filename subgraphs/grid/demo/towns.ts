/** What kind of surroundings a case lies in. */
export type Setting = 'STREET' | 'WATER' | 'SITE' | 'HOMES' | 'SCENIC';

/** Who deals with a case. */
export type Duty = 'SANITATION' | 'WATER' | 'BUILDING' | 'STREET';

export interface Spot {
  name: string;
  /** The village or community that it lies in. */
  place: string;
  latitude: number;
  longitude: number;
  settings: readonly Setting[];
}

export interface Town {
  code: string;
  name: string;
  /** Files, dispatches and checks. */
  command: string;
  government: string;
  riverPatrol: string;
  scenicPatrol: string;
  duties: Record<Duty, string>;
  spots: readonly Spot[];
}

const spot = (
  place: string,
  name: string,
  [latitude, longitude]: [number, number],
  ...settings: Setting[]
): Spot => ({ name, place, latitude, longitude, settings });

export const LILI = '320509110';

/** Five border towns. Places are real, their points approximate; whatever happens there is not. */
export const TOWNS: readonly Town[] = [
  {
    code: '310118102',
    name: '朱家角镇',
    command: '310118102-CITYOPS',
    government: '310118102-GOV',
    riverPatrol: '310118102-CITYOPS',
    scenicPatrol: '310118102-CITYOPS',
    duties: {
      SANITATION: '310118102-GOV',
      WATER: '310118102-GOV',
      BUILDING: '310118102-GOV',
      STREET: '310118102-CITYOPS',
    },
    spots: [
      spot('310118102005', '北大街', [31.1101, 121.0547], 'STREET', 'SCENIC'),
      spot('310118102006', '放生桥东堍', [31.1108, 121.0561], 'SCENIC', 'WATER'),
      spot('310118102001', '大新街菜场', [31.1072, 121.0534], 'STREET'),
      spot('310118102007', '大淀湖北岸步道', [31.1015, 121.0478], 'WATER'),
      spot('310118102008', '沈巷集镇', [31.0871, 121.0934], 'STREET', 'SITE'),
      spot('310118102223', '淀山湖一村渔港', [31.1143, 121.0086], 'WATER', 'HOMES'),
      spot('310118102232', '张马村泖塔路', [31.0523, 121.0721], 'HOMES', 'SITE'),
      spot('310118102010', '泰安新村', [31.1049, 121.0462], 'HOMES'),
    ],
  },
  {
    code: '310118104',
    name: '金泽镇',
    command: '310118104-CITYOPS',
    government: '310118104-GOV',
    riverPatrol: '310118104-RIVER',
    scenicPatrol: '310118104-TOURISM',
    duties: {
      SANITATION: '310118104-GOV',
      WATER: '310118104-RIVER',
      BUILDING: '310118104-BUILDING',
      STREET: '310118104-GOV',
    },
    spots: [
      spot('310118104001', '上塘街', [31.0402, 120.9126], 'STREET', 'SCENIC'),
      spot('310118104001', '普济桥', [31.0389, 120.9118], 'SCENIC', 'WATER'),
      spot('310118104003', '西岑集镇', [31.0637, 120.9791], 'STREET', 'SITE'),
      spot('310118104005', '商榻集镇', [31.1082, 120.8937], 'STREET', 'HOMES'),
      spot('310118104211', '岑卜村村口', [31.0514, 120.9573], 'HOMES', 'SCENIC'),
      spot('310118104222', '莲湖村谢庄埭', [31.0597, 120.9925], 'HOMES', 'WATER'),
      spot('310118104224', '蔡浜村淀山湖岸', [31.1003, 120.9246], 'WATER'),
      spot('310118104204', '太浦河金泽段北岸', [31.0183, 120.9064], 'WATER', 'SITE'),
    ],
  },
  {
    code: LILI,
    name: '黎里镇',
    command: '320509110-COMMAND',
    government: '320509110-GOV',
    riverPatrol: '320509110-RIVER',
    scenicPatrol: '320509110-COMMAND',
    duties: {
      SANITATION: '320509110-SANITATION',
      WATER: '320509110-RIVER',
      BUILDING: '320509110-BUILDING',
      STREET: '320509110-GOV',
    },
    spots: [
      spot('320509110008', '黎里古镇南新街', [30.9991, 120.7172], 'STREET', 'SCENIC'),
      spot('320509110007', '黎里古镇梨花街', [31.0003, 120.7189], 'SCENIC', 'STREET'),
      spot('320509110004', '莘塔农贸市场', [31.0236, 120.8301], 'STREET'),
      spot('320509110005', '金家坝集镇', [31.0812, 120.7689], 'STREET', 'HOMES'),
      spot('320509110009', '北厍集镇', [31.0392, 120.7683], 'STREET', 'HOMES'),
      spot('320509110003', '汾湖大道地铁工地', [31.0284, 120.8127], 'SITE', 'STREET'),
      spot('320509110212', '高新村厂房工地', [31.0341, 120.8019], 'SITE'),
      spot('320509110207', '元荡岸线', [31.0538, 120.8814], 'WATER', 'SCENIC'),
      spot('320509110204', '太浦河汾湖湾段', [31.0105, 120.8302], 'WATER'),
      spot('320509110242', '汾湖西岸', [30.9986, 120.8011], 'WATER', 'HOMES'),
      spot('320509110218', '杨文头村', [31.0627, 120.8482], 'HOMES'),
      spot('320509110210', '三好村', [31.0458, 120.8325], 'HOMES', 'SITE'),
      spot('320509110231', '方联村', [31.0152, 120.7518], 'HOMES', 'WATER'),
    ],
  },
  {
    code: '330421103',
    name: '西塘镇',
    command: '330421103-CITYOPS',
    government: '330421103-GOV',
    riverPatrol: '330421103-CITYOPS',
    scenicPatrol: '330421103-TOURISM',
    duties: {
      SANITATION: '330421103-GOV',
      WATER: '330421103-GOV',
      BUILDING: '330421103-BUILDING',
      STREET: '330421-URBAN',
    },
    spots: [
      spot('330421103001', '西街', [30.9468, 120.8897], 'STREET', 'SCENIC'),
      spot('330421103002', '朝南埭廊棚', [30.9479, 120.8918], 'SCENIC', 'WATER'),
      spot('330421103003', '塘东街', [30.9471, 120.8934], 'STREET', 'SCENIC'),
      spot('330421103004', '西园新村', [30.9437, 120.8862], 'HOMES'),
      spot('330421103200', '荷池村', [30.9392, 120.8789], 'HOMES', 'SITE'),
      spot('330421103006', '下甸庙集镇', [30.9803, 120.8672], 'STREET', 'SITE'),
      spot('330421103206', '祥符荡北岸', [30.9702, 120.9018], 'WATER'),
      spot('330421103230', '红菱村', [30.9581, 120.8573], 'WATER', 'HOMES'),
    ],
  },
  {
    code: '330421111',
    name: '姚庄镇',
    command: '330421111-CITYOPS',
    government: '330421111-GOV',
    riverPatrol: '330421111-CITYOPS',
    scenicPatrol: '330421111-CITYOPS',
    duties: {
      SANITATION: '330421111-GOV',
      WATER: '330421111-GOV',
      BUILDING: '330421111-BUILDING',
      STREET: '330421-URBAN',
    },
    spots: [
      spot('330421111001', '姚庄大道菜场', [30.9092, 120.9531], 'STREET'),
      spot('330421111004', '桃源新邨', [30.9118, 120.9487], 'HOMES'),
      spot('330421111002', '丁栅集镇', [30.9841, 120.9462], 'STREET', 'HOMES'),
      spot('330421111003', '俞汇集镇', [30.9639, 120.9723], 'STREET'),
      spot('330421111212', '银水庙村', [30.9953, 120.9587], 'HOMES', 'WATER'),
      spot('330421111213', '沉香荡', [30.9772, 120.9408], 'WATER', 'SCENIC'),
      spot('330421111206', '武长村工地', [30.9204, 120.9612], 'SITE'),
      spot('330421111214', '渔民村埠头', [30.9723, 120.9589], 'WATER', 'HOMES'),
    ],
  },
];

/** Who works where: fictional, and nobody for two units. */
export const STAFF: Record<string, readonly [string, ...string[]]> = {
  '310118102-CITYOPS': ['沈佳敏', '陆宇航'],
  '310118102-GOV': ['朱国平', '蔡雯'],
  '310118104-CITYOPS': ['顾海燕', '徐志伟'],
  '310118104-GOV': ['张建良', '钱丽萍'],
  '310118104-RIVER': ['姚水根', '陈一帆'],
  '310118104-BUILDING': ['吴晓东', '唐静怡'],
  '310118104-TOURISM': ['施雅琴', '邵俊'],
  '320509110-COMMAND': ['王苏平', '周晨曦', '倪春华'],
  '320509110-GOV': ['陆建明', '赵敏洁'],
  '320509110-BUILDING': ['孙立群', '许文涛'],
  '320509110-SANITATION': ['李阿荣', '沈根林', '费晓琳'],
  '320509110-RIVER': ['凌水明', '金秋月'],
  '330421-URBAN': ['胡志强', '郁佳慧'],
  '330421103-CITYOPS': ['俞晓峰', '戴梦婷'],
  '330421103-GOV': ['柏雪明', '曹丹'],
  '330421103-BUILDING': ['潘伟国', '盛洁'],
  '330421103-TOURISM': ['江惠芬', '倪文杰'],
  '330421111-CITYOPS': ['陶建华', '计思远'],
  '330421111-GOV': ['马秋根', '范玉兰'],
  '330421111-BUILDING': ['鲁卫东', '沈嘉禾'],
};
