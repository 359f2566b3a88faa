import { useEffect, useState } from 'react';
import { clockTime, fullDay } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import type { Connection } from '../follow';
import { BOARD_TEXTS, type BoardTexts } from '../texts';

interface ConnectionLineProps {
  connection: Connection;
  /** The moment of the picture that is shown; null while there is none. */
  pictureAt: string | null;
  /** Since when no picture could be had; null while they can. */
  failedAt: number | null;
}

/** Whether what is shown is what is so; said as text and by color, and read out when it changes. */
export function ConnectionLine({ connection, pictureAt, failedAt }: ConnectionLineProps) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const isLost = connection.state === 'lost' || failedAt !== null;
  const state = connection.state === 'stopped' ? 'stopped' : isLost ? 'lost' : connection.state;
  const asOf = pictureAt ? clockTime(pictureAt, language) : '—';
  const since = connection.state === 'lost' ? connection.since : failedAt;
  const [mark, sentence] = sentenceOf(state, connection, texts, asOf, clockTime(since ?? 0, language));
  return (
    <p className={`connection ${state}`}>
      {/* The moment of each picture is not read out, only that it became live, or no longer is. */}
      <span className="read-out" role="status">
        {state === 'live' ? mark : sentence}
      </span>
      <span aria-hidden="true">{sentence}</span>
    </p>
  );
}

function sentenceOf(
  state: Connection['state'],
  connection: Connection,
  texts: BoardTexts,
  asOf: string,
  since: string,
): [mark: string, sentence: string] {
  switch (state) {
    case 'connecting':
      return [texts.connecting, texts.connecting];
    case 'live':
      return [texts.live('').split('·')[0]?.trim() ?? '', texts.live(asOf)];
    case 'lost':
      return [texts.lost(since, asOf), texts.lost(since, asOf)];
    case 'stopped': {
      const reason = connection.state === 'stopped' ? connection.reason : '';
      return [texts.stopped(reason), texts.stopped(reason)];
    }
  }
}

/** The time of day in Shanghai, by the second. */
export function Clock() {
  const { language } = useLanguage();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="clock">
      <span>{fullDay(now, language)}</span> <b>{clockTime(now, language)}</b>
    </p>
  );
}
