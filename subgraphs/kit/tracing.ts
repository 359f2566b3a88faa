import {
  type Attributes,
  type Context,
  createContextKey,
  createTraceState,
  isSpanContextValid,
  type Span as RecordedSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { RequestHeaders } from './subgraph';

/*
 * Traces, by hand: a process begins its part of a trace once a request, hands the span on to what works for it, and each
 * of those makes spans below. Nothing is found by itself, so nothing follows promises around; without tracing there is no
 * span, and what would make one below it is a test for null.
 */

/** The headers by which a trace crosses processes (W3C Trace Context). */
export const TRACEPARENT_HEADER = 'traceparent';
export const TRACESTATE_HEADER = 'tracestate';
/** The header by which a gateway proves that the trace which it hands on for nobody is one of the hub's. */
export const TRACE_PROOF_HEADER = 'hub-trace';
export const traceAudience = (subgraph: string): string => `${subgraph}:trace`;

/**
 * What counts of the trace that a caller says it is part of: nothing but a link to it from a trace of the hub's own; the
 * trace, while the hub decides by itself whether it records; or the caller's decision too, as between processes of a hub.
 */
export type Trust = 'LINK' | 'TRACE' | 'DECISION';

/** Set in the context of a span whose caller does not decide whether it is recorded. */
export const OWN_DECISION = createContextKey('the hub decides');

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const LONGEST_TRACESTATE = 512;
const LONGEST_NAME = 100;

/** What a request says that it is part of; null when it says nothing, or nothing that makes sense. */
export function traceOf(headers: RequestHeaders): SpanContext | null {
  const [, version, traceId = '', spanId = '', flags = '', more] =
    TRACEPARENT.exec(headers[TRACEPARENT_HEADER]?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  const state = headers[TRACESTATE_HEADER];
  const context: SpanContext = {
    ...{ traceId, spanId, isRemote: true, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED },
    ...(state && state.length <= LONGEST_TRACESTATE && { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(context) ? context : null;
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** As `performance.now()` counts; now when left out. */
  readonly startedAt?: number;
}

/** What begins spans in a process; there is none where nothing is traced. */
export class Tracing {
  constructor(private readonly tracer: Tracer) {}

  /** Begins this process's part of a trace, or a trace. */
  begin(
    name: string,
    {
      caller = null,
      trust = 'LINK',
      kind = SpanKind.SERVER,
      attributes,
      startedAt = performance.now(),
    }: SpanOptions & { readonly caller?: SpanContext | null; readonly trust?: Trust } = {},
  ): Span {
    const links = caller && trust === 'LINK' ? [{ context: caller }] : [];
    let context: Context = ROOT_CONTEXT;
    if (caller && trust !== 'LINK') context = trace.setSpanContext(context, caller);
    if (trust !== 'DECISION') context = context.setValue(OWN_DECISION, true);
    return new Span(
      this.tracer,
      this.tracer.startSpan(name, { kind, attributes, links, startTime: startedAt }, context),
    );
  }
}

/** Something that takes time, as a trace shows it. What is not recorded has an id all the same, and costs nothing more. */
export class Span {
  #hasEnded = false;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: RecordedSpan,
  ) {}

  get context(): SpanContext {
    return this.span.spanContext();
  }

  get traceId(): string {
    return this.context.traceId;
  }

  get isRecorded(): boolean {
    return this.span.isRecording();
  }

  /** The headers by which another process goes on with the trace. */
  get headers(): Record<string, string> {
    const { traceId, spanId, traceFlags, traceState } = this.context;
    const state = traceState?.serialize();
    return {
      [TRACEPARENT_HEADER]: `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`,
      ...(state && { [TRACESTATE_HEADER]: state }),
    };
  }

  /** Begins a part of what is recorded; gives back itself when nothing is. */
  child(
    name: string,
    { kind = SpanKind.INTERNAL, attributes, startedAt = performance.now() }: SpanOptions = {},
  ): Span {
    if (!this.isRecorded) return this;
    const context = trace.setSpan(ROOT_CONTEXT, this.span);
    return new Span(
      this.tracer,
      this.tracer.startSpan(name, { kind, attributes, startTime: startedAt }, context),
    );
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  rename(name: string): void {
    this.span.updateName(name.slice(0, LONGEST_NAME));
  }

  /**
   * Ends it, as failed when there is a word for what went wrong: a code, never a message, which may hold what the data
   * holds. Ending twice is ending once.
   */
  end(error: string | null = null): void {
    if (this.#hasEnded || !this.isRecorded) return;
    this.#hasEnded = true;
    if (error !== null) {
      this.span.setAttribute('error.type', error);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end(performance.now());
  }
}

/** How an error is told apart in a trace: by its code, or by what kind of error it is. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The attributes by which an operation of GraphQL is known. */
export const operationAttributes = (of: {
  readonly kind: string;
  readonly name: string | null;
  /** SHA-256 of the document, hex. */
  readonly documentHash: string | null;
}): Attributes => ({
  'graphql.operation.type': of.kind,
  ...(of.name !== null && { 'graphql.operation.name': of.name.slice(0, LONGEST_NAME) }),
  ...(of.documentHash !== null && { 'graphql.document.hash': of.documentHash }),
});
