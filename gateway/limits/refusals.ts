import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { ClientError } from '../../subgraphs/kit/errors';

/*
 * The sentences for requests that ask for more than the hub takes. Each says how much it was, how much it may be, and
 * what to do instead.
 */

const number = (value: number): string => (Number.isFinite(value) ? value.toLocaleString('en') : '∞');

export const requestTooLarge = (limitBytes: number): ClientError => {
  const megabytes = Math.round((limitBytes / 1024 / 1024) * 100) / 100;
  return new ClientError('REQUEST_TOO_LARGE', {
    en: `The request is larger than the ${megabytes} MB that the hub takes at once. Send it in parts.`,
    zh: `请求超过平台单次可接收的 ${megabytes} MB，请分批发送。`,
  });
};

export const requestTooSlow = (bytesPerSecond: number): ClientError =>
  new ClientError(
    'REQUEST_TOO_SLOW',
    {
      en: `The request came in more slowly than the ${number(bytesPerSecond)} bytes a second that the hub waits for, or than all the others while there were too many. Send it again, in smaller parts.`,
      zh: `请求到达过慢：平台要求每秒至少 ${number(bytesPerSecond)} 字节；同时到达的请求过多时，最慢者先被放弃。请分成更小的部分重新发送。`,
    },
    { bytesPerSecond },
  );

export const batchTooLarge = (count: number, limit: number): ClientError =>
  new ClientError(
    'BATCH_TOO_LARGE',
    {
      en: `The request holds ${number(count)} operations, and the hub takes ${number(limit)} at once. Send them in parts.`,
      zh: `请求包含 ${number(count)} 个操作，平台单次最多接收 ${number(limit)} 个，请分批发送。`,
    },
    { count, limit },
  );

export const documentTooLarge = (count: number, limit: number): ClientError =>
  new ClientError(
    'DOCUMENT_TOO_LARGE',
    {
      en: `The document has ${number(count)} characters, and the hub reads ${number(limit)}. Ask in several requests, and send data in variables.`,
      zh: `文档有 ${number(count)} 个字符，平台最多读取 ${number(limit)} 个。请分多次请求，数据请放入变量。`,
    },
    { count, limit },
  );

export const tooManyTokens = (limit: number): ClientError =>
  new ClientError(
    'TOO_MANY_TOKENS',
    {
      en: `The document has more than the ${number(limit)} words and signs that the hub reads. Ask in several requests, and send data in variables.`,
      zh: `文档的词法单元超过平台可读取的 ${number(limit)} 个。请分多次请求，数据请放入变量。`,
    },
    { limit },
  );

export const tooDeep = (limit: number): ClientError =>
  new ClientError(
    'OPERATION_TOO_DEEP',
    {
      en: `The document nests fields more than ${number(limit)} deep. Ask for the inner ones in a request of their own, by their ids.`,
      zh: `文档的字段嵌套超过 ${number(limit)} 层。内层内容请凭其标识另行请求。`,
    },
    { limit },
  );

export const tooManyFields = (count: number, limit: number): ClientError =>
  new ClientError(
    'TOO_MANY_FIELDS',
    {
      en: `The document writes ${number(count)} fields or repeats of fields, and the hub takes ${number(limit)}. Name what is asked for several times in a fragment, or ask in several requests.`,
      zh: `文档写有 ${number(count)} 个字段（含重复字段），平台最多接收 ${number(limit)} 个。重复内容请使用片段，或分多次请求。`,
    },
    { count, limit },
  );

export const tooManyAliases = (count: number, limit: number): ClientError =>
  new ClientError(
    'TOO_MANY_ALIASES',
    {
      en: `The document gives ${number(count)} fields other names, and the hub takes ${number(limit)} aliases. Ask with a list, or in several requests.`,
      zh: `文档使用了 ${number(count)} 个字段别名，平台最多接收 ${number(limit)} 个。请改用列表查询，或分多次请求。`,
    },
    { count, limit },
  );

export const tooManyRootFields = (count: number, limit: number): ClientError =>
  new ClientError(
    'TOO_MANY_ROOT_FIELDS',
    {
      en: `The operation asks for ${number(count)} fields at its root, and the hub takes ${number(limit)}. Ask in several requests.`,
      zh: `操作在根级请求了 ${number(count)} 个字段，平台最多接收 ${number(limit)} 个，请分多次请求。`,
    },
    { count, limit },
  );

export const tooManyDirectives = (count: number, limit: number): ClientError =>
  new ClientError(
    'TOO_MANY_DIRECTIVES',
    {
      en: `The document holds ${number(count)} directives, and the hub takes ${number(limit)}. Leave out what decides nothing.`,
      zh: `文档包含 ${number(count)} 个指令，平台最多接收 ${number(limit)} 个，请去除多余的指令。`,
    },
    { count, limit },
  );

export const listTooLarge = (field: string, size: number, limit: number): ClientError =>
  new ClientError(
    'LIST_TOO_LARGE',
    {
      en: `${field} was asked for ${number(size)} rows, and no list gives more than ${number(limit)} at once. Ask for fewer and page on with after.`,
      zh: `${field} 请求了 ${number(size)} 行，任何列表单次最多返回 ${number(limit)} 行。请减少数量并用 after 翻页。`,
    },
    { field, size, limit },
  );

export const variablesTooLarge = (
  kind: 'values' | 'depth',
  { variableValues, variableDepth }: { variableValues: number; variableDepth: number },
): ClientError =>
  kind === 'values'
    ? new ClientError(
        'VARIABLES_TOO_LARGE',
        {
          en: `The variables hold more than ${number(variableValues)} values. Send them in parts.`,
          zh: `变量包含的值超过 ${number(variableValues)} 个，请分批发送。`,
        },
        { limit: variableValues },
      )
    : new ClientError(
        'VARIABLES_TOO_LARGE',
        {
          en: `The variables nest values more than ${number(variableDepth)} deep, which nothing in the graph takes. Send them as the schema says.`,
          zh: `变量嵌套超过 ${number(variableDepth)} 层，图中没有此类输入，请按照模式填写。`,
        },
        { limit: variableDepth },
      );

export const tooCostly = (cost: number, limit: number): ClientError =>
  new ClientError(
    'OPERATION_TOO_COSTLY',
    {
      en: `The operation may touch ${number(cost)} objects, and one operation may touch ${number(limit)}. Ask for smaller pages with first, or for less inside of lists.`,
      zh: `该操作的预估成本为 ${number(cost)}，单个操作上限为 ${number(limit)}。请用 first 缩小分页，或减少列表内的字段。`,
    },
    { cost, limit },
  );

export const rateLimited = (seconds: number): ClientError =>
  new ClientError(
    'RATE_LIMITED',
    {
      en: `Your unit asks for more than its share of the hub. Ask again in ${number(seconds)} seconds, or for less at once.`,
      zh: `贵单位的请求量超出限额，请在 ${number(seconds)} 秒后重试，或减少单次请求的内容。`,
    },
    { retryAfterSeconds: seconds },
  );

export const introspectionDisabled = (): ClientError =>
  new ClientError('INTROSPECTION_DISABLED', {
    en: 'The schema is told to those who are signed in. Send a bearer token in the authorization header.',
    zh: '仅向已登录的用户提供模式信息，请在 authorization 请求头中携带 Bearer 令牌。',
  });

export const overloaded = (): ClientError =>
  new ClientError('OVERLOADED', {
    en: 'The hub has more to do than it can answer in time. Ask again in a second.',
    zh: '平台当前负载过高，请一秒后重试。',
  });

/** A refusal as what ends an operation, with its status of HTTP, and when to come again. */
export function refusal(error: ClientError, status = 400, retryAfterSeconds?: number): GraphQLError {
  const headers = new HeaderMap(
    retryAfterSeconds === undefined ? [] : [['retry-after', String(retryAfterSeconds)]],
  );
  return new GraphQLError(error.text.en, {
    originalError: error,
    extensions: { http: { status, headers } },
  });
}

/** Everything that is wrong with a document, as one error to throw. */
export class Invalid extends GraphQLError {
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'The document is not valid.', { extensions: { http: { status: 400 } } });
  }
}
