import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import {
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { Tokens } from '../shared/demo';
import { post, readObject } from '../shared/http';
import type { Identity } from '../shared/identity';
import { type Language, MESSAGES } from '../shared/messages';
import { Trouble } from '../shared/trouble';
import type { Exchange } from './exchanges';
import { withoutPlaces } from './withheld';

const GRAPHQL_PATH = '/graphql';
/** By which the hub is asked to tell more beside an answer; the page's own views want to know what was withheld where. */
const REPORT_HEADER = 'hub-report';
const WITHHELD_REPORT = 'withheld';

export interface FetcherOptions {
  /** Whom the hub shall see, or null for nobody. */
  identity: Identity | null;
  tokens: Tokens;
  /** Has the session of who is signed in renewed, where there is no identity; whether it was. */
  renew: (() => Promise<boolean>) | null;
  /** What the page's controls say at the moment of a request. */
  settings(): { language: Language; purpose: string };
  /** Told how each request ended: what failed on the way, or null when the hub answered. */
  report(trouble: Trouble | null): void;
  /** Told of each answer, but those that GraphiQL asks for itself. */
  keep(exchange: Omit<Exchange, 'id'>): void;
}

/**
 * Sends what GraphiQL asks to the hub. The headers of GraphiQL's own editor win over the page's. A token that the hub
 * refuses is minted again, once. What fails on the way becomes an error of the result, in a sentence; never throws it.
 */
export function createFetcher({ identity, tokens, renew, settings, report, keep }: FetcherOptions): Fetcher {
  async function ask(params: FetcherParams, opts: FetcherOpts): Promise<Reply> {
    const operation = operationOf(params);
    const body = { ...params, operationName: operation?.name?.value };
    const typed = Object.entries(opts.headers ?? {});
    const withToken = (token: string | null): Promise<Reply> =>
      send(body, headersOf(token, settings(), typed));
    const hasTypedToken = typed.some(([name]) => name.toLowerCase() === 'authorization');
    if (hasTypedToken) return withToken(null);
    if (!identity) {
      const reply = await withToken(null);
      if (!renew || !isUnauthenticated(reply)) return reply;
      const isRenewed = await renew();
      if (isRenewed && mayRepeat(reply, operation)) return withToken(null);
      if (isRenewed) return reply;
      // The page says so already, and says it no more once somebody has signed in.
      const sentence = MESSAGES[settings().language].sessionEnded;
      return { ...reply, result: { errors: [new GraphQLError(sentence)] } };
    }

    const token = await tokens.of(identity);
    const reply = await withToken(token);
    if (!isUnauthenticated(reply) || !mayRepeat(reply, operation)) return reply;
    return withToken(await tokens.of(identity, token));
  }

  return async (params, opts = {}) => {
    try {
      const { result, timing } = await ask(params, opts);
      report(null);
      if (params.operationName === 'IntrospectionQuery') return result;
      const shown = isAskedFor(opts.headers ?? {}) ? result : withoutReport(result);
      keep({
        ...exchangeOf(params, result, timing),
        shown,
        again: async (other) => (await ask(other, opts)).result,
      });
      return shown;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      report(error);
      return { errors: [new GraphQLError(error.sentence(MESSAGES[settings().language]))] };
    }
  };
}

/** What a request runs, by its own text: what GraphiQL says of its operations is a moment behind the text. */
function operationOf({ query, operationName }: FetcherParams): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    return null;
  }
}

interface Reply {
  status: number;
  result: ExecutionResult;
  timing: Exchange['timing'];
}

async function send(body: object, headers: Headers): Promise<Reply> {
  const sentAt = performance.now();
  const response = await post(GRAPHQL_PATH, body, headers);
  const answeredAt = performance.now();
  const size = response.clone().arrayBuffer();
  const result: ExecutionResult = await readObject(GRAPHQL_PATH, response);
  const timing = {
    waitedMs: answeredAt - sentAt,
    readMs: performance.now() - answeredAt,
    bytes: (await size).byteLength,
  };
  return { status: response.status, result, timing };
}

function exchangeOf(
  params: FetcherParams,
  result: ExecutionResult,
  timing: Exchange['timing'],
): Omit<Exchange, 'id' | 'again' | 'shown'> {
  const { withheld, receipt } = (result.extensions ?? {}) as Partial<Pick<Exchange, 'withheld' | 'receipt'>>;
  return {
    at: Date.now(),
    query: params.query,
    operationName: operationOf(params)?.name?.value ?? null,
    variables: params.variables ?? {},
    data: result.data,
    withheld: withheld ?? [],
    receipt: receipt ?? null,
    timing,
  };
}

function headersOf(
  token: string | null,
  { language, purpose }: { language: Language; purpose: string },
  typed: [name: string, value: unknown][],
): Headers {
  const headers = new Headers({
    accept: 'application/graphql-response+json, application/json',
    'accept-language': language,
  });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (purpose) headers.set('hub-purpose', encodeURIComponent(purpose));
  headers.set(REPORT_HEADER, WITHHELD_REPORT);
  for (const [name, value] of typed) {
    try {
      // What else is to be told is told beside it.
      if (name.toLowerCase() === REPORT_HEADER) headers.append(name, String(value));
      else headers.set(name, String(value));
    } catch {
      throw new Trouble((messages) => messages.badHeader(name));
    }
  }
  return headers;
}

/** Whether somebody typed that they want to see what the page asks for in any case. */
const isAskedFor = (typed: Record<string, unknown>): boolean =>
  Object.entries(typed).some(
    ([name, value]) => name.toLowerCase() === REPORT_HEADER && String(value).includes(WITHHELD_REPORT),
  );

/** An answer as it would be had the page not asked for places, which are longer than the rest and drawn at the nulls. */
function withoutReport(result: ExecutionResult): ExecutionResult {
  const { withheld } = (result.extensions ?? {}) as Partial<Pick<Exchange, 'withheld'>>;
  if (!withheld) return result;
  return { ...result, extensions: { ...result.extensions, withheld: withoutPlaces(withheld) } };
}

const isUnauthenticated = ({ status, result }: Reply): boolean =>
  status === 401 || (result.errors ?? []).some((error) => error.extensions?.code === 'UNAUTHENTICATED');

/** A mutation is sent again only if nothing of it was executed: a result without `data`, as the specification has it. */
const mayRepeat = ({ result }: Reply, operation: OperationDefinitionNode | null): boolean =>
  !('data' in result) || operation?.operation === 'query';
