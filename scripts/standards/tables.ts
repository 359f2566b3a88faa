import type { CsvRecord } from '../command-line/csv-file';

/* The three tables of a standard as CSV: what a row says, and which row a violation of the hub is about. */

/** A column by its English name, with the Chinese one; `required` is one without which no row can be right. */
interface Column {
  readonly name: string;
  readonly chinese: string;
  readonly isRequired: boolean;
  /** The field of the hub's input. */
  readonly field: string;
}

const column = (name: string, chinese: string, field: string, isRequired = false): Column => ({
  ...{ name, chinese, field, isRequired },
});

export const TABLES = {
  limits: [
    column('product', '产品代码', 'product', true),
    column('except', '除外产品', 'except'),
    column('parameter', '参数代码', 'parameter', true),
    column('minimum', '下限', 'minimum'),
    column('maximum', '上限', 'maximum'),
    column('unit', '单位', 'unit', true),
    column('residue_definition', '残留物定义', 'residueDefinition'),
    column('part_measured', '测定部位', 'partMeasured'),
    column('method', '检测方法', 'method'),
    column('is_test_required', '是否必检', 'isTestRequired'),
  ],
  products: [
    column('code', '产品代码', 'code', true),
    column('name', '名称', 'name', true),
    column('parent', '上级代码', 'parent'),
  ],
  parameters: [
    column('code', '参数代码', 'code', true),
    column('name', '名称', 'name', true),
    column('unit', '单位', 'unit', true),
  ],
} as const satisfies Record<string, readonly Column[]>;
export type TableName = keyof typeof TABLES;

/** Where each column stands in a file. */
export interface Header {
  readonly at: ReadonlyMap<string, number>;
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
}

/** What the first line of a file says, by English or Chinese names in any order. */
export function readHeader(names: readonly string[], table: TableName): Header {
  const columns: readonly Column[] = TABLES[table];
  const at = new Map<string, number>();
  const ignored: string[] = [];
  for (const [i, given] of names.entries()) {
    const name = given.trim().toLowerCase();
    const found = columns.find((known) => known.name === name || known.chinese === name);
    if (found && !at.has(found.field)) at.set(found.field, i);
    else ignored.push(given);
  }
  const missing = columns.filter(({ isRequired, field }) => isRequired && !at.has(field));
  return { at, ignored, missing: missing.map(({ name, chinese }) => `${name} (${chinese})`) };
}

const YES = ['1', 'true', 'yes', 'y', '是', '必检'];
const NO = ['', '0', 'false', 'no', 'n', '否'];

/** What the hub takes of a row; empty fields are left out. */
export function rowOf(fields: readonly string[], { at }: Header): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [field, i] of at) {
    const text = (fields[i] ?? '').trim();
    if (field === 'except') {
      const codes = text.split(/[;；、\s]+/).filter((code) => code !== '');
      if (codes.length > 0) row[field] = codes;
    } else if (field === 'isTestRequired') {
      row[field] = YES.includes(text.toLowerCase());
    } else if (text !== '') {
      row[field] = text;
    }
  }
  return row;
}

/** What is wrong with a row before the hub is asked: fields without which it makes no sense, and flags that are none. */
export function faultsOf(fields: readonly string[], header: Header, table: TableName): string[] {
  const columns: readonly Column[] = TABLES[table];
  return columns.flatMap(({ name, chinese, field, isRequired }) => {
    const i = header.at.get(field);
    const text = i === undefined ? '' : (fields[i] ?? '').trim();
    if (isRequired && text === '') return [`${name} (${chinese}) is empty.`];
    if (field === 'isTestRequired' && ![...YES, ...NO].includes(text.toLowerCase())) {
      return [`${name} (${chinese}) is "${text}"; write 1 or 0.`];
    }
    return [];
  });
}

/** A violation as the hub tells it. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** A row of a file that is wrong, with everything that is. */
export interface WrongRow extends CsvRecord {
  readonly code: string;
  readonly reason: string;
}

/** Which rows of a table the hub's violations are about; what is about none of a table is in `others`. */
export function sortErrors(
  errors: readonly UserError[],
  rows: Readonly<Record<TableName, readonly CsvRecord[]>>,
): { wrong: Record<TableName, WrongRow[]>; others: UserError[] } {
  const wrong: Record<TableName, WrongRow[]> = { limits: [], products: [], parameters: [] };
  const others: UserError[] = [];
  const of = new Map<string, UserError[]>();
  for (const error of errors) {
    const [table = '', index] = error.path;
    const isOfRow = Object.hasOwn(TABLES, table) && index !== undefined;
    if (!isOfRow) others.push(error);
    else of.set(`${table} ${index}`, [...(of.get(`${table} ${index}`) ?? []), error]);
  }
  for (const [key, found] of of) {
    const [table, index] = key.split(' ') as [TableName, string];
    const record = rows[table][Number(index)];
    if (!record) continue;
    wrong[table].push({
      ...record,
      code: [...new Set(found.map(({ code }) => code))].join(' '),
      reason: found.map(({ message, path }) => `${path.slice(2).join('.')}: ${message}`).join(' '),
    });
  }
  return { wrong, others };
}
