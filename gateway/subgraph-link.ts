import { Pool } from 'undici';
import { ClientError } from '../subgraphs/kit/errors';
import type {
  GraphQLRequestBody,
  RequestHeaders,
  Subgraph,
  SubgraphResponse,
} from '../subgraphs/kit/subgraph';

/** How a gateway reaches a subgraph: a `Subgraph` of the same process, or one behind HTTP. */
export type SubgraphLink = Pick<Subgraph, 'name' | 'answer' | 'answerInternally' | 'isReady'>;

export const subgraphUnavailable = (name: string): ClientError =>
  new ClientError(
    'SUBGRAPH_UNAVAILABLE',
    {
      en: `The ${name} subgraph does not answer, so its fields are missing. Try again shortly.`,
      zh: `${name} 子图暂时无法响应，其字段缺失，请稍后重试。`,
    },
    { subgraph: name },
  );

const CONNECTIONS = 128;
const HEALTH_TIMEOUT_MS = 2_000;

/** A subgraph behind HTTP, over connections that are kept. */
export class HttpSubgraphLink implements SubgraphLink {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(
    readonly name: string,
    /** Where it answers, for example `http://127.0.0.1:4001`. */
    url: URL,
    private readonly timeoutMs: number,
  ) {
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: 30_000,
      connect: { timeout: 2_000 },
    });
    this.#path = url.pathname.replace(/\/$/, '');
  }

  async answer(body: GraphQLRequestBody, headers: RequestHeaders): Promise<SubgraphResponse> {
    return (await this.#post('/graphql', body, headers)) as SubgraphResponse;
  }

  async answerInternally(path: string, body: unknown, headers: RequestHeaders): Promise<unknown> {
    return this.#post(`/internal/${path}`, body, headers);
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

  async #post(path: string, content: unknown, headers: RequestHeaders): Promise<unknown> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: this.#path + path,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(content),
        headersTimeout: this.timeoutMs,
        bodyTimeout: this.timeoutMs,
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text.slice(0, 500)}`);
      return JSON.parse(text);
    } catch (cause) {
      throw Object.assign(subgraphUnavailable(this.name), { cause });
    }
  }
}
