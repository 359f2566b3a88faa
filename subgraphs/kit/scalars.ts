import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { isAgencyCode } from './agency-code';
import { badInput, type ClientError } from './errors';
import { isJurisdictionCode } from './jurisdiction';
import type { Text } from './language';
import { isDay, isMonth } from './time';

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

/** A scalar that is text of a certain shape, in and out. What does not fit is refused by name. */
function textScalar(
  name: string,
  fits: (text: string) => boolean,
  needed: Text,
): GraphQLScalarType<string, string> {
  const refusal = (value: unknown): ClientError =>
    badInput({ en: `"${shown(value)}" is not ${needed.en}.`, zh: `“${shown(value)}”不是${needed.zh}。` });
  const parse = (value: unknown): string => {
    if (typeof value !== 'string' || !fits(value)) {
      const cause = refusal(value);
      throw new GraphQLError(cause.message, { originalError: cause });
    }
    return value;
  };
  return new GraphQLScalarType({
    name,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : null),
    serialize: (value) => String(value),
  });
}

/** GB/T 4754 sections, `A` to `T`. */
export const isSector = (text: string): boolean => /^[A-T]$/.test(text);

/** The scalars of `schema/common.graphql`, for every subgraph's resolvers. */
export const scalars = {
  DateTime: GraphQLDateTimeISO,
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
