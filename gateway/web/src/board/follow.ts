import { createClient, NetworkError } from 'graphql-sse';
import { BoardChangesDocument, type BoardChangesSubscription } from '../operations';
import { GRAPHQL_PATH, type Hub } from '../shared/hub';

export type BoardChange = NonNullable<BoardChangesSubscription['gridBoard']>;

/** How a board is connected: `stopped` is for good, with the hub's sentence. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'lost'; since: number }
  | { state: 'stopped'; reason: string };

interface FollowOptions {
  hub: Hub;
  under: string;
  /** The cursor of the picture that the changes go on from. */
  after: string;
  signal: AbortSignal;
  onChange(change: BoardChange): void;
  onConnection(connection: Connection): void;
  /** The cursor counts no more, because the caller's rights have changed: a new picture is needed. */
  onOutdated(): void;
}

/** Seconds between attempts: soon at first, then patiently. */
const PAUSES = [1, 2, 4, 8, 15];
/** What the hub ends a subscription with that can go on from the last cursor. */
const GOES_ON = new Set(['SUBSCRIPTION_INTERRUPTED', 'UNAUTHENTICATED', 'ISSUER_UNAVAILABLE', 'UNAVAILABLE']);

/**
 * Follows the changes of a place until `signal` is aborted: each comes once and in order, because every new connection
 * goes on from the last cursor. The client library's own attempts would ask from the first cursor again.
 */
export async function followBoard(options: FollowOptions): Promise<void> {
  const { hub, under, signal, onChange, onConnection, onOutdated } = options;
  let after = options.after;
  let failures = 0;
  let lostSince: number | null = null;
  let refusedToken: string | undefined;

  while (!signal.aborted) {
    const client = createClient({
      url: GRAPHQL_PATH,
      retryAttempts: 0,
      headers: async () => {
        const headers = await hub.headers(refusedToken);
        refusedToken = undefined;
        return headers;
      },
    });
    const stop = (): void => client.dispose();
    signal.addEventListener('abort', stop);
    try {
      const query = BoardChangesDocument.toString();
      const results = client.iterate<BoardChangesSubscription>(
        { query, variables: { under, after } },
        {
          connected: () => {
            failures = 0;
            lostSince = null;
            onConnection({ state: 'live' });
          },
        },
      );
      for await (const { data, errors } of results) {
        const [error] = errors ?? [];
        const code = String(error?.extensions?.code ?? '');
        if (code === 'CURSOR_RIGHTS_CHANGED') return onOutdated();
        if (code === 'UNAUTHENTICATED') refusedToken = await tokenOf(hub);
        const goesOnAfter = error?.extensions?.after;
        if (typeof goesOnAfter === 'string') after = goesOnAfter;
        if (data?.gridBoard) {
          after = data.gridBoard.cursor;
          onChange(data.gridBoard);
        } else if (error && !GOES_ON.has(code)) {
          return onConnection({ state: 'stopped', reason: error.message });
        }
      }
    } catch (error) {
      // No connection, which is said below and tried again; or a token that is no longer good.
      if (error instanceof NetworkError && error.response?.status === 401) refusedToken = await tokenOf(hub);
    } finally {
      signal.removeEventListener('abort', stop);
      client.dispose();
    }
    if (signal.aborted) return;
    lostSince ??= Date.now();
    onConnection({ state: 'lost', since: lostSince });
    await pause(PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 15, signal);
    failures += 1;
  }
}

const tokenOf = async (hub: Hub): Promise<string | undefined> =>
  (await hub.headers()).authorization?.slice('Bearer '.length);

/** Ends early when the browser has found its network again. */
function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    window.addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
