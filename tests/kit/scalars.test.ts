import { execute, GraphQLObjectType, GraphQLSchema, parse, validate } from 'graphql';
import { maskError } from '../../subgraphs/kit/errors';
import type { Language } from '../../subgraphs/kit/language';
import { scalars } from '../../subgraphs/kit/scalars';
import { captureLog } from '../support/log';

type ScalarName = keyof typeof scalars;
const NAMES = Object.keys(scalars) as ScalarName[];

/** A field for each scalar, which gives back the argument that it took. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: Object.fromEntries(
      NAMES.map((name) => [
        name,
        {
          type: scalars[name],
          args: { value: { type: scalars[name] } },
          resolve: (_: unknown, { value }: { value?: unknown }) => value,
        },
      ]),
    ),
  }),
});

/** What a client is answered that sends the value as a variable, or as a literal of its document. */
async function echo(query: string, variableValues: Record<string, unknown>, language: Language = 'en') {
  const document = parse(query);
  const invalid = validate(schema, document);
  const { data, errors } = invalid.length
    ? { data: undefined, errors: invalid }
    : await execute({ schema, document, variableValues });
  const log = captureLog();
  const masked = errors?.map((error) =>
    maskError(error, { language, logger: log.logger, requestId: 'request' }),
  );
  expect(log.lines).toEqual([]);
  return masked?.map(({ message, extensions }) => ({ message, code: extensions?.code })) ?? { ...data };
}
const asVariable = (name: ScalarName, value: unknown, language?: Language) =>
  echo(`query ($value: ${name}) { ${name}(value: $value) }`, { value }, language);
const asLiteral = (name: ScalarName, literal: string, language?: Language) =>
  echo(`{ ${name}(value: ${literal}) }`, {}, language);

it.each<[ScalarName, string]>([
  ['Date', '2026-09-30'],
  ['Month', '2026-09'],
  ['JurisdictionCode', '310118104222'],
  ['AgencyCode', '310118-AGRI'],
  ['Sector', 'T'],
])('%s gives back what it took: %s', async (name, value) => {
  expect(await asVariable(name, value)).toEqual({ [name]: value });
  expect(await asLiteral(name, `"${value}"`)).toEqual({ [name]: value });
});

it.each([
  ['2026-09-30T01:30:00Z', '2026-09-30T01:30:00.000Z'],
  ['2026-09-30T09:30:00+08:00', '2026-09-30T01:30:00.000Z'],
  ['2026-09-30T01:30:00.123456Z', '2026-09-30T01:30:00.123Z'],
])('DateTime gives %s back in UTC, to the millisecond', async (value, instant) => {
  expect(await asVariable('DateTime', value)).toEqual({ DateTime: instant });
  expect(await asLiteral('DateTime', `"${value}"`)).toEqual({ DateTime: instant });
});

it('takes a code that was sent as a number', async () => {
  expect(await asVariable('JurisdictionCode', 310118)).toEqual({ JurisdictionCode: '310118' });
  expect(await asLiteral('JurisdictionCode', '310118')).toEqual({ JurisdictionCode: '310118' });
});

it.each(NAMES)('%s lets null be null', async (name) => {
  expect(await asVariable(name, null)).toEqual({ [name]: null });
  expect(await asLiteral(name, 'null')).toEqual({ [name]: null });
});

const SENTENCES: [ScalarName, string, string][] = [
  ['DateTime', 'an instant, like 2026-09-30T01:30:00Z', '时间，例如 2026-09-30T01:30:00Z'],
  ['Date', 'a day, like 2026-09-30', '日期，例如 2026-09-30'],
  ['Month', 'a month, like 2026-09', '月份，例如 2026-09'],
  [
    'JurisdictionCode',
    'a jurisdiction code: 6, 9 or 12 digits of GB/T 2260, like 310118',
    '行政区划代码：应为 GB/T 2260 的 6、9 或 12 位数字，例如 310118',
  ],
  [
    'AgencyCode',
    'an agency code: a jurisdiction code, a hyphen and a name in capitals, like 310118-AGRI',
    '单位代码：应为行政区划代码、连字符和大写字母名称，例如 310118-AGRI',
  ],
  [
    'Sector',
    'a sector: one letter from A to T, a section of GB/T 4754',
    '行业门类：应为 GB/T 4754 的门类字母 A 至 T',
  ],
];

describe.each(SENTENCES)('%s refuses, in a sentence,', (name, en, zh) => {
  it('what does not fit, sent as a variable', async () => {
    expect(await asVariable(name, 'nonsense')).toEqual([
      { message: `"nonsense" is not ${en}.`, code: 'BAD_USER_INPUT' },
    ]);
  });

  it('what does not fit, written as a literal', async () => {
    expect(await asLiteral(name, '"nonsense"')).toEqual([
      { message: `"nonsense" is not ${en}.`, code: 'BAD_USER_INPUT' },
    ]);
  });

  it('in Chinese to those who read it', async () => {
    const refusal = [{ message: `“nonsense”不是${zh}。`, code: 'BAD_USER_INPUT' }];
    expect(await asVariable(name, 'nonsense', 'zh')).toEqual(refusal);
    expect(await asLiteral(name, '"nonsense"', 'zh')).toEqual(refusal);
  });

  it.each([
    [true, 'true'],
    [1.5, '1.5'],
    [['A'], '["A"]'],
    [{ a: 1 }, '{"a":1}'],
    ['x'.repeat(50), `${'x'.repeat(40)}…`],
  ])('what is no text at all, or too long to repeat: %j', async (value, shown) => {
    expect(await asVariable(name, value)).toEqual([
      { message: `"${shown}" is not ${en}.`, code: 'BAD_USER_INPUT' },
    ]);
  });

  it.each([
    ['true', 'true'],
    ['1.5', '1.5'],
    ['NAME', 'NAME'],
    ['["A"]', '["A"]'],
    ['{ a: 1 }', '{a: 1}'],
  ])('a literal that is no text: %s', async (literal, shown) => {
    expect(await asLiteral(name, literal)).toEqual([
      { message: `"${shown}" is not ${en}.`, code: 'BAD_USER_INPUT' },
    ]);
  });
});

it.each<[ScalarName, string]>([
  ['DateTime', '2026-02-30T00:00:00Z'],
  ['DateTime', '2026-09-30T00:00:00'],
  ['DateTime', '2026-09-30'],
  ['DateTime', '2026-09-30T24:00:00Z'],
  ['Date', '2026-02-29'],
  ['Date', '2026-9-1'],
  ['Month', '2026-13'],
  ['JurisdictionCode', '31011'],
  ['AgencyCode', '310118-agri'],
  ['Sector', 'U'],
  ['Sector', 'AB'],
])('%s refuses %s', async (name, value) => {
  expect(await asVariable(name, value)).toEqual([
    { message: expect.stringMatching(`^"${value}" is not `), code: 'BAD_USER_INPUT' },
  ]);
});
