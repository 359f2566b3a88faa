import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { languageOf } from '../../subgraphs/kit/language';
import { requestTooSlow } from '../limits/refusals';
import type { FaultSettings } from './settings';

/** How often those that arrive are looked at. */
const LOOK_MS = 250;

type Settings = Pick<FaultSettings, 'arriving' | 'arrivingBytes' | 'bodyBytesPerSecond' | 'bodyGraceMs'>;

/** A request of which the body is not there yet. */
interface Arrival {
  readonly reply: FastifyReply;
  readonly since: number;
  /** What its connection had carried when it began. */
  readonly bytesBefore: number;
}

/**
 * Requests whose bodies are under way. A body that trickles in holds a connection and memory, which nobody's patience
 * bounds: so one that comes too slowly is given up, and when there are too many, or too much of them, those that began
 * first give way. What arrives as fast as most does is never among them.
 */
export class Arrivals {
  /** In the order in which they began. */
  readonly #arrivals = new Map<FastifyRequest, Arrival>();
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly settings: Settings) {}

  /** Watches over all requests of a server. */
  watch(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => this.begin(request, reply));
    app.addHook('preValidation', async (request) => this.end(request));
    app.addHook('onResponse', async (request) => this.end(request));
    app.addHook('onRequestAbort', async (request) => this.end(request));
    app.addHook('onClose', async () => this.#rest());
  }

  get size(): number {
    return this.#arrivals.size;
  }

  /** What has come of them so far. */
  get bytes(): number {
    return [...this.#arrivals].reduce((sum, arrival) => sum + bytesOf(arrival), 0);
  }

  begin(request: FastifyRequest, reply: FastifyReply, now = performance.now()): void {
    const { headers, raw } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
    this.#arrivals.set(request, { reply, since: now, bytesBefore: raw.socket.bytesRead });
    this.#timer ??= setInterval(() => this.look(), LOOK_MS).unref();
    const [first] = this.#arrivals;
    if (first && this.#arrivals.size > this.settings.arriving) this.#give(...first);
  }

  end(request: FastifyRequest): void {
    this.#arrivals.delete(request);
    if (this.#arrivals.size === 0) this.#rest();
  }

  /** Gives up those that come too slowly, and the first of too many bytes. */
  look(now = performance.now()): void {
    for (const entry of this.#arrivals) {
      const counted = Math.max(0, now - entry[1].since - this.settings.bodyGraceMs);
      if (bytesOf(entry) < (counted / 1_000) * this.settings.bodyBytesPerSecond) this.#give(...entry);
    }
    let { bytes } = this;
    for (const entry of this.#arrivals) {
      if (bytes <= this.settings.arrivingBytes) return;
      bytes -= bytesOf(entry);
      this.#give(...entry);
    }
  }

  /** Says why, and hangs up. */
  #give(request: FastifyRequest, { reply }: Arrival): void {
    this.end(request);
    const { code, text } = requestTooSlow(this.settings.bodyBytesPerSecond);
    const message = text[languageOf(request.headers['accept-language'])];
    reply.hijack();
    reply.raw
      .writeHead(408, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
      .end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}

const bytesOf = ([{ raw }, { bytesBefore }]: [FastifyRequest, Arrival]): number =>
  raw.socket.bytesRead - bytesBefore;
