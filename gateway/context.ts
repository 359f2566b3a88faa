import { randomUUID } from 'node:crypto';
import type { Language } from '../subgraphs/kit/language';
import { REQUEST_ID_HEADER, type RequestHeaders } from '../subgraphs/kit/subgraph';
import { VIEWER_HEADER, type Viewer } from '../subgraphs/kit/viewer';
import type { Viewers } from './access/viewers';

/** What the gateway knows of one request. */
export class GatewayContext {
  readonly requestId = randomUUID();

  constructor(
    private readonly viewers: Viewers,
    /** Null when nobody is signed in. */
    readonly viewer: Viewer | null,
    readonly language: Language,
  ) {}

  /** The headers with which a subgraph is asked on this request's behalf. */
  headersFor(subgraph: string): RequestHeaders {
    return {
      [REQUEST_ID_HEADER]: this.requestId,
      'accept-language': this.language,
      ...(this.viewer && { [VIEWER_HEADER]: this.viewers.headerFor(subgraph, this.viewer) }),
    };
  }
}
