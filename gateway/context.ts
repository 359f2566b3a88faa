import { randomUUID } from 'node:crypto';
import { Cancellation } from '../subgraphs/kit/cancellation';
import { Disclosures } from '../subgraphs/kit/disclosures';
import type { Language } from '../subgraphs/kit/language';
import { REQUEST_ID_HEADER, type RequestHeaders } from '../subgraphs/kit/subgraph';
import { VIEWER_HEADER } from '../subgraphs/kit/viewer';
import type { Caller, Viewers } from './access/viewers';
import type { StreamRequest } from './live/accept';

/** What a client may ask to be told of its request beside the answer, in the header `hub-report`. */
export const REPORTS = ['cost', 'timings'] as const;
export type Report = (typeof REPORTS)[number];

/** Where a request comes from, and what it asks for beside its operation. */
export interface Origin {
  /** The network address. */
  readonly address?: string;
  readonly reports?: readonly Report[];
  /** That the request may be given up. */
  readonly cancellation?: Cancellation;
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
  /** What the operation may cost, once that is known. */
  cost: number | null = null;
  readonly startedAt = performance.now();
  /** The calls that were made for it so far. */
  readonly calls: NotedCall[] = [];
  readonly cancellation: Cancellation;

  constructor(
    private readonly viewers: Viewers,
    /** Null when nobody is signed in. */
    readonly caller: Caller | null,
    readonly language: Language,
    /** Set when the request may have many results. */
    readonly stream: StreamRequest | null = null,
    private readonly origin: Origin = {},
  ) {
    this.cancellation = origin.cancellation ?? new Cancellation();
  }

  /** Whose share of the hub the request is taken from. */
  get account(): string {
    return this.caller?.agency ?? `nobody at ${this.origin.address ?? 'an unknown address'}`;
  }

  /** What the client wants to be told of its request beside the answer. */
  wants(report: Report): boolean {
    return this.origin.reports?.includes(report) ?? false;
  }

  /** The headers with which a subgraph is asked on this request's behalf. */
  headersFor(subgraph: string): RequestHeaders {
    return {
      [REQUEST_ID_HEADER]: this.requestId,
      'accept-language': this.language,
      ...(this.caller && { [VIEWER_HEADER]: this.viewers.headerFor(subgraph, this.caller) }),
    };
  }
}
