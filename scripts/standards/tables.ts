import { type Column, column, FLAG, LIST } from '../command-line/table';

/* The three tables of a standard as CSV. */

const required = { isRequired: true } as const;

export const TABLES = {
  limits: [
    column('product', '产品代码', 'product', required),
    column('except', '除外产品', 'except', { reader: LIST }),
    column('parameter', '参数代码', 'parameter', required),
    column('minimum', '下限', 'minimum'),
    column('maximum', '上限', 'maximum'),
    column('unit', '单位', 'unit', required),
    column('residue_definition', '残留物定义', 'residueDefinition'),
    column('part_measured', '测定部位', 'partMeasured'),
    column('method', '检测方法', 'method'),
    column('is_test_required', '是否必检', 'isTestRequired', { reader: FLAG }),
  ],
  products: [
    column('code', '产品代码', 'code', required),
    column('name', '名称', 'name', required),
    column('parent', '上级代码', 'parent'),
  ],
  parameters: [
    column('code', '参数代码', 'code', required),
    column('name', '名称', 'name', required),
    column('unit', '单位', 'unit', required),
  ],
} as const satisfies Record<string, readonly Column[]>;
export type TableName = keyof typeof TABLES;
