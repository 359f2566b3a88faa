import { ClientError } from '../../subgraphs/kit/errors';

/** The parameters of a GraphQL request. */
export interface OperationParameters {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
}

/** The parameters in a request's body, or in a query string that was parsed; null when it is no GraphQL request. */
export function parametersIn(content: unknown): OperationParameters | null {
  if (!isObject(content)) return null;
  const { query, operationName, variables, extensions } = content;
  const isWhole =
    isMissingOr(isText, query) &&
    isMissingOr(isText, operationName) &&
    isMissingOr(isObject, variables) &&
    isMissingOr(isObject, extensions);
  if (!isWhole) return null;
  return {
    ...(isText(query) && { query }),
    ...(isText(operationName) && { operationName }),
    ...(isObject(variables) && { variables }),
    ...(isObject(extensions) && { extensions }),
  };
}

/** The parameters of a request. Throws a sentence for the client. */
export function readParameters(content: unknown): OperationParameters {
  const parameters = parametersIn(content);
  if (parameters) return parameters;
  throw new ClientError('BAD_REQUEST', {
    en: 'The request is not a GraphQL request: "query" and "operationName" must be texts, "variables" and "extensions" objects.',
    zh: '请求不是 GraphQL 请求：“query”和“operationName”须为文本，“variables”和“extensions”须为对象。',
  });
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isMissingOr = (is: (value: unknown) => boolean, value: unknown): boolean => value == null || is(value);
