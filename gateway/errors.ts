import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { Cancelled } from '../subgraphs/kit/cancellation';
import { ClientError, hasKnownCode, type MaskOptions, maskError } from '../subgraphs/kit/errors';
import { languageOf, type Text } from '../subgraphs/kit/language';
import { LIMITS, type Limits } from './limits/limits';
import { Invalid, requestTooLarge, tooManyTokens } from './limits/refusals';
import type { Stage } from './operations/stage';

/** What a message over a WebSocket may hold at most. */
export const BODY_LIMIT = LIMITS.bodyBytes;

/** What the query planner says of an operation whose root there is not: a subscription, while there are none. */
const isNoOperation = (error: Error): boolean =>
  error instanceof GraphQLError && error.extensions.code === 'INVALID_GRAPHQL';

/** An error without what only the executor and the server need to know: where it came from, and the HTTP status. */
function withoutSource(error: Error): GraphQLError {
  // What the executor itself fails with need not be a GraphQL error.
  if (!(error instanceof GraphQLError)) return new GraphQLError(error.message, { originalError: error });
  const { serviceName: _, http: __, ...rest } = error.extensions;
  const extensions = isNoOperation(error) ? { code: 'OPERATION_RESOLUTION_FAILURE' } : rest;
  const { message, path, nodes, source, positions } = error;
  return hasKnownCode(extensions.code)
    ? new GraphQLError(message, { path, nodes, source, positions, extensions })
    : error;
}

const OF_SUBGRAPHS = new Set<unknown>(['SUBGRAPH_UNAVAILABLE', 'GRANTS_UNCONFIRMED']);

/** A plan may ask a subgraph several times; that it does not answer is said once. */
function saidOnce(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const said = new Set<string>();
  return errors.filter(({ path, extensions }) => {
    if (path !== undefined || !OF_SUBGRAPHS.has(extensions?.code)) return true;
    const what = `${extensions?.code} ${extensions?.subgraph}`;
    const isNew = !said.has(what);
    said.add(what);
    return isNew;
  });
}

const OUT_OF_TOKENS = /^Syntax Error: Document contains more that (\d+) tokens/;

/** What of one error is to be said: all that is wrong with a document, and of a long one that it is too long. */
function told(error: Error): readonly Error[] {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof Invalid) return cause.errors;
  const tokens = OUT_OF_TOKENS.exec(error.message)?.[1];
  if (tokens === undefined) return [error];
  return [new GraphQLError(error.message, { originalError: tooManyTokens(Number(tokens)) })];
}

/** The errors of an answer as they leave for the client. */
export const maskAnswer = (errors: readonly Error[], options: MaskOptions): GraphQLFormattedError[] =>
  saidOnce(errors.flatMap(told).map((error) => maskError(withoutSource(error), options)));

/** What went wrong before or beside GraphQL, in the shape of a GraphQL answer. */
export function answerHttpError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, limits }: { logger: Logger; limits: Limits },
) {
  const language = languageOf(request.headers['accept-language']);
  const masked = maskError(
    new GraphQLError(error.message, { originalError: clientErrorOf(error, limits) ?? error }),
    {
      language,
      requestId: request.id,
      logger,
    },
  );
  const { statusCode: status = statusOf(masked.extensions?.code) } = error;
  if (status === 503) reply.header('retry-after', '1');
  return reply.code(status).send({ errors: [masked] });
}

/** The time was over before it was known who asks. */
const nobodyKnown = (): ClientError =>
  new ClientError('TIME_LIMIT_EXCEEDED', {
    en: 'The time for the answer was over before the hub could look up your unit. Try again shortly.',
    zh: '平台未能在时限内查到您的单位，请稍后重试。',
  });

/** The sentence for an HTTP error of the client's making; null for other errors. */
function clientErrorOf(error: Error & { statusCode?: number }, limits: Limits): ClientError | null {
  if (error instanceof Cancelled) return nobodyKnown();
  const { statusCode: status } = error;
  if (error instanceof ClientError || status === undefined || status < 400 || status >= 500) return null;
  switch (status) {
    case 413:
      return requestTooLarge(limits.bodyBytes);
    case 415:
      return new ClientError('BAD_REQUEST', {
        en: 'The request is not JSON. Send it with content-type: application/json.',
        zh: '请求不是 JSON，请使用 content-type: application/json。',
      });
    default:
      return new ClientError('BAD_REQUEST', {
        en: `The request cannot be read: ${error.message}.`,
        zh: `请求无法解析：${error.message}。`,
      });
  }
}

/** The HTTP status of a request that was refused before it came to GraphQL. */
function statusOf(code: unknown): number {
  switch (code) {
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
      return 403;
    case 'INTERNAL':
      return 500;
    case 'SUBGRAPH_UNAVAILABLE':
    case 'DATABASE_UNAVAILABLE':
    case 'ISSUER_UNAVAILABLE':
    case 'OVERLOADED':
    case 'TIME_LIMIT_EXCEEDED':
      return 503;
    case 'RATE_LIMITED':
      return 429;
    default:
      return 400;
  }
}

/** What is wrong with a document or its variables. */
const OF_DOCUMENT = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/**
 * Whether a client takes nothing but `application/json`, as those do that are older than GraphQL's own media type: for
 * them such errors come with status 200, because another would be taken for that of something in between.
 */
const takesPlainJson = (accept: string | undefined): boolean =>
  accept?.split(',').every((type) => type.trim().startsWith('application/json')) ?? false;

/** Errors leave as `maskError` lets them; what only the executor knows stays here. */
export const maskErrors = (logger: Logger): Stage => ({
  complete({ http, result, errors }, { context, accept }) {
    http.headers.set('x-request-id', context.requestId);
    if (errors.length === 0) return;
    const masked = maskAnswer(errors, { language: context.language, ...context.ids, logger });
    result.errors = masked;
    if (errors.some(isNoOperation)) http.status = 400;
    const isOfDocument = masked.every(({ extensions }) => OF_DOCUMENT.has(extensions?.code));
    if (isOfDocument && takesPlainJson(accept)) http.status = 200;
  },
});

/** Says which operation a request fails to name. Left to the executor, that would be an error of the hub's own. */
export const requireOperation: Stage = {
  admit({ operation, schema, operationName }) {
    if (operation && schema.getRootType(operation.operation)) return;
    const text = noOperation(operation?.operation, operationName);
    throw new GraphQLError(text.en, {
      originalError: new ClientError('OPERATION_RESOLUTION_FAILURE', text),
      extensions: { http: { status: 400 } },
    });
  },
};

function noOperation(kind: string | undefined, name: string | null | undefined): Text {
  if (kind !== undefined) {
    return {
      en: `The graph has no ${kind} operations. Ask with a query, or change something with a mutation.`,
      zh: `不支持 ${kind} 操作，请使用 query 查询或 mutation 修改。`,
    };
  }
  if (name) {
    return {
      en: `The document has no operation named "${name}". Write operationName as in the document, or leave it out where there is only one operation.`,
      zh: `文档中没有名为“${name}”的操作。operationName 须与文档一致；文档只有一个操作时可以省略。`,
    };
  }
  return {
    en: 'The document has several operations. Say in operationName which one to run.',
    zh: '文档中有多个操作，请用 operationName 指明要执行哪一个。',
  };
}
