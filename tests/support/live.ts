import { setTimeout as sleep } from 'node:timers/promises';

/** One result of a subscription. */
export interface LiveAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what a subscription answers has the shape that the test wrote into it
  data?: any;
  errors?: { message: string; extensions: { code: string } & Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

/** A reader of one subscription over server-sent events. */
export class LiveReader {
  readonly #results: AsyncGenerator<LiveAnswer>;

  private constructor(
    readonly response: Response,
    private readonly connection: AbortController,
  ) {
    this.#results = this.#read();
  }

  static async open(
    url: string,
    headers: Record<string, string>,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<LiveReader> {
    const connection = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      signal: connection.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return new LiveReader(response, connection);
  }

  /** The next result; undefined once the server has said that it is complete. Fails when the connection breaks. */
  async next(): Promise<LiveAnswer | undefined> {
    const hasCome = new AbortController();
    const late = sleep(15_000, undefined, { signal: hasCome.signal }).then(() => {
      throw new Error('no result within 15 seconds');
    });
    late.catch(() => {});
    try {
      const { value } = await Promise.race([this.#results.next(), late]);
      return value as LiveAnswer | undefined;
    } finally {
      hasCome.abort();
    }
  }

  /** The next so many results. */
  async take(count: number): Promise<LiveAnswer[]> {
    const taken: LiveAnswer[] = [];
    while (taken.length < count) {
      const result = await this.next();
      if (!result) throw new Error(`the subscription was complete after ${taken.length} results`);
      taken.push(result);
    }
    return taken;
  }

  [Symbol.asyncIterator](): AsyncGenerator<LiveAnswer> {
    return this.#results;
  }

  close(): void {
    this.connection.abort();
  }

  async *#read(): AsyncGenerator<LiveAnswer> {
    const reader = this.response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('the answer has no body');
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the connection ended before the subscription was complete');
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const frame = text.slice(0, end);
        text = text.slice(end + 2);
        if (frame.startsWith('event: complete')) return;
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (frame.startsWith('event: next') && data) yield JSON.parse(data);
      }
    }
  }
}
