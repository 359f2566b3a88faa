import { type Dispatcher, Pool } from 'undici';
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
  /** Where it answers, of one behind HTTP. */
  readonly address?: URL;
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
    readonly address: URL,
    /** How long it may take, from the call to the last byte of the answer. */
    readonly timeoutMs: number,
  ) {
    this.#pool = new Pool(address.origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: 30_000,
      connect: { timeout: 2_000 },
      maxResponseSize: ANSWER_BYTES,
    });
    this.#path = address.pathname.replace(/\/$/, '');
  }

  answer(
    request: LinkRequest,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<SubgraphResponse> {
    const text = request.toText?.() ?? JSON.stringify(request);
    return this.#post('/graphql', text, headers, {
      cancellation,
      read: readAnswer,
      failure: (cause) =>
        isMutation(request.query) && !isUnsent(cause)
          ? outcomeUnknown(this.name)
          : subgraphUnavailable(this.name),
    });
  }

  events(body: EventsRequest, headers: RequestHeaders, cancellation?: Cancellation): Promise<EventsResponse> {
    return this.#post('/events', JSON.stringify(body), headers, {
      cancellation,
      read: (answer) => answer as EventsResponse,
      failure: () => subgraphUnavailable(this.name),
    });
  }

  answerInternally(
    path: string,
    body: unknown,
    headers: RequestHeaders,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    return this.#post(`/internal/${path}`, JSON.stringify(body), headers, {
      cancellation,
      read: (answer) => answer,
      failure: () => subgraphUnavailable(this.name),
    });
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

  #post<Answer>(
    path: string,
    body: string,
    headers: RequestHeaders,
    { cancellation, ...reading }: Reading<Answer> & { readonly cancellation?: Cancellation },
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(reading, resolve, reject);
      exchange.keepTo(this.timeoutMs, cancellation);
      this.#pool.dispatch(
        {
          method: 'POST',
          path: this.#path + path,
          headers: { 'content-type': 'application/json', ...headers },
          body,
        },
        exchange,
      );
    });
  }
}

/** What is made of what comes back. */
interface Reading<Answer> {
  /** Throws where it is none. */
  readonly read: (json: unknown) => Answer;
  /** What it is called when there is no answer. */
  readonly failure: (cause: unknown) => ClientError;
}

/**
 * One request and its answer. The pool's own `request` makes a stream and a signal of the platform for each, which cost
 * as much as all the rest.
 */
class Exchange<Answer> implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout | undefined;
  #forget: (() => void) | undefined;
  #givenUp: Error | null = null;
  #status = 0;
  readonly #chunks: Buffer[] = [];

  constructor(
    private readonly reading: Reading<Answer>,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /** Hangs up when the time is over, or nobody waits any more; what was not sent yet is not sent then. */
  keepTo(timeoutMs: number, cancellation: Cancellation | undefined): void {
    this.#timer = setTimeout(
      () => this.#giveUp(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')),
      timeoutMs,
    );
    this.#forget = cancellation?.onCancel((error) => this.#giveUp(error));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp) controller.abort(this.#givenUp);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    try {
      const [first] = this.#chunks;
      const text = (first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)).toString();
      if (this.#status !== 200) throw new Error(`status ${this.#status}: ${text.slice(0, 500)}`);
      const answer = this.reading.read(JSON.parse(text));
      this.#settle();
      this.resolve(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #giveUp(error: Error): void {
    this.#givenUp = error;
    this.#fail(error);
    this.#controller?.abort(error);
  }

  #fail(cause: unknown): void {
    this.#settle();
    this.reject(cause instanceof Cancelled ? cause : Object.assign(this.reading.failure(cause), { cause }));
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#forget?.();
  }
}

function readAnswer(json: unknown): SubgraphResponse {
  if (isAnswer(json)) return json;
  throw new Error(`this is no answer of GraphQL: ${JSON.stringify(json).slice(0, 500)}`);
}
