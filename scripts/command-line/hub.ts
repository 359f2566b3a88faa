import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'undici';
import type { Language } from '../../subgraphs/kit/language';
import { codeOf, EXIT, Failure, unusable } from './failure';

const TRANSIENT_STATUSES = [429, 502, 503, 504];
const TRANSIENT_CODES = ['SUBGRAPH_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'OUTCOME_UNKNOWN'];
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** Longer than the hub waits for its own parts, so that it is the hub that says what did not answer. */
const TIMEOUT_MS = 35_000;

export interface HubOptions {
  url: URL;
  token: string;
  /** Of the hub's sentences. */
  language: Language;
  /** How many questions may be under way at once. */
  connections: number;
  /** How long nothing may succeed before the hub is given up. */
  giveUpAfterMs: number;
  timeoutMs?: number;
  /** Ends what is under way, and what comes after. */
  signal: AbortSignal;
  /** Told once when questions begin to fail, and once when they no longer do. */
  onTrouble: (sentence: string) => void;
}

export interface Answer<Data> {
  data: Data;
  /** By the hub's clock; null when it does not tell. */
  answeredAt: Date | null;
}

/** The hub understood the question and refused it. */
export class HubRefusal extends Failure {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(code === 'INTERNAL' ? EXIT.unreachable : EXIT.unusable, message);
  }
}

/** What may be otherwise in a moment. */
class Transient extends Error {
  constructor(
    message: string,
    /** What the hub asked for. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

interface GraphQLAnswer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } & Record<string, unknown> }[];
}

/**
 * The hub over GraphQL. Whatever is asked must be safe to ask twice: a question whose answer was lost, or that the hub
 * could not take just now, is asked again, with growing pauses, until nothing has succeeded for `giveUpAfterMs`.
 */
export class Hub {
  #pool: Promise<Pool> | null = null;
  #succeededAt = Number.NEGATIVE_INFINITY;
  #failingSince: number | null = null;

  constructor(private readonly options: HubOptions) {}

  /** Throws a `HubRefusal`, or a `Failure` when the hub cannot be reached. */
  async ask<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer<Data>> {
    // As bytes at once: as a string it would be kept beside them until the answer comes.
    const body = Buffer.from(JSON.stringify({ query, variables }));
    for (let attempt = 0; ; attempt += 1) {
      const startedAt = performance.now();
      try {
        const answer = await this.#askOnce<Data>(body);
        this.#succeeded();
        return answer;
      } catch (error) {
        this.options.signal.throwIfAborted();
        if (!(error instanceof Transient)) throw error;
        await this.#pause(error, startedAt, attempt);
      }
    }
  }

  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }

  /** Loaded with the first question: a command that has none, or ends at its file, need not wait for it. */
  async #connect(): Promise<Pool> {
    const { url, connections, timeoutMs = TIMEOUT_MS } = this.options;
    const { Pool } = await import('undici');
    return new Pool(url.origin, {
      connections,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: timeoutMs },
    });
  }

  #succeeded(): void {
    if (this.#failingSince !== null) this.options.onTrouble('The hub answers again.');
    this.#failingSince = null;
    this.#succeededAt = performance.now();
  }

  async #pause(trouble: Transient, startedAt: number, attempt: number): Promise<void> {
    const { url, giveUpAfterMs, signal, onTrouble } = this.options;
    const growing = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    // Scattered, so that those who failed together do not come back together.
    const delay = trouble.retryAfterMs ?? growing * (0.5 + Math.random() / 2);
    const isNew = this.#failingSince === null;
    this.#failingSince ??= Math.max(startedAt, this.#succeededAt);
    const failingMs = performance.now() - this.#failingSince;
    if (failingMs + delay > giveUpAfterMs) {
      const waited = failingMs < 1000 ? '' : ` Nothing succeeded for ${Math.round(failingMs / 1000)} s.`;
      const asked = trouble.retryAfterMs ? ` It asks to wait ${Math.ceil(delay / 1000)} s.` : '';
      throw new Failure(
        EXIT.unreachable,
        `The hub at ${url} is out of reach: ${trouble.message}.${waited}${asked}`,
      );
    }
    if (isNew) {
      const long = Number.isFinite(giveUpAfterMs)
        ? `for up to ${Math.round(giveUpAfterMs / 1000)} s`
        : 'until it answers';
      onTrouble(`Trying again ${long}: ${trouble.message}.`);
    }
    await setTimeout(delay, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  async #askOnce<Data>(body: Buffer): Promise<Answer<Data>> {
    const { url, token, language, signal } = this.options;
    this.#pool ??= this.#connect();
    const pool = await this.#pool;
    const { statusCode, headers, text } = await pool
      .request({
        method: 'POST',
        path: url.pathname + url.search,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'accept-language': language,
        },
        body,
        signal,
      })
      .then(async (response) => ({ ...response, text: await response.body.text() }))
      .catch((error: unknown) => {
        throw transient(error);
      });
    const answer = parseAnswer<Data>(text);
    if (TRANSIENT_STATUSES.includes(statusCode)) {
      const says = answer?.errors?.[0]?.message;
      throw new Transient(
        says ? withoutStop(says) : `it answers ${statusCode}`,
        retryAfterMs(headers['retry-after']),
      );
    }
    // Bugs of the hub come last: what else is said of a question is said of the question.
    const errors = answer?.errors ?? [];
    const [error] = [...errors].sort((a, b) => rank(a.extensions?.code) - rank(b.extensions?.code));
    if (error) throw refusalOf(error);
    if (statusCode === 401) throw refusalOf({ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } });
    if (!answer?.data) {
      throw unusable(`${url} answers ${statusCode}, but not as the hub does. Check --url, or HUB_URL.`);
    }
    return { data: answer.data, answeredAt: dateOf(headers.date) };
  }
}

const rank = (code = 'INTERNAL'): number =>
  TRANSIENT_CODES.includes(code) ? 1 : code === 'INTERNAL' ? 2 : 0;

function refusalOf({ message, extensions = {} }: { message: string; extensions?: { code?: string } }): Error {
  const { code = 'INTERNAL', ...details } = extensions;
  if (TRANSIENT_CODES.includes(code)) return new Transient(withoutStop(message));
  switch (code) {
    case 'UNAUTHENTICATED':
      return new HubRefusal(code, `The hub does not accept the token: ${message}`, details);
    case 'GRAPHQL_VALIDATION_FAILED':
      return new HubRefusal(code, `The hub is of another version than this script: ${message}`, details);
    default:
      return new HubRefusal(code, message, details);
  }
}

/** Null for what is no GraphQL answer. */
function parseAnswer<Data>(text: string): GraphQLAnswer<Data> | null {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' ? (content as GraphQLAnswer<Data> | null) : null;
  } catch {
    return null;
  }
}

const TROUBLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name is not known just now',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer in time',
  UND_ERR_BODY_TIMEOUT: 'its answer does not end in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not take the connection in time',
};

/** What a failed request says; an error that says nothing about the network comes back as it is. */
function transient(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new Transient(TROUBLES[code] ?? `the connection fails (${code})`);
}

const withoutStop = (sentence: string): string => sentence.replace(/[.。]\s*$/, '');

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = dateOf(header);
  return date && Math.max(date.getTime() - Date.now(), 0);
}

function dateOf(header: string | string[] | undefined): Date | null {
  const time = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time);
}
