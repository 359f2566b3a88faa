import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { Cancellation, Cancelled } from '../../subgraphs/kit/cancellation';
import { ClientError, type ClientErrorCode } from '../../subgraphs/kit/errors';
import { languageOf } from '../../subgraphs/kit/language';
import { REPORT_HEADER } from '../../subgraphs/kit/subgraph';
import type { SharingExtensions } from '../access/disclosure';
import { type Origin, type Report, reportsOf } from '../context';
import { BODY_LIMIT } from '../errors';
import { readParameters } from '../operations/parameters';
import type { Admission, Door, Visitor } from './door';
import type { LiveResult } from './result';
import type { Outlet, Subscription } from './subscription';

/*
 * GraphQL over WebSocket, the graphql-transport-ws protocol of graphql-ws. Who connects says so in the payload of
 * connection_init (`authorization`, `hub-purpose`, `accept-language`, `hub-report`), because browsers send no headers of
 * one's own with a WebSocket, or else in the headers of the request.
 */

/** Operations at once on one connection. */
const MAXIMUM_OPERATIONS = 100;
/** What may wait in a connection before the next result does. */
const BUFFER_BYTES = 64 * 1024;
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;
/** A close frame holds at most so much of a reason. */
const REASON_BYTES = 120;

interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  visitor: Visitor | null;
  /** What whoever connected asks to be told beside each answer. */
  reports: readonly Report[];
}

export interface WebSocketOptions {
  readonly door: Door;
  readonly path: string;
  readonly pingMs: number;
  /** How long one operation may take until its only result, or until it is known to have many. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
  /** Who bears what a connection says. Throws a sentence for the client. */
  identify(said: { authorization?: string; purpose?: string; language?: string }): Promise<Visitor>;
}

/** Serves operations over WebSockets on a server's own address. */
export class WebSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: BODY_LIMIT,
    perMessageDeflate: false,
    clientTracking: true,
  });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #timer: NodeJS.Timeout;
  readonly #protocol = makeServer<Record<string, unknown>, Extra>({
    onConnect: (context) => this.#connect(context),
    onSubscribe: (context, id, payload) => this.#subscribe(context, id, payload),
    // What was admitted is carried out already, or runs by itself.
    execute: (args) => (args.contextValue as Operation).result(),
    subscribe: (args) => (args.contextValue as Operation).run() as never,
  });

  constructor(private readonly options: WebSocketOptions) {
    this.#timer = setInterval(() => this.#ping(), options.pingMs).unref();
  }

  /** Takes the upgrades of a server that is about to listen. */
  attach(app: FastifyInstance): void {
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      if (new URL(request.url ?? '/', 'http://hub').pathname !== this.options.path) {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
    });
  }

  /** Closes every connection, once what was sent last has left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#server.clients) client.close(GOING_AWAY, 'This gateway is being shut down.');
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        for (const client of this.#server.clients) client.terminate();
      }, 2_000);
      this.#server.close(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    // Each operation waits for its end, and for what it sent to have left.
    socket.setMaxListeners(2 * MAXIMUM_OPERATIONS + 10);
    this.#alive.add(socket);
    socket.on('pong', () => this.#alive.add(socket));
    socket.on('error', (error) => this.options.logger.debug({ err: error }, 'a WebSocket failed'));
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) =>
          new Promise((resolve) => {
            if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
            else resolve();
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', async (message) => {
            try {
              await take(String(message));
            } catch (error) {
              this.options.logger.error({ err: error }, 'a message over WebSocket failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            }
          }),
      },
      { socket, request, visitor: null, reports: [] },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  }

  async #connect({
    connectionParams = {},
    extra,
  }: Context<Record<string, unknown>, Extra>): Promise<boolean> {
    const { headers } = extra.request;
    const said = (name: string): string | undefined => {
      const value = connectionParams[name] ?? headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const authorization = said('authorization') ?? said('Authorization');
    const language = said('accept-language');
    const { cancellation, forget } = this.#cancelledBy(extra.socket);
    try {
      const introduction = { authorization, purpose: said('hub-purpose'), language };
      extra.visitor = await cancellation.race(this.options.identify(introduction));
      extra.reports = reportsOf(said(REPORT_HEADER));
      return true;
    } catch (error) {
      const isTheirs = error instanceof ClientError && !OURS.has(error.code);
      if (!(error instanceof ClientError || error instanceof Cancelled))
        this.options.logger.error({ err: error }, 'nobody could be identified');
      const reason = error instanceof ClientError ? error.text[languageOf(language)] : 'Try again shortly.';
      extra.socket.close(isTheirs ? CloseCode.Forbidden : TRY_AGAIN_LATER, cut(reason));
      return false;
    } finally {
      forget();
    }
  }

  async #subscribe(
    { subscriptions, extra }: Context<Record<string, unknown>, Extra>,
    id: string,
    payload: unknown,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const { visitor, socket, reports } = extra;
    if (!visitor) throw new Error('an operation came before it was known from whom');
    if (Object.keys(subscriptions).length > MAXIMUM_OPERATIONS) {
      return [
        asError({ message: TOO_MANY[visitor.language], extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }),
      ];
    }
    const { cancellation, forget } = this.#cancelledBy(socket);
    const origin: Origin = { address: extra.request.socket.remoteAddress, reports, cancellation };
    let admission: Admission;
    try {
      admission = await this.options.door.admit(readParameters(payload), visitor, origin);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return [asError({ message: error.text[visitor.language], extensions: { code: error.code } })];
    } finally {
      forget();
    }
    // As the protocol has it: what never was carried out is an error, what was is a result.
    if (admission.kind === 'result' && admission.result.data === undefined) {
      return (admission.result.errors ?? []).map(asError);
    }
    if (!(id in subscriptions)) {
      if (admission.kind === 'subscription') admission.opening.release();
      admission = { kind: 'result', result: { data: null } };
    }
    const isMany = admission.kind === 'subscription';
    return {
      schema: undefined as never,
      document: isMany ? A_SUBSCRIPTION : A_QUERY,
      rootValue: null,
      contextValue: new Operation(admission, socket, id),
    };
  }

  /** That an operation is given up when its connection is gone, or its time is over. */
  #cancelledBy(socket: WebSocket): { cancellation: Cancellation; forget: () => void } {
    const cancellation = new Cancellation();
    const timer = setTimeout(() => cancellation.cancel('TIME'), this.options.requestTimeoutMs).unref();
    const gone = () => cancellation.cancel('GONE');
    socket.once('close', gone);
    const forget = () => {
      clearTimeout(timer);
      socket.off('close', gone);
    };
    return { cancellation, forget };
  }

  #ping(): void {
    for (const socket of this.#server.clients) {
      if (!this.#alive.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#alive.delete(socket);
      socket.ping();
    }
  }
}

/** Why nobody can be identified at the moment, whoever they are. */
const OURS: ReadonlySet<ClientErrorCode> = new Set([
  'ISSUER_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
]);

const TOO_MANY = {
  en: `One connection carries at most ${MAXIMUM_OPERATIONS} operations at once. End some, or open another connection.`,
  zh: `每个连接同时最多承载 ${MAXIMUM_OPERATIONS} 个操作，请先结束部分操作，或另开连接。`,
};

// The protocol's package only looks at which kind of operation a document holds.
const A_SUBSCRIPTION = parse('subscription { s }');
const A_QUERY = parse('{ q }');

const asError = ({ message, extensions, path, locations }: GraphQLFormattedError): GraphQLError => {
  const error = new GraphQLError(message, { extensions, path });
  return Object.assign(error, { toJSON: () => ({ message, path, locations, extensions }) });
};

function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > REASON_BYTES) text = text.slice(0, -1);
  return text;
}

/** An operation of a connection that was admitted. Its results it sends itself, as they were written for all. */
class Operation implements Outlet {
  readonly #head: string;
  #subscription: Subscription | null = null;
  #hasFinished = false;
  #done: () => void = () => {};

  constructor(
    private readonly admission: Admission,
    private readonly socket: WebSocket,
    id: string,
  ) {
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  }

  result(): {
    data?: Record<string, unknown> | null;
    errors?: GraphQLError[];
    extensions?: Record<string, unknown>;
  } {
    if (this.admission.kind !== 'result') throw new Error('a subscription has no single result');
    const { errors, ...rest } = this.admission.result;
    return { ...rest, ...(errors && { errors: errors.map(asError) }) } as never;
  }

  /** What the protocol's package goes through: it yields nothing and ends when the subscription does. */
  run(): AsyncGenerator<never, void, undefined> {
    const { admission } = this;
    if (admission.kind !== 'subscription') throw new Error('this is no subscription');
    const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => {
      this.#done = () => {
        this.socket.off('close', stop);
        resolve({ done: true, value: undefined });
      };
    });
    const stop = () => {
      this.#hasFinished = true;
      this.#subscription?.end(null);
      this.#done();
      return ended;
    };
    const generator = {
      next: () => {
        this.#subscription ??= admission.opening.start(this);
        return ended;
      },
      return: stop,
      throw: stop,
      [Symbol.asyncIterator]: () => generator,
    };
    this.socket.once('close', stop);
    return generator as unknown as AsyncGenerator<never, void, undefined>;
  }

  send(result: LiveResult, extensions: SharingExtensions | null): boolean {
    this.#say(result.json(extensions));
    return this.socket.bufferedAmount < BUFFER_BYTES;
  }

  async drained(): Promise<void> {
    const { socket } = this;
    // Sent in order: what is sent last has left when all before it has.
    await new Promise<void>((resolve) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      socket.once('close', resolve);
      socket.ping(undefined, undefined, () => {
        socket.off('close', resolve);
        resolve();
      });
    });
  }

  finish(errors: readonly GraphQLFormattedError[] | null): void {
    if (this.#hasFinished) return;
    this.#hasFinished = true;
    if (errors) {
      this.#say(JSON.stringify({ errors }));
      const [code] = errors.map(({ extensions }) => extensions?.reason ?? extensions?.code);
      // One who reads too slowly would not hear of it behind all that waits.
      if (code === 'TOO_SLOW')
        this.socket.close(TRY_AGAIN_LATER, 'Read too slowly; resume after the last cursor.');
    }
    this.#done();
  }

  #say(json: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(`${this.#head}${json}}`);
  }
}
