import { Pool } from 'undici';
import { type Cancellation, Cancelled } from '../subgraphs/kit/cancellation';
import { ClientError, subgraphUnavailable } from '../subgraphs/kit/errors';
import type { EventsRequest, EventsResponse } from '../subgraphs/kit/events';
import type { RegistryLink } from '../subgraphs/kit/registry-routes';
import type {
  GraphQLRequestBody,
  RequestHeaders,
  Subgraph,
  SubgraphResponse,
} from '../subgraphs/kit/subgraph';

/** A request that may know its own JSON. */
export interface LinkRequest extends GraphQLRequestBody {
  toText?(): string;
}

/** How a gateway reaches a subgraph: a `Subgraph` of the same process, or one behind HTTP. */
export interface SubgraphLink extends RegistryLink, Pick<Subgraph, 'name' | 'isReady'> {
  answer(
    request: LinkRequest,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<SubgraphResponse>;
  /** Of one whose graph has subscriptions. */
  readonly events?: Subgraph['events'];
  /** How long it may take to answer, when there is a limit. */
  readonly timeoutMs?: number;
}

export const timeIsOver = (name: string): ClientError =>
  new ClientError(
    'TIME_LIMIT_EXCEEDED',
    {
      en: `The time for the whole answer was over before the ${name} subgraph had given its part. Ask for less at once.`,
      zh: `在 ${name} 子图给出结果之前，整个请求的时限已到，请减少单次请求的内容。`,
    },
    { subgraph: name },
  );

export const outcomeUnknown = (name: string): ClientError =>
  new ClientError(
    'OUTCOME_UNKNOWN',
    {
      en: `The ${name} subgraph was lost while it made the change, so it may or may not have been made. Look, or send the same again.`,
      zh: `${name} 子图在执行修改时失去响应，无法确定修改是否已生效。请查询确认，或重新提交同一请求。`,
    },
    { subgraph: name },
  );

export const isMutation = (query: unknown): boolean =>
  typeof query === 'string' && query.trimStart().startsWith('mutation');

/** What is said of a request that never left. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What is said of a connection that was lost. */
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET']);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? '';

/** Whether a request failed before anything of it left. */
export const isUnsent = (error: unknown): boolean => NOT_SENT.has(codeOf(error));

/** Whether a request failed because its connection was lost. */
export const isLost = (error: unknown): boolean => LOST.has(codeOf(error));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether what came back is an answer of GraphQL: data, errors or both. */
function isAnswer(value: unknown): value is SubgraphResponse {
  if (!isObject(value)) return false;
  const { data, errors } = value;
  const hasErrors =
    Array.isArray(errors) && errors.every((error) => isObject(error) && typeof error.message === 'string');
  return (isObject(data) && errors === undefined) || ((data == null || isObject(data)) && hasErrors);
}

const CONNECTIONS = 128;
const HEALTH_TIMEOUT_MS = 2_000;
/** What an answer may hold at most: a subgraph that writes without end must not take the gateway along. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** A subgraph behind HTTP, over connections that are kept. */
export class HttpSubgraphLink implements SubgraphLink {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(
    readonly name: string,
    /** Where it answers, for example `http://127.0.0.1:4001`. */
    url: URL,
    /** How long it may take, from the call to the last byte of the answer. */
    readonly timeoutMs: number,
  ) {
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: 30_000,
      connect: { timeout: 2_000 },
      maxResponseSize: ANSWER_BYTES,
    });
    this.#path = url.pathname.replace(/\/$/, '');
  }

  async answer(
    request: LinkRequest,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<SubgraphResponse> {
    try {
      const text = request.toText?.() ?? JSON.stringify(request);
      const answer = await this.#post('/graphql', text, headers, cancellation);
      if (isAnswer(answer)) return answer;
      throw new Error(`this is no answer of GraphQL: ${JSON.stringify(answer).slice(0, 500)}`);
    } catch (cause) {
      if (cause instanceof Cancelled) throw cause;
      const isInDoubt = isMutation(request.query) && !isUnsent(cause);
      throw Object.assign((isInDoubt ? outcomeUnknown : subgraphUnavailable)(this.name), { cause });
    }
  }

  async events(
    body: EventsRequest,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<EventsResponse> {
    try {
      return (await this.#post('/events', JSON.stringify(body), headers, cancellation)) as EventsResponse;
    } catch (cause) {
      throw Object.assign(subgraphUnavailable(this.name), { cause });
    }
  }

  async answerInternally(
    path: string,
    body: unknown,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    try {
      return await this.#post(`/internal/${path}`, JSON.stringify(body), headers, cancellation);
    } catch (cause) {
      throw Object.assign(subgraphUnavailable(this.name), { cause });
    }
  }

  async isReady(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: `${this.#path}/health/ready`,
        signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #post(
    path: string,
    content: string,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    // One controller and one timer: the platform's own timeouts cost several times as much, on every call.
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new DOMException(`no answer within ${this.timeoutMs} ms`, 'TimeoutError')),
      this.timeoutMs,
    );
    const forget = cancellation?.onCancel((error) => limit.abort(error));
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: this.#path + path,
        headers: { 'content-type': 'application/json', ...headers },
        body: content,
        signal: limit.signal,
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text.slice(0, 500)}`);
      return JSON.parse(text);
    } finally {
      clearTimeout(timer);
      forget?.();
    }
  }
}
