import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type GraphQLFormattedError, Kind, OperationTypeNode, parse } from 'graphql';
import { ClientError } from '../../subgraphs/kit/errors';
import type { SharingExtensions } from '../access/disclosure';
import type { Origin } from '../context';
import { type OperationParameters, readParameters } from '../operations/parameters';
import type { Door, Visitor } from './door';
import { errorFrame, type LiveResult } from './result';
import type { Outlet } from './subscription';

/*
 * GraphQL over server-sent events, distinct connections mode: one request, one operation, its results as `next` events
 * and `complete` behind them. What is wrong with an operation is a result too, because an EventSource hears of nothing
 * else.
 */

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  // Proxies that gather an answer before they pass it on are asked not to.
  'x-accel-buffering': 'no',
};
const COMPLETE = Buffer.from('event: complete\ndata:\n\n');
const PING = Buffer.from(':\n\n');
/** How long a reader that was sent its last frame may take to read it. */
const LINGER_MS = 10_000;

/** Answers over server-sent events. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly door: Door,
    pingMs: number,
  ) {
    this.#timer = setInterval(() => this.#ping(), pingMs).unref();
  }

  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    visitor: Visitor,
    origin: Origin,
  ): Promise<void> {
    const isSafe = request.method === 'GET';
    const parameters = isSafe ? parametersOf(request.query) : readParameters(request.body);
    let isGone = false;
    reply.raw.once('close', () => {
      isGone = true;
    });
    const admission = await this.door.admit(parameters, visitor, origin, isSafe);
    reply.hijack();
    const { raw } = reply;
    if (isGone) {
      if (admission.kind === 'subscription') admission.opening.release();
      raw.destroy();
      return;
    }
    // A connection that breaks while it is written to says so by closing too.
    raw.on('error', () => {});
    raw.writeHead(200, HEADERS);
    const outlet = new SseOutlet(raw);
    if (admission.kind === 'result') {
      outlet.say(Buffer.from(`event: next\ndata: ${JSON.stringify(admission.result)}\n\n`));
      outlet.finish(null);
      return;
    }
    raw.write(PING);
    this.#open.add(raw);
    const subscription = admission.opening.start(outlet);
    raw.once('close', () => {
      this.#open.delete(raw);
      subscription.end(null);
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Tells proxies that the connections live, and finds those out that do not. */
  #ping(): void {
    for (const raw of this.#open) if (!raw.writableNeedDrain && !raw.writableEnded) raw.write(PING);
  }
}

class SseOutlet implements Outlet {
  constructor(private readonly raw: ServerResponse) {}

  say(frame: Buffer): void {
    this.raw.write(frame);
  }

  send(result: LiveResult, extensions: SharingExtensions | null): boolean {
    return this.raw.write(result.frame(extensions));
  }

  async drained(): Promise<void> {
    const { raw } = this;
    if (raw.destroyed || !raw.writableNeedDrain) return;
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race([once(raw, 'drain', { signal }), once(raw, 'close', { signal })]).catch(() => {});
    settled.abort();
  }

  finish(errors: readonly GraphQLFormattedError[] | null): void {
    const { raw } = this;
    if (raw.destroyed || raw.writableEnded) return;
    if (errors) raw.write(errorFrame(errors));
    raw.end(COMPLETE);
    const timer = setTimeout(() => raw.destroy(), LINGER_MS).unref();
    raw.once('close', () => clearTimeout(timer));
  }
}

function parametersOf(query: unknown): OperationParameters {
  const { variables, extensions, ...rest } = query as Record<string, unknown>;
  return readParameters({ ...rest, variables: parsed(variables), extensions: parsed(extensions) });
}

function parsed(text: unknown): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw new ClientError('BAD_REQUEST', {
      en: '"variables" and "extensions" of a GET request must be JSON.',
      zh: 'GET 请求的“variables”和“extensions”须为 JSON。',
    });
  }
}

/**
 * Whether a request is to be answered with events: when it accepts nothing else, or accepts them beside others and asks
 * for a subscription.
 */
export function wantsEvents(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  if (!accept.includes('text/event-stream')) return false;
  if (!/json|multipart/.test(accept)) return true;
  const source = request.method === 'GET' ? request.query : request.body;
  const { query, operationName } = (source ?? {}) as { query?: unknown; operationName?: unknown };
  return typeof query === 'string' && query.includes('subscription') && isSubscription(query, operationName);
}

function isSubscription(query: string, operationName: unknown): boolean {
  try {
    const operations = parse(query).definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
    const named = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
    return named?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false;
  }
}
