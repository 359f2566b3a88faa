import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestHeaders } from '../../subgraphs/kit/subgraph';
import { operationAttributes, type Span, type Tracing, traceOf } from '../../subgraphs/kit/tracing';
import type { GatewayContext } from '../context';
import { documentId } from '../documents';
import type { Visitor } from '../live/door';

/**
 * What is recorded of requests over HTTP: one span each, and one below it for each operation.
 *
 * A caller who is signed in may have its request be a part of its own trace; of one who is not, that trace is only linked
 * to. In neither case does the caller decide whether the hub records: anybody could have it record everything, or fill
 * somebody else's trace. Where a proxy of the hub's own operators stands before it, and overwrites what clients say, that
 * proxy decides.
 */
export class RequestSpans {
  readonly #open = new WeakMap<FastifyRequest, Span>();

  constructor(
    private readonly tracing: Tracing,
    private readonly options: { readonly trustsCallerTraces?: boolean },
  ) {}

  /** Begins when it is known who asks, from when the request came. Throws what `met` throws. */
  async begin(
    request: FastifyRequest,
    reply: FastifyReply,
    met: Promise<void>,
    visitor: () => Visitor,
  ): Promise<void> {
    try {
      await met;
      this.#begin(request, reply, visitor().caller?.agency ?? null);
    } catch (error) {
      this.#begin(request, reply, null);
      throw error;
    }
  }

  /** Begins an operation of a request. */
  operationOf(request: FastifyRequest): Span | undefined {
    return this.#open.get(request)?.child('operation');
  }

  end(request: FastifyRequest, status: number): void {
    const span = this.#open.get(request);
    span?.set({ 'http.response.status_code': status });
    span?.end(status >= 500 ? String(status) : null);
  }

  #begin(request: FastifyRequest, reply: FastifyReply, agency: string | null): void {
    const { method, routeOptions, protocol, raw } = request;
    const { trustsCallerTraces } = this.options;
    const path = routeOptions.url ?? '';
    const span = this.tracing.begin(`${method} ${path}`, {
      caller: traceOf(request.headers as RequestHeaders),
      trust: trustsCallerTraces ? 'DECISION' : agency === null ? 'LINK' : 'TRACE',
      startedAt: performance.now() - reply.elapsedTime,
      attributes: {
        'http.request.method': method,
        'http.route': path,
        'url.path': path,
        'url.scheme': protocol,
        'network.protocol.version': raw.httpVersion,
        ...(agency !== null && { 'hub.agency': agency }),
      },
    });
    this.#open.set(request, span);
  }
}

/** Ends what is recorded of an operation, with what it turned out to be: of its document the hash, of its variables nothing. */
export function operationEnded(
  { span, requestId, caller, cost }: GatewayContext,
  of: {
    readonly name: string | null;
    readonly kind: string;
    readonly source: string | undefined;
    readonly codes: readonly string[];
  },
): void {
  if (!span?.isRecorded) return;
  const { kind, name, codes } = of;
  const documentHash = of.source === undefined ? null : documentId(of.source);
  span.rename(name === null ? kind : `${kind} ${name}`);
  span.set({
    ...operationAttributes({ kind, name, documentHash }),
    'hub.request.id': requestId,
    ...(caller && { 'hub.agency': caller.agency }),
    ...(cost !== null && { 'hub.operation.cost': cost }),
  });
  span.end(codes[0] ?? null);
}
