import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Value =
  | { stringValue: string }
  | { intValue: number | string }
  | { doubleValue: number }
  | { boolValue: boolean };

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Value }[];
  readonly links?: readonly { traceId: string; spanId: string }[];
  readonly status: { code?: number; message?: string };
}

interface Parcel {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** A span as a collector received it. */
export interface ReceivedSpan extends Omit<SentSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly service: string;
}

const read = (attributes: SentSpan['attributes']): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [only] = Object.values(value);
      return [key, 'intValue' in value ? Number(only) : only];
    }),
  );

const KINDS = ['', '', 'server ', 'client '];

/** A collector of traces that takes OTLP as JSON over HTTP, as real ones do. */
export class Collector {
  readonly #server: Server;
  #spans: ReceivedSpan[] = [];
  #text = '';
  /** The headers of what came last. */
  headers: IncomingMessage['headers'] = {};
  /** Answers instead, when it is set: as a collector does that has trouble. */
  conduct: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): readonly ReceivedSpan[] {
    return this.#spans;
  }

  /** Everything that came, as it came. */
  get text(): string {
    return this.#text;
  }

  /** Answers nothing any more; gives back how to answer what came meanwhile, and all that comes. */
  hang(): () => void {
    const waiting: ServerResponse[] = [];
    this.conduct = (request, response) => {
      request.resume();
      waiting.push(response);
    };
    return () => {
      this.conduct = null;
      for (const response of waiting) response.end('{}');
    };
  }

  clear(): void {
    this.#spans = [];
    this.#text = '';
  }

  /** The first span that is as a test wants it; waits for it. */
  async find(isWanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
    for (let i = 0; i < 500; i += 1) {
      const found = this.#spans.find(isWanted);
      if (found) return found;
      await sleep(20);
    }
    throw new Error(`no such span came, but ${this.#spans.map(({ name }) => name).join(', ')}`);
  }

  /** The spans of a trace, once the one has come that nothing is above. */
  async trace(traceId: string): Promise<readonly ReceivedSpan[]> {
    const isIn = (span: ReceivedSpan) => span.traceId === traceId;
    const isRoot = ({ parentSpanId }: ReceivedSpan) =>
      !parentSpanId || !this.#spans.some(({ spanId }) => spanId === parentSpanId);
    await this.find(
      (span) => isIn(span) && isRoot(span) && /^(?:GET|POST|subscription page)/.test(span.name),
    );
    return this.#spans.filter(isIn);
  }

  /** A trace as a tree: each span by its kind and name, those below it in the order in which they began. */
  async tree(traceId: string): Promise<Tree> {
    const spans = await this.trace(traceId);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const below = (parent: string | undefined): Tree =>
      spans
        .filter(({ parentSpanId = '' }) =>
          parent === undefined ? !ids.has(parentSpanId) : parentSpanId === parent,
        )
        .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
        .map(({ kind, name, spanId }) => [`${KINDS[kind] ?? ''}${name}`, ...below(spanId)]);
    return below(undefined);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.conduct) return this.conduct(request, response);
    let text = '';
    for await (const chunk of request) text += chunk;
    this.headers = request.headers;
    this.#text += text;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Parcel).resourceSpans) {
      const service = String(read(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.#spans.push({ ...span, attributes: read(span.attributes), service });
      }
    }
    response.setHeader('content-type', 'application/json').end('{}');
  }
}

export type Tree = readonly (string | Tree)[];

/** A collector for the tests of a file. */
export function useCollector(): Collector {
  const collector = new Collector();
  beforeAll(() => collector.open());
  afterAll(() => collector.close());
  return collector;
}
