import { randomUUID } from 'node:crypto';
import { Disclosures } from '../subgraphs/kit/disclosures';
import type { Language } from '../subgraphs/kit/language';
import { REQUEST_ID_HEADER, type RequestHeaders } from '../subgraphs/kit/subgraph';
import { VIEWER_HEADER } from '../subgraphs/kit/viewer';
import type { Caller, Viewers } from './access/viewers';
import type { StreamRequest } from './live/accept';

/** What the gateway knows of one request. */
export class GatewayContext {
  readonly requestId = randomUUID();
  /** What the subgraphs showed of other units' data for this request, and what they withheld. */
  readonly disclosures = new Disclosures();

  constructor(
    private readonly viewers: Viewers,
    /** Null when nobody is signed in. */
    readonly caller: Caller | null,
    readonly language: Language,
    /** Set when the request may have many results. */
    readonly stream: StreamRequest | null = null,
  ) {}

  /** The headers with which a subgraph is asked on this request's behalf. */
  headersFor(subgraph: string): RequestHeaders {
    return {
      [REQUEST_ID_HEADER]: this.requestId,
      'accept-language': this.language,
      ...(this.caller && { [VIEWER_HEADER]: this.viewers.headerFor(subgraph, this.caller) }),
    };
  }
}
