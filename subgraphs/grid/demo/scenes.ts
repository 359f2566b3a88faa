import type { GridCaseSource } from '../cases/rules';
import type { Duty, Setting } from './towns';

/** A matter as it comes in, and how it ends. */
export interface Scene {
  category: string;
  duty: Duty;
  setting: Setting;
  sources: readonly [GridCaseSource, ...GridCaseSource[]];
  /** Follows the name of the spot. */
  matter: string;
  description: string;
  result: string;
}

const scene = (
  category: string,
  duty: Duty,
  setting: Setting,
  sources: Scene['sources'],
  texts: readonly [matter: string, description: string, result: string],
): Scene => ({
  category,
  duty,
  setting,
  sources,
  matter: texts[0],
  description: texts[1],
  result: texts[2],
});

export const SCENES: readonly [Scene, ...Scene[]] = [
  scene(
    'EXPOSED_GARBAGE',
    'SANITATION',
    'STREET',
    ['HOTLINE_12345', 'GRID_PATROL'],
    [
      '垃圾堆放未清运',
      '来电人反映垃圾桶旁堆放大量生活垃圾，已有两天，气味较重。',
      '已安排车辆清运，地面冲洗完毕。',
    ],
  ),
  scene(
    'EXPOSED_GARBAGE',
    'SANITATION',
    'HOMES',
    ['GRID_PATROL', 'CROSS_INSPECTION'],
    ['垃圾投放点周边有散落垃圾', '投放点外有装修垃圾和旧家具，未入箱。', '散落垃圾已清理，大件垃圾已拖运。'],
  ),
  scene(
    'WATER_HYACINTH',
    'WATER',
    'WATER',
    ['RIVER_PATROL', 'NEIGHBOR_REFERRAL'],
    [
      '水葫芦成片聚集',
      '水面漂浮水葫芦约四百平方米，随水流向下游移动。',
      '打捞船两艘次作业，漂浮植物已上岸清运。',
    ],
  ),
  scene(
    'UNCLEAN_WATER',
    'WATER',
    'WATER',
    ['RIVER_PATROL', 'HOTLINE_12345'],
    ['河面有漂浮垃圾', '岸坡有农膜、泡沫箱，水面漂浮塑料袋。', '水面及岸坡垃圾已打捞清理。'],
  ),
  scene(
    'CONSTRUCTION_SAFETY',
    'BUILDING',
    'SITE',
    ['GRID_PATROL', 'HOTLINE_12345'],
    [
      '脚手架缺少防护网',
      '外立面施工，二层以上未挂密目网，临街一侧无警示。',
      '已责令停工整改，防护网补齐，复查合格。',
    ],
  ),
  scene(
    'CONSTRUCTION_SAFETY',
    'BUILDING',
    'SITE',
    ['GRID_PATROL', 'CROSS_INSPECTION'],
    ['工地围挡倒塌', '约十五米围挡倒向人行道，行人须绕行。', '围挡已扶正加固，施工方已约谈。'],
  ),
  scene(
    'CONSTRUCTION_DUST',
    'BUILDING',
    'SITE',
    ['HOTLINE_12345', 'GRID_PATROL'],
    ['渣土车带泥上路、扬尘明显', '出入口未冲洗，裸土未覆盖。', '冲洗设施恢复使用，裸土已覆盖。'],
  ),
  scene(
    'NIGHT_CONSTRUCTION',
    'BUILDING',
    'SITE',
    ['HOTLINE_12345'],
    ['夜间施工扰民', '居民反映二十二时后仍在浇筑混凝土。', '核实无夜间施工许可，已责令停止并立案查处。'],
  ),
  scene(
    'DUMPED_RUBBLE',
    'BUILDING',
    'HOMES',
    ['GRID_PATROL', 'HOTLINE_12345'],
    ['路边偷倒建筑垃圾', '约三车渣土倾倒在绿化带旁，无人认领。', '渣土已清运，监控已调取，移交查处。'],
  ),
  scene(
    'UNLICENSED_VENDING',
    'STREET',
    'STREET',
    ['GRID_PATROL', 'HOTLINE_12345'],
    ['流动摊贩占道经营', '早间十余个摊位占用非机动车道。', '摊贩已劝离至疏导点，路面清扫完毕。'],
  ),
  scene(
    'GOODS_ON_STREET',
    'STREET',
    'SCENIC',
    ['SCENIC_PATROL', 'GRID_PATROL'],
    ['商户店外经营', '桌椅、货架摆出店门约两米，影响游客通行。', '物品已收回店内，发放告知书。'],
  ),
  scene(
    'BLOCKED_PASSAGE',
    'STREET',
    'SCENIC',
    ['SCENIC_PATROL'],
    ['弄堂堆物堵塞消防通道', '弄口堆放杂物、电动车，通行宽度不足一米。', '杂物已清除，电动车已移至停放点。'],
  ),
  scene(
    'VEHICLE_MISPARKING',
    'STREET',
    'STREET',
    ['HOTLINE_12345'],
    ['车辆乱停占用人行道', '三辆小客车停在盲道上。', '两辆已驶离，一辆已贴单并联系车主移开。'],
  ),
  scene(
    'OPEN_BURNING',
    'SANITATION',
    'HOMES',
    ['GRID_PATROL', 'HOTLINE_12345'],
    ['田间焚烧秸秆', '秋收后田头有明火和浓烟。', '明火已扑灭，对当事人批评教育。'],
  ),
  scene(
    'ILLEGAL_CONSTRUCTION',
    'BUILDING',
    'HOMES',
    ['PETITION', 'LEAD'],
    [
      '邻居搭建彩钢棚',
      '反映人称邻居在宅基地外搭建彩钢棚约四十平方米，遮挡通道。',
      '当事人已自行拆除，现场复原。',
    ],
  ),
  scene(
    'GROUP_RENTAL',
    'STREET',
    'HOMES',
    ['LEAD', 'HOTLINE_12345'],
    ['疑似违规群租', '三室住宅用水用电明显偏高，疑似隔间出租。', '隔间已拆除，房东签订承诺书。'],
  ),
  scene(
    'NOISE',
    'STREET',
    'SCENIC',
    ['HOTLINE_12345', 'PETITION'],
    ['酒吧噪声扰民', '临河酒吧二十二时后仍播放音乐。', '商户调低音量并安装限音器，回访居民认可。'],
  ),
  scene(
    'ROAD_FLOODING',
    'BUILDING',
    'STREET',
    ['HOTLINE_12345'],
    ['路口积水', '降雨后积水约十五厘米，雨水口堵塞。', '雨水口疏通，积水排除。'],
  ),
  scene(
    'MANHOLE_COVER',
    'BUILDING',
    'STREET',
    ['GRID_PATROL', 'HOTLINE_12345'],
    ['窨井盖破损', '机动车道上井盖破裂下沉。', '已设警示并更换井盖。'],
  ),
  scene(
    'STREET_LAMP',
    'BUILDING',
    'HOMES',
    ['HOTLINE_12345', 'GRID_PATROL'],
    ['路灯连续多盏不亮', '主路五盏路灯不亮，夜间出行不便。', '线路故障已修复，路灯全部点亮。'],
  ),
  scene(
    'ROAD_SURFACE',
    'BUILDING',
    'STREET',
    ['HOTLINE_12345'],
    ['路面坑洼', '路面有三处坑洼，电动车易摔倒。', '坑洼已修补，路面平整。'],
  ),
  scene(
    'WASTE_BIN',
    'SANITATION',
    'STREET',
    ['GRID_PATROL'],
    ['垃圾箱破损满溢', '果壳箱箱门脱落，垃圾外溢。', '箱体已更换。'],
  ),
  scene(
    'GREEN_SPACE',
    'SANITATION',
    'HOMES',
    ['GRID_PATROL', 'HOTLINE_12345'],
    ['绿地被占种菜', '公共绿地约二十平方米被翻种蔬菜。', '菜地已清除，草皮补种完毕。'],
  ),
  scene(
    'WATER_GATE',
    'WATER',
    'WATER',
    ['RIVER_PATROL'],
    ['埠头石阶松动', '河埠头三级石阶松动下沉。', '石阶已重新砌筑，经巡河复查完好。'],
  ),
];

/** Why a report does not become a case. */
export const DECLINED: readonly [string, ...string[]] = [
  '现场查看时已由物业处理完毕，不符合立案条件。',
  '与此前案件为同一事项，已并案处理，不重复立案。',
  '属消费合同纠纷，已告知通过消保委或司法途径解决。',
  '所述位置不在本镇辖区，已告知向属地反映。',
];

/** Reason and basis of a unit that hands a task back. */
type Return = readonly [reason: string, basis: string];
export const RETURNED: readonly [Return, ...Return[]] = [
  ['该事项不属本单位职责。', '本镇城市管理责任清单（2026年）第14项'],
  ['该处养护已移交他单位。', '养护移交协议（2025年）第三条'],
  ['当事点位属他单位管辖。', '本镇河湖管护分工方案（2026年）第二条'],
];

/** What a check finds missing. */
export const CHECK_FAILED: readonly [string, ...string[]] = [
  '核查发现仅处理一半，退回继续处置。',
  '核查时现场仍有残留，请清理到位后再报。',
  '回访反映人，问题次日复发，请再次处置。',
];

/** Why a case is put under supervision. */
export const SUPERVISED: readonly [string, ...string[]] = [
  '同一居民两次来电催办，列入督办。',
  '临近时限尚未办结，列入督办。',
  '领导批示，限期反馈。',
];
