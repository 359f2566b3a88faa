import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { BoardPictureDocument } from '../operations';
import { dayOf } from '../shared/format';
import { useHub } from '../shared/session';
import { type BoardChange, type Connection, followBoard } from './follow';

/** How many changes a screen keeps in sight. */
const KEPT_CHANGES = 40;
/** Changes that come close together ask for one new picture. */
const GATHER_MS = 800;
/** Deadlines pass without an event, and a connection may die without a word. */
const RENEW_MS = 30_000;
const DUE_WITHIN_MS = 7 * 86_400_000;

export interface Board {
  picture: ReturnType<typeof usePicture>;
  connection: Connection;
  /** The latest first. */
  changes: BoardChange[];
}

function usePicture(under: string) {
  const hub = useHub();
  return useQuery({
    queryKey: ['board', under, hub.rights, hub.key],
    queryFn: () => {
      const now = Date.now();
      const from = dayOf(new Date(now));
      const to = dayOf(new Date(now + DUE_WITHIN_MS));
      return hub.ask(BoardPictureDocument, { under, from, to }, 'gridBoardSummary');
    },
    refetchInterval: RENEW_MS,
    refetchIntervalInBackground: true,
    // Another language of the same place may be looked at meanwhile; another place, or what another unit sees, may not.
    placeholderData: (previous, query) =>
      query?.queryKey[1] === under && query.queryKey[2] === hub.rights ? previous : undefined,
  });
}

/** A place as it stands, renewed with every change, and the changes since the page was opened. */
export function useBoard(under: string): Board {
  const hub = useHub();
  const client = useQueryClient();
  const picture = usePicture(under);
  const [connection, setConnection] = useState<Connection>({ state: 'connecting' });
  const [changes, setChanges] = useState<BoardChange[]>([]);
  const [attempt, setAttempt] = useState(0);
  const summary = picture.isPlaceholderData ? null : picture.data?.data.gridBoardSummary;
  const isReady = summary !== null && summary !== undefined;
  // Asked once a connection begins: later pictures are what the changes have led to.
  const cursorOfPicture = useEffectEvent(() => summary?.cursor ?? '');

  useEffect(() => {
    if (!isReady) return;
    const aborter = new AbortController();
    const { signal } = aborter;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ['board', under] });
      }, GATHER_MS);
    };
    setChanges([]);
    setConnection({ state: 'connecting' });
    void followBoard({
      hub,
      under,
      after: cursorOfPicture(),
      signal,
      onChange: (change) => {
        setChanges((known) => [change, ...known].slice(0, KEPT_CHANGES));
        renew();
      },
      onConnection: (next) => {
        if (signal.aborted) return;
        setConnection((previous) => {
          // Back again: what deadlines did meanwhile is in no event.
          if (previous.state === 'lost' && next.state === 'live') renew();
          return next;
        });
      },
      onOutdated: () => {
        void client
          .resetQueries({ queryKey: ['board', under] })
          .then(() => setAttempt((number) => number + 1));
      },
    });
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [hub, under, isReady, client, attempt]);

  return { picture, connection, changes };
}
