import { GraphQLError, GraphQLScalarType, Kind, print, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { isAgencyCode } from './agency-code';
import { badInput } from './errors';
import { isJurisdictionCode } from './jurisdiction';
import type { Text } from './language';
import { isDay, isMonth } from './time';

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

/** Refuses a value by name. Through graphql-js a cause of our own travels only inside an error of its own. */
function refuse(value: unknown, needed: Text): never {
  const cause = badInput({
    en: `"${shown(value)}" is not ${needed.en}.`,
    zh: `“${shown(value)}”不是${needed.zh}。`,
  });
  throw new GraphQLError(cause.message, { originalError: cause });
}

/** What a literal says: numbers as they are written, so that a code may be written as one. */
const literal = (node: ValueNode): string =>
  node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : print(node);

/** A scalar that is text of a certain shape, in and out. What does not fit is refused by name. */
function textScalar(
  name: string,
  fits: (text: string) => boolean,
  needed: Text,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    const text = Number.isSafeInteger(value) ? String(value) : value;
    return typeof text === 'string' && fits(text) ? text : refuse(value, needed);
  };
  return new GraphQLScalarType({
    name,
    parseValue: parse,
    parseLiteral: (node) => parse(literal(node)),
    serialize: (value) => String(value),
  });
}

const INSTANT: Text = {
  en: 'an instant, like 2026-09-30T01:30:00Z',
  zh: '时间，例如 2026-09-30T01:30:00Z',
};

function parseInstant(value: unknown): Date {
  try {
    if (typeof value === 'string') return GraphQLDateTimeISO.parseValue(value);
  } catch {
    // The library's sentence is English only.
  }
  return refuse(value, INSTANT);
}

/** GB/T 4754 sections, `A` to `T`. */
export const isSector = (text: string): boolean => /^[A-T]$/.test(text);

/** The scalars of `schema/common.graphql`, for every subgraph's resolvers. */
export const scalars = {
  DateTime: new GraphQLScalarType({
    ...GraphQLDateTimeISO.toConfig(),
    name: 'DateTime',
    parseValue: parseInstant,
    parseLiteral: (node) => parseInstant(literal(node)),
  }),
  Date: textScalar('Date', isDay, { en: 'a day, like 2026-09-30', zh: '日期，例如 2026-09-30' }),
  Month: textScalar('Month', isMonth, { en: 'a month, like 2026-09', zh: '月份，例如 2026-09' }),
  JurisdictionCode: textScalar('JurisdictionCode', isJurisdictionCode, {
    en: 'a jurisdiction code: 6, 9 or 12 digits of GB/T 2260, like 310118',
    zh: '行政区划代码：应为 GB/T 2260 的 6、9 或 12 位数字，例如 310118',
  }),
  AgencyCode: textScalar('AgencyCode', isAgencyCode, {
    en: 'an agency code: a jurisdiction code, a hyphen and a name in capitals, like 310118-AGRI',
    zh: '单位代码：应为行政区划代码、连字符和大写字母名称，例如 310118-AGRI',
  }),
  Sector: textScalar('Sector', isSector, {
    en: 'a sector: one letter from A to T, a section of GB/T 4754',
    zh: '行业门类：应为 GB/T 4754 的门类字母 A 至 T',
  }),
};
