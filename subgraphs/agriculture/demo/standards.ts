import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { StandardLimitRow, SupplyStandardRow } from '../standards/store';

const PARAMETERS = [
  { code: 'LEAD', name: '铅', unit: 'mg/kg' },
  { code: 'PESTICIDE_A', name: '农药甲（示例）', unit: 'mg/kg' },
  { code: 'PESTICIDE_B', name: '农药乙（示例）', unit: 'mg/kg' },
  { code: 'PESTICIDE_C', name: '农药丙（示例）', unit: 'mg/kg' },
  { code: 'UNIT_WEIGHT', name: '单果重', unit: 'g' },
];

type DemoLimit = Partial<
  Pick<StandardLimitRow, 'minimum' | 'maximum' | 'residue_definition' | 'part_measured' | 'method'>
> &
  Pick<StandardLimitRow, 'product' | 'parameter' | 'unit'> & { except?: string[] };

type DemoStandard = Pick<
  SupplyStandardRow,
  'code' | 'version' | 'name' | 'issuer' | 'kind' | 'effective_from'
> &
  Partial<Pick<SupplyStandardRow, 'jurisdiction' | 'effective_to'>> & { limits: DemoLimit[] };

const weight = (product: string, minimum: string, maximum: string): DemoLimit => ({
  product,
  parameter: 'UNIT_WEIGHT',
  minimum,
  maximum,
  unit: 'g',
});

const residue = (
  product: string,
  pesticide: 'A' | 'B' | 'C',
  maximum: string,
  more: { definition?: string; except?: string[]; part?: string } = {},
): DemoLimit => ({
  product,
  parameter: `PESTICIDE_${pesticide}`,
  maximum,
  unit: 'mg/kg',
  residue_definition: more.definition ?? pesticide,
  part_measured: more.part ?? '去除顶部叶后的整个块根',
  method: 'GB 23200.113',
  ...(more.except && { except: more.except }),
});

const lead = (product: string, maximum: string, unit: string): DemoLimit => ({
  product,
  parameter: 'LEAD',
  maximum,
  unit,
  part_measured: '可食用部分',
  method: 'GB 5009.12',
});

/** Issuers are real, their figures are not: every name says so, and every row. */
const STANDARDS: readonly DemoStandard[] = [
  {
    code: 'AH-SWEETPOTATO',
    version: '1',
    name: '安徽省鲜食甘薯质量安全要求（示例）',
    issuer: '340000-AGRI',
    kind: 'PROVINCIAL',
    jurisdiction: '340000',
    effective_from: '2019-06-01',
    limits: [
      weight('SWEET_POTATO_MINI', '80', '250'),
      residue('ROOT_VEGETABLES', 'A', '0.05', { except: ['GINGER'] }),
      residue('SWEET_POTATO', 'C', '0.1', { definition: '农药丙及其代谢物之和，以农药丙表示' }),
      lead('SWEET_POTATO', '0.1', 'mg/kg'),
    ],
  },
  {
    code: 'SH-MARKET-SWEETPOTATO',
    version: '1',
    name: '上海市甘薯上市要求（示例）',
    issuer: '310000-COMMERCE',
    kind: 'MARKET',
    jurisdiction: '310000',
    effective_from: '2020-01-01',
    effective_to: '2024-12-31',
    limits: [
      weight('SWEET_POTATO_MINI', '100', '220'),
      residue('SWEET_POTATO', 'A', '0.05'),
      residue('SWEET_POTATO', 'C', '0.1'),
      lead('SWEET_POTATO', '0.1', 'mg/kg'),
    ],
  },
  {
    code: 'SH-MARKET-SWEETPOTATO',
    version: '2',
    name: '上海市甘薯上市要求（示例）',
    issuer: '310000-COMMERCE',
    kind: 'MARKET',
    jurisdiction: '310000',
    effective_from: '2025-01-01',
    limits: [
      weight('SWEET_POTATO_MINI', '100', '200'),
      residue('SWEET_POTATO', 'A', '0.02'),
      residue('SWEET_POTATO', 'B', '0.01'),
      residue('SWEET_POTATO', 'C', '0.1'),
      lead('SWEET_POTATO', '100', 'µg/kg'),
    ],
  },
  {
    code: 'SVG-SWEETPOTATO',
    version: '1',
    name: '上海蔬菜集团迷你甘薯采购规格（示例）',
    issuer: '310000-VEGGROUP',
    kind: 'BUYER',
    effective_from: '2020-09-01',
    limits: [weight('SWEET_POTATO_MINI', '120', '180')],
  },
  {
    code: 'SVG-WATERBAMBOO',
    version: '1',
    name: '上海蔬菜集团茭白采购规格（示例）',
    issuer: '310000-VEGGROUP',
    kind: 'BUYER',
    effective_from: '2021-04-01',
    limits: [weight('WATER_BAMBOO', '70', '130')],
  },
  {
    code: 'JS-LEAFVEG',
    version: '1',
    name: '江苏省叶菜类蔬菜质量安全要求（示例）',
    issuer: '320000-AGRI',
    kind: 'PROVINCIAL',
    jurisdiction: '320000',
    effective_from: '2022-03-01',
    limits: [
      residue('LEAF_VEGETABLES', 'A', '0.2', { part: '整棵，去除根' }),
      residue('LEAFY_GREENS', 'A', '0.1', { part: '整棵，去除根', except: ['SPINACH'] }),
      lead('LEAF_VEGETABLES', '0.3', 'mg/kg'),
    ],
  },
  {
    code: 'ZJ-WATERBAMBOO',
    version: '1',
    name: '浙江省茭白质量安全要求（示例）',
    issuer: '330000-AGRI',
    kind: 'PROVINCIAL',
    jurisdiction: '330000',
    effective_from: '2021-07-01',
    limits: [
      weight('WATER_BAMBOO', '60', '150'),
      residue('AQUATIC_VEGETABLES', 'B', '0.05', { part: '整棵，去除外皮' }),
      lead('AQUATIC_VEGETABLES', '0.1', 'mg/kg'),
    ],
  },
];

export const standardId = (code: string, version: string): string => demoId('supplyStandard', code, version);

export async function loadStandards(db: Db): Promise<void> {
  await db('standard_parameters').comment('demo.parameters').insert(PARAMETERS);
  await db('supply_standards')
    .comment('demo.standards')
    .insert(
      STANDARDS.map(({ limits: _, ...standard }) => ({
        id: standardId(standard.code, standard.version),
        ...standard,
        is_illustrative: true,
      })),
    );
  const limits = STANDARDS.flatMap(({ code, version, limits }) =>
    limits.map(({ except = [], ...limit }) => ({
      row: {
        id: demoId('standardLimit', code, version, limit.product, limit.parameter),
        standard_id: standardId(code, version),
        ...limit,
      },
      except,
    })),
  );
  await db('standard_limits')
    .comment('demo.limits')
    .insert(limits.map(({ row }) => row));
  await db('standard_limit_exclusions')
    .comment('demo.exclusions')
    .insert(limits.flatMap(({ row, except }) => except.map((product) => ({ limit_id: row.id, product }))));
}
