import { randomUUID } from 'node:crypto';
import { Cancellation } from '../subgraphs/kit/cancellation';
import { Disclosures } from '../subgraphs/kit/disclosures';
import type { Language } from '../subgraphs/kit/language';
import {
  REPORT_HEADER,
  REQUEST_ID_HEADER,
  type RequestHeaders,
  WITHHELD_REPORT,
} from '../subgraphs/kit/subgraph';
import { type Span, TRACE_PROOF_HEADER } from '../subgraphs/kit/tracing';
import { VIEWER_HEADER } from '../subgraphs/kit/viewer';
import { WithheldPlaces } from './access/places';
import type { Caller, Viewers } from './access/viewers';
import type { StreamRequest } from './live/accept';

/** What a client may ask to be told of its request beside the answer, in the header `hub-report`. */
export const REPORTS = ['cost', 'timings', WITHHELD_REPORT] as const;
export type Report = (typeof REPORTS)[number];

/** What a client asks to be told, by the value of the header; what it names beside that means nothing. */
export function reportsOf(said: unknown): readonly Report[] {
  if (typeof said !== 'string') return [];
  const names = said.split(',').map((name) => name.trim());
  return REPORTS.filter((report) => names.includes(report));
}

/** Where a request comes from, and what it asks for beside its operation. */
export interface Origin {
  /** The network address. */
  readonly address?: string;
  readonly reports?: readonly Report[];
  /** That the request may be given up. */
  readonly cancellation?: Cancellation;
  /** What is recorded of the operation, where traces are. */
  readonly span?: Span;
}

/** A call of a subgraph that was made for a request. */
export interface NotedCall {
  readonly subgraph: string;
  readonly query: unknown;
  /** Milliseconds, as `performance.now()` counts them. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
}

/** What the gateway knows of one request. */
export class GatewayContext {
  readonly requestId = randomUUID();
  /** What the subgraphs showed of other units' data for this request, and what they withheld. */
  readonly disclosures = new Disclosures();
  /** Where in the answer something was withheld; null unless the client asked. */
  readonly places: WithheldPlaces | null;
  /** What the operation may cost, once that is known. */
  cost: number | null = null;
  readonly startedAt = performance.now();
  /** The calls that were made for it so far. */
  readonly calls: NotedCall[] = [];
  readonly cancellation: Cancellation;

  constructor(
    private readonly viewers: Pick<Viewers, 'headerFor' | 'traceProofFor'>,
    /** Null when nobody is signed in. */
    readonly caller: Caller | null,
    readonly language: Language,
    /** Set when the request may have many results. */
    readonly stream: StreamRequest | null = null,
    private readonly origin: Origin = {},
  ) {
    this.cancellation = origin.cancellation ?? new Cancellation();
    this.places = this.wants(WITHHELD_REPORT) ? new WithheldPlaces() : null;
  }

  /** What is recorded of it; null where nothing is traced. */
  get span(): Span | null {
    return this.origin.span ?? null;
  }

  /** By what lines of the log are found that are of this request. */
  get ids(): { readonly requestId: string; readonly traceId?: string } {
    return { requestId: this.requestId, traceId: this.span?.traceId };
  }

  /** Whose share of the hub the request is taken from. */
  get account(): string {
    return this.caller?.agency ?? `nobody at ${this.origin.address ?? 'an unknown address'}`;
  }

  /** What the client wants to be told of its request beside the answer. */
  wants(report: Report): boolean {
    return this.origin.reports?.includes(report) ?? false;
  }

  /** The headers with which a subgraph is asked on this request's behalf, as a part of what is recorded of it. */
  headersFor(subgraph: string, span: Span | null = this.span): RequestHeaders {
    return {
      [REQUEST_ID_HEADER]: this.requestId,
      'accept-language': this.language,
      ...(this.places && { [REPORT_HEADER]: WITHHELD_REPORT }),
      ...(this.caller && { [VIEWER_HEADER]: this.viewers.headerFor(subgraph, this.caller) }),
      ...span?.headers,
      // Who is nobody has no viewer that could vouch for it.
      ...(span && !this.caller && { [TRACE_PROOF_HEADER]: this.viewers.traceProofFor(subgraph) }),
    };
  }
}
