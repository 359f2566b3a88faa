import { stringify } from 'csv-stringify/sync';
import { CATALOG, type SharingClass, subgraphOfItem, UPDATE_CYCLES } from '../../kit/catalog';
import type { Text } from '../../kit/language';
import { type CatalogEntry, type CatalogField, conditionOf, isPublic, resourceCode } from './rules';

const CLASSES = {
  UNCONDITIONAL: { en: 'unconditional', zh: '无条件共享' },
  CONDITIONAL: { en: 'conditional', zh: '有条件共享' },
  WITHHELD: { en: 'withheld', zh: '不予共享' },
} as const satisfies Record<SharingClass, Text>;

/** The part of a description before the dash: what a field is called in Chinese. */
const chineseName = ({ description }: CatalogField): string => description.split(' — ', 1).join('');

function openness(entry: CatalogEntry): string {
  if (!isPublic(entry)) return '不开放';
  return entry.fields.every((field) => field.isPublic) ? '开放' : '部分开放';
}

/** The columns of the national catalog (政务信息资源目录编制指南), and the hub's own code of the item last. */
const COLUMNS: Readonly<Record<string, (entry: CatalogEntry) => string>> = {
  信息资源名称: ({ item }) => CATALOG[item].name.zh,
  信息资源代码: ({ item }) => resourceCode(item),
  信息资源提供方: ({ item }) => CATALOG[item].provider.zh,
  信息资源摘要: ({ item }) => CATALOG[item].description.zh,
  信息资源格式: ({ item }) => CATALOG[item].format.zh,
  '信息项（名称、类型）': ({ fields }) =>
    fields.map((field) => `${chineseName(field)} ${field.coordinate}（${field.type}）`).join('\n'),
  共享类型: ({ item }) => CLASSES[CATALOG[item].class].zh,
  共享条件: (entry) => conditionOf(entry).zh,
  共享方式: () => '共享平台方式（GraphQL 接口）',
  开放属性: openness,
  更新周期: ({ item }) => UPDATE_CYCLES[CATALOG[item].updateCycle].zh,
  目录项代码: ({ item }) => item,
};

/** The catalog as a table, a row an item; begins with a byte order mark, by which Excel knows UTF-8. */
export const catalogCsv = (entries: readonly CatalogEntry[]): string =>
  stringify(
    entries.map((entry) => Object.values(COLUMNS).map((column) => column(entry))),
    { header: true, columns: Object.keys(COLUMNS), bom: true, record_delimiter: 'windows' },
  );

/** Text inside a table's cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

/** The catalog to read, in both languages. */
export function catalogMarkdown(entries: readonly CatalogEntry[]): string {
  const sections = entries.map((entry) => {
    const { name, description, provider, format, updateCycle, class: sharingClass } = CATALOG[entry.item];
    const facts: [label: Text, value: Text][] = [
      [{ zh: '共享类型', en: 'class' }, CLASSES[sharingClass]],
      [{ zh: '共享条件', en: 'condition' }, conditionOf(entry)],
      [{ zh: '提供方', en: 'provider' }, provider],
      [{ zh: '更新周期', en: 'update cycle' }, UPDATE_CYCLES[updateCycle]],
      [{ zh: '格式', en: 'format' }, format],
    ];
    return [
      `## ${name.zh} ${name.en}`,
      `\`${entry.item}\`, 信息资源代码 ${resourceCode(entry.item)}, subgraph \`${subgraphOfItem(entry.item)}\``,
      `${description.zh}\n${description.en}`,
      facts.map(([label, value]) => `- ${label.zh} ${label.en}: ${value.zh} ${value.en}`).join('\n'),
      entry.fields.length === 0 ? '暂无信息项。 No fields yet.' : fieldTable(entry.fields),
    ].join('\n\n');
  });
  return `${['# 政务数据共享目录 Sharing catalog', ...sections].join('\n\n')}\n`;
}

const fieldTable = (fields: readonly CatalogField[]): string =>
  [
    '| 信息项 field | 类型 type | 说明 description |',
    '|---|---|---|',
    ...fields.map(
      ({ coordinate, type, description, isPublic: anyone }) =>
        `| \`${coordinate}\`${anyone ? '（公开 public）' : ''} | \`${type}\` | ${cell(description)} |`,
    ),
  ].join('\n');
