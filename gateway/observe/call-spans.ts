import { SpanKind } from '@opentelemetry/api';
import type { SubgraphResponse } from '../../subgraphs/kit/subgraph';
import type { Span } from '../../subgraphs/kit/tracing';
import type { CallOutcome } from '../subgraph-calls';
import type { SubgraphLink } from '../subgraph-link';

/** Begins what is recorded of a call of a subgraph, as a part of its request; null where nothing is traced. */
export function beginCall(
  parent: Span | null,
  subgraph: string,
  link: Pick<SubgraphLink, 'address'> | undefined,
): Span | null {
  if (!parent?.isRecorded) return parent;
  const address = link?.address;
  return parent.child(`fetch ${subgraph}`, {
    kind: address ? SpanKind.CLIENT : SpanKind.INTERNAL,
    attributes: {
      'hub.subgraph': subgraph,
      ...(address && {
        'http.request.method': 'POST',
        'server.address': address.hostname,
        'server.port': Number(address.port) || (address.protocol === 'https:' ? 443 : 80),
        'url.full': `${address.origin}${address.pathname.replace(/\/$/, '')}/graphql`,
      }),
    },
  });
}

/** Ends it, with what became of the call, and the code of what went wrong. */
export function endCall(span: Span | null, outcome: CallOutcome, code: string | null): void {
  if (!span?.isRecorded) return;
  span.set({ 'hub.call.outcome': outcome });
  span.end(code);
}

/** The code of the first error of an answer. */
export const codeOf = ({ errors }: SubgraphResponse): string | null =>
  errors?.length ? String(errors[0]?.extensions?.code) : null;
