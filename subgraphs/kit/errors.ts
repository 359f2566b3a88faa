import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import pg from 'pg';
import type { Logger } from 'pino';
import { OperationOver } from './cancellation';
import type { Language, Text } from './language';

/** What a refusal of an action is about; see `UserErrorCode` in the schema. */
export type ViolationCode =
  | 'REQUIRED'
  | 'INVALID'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'NOT_ALLOWED'
  | 'NOT_ALLOWED_IN_STATE'
  | 'LIMIT_EXCEEDED';

export interface Violation {
  readonly code: ViolationCode;
  /** From the input's field inward: `['rows', 2, 'origin']`. Empty when it is about the action as a whole. */
  readonly path: readonly (string | number)[];
  readonly text: Text;
}

/** An action that is refused. Thrown inside a write, it rolls the write back and becomes the payload's `userErrors`. */
export class Refusal extends Error {
  constructor(readonly violations: readonly Violation[]) {
    super(violations.map((v) => `${v.code} ${v.path.join('.')}: ${v.text.en}`).join('; '));
    this.name = 'Refusal';
  }
}

/** Refuses with a single violation. */
export function refuse(code: ViolationCode, path: Violation['path'], text: Text): never {
  throw new Refusal([{ code, path, text }]);
}

/** Collects every violation of an input, so that all are reported at once. */
export class Violations {
  readonly #found: Violation[] = [];

  add(code: ViolationCode, path: Violation['path'], text: Text): void {
    this.#found.push({ code, path, text });
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  get size(): number {
    return this.#found.length;
  }

  throwIfAny(): void {
    if (this.any) throw new Refusal(this.#found);
  }
}

/** The codes that may reach a client in `errors[].extensions.code`. Everything else is masked as `INTERNAL`. */
export const CLIENT_ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'CURSOR_RIGHTS_CHANGED',
  'SUBSCRIPTION_INTERRUPTED',
  'TOO_MANY_SUBSCRIPTIONS',
  'SUBGRAPH_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'RECEIPT_UNAVAILABLE',
  'GRANTS_UNCONFIRMED',
  'INTERNAL',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_NOT_REGISTERED',
  'REQUEST_TOO_LARGE',
  'REQUEST_TOO_SLOW',
  'BATCH_TOO_LARGE',
  'DOCUMENT_TOO_LARGE',
  'TOO_MANY_TOKENS',
  'OPERATION_TOO_DEEP',
  'TOO_MANY_FIELDS',
  'TOO_MANY_ALIASES',
  'TOO_MANY_ROOT_FIELDS',
  'TOO_MANY_DIRECTIVES',
  'LIST_TOO_LARGE',
  'VARIABLES_TOO_LARGE',
  'OPERATION_TOO_COSTLY',
  'RATE_LIMITED',
  'INTROSPECTION_DISABLED',
  'OVERLOADED',
  'TIME_LIMIT_EXCEEDED',
] as const;
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

/** An error whose sentence was written for the client. */
export class ClientError extends Error {
  constructor(
    readonly code: ClientErrorCode,
    readonly text: Text,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(text.en);
    this.name = 'ClientError';
  }
}

export const badInput = (text: Text): ClientError => new ClientError('BAD_USER_INPUT', text);

export const unauthenticated = (): ClientError =>
  new ClientError('UNAUTHENTICATED', {
    en: 'Sign in first: send a bearer token in the authorization header.',
    zh: '请先登录：在 authorization 请求头中携带 Bearer 令牌。',
  });

export const subgraphUnavailable = (name: string): ClientError =>
  new ClientError(
    'SUBGRAPH_UNAVAILABLE',
    {
      en: `The ${name} subgraph does not answer, so its fields are missing. Try again shortly.`,
      zh: `${name} 子图暂时无法响应，其字段缺失，请稍后重试。`,
    },
    { subgraph: name },
  );

export const databaseUnavailable = (): ClientError =>
  new ClientError('DATABASE_UNAVAILABLE', {
    en: 'The data is out of reach for the moment. Try again shortly.',
    zh: '数据暂时无法访问，请稍后重试。',
  });

// PostgreSQL keeps every character but this one; clients may send it in any text.
const isUnstorableText = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '22021';

const unstorableText = (): ClientError =>
  badInput({
    en: 'A text in the request holds the character U+0000, which cannot be kept. Send it without.',
    zh: '请求中的文本含有无法保存的字符 U+0000，请去除后重新发送。',
  });

// SQLSTATE classes 08 (connection) but for violations of the protocol, which are ours, 53 (resources), 57P (operator
// intervention), and transactions that were left waiting (25P03, 25P04); and what node reports of sockets.
const DATABASE_GONE = /^(?:08(?!P)|53|57P|25P0[34])/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const SOCKET_GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
const POOL_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;

/** Whether the server said so: each of its errors names its state. What names none is what the library makes of noise. */
export const isOfServer = ({ code }: Error & { code?: unknown }): boolean =>
  typeof code === 'string' && SQLSTATE.test(code);

/** Whether an error says that the database is away, rather than that a statement is wrong. */
export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.every(isDatabaseGone);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof pg.DatabaseError && !isOfServer(error)) return true;
  return DATABASE_GONE.test(code) || SOCKET_GONE.has(code) || POOL_MESSAGES.test(error.message);
}

/** Whether a statement was cancelled, which is done only to those for which nobody waits any more. */
const isCancelled = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '57014';

const INTERNAL: (id: string) => Text = (id) => ({
  en: `Something went wrong on our side. Tell the operators this id: ${id}.`,
  zh: `系统内部出现错误。请向运维人员提供此编号：${id}。`,
});

const NOT_TO_ITS_END: Text = {
  en: 'The request was given up before this was read. Try again shortly.',
  zh: '请求已被放弃，此内容未能读取，请稍后重试。',
};

export interface MaskOptions {
  language: Language;
  logger: Logger;
  requestId: string;
  /** Of a request that is part of a trace. */
  traceId?: string;
}

export const hasKnownCode = (code: unknown): code is ClientErrorCode =>
  CLIENT_ERROR_CODES.some((known) => known === code);

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/**
 * Whether graphql-js says it of the client's document and variables. While a field is resolved, only what it says of a
 * value in the document is meant; what it says of a field may repeat what a resolver gave back.
 */
const isAboutDocument = (error: GraphQLError, cause: GraphQLError): boolean =>
  error.path === undefined || (cause.nodes?.every(({ kind }) => kind !== Kind.FIELD) ?? false);

/**
 * The only way by which an error leaves for a client. Sentences written for clients pass in the client's language;
 * graphql-js' own (syntax, validation, coercion) pass as they are; whatever else happened is logged whole under an
 * id, and the client is told the id.
 */
export function maskError(error: GraphQLError, options: MaskOptions): GraphQLFormattedError {
  const { language, logger, requestId, traceId } = options;
  const of = { requestId, traceId, path: error.path };
  const place = {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  };
  const root = rootCause(error);
  const cause = isUnstorableText(root) ? unstorableText() : root;
  if (cause instanceof ClientError) {
    if (cause.cause !== undefined) {
      logger.warn({ err: cause, ...of, code: cause.code }, 'answered with a sentence');
    }
    return { message: cause.text[language], ...place, extensions: { code: cause.code, ...cause.details } };
  }
  if (cause instanceof OperationOver || isCancelled(cause)) {
    // Nobody reads this: the request was given up, or another failure has decided its answer.
    logger.debug({ err: cause, requestId, path: error.path }, 'an operation was not carried out to its end');
    return { message: NOT_TO_ITS_END[language], ...place, extensions: { code: 'TIME_LIMIT_EXCEEDED' } };
  }
  if (isDatabaseGone(cause)) {
    logger.error({ err: cause, ...of }, 'database unavailable');
    const gone = databaseUnavailable();
    return { message: gone.text[language], ...place, extensions: { code: gone.code } };
  }
  if (cause instanceof GraphQLError) {
    if (hasKnownCode(cause.extensions.code)) {
      return { message: cause.message, ...place, extensions: cause.extensions };
    }
    if (cause.extensions.code === undefined && isAboutDocument(error, cause)) {
      const code = cause.message.startsWith('Syntax Error')
        ? 'GRAPHQL_PARSE_FAILED'
        : 'GRAPHQL_VALIDATION_FAILED';
      return { message: cause.message, ...place, extensions: { code } };
    }
  }
  const id = randomUUID();
  logger.error({ err: cause, errorId: id, ...of }, 'unexpected error');
  return { message: INTERNAL(id)[language], ...place, extensions: { code: 'INTERNAL', id } };
}
