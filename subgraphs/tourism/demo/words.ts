import type { ReviewVerdict } from '../schema-types';

/** What a department said of a demo application; the others approved. */
export interface DemoWord {
  readonly shop: string;
  readonly function: string;
  readonly verdict: Exclude<ReviewVerdict, 'APPROVE'>;
  readonly comment: string;
  readonly conditions?: readonly string[];
  readonly materials?: readonly { readonly code: string; readonly name: string }[];
}

const conditional = (shop: string, code: string, comment: string, ...conditions: string[]): DemoWord => ({
  ...{ shop, function: code, verdict: 'APPROVE_WITH_CONDITIONS', comment, conditions },
});

/** What was not simply approved in the meetings of the demo: conditions, objections with and without a veto, a supplement. */
export const WORDS: readonly DemoWord[] = [
  conditional(
    '水乡人家客栈',
    'BUILDING_APPEARANCE',
    '木窗样式须与沿街一致',
    '木窗保持原有式样，不得使用铝合金',
  ),
  conditional(
    '塘东夜酌',
    'FIRE_SAFETY',
    '吧台区火灾荷载较大',
    '吧台区增设灭火器两具',
    '二层疏散指示标志改为蓄光型',
  ),
  conditional('烟雨长廊民宿', 'FIRE_SAFETY', '楼梯间需保持畅通', '楼梯间不得堆放布草'),
  {
    ...{ shop: '荷塘小筑', function: 'INVESTMENT', verdict: 'OBJECT' },
    comment: '沿街茶馆已多，建议调整业态',
  },
  {
    ...{ shop: '平川雅舍酒店', function: 'FIRE_SAFETY', verdict: 'OBJECT' },
    comment: '仅设一部疏散楼梯，不符合旅馆建筑安全疏散要求',
  },
  conditional(
    '临河而栖',
    'BUILDING_APPEARANCE',
    '临河立面为重点保护面',
    '临河石阶原样保留，空调外机不得外露',
  ),
  {
    ...{ shop: '桥头小酌', function: 'FIRE_SAFETY', verdict: 'SUPPLEMENT' },
    comment: '缺少二层疏散宽度计算，暂无法判断',
    materials: [{ code: 'EVACUATION_CALCULATION', name: '二层疏散宽度计算书' }],
  },
  conditional('老品芳饭店', 'FIRE_SAFETY', '厨房改造后须复查', '厨房加装自动灭火装置'),
  conditional('岑卜水岸民宿', 'FIRE_SAFETY', '客房数较多', '每间客房配置独立烟感报警器'),
  {
    ...{ shop: '莲湖农家菜', function: 'TOURISM', verdict: 'SUPPLEMENT' },
    comment: '建议补充旅游接待服务说明',
  },
  {
    ...{ shop: '蔡浜湖畔咖啡', function: 'BUILDING_APPEARANCE', verdict: 'OBJECT' },
    comment: '室外平台超出宅基地范围',
  },
  conditional('水布工坊', 'TOURISM', '体验项目面向游客', '染料废水台账每月报送'),
];
