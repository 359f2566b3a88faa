import { createHash } from 'node:crypto';
import { isJurisdictionCode } from '../../subgraphs/kit/jurisdiction';
import type { Language, Text } from '../../subgraphs/kit/language';

/** A report, as the hub takes it. */
export interface CaseReport {
  jurisdiction: string;
  source: string;
  category: string;
  title: string;
  description: string | null;
  location: { latitude: number | null; longitude: number | null; address: string | null } | null;
  reach: string | null;
  photos: string[];
  reportedAt: string;
  externalId: string;
}

export const FORMATS = ['table', 'open311'] as const;
export type Format = (typeof FORMATS)[number];

/** The ways in which a case comes in, with the names that the hub's own tables give them. */
export const SOURCES: Readonly<Record<string, string>> = {
  HOTLINE_12345: '12345热线',
  GRID_PATROL: '网格巡查',
  RIVER_PATROL: '巡河',
  SCENIC_PATROL: '景区巡查',
  CROSS_INSPECTION: '交叉检查',
  PETITION: '信访',
  LEAD: '线索',
  NEIGHBOR_REFERRAL: '邻区转介',
};

type Field =
  | 'jurisdiction'
  | 'source'
  | 'category'
  | 'title'
  | 'description'
  | 'latitude'
  | 'longitude'
  | 'address'
  | 'reach'
  | 'photos'
  | 'reportedAt'
  | 'externalId'
  | 'number'
  | 'stage';

/** What each format calls the fields; the first name found counts. */
const COLUMNS: Record<Format, Partial<Record<Field, readonly string[]>>> = {
  table: {
    jurisdiction: ['jurisdiction', '区划代码'],
    source: ['source', '来源'],
    category: ['category', '类别'],
    title: ['title', '标题'],
    description: ['description', '情况描述'],
    latitude: ['latitude', '纬度'],
    longitude: ['longitude', '经度'],
    address: ['address', '地址'],
    reach: ['reach', '河段'],
    photos: ['photos', '照片'],
    reportedAt: ['reported_at', '上报时间'],
    externalId: ['external_id', '外部编号'],
    number: ['number', '案件编号'],
    stage: ['stage', '阶段'],
  },
  open311: {
    jurisdiction: ['jurisdiction_id'],
    category: ['service_code'],
    description: ['description'],
    latitude: ['lat'],
    longitude: ['long'],
    address: ['address'],
    photos: ['media_url'],
    reportedAt: ['requested_datetime'],
    externalId: ['service_request_id'],
    stage: ['status'],
  },
};

const NEEDED: Record<Format, readonly Field[]> = {
  table: ['category', 'title'],
  open311: ['category', 'description', 'externalId'],
};

/** Where the columns of a file stand, by its header line. */
export interface Header {
  readonly format: Format;
  readonly names: readonly string[];
  readonly position: Readonly<Partial<Record<Field, number>>>;
  readonly ignored: readonly string[];
  readonly missing: readonly string[];
}

/** Reads a header; a file with the column `service_request_id` is Open311, unless a format is named. */
export function readHeader(names: readonly string[], wanted: Format | 'auto'): Header {
  const known = names.map((name) => name.trim().toLowerCase());
  const format = wanted === 'auto' ? (known.includes('service_request_id') ? 'open311' : 'table') : wanted;
  const position: Partial<Record<Field, number>> = {};
  for (const [field, columns] of Object.entries(COLUMNS[format]) as [Field, readonly string[]][]) {
    const found = columns.map((column) => known.indexOf(column)).find((at) => at >= 0);
    if (found !== undefined) position[field] = found;
  }
  const read = new Set(Object.values(position));
  return {
    ...{ format, names, position },
    ignored: names.filter((_, i) => !read.has(i)),
    missing: NEEDED[format]
      .filter((field) => position[field] === undefined)
      .map((field) => COLUMNS[format][field]?.join(' / ') ?? field),
  };
}

/** What holds for rows that do not say it themselves. */
export interface Defaults {
  readonly jurisdiction: string | null;
  readonly source: string | null;
  /** Categories' codes, by code and by Chinese name; null when they are not known. */
  readonly categories: ReadonlyMap<string, string> | null;
}

/** What is wrong with a row. */
export interface Problem {
  readonly code: 'REQUIRED' | 'INVALID';
  readonly text: Text;
}

const problem = (code: Problem['code'], en: string, zh: string): Problem => ({ code, text: { en, zh } });

const LONGEST_TITLE = 100;
const DONE = new Set(['closed', '结案', '不予立案', 'NOT_FILED', 'CLOSED']);

/** The report that a row makes, or what is wrong with it. */
export function readCase(
  fields: readonly string[],
  header: Header,
  defaults: Defaults,
): CaseReport | Problem[] {
  const problems: Problem[] = [];
  const text = (field: Field): string => {
    const at = header.position[field];
    return at === undefined ? '' : unquoted((fields[at] ?? '').trim());
  };
  const jurisdiction = text('jurisdiction') || defaults.jurisdiction || '';
  if (!isJurisdictionCode(jurisdiction)) {
    problems.push(
      problem(
        jurisdiction ? 'INVALID' : 'REQUIRED',
        'The place is no code of 6, 9 or 12 digits. Give it, or name --jurisdiction.',
        '区划代码应为 6、9 或 12 位数字，请填写或使用 --jurisdiction。',
      ),
    );
  }
  const source = sourceOf(text('source')) ?? (text('source') === '' ? defaults.source : null);
  if (!source) {
    problems.push(
      problem(
        text('source') ? 'INVALID' : 'REQUIRED',
        `The source must be one of ${Object.keys(SOURCES).join(', ')}. Give it, or name --source.`,
        `来源应为 ${Object.values(SOURCES).join('、')} 之一，请填写或使用 --source。`,
      ),
    );
  }
  const category = defaults.categories?.get(text('category')) ?? text('category');
  if (category === '' || (defaults.categories && !defaults.categories.has(text('category')))) {
    problems.push(
      problem(
        category ? 'INVALID' : 'REQUIRED',
        `"${text('category')}" is no minor class. Give its code or its Chinese name.`,
        `“${text('category')}”不是案件小类，请填写代码或名称。`,
      ),
    );
  }
  const [latitude, longitude] = [numberOf(text('latitude')), numberOf(text('longitude'))];
  if (Number.isNaN(latitude) || Number.isNaN(longitude)) {
    problems.push(problem('INVALID', 'A coordinate is no number of degrees.', '坐标应为以度为单位的数字。'));
  }
  const reportedAt = instantOf(text('reportedAt'));
  if (reportedAt === null) {
    problems.push(
      problem(
        text('reportedAt') ? 'INVALID' : 'REQUIRED',
        'The time of the report is missing or none. Write it like 2026-11-16 09:30 (Shanghai) or 2026-11-16T01:30:00Z.',
        '上报时间缺失或格式有误，请写成 2026-11-16 09:30（北京时间）或 2026-11-16T01:30:00Z。',
      ),
    );
  }
  if (DONE.has(text('stage'))) {
    problems.push(
      problem(
        'INVALID',
        'The case is closed where it comes from. Only what is still to be dealt with is taken in.',
        '该案件在来源系统中已办结，仅导入仍需办理的案件。',
      ),
    );
  }
  const { title, description } = wordsOf(text('title'), text('description'));
  if (title === '') {
    problems.push(
      problem(
        'REQUIRED',
        'There is no title. Say in a few words what the matter is.',
        '标题为空，请简要说明事项。',
      ),
    );
  }
  if (problems.length > 0 || !source || reportedAt === null) return problems;
  const address = text('address') || null;
  return {
    ...{ jurisdiction, source, category, title, description: description || null },
    location:
      latitude === null && longitude === null && address === null ? null : { latitude, longitude, address },
    reach: text('reach') || null,
    photos: text('photos')
      .split(/[\s;；]+/)
      .filter(Boolean),
    reportedAt,
    externalId: text('externalId') || text('number') || idOf(fields),
  };
}

/** The hub's tables put an apostrophe before what a spreadsheet would run. */
const unquoted = (text: string): string => (/^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

const sourceOf = (text: string): string | null =>
  Object.entries(SOURCES).find(([code, name]) => text.toUpperCase() === code || text === name)?.[0] ?? null;

const numberOf = (text: string): number | null => (text === '' ? null : Number(text));

const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/;

/** An instant as ISO 8601; times without a zone are Shanghai's. */
function instantOf(text: string): string | null {
  const [, day, time] = LOCAL.exec(text) ?? [];
  const instant = new Date(
    day && time ? `${day}T${time}+08:00` : /[Zz]$|[+-]\d{2}:?\d{2}$/.test(text) ? text : Number.NaN,
  );
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

/** A title and what else is said; Open311 has only a description, whose first line is the title then. */
function wordsOf(title: string, description: string): { title: string; description: string } {
  if (title !== '') return { title, description };
  const [first = '', ...rest] = description.split(/\r?\n/);
  const characters = [...first];
  if (characters.length <= LONGEST_TITLE) return { title: first, description: rest.join('\n') };
  return { title: `${characters.slice(0, LONGEST_TITLE - 1).join('')}…`, description };
}

/** An id for a row that has none: the same for the same content, so that it arrives once. */
const idOf = (fields: readonly string[]): string =>
  `row-${createHash('sha256').update(fields.join('\0')).digest('hex').slice(0, 32)}`;

/** The sentences of problems, in a language. */
export const sentences = (problems: readonly Problem[], language: Language): string =>
  problems.map(({ text }) => text[language]).join(' ');
