import type { CaseLifeQuery } from '../../operations';
import { dayAndTime } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { BOARD_TEXTS } from '../texts';

/** Everything that was done to a case, and how long each unit had it. */
export function Timeline({ life }: { life: NonNullable<CaseLifeQuery['gridCase']> }) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  return (
    <>
      <h3>{texts.timeline}</h3>
      <ol className="timeline">
        {life.timeline.map(({ kind, at, actor, agency, subject, note, basis }) => (
          <li key={`${at} ${kind}`} className={kind.toLowerCase()}>
            <b>{texts.steps[kind]}</b> <time dateTime={at}>{dayAndTime(at, language)}</time>
            <p>
              {[agency?.name, actor].filter(Boolean).join(' ')}
              {subject && ` → ${subject.name}`}
            </p>
            {note && <p className="said">{note}</p>}
            {basis && (
              <p className="said">
                {texts.basis}: {basis}
              </p>
            )}
          </li>
        ))}
      </ol>
      {life.clocks.length > 0 && <h3>{texts.clocks}</h3>}
      <ul className="clocks">
        {life.clocks.map(({ agency, workingMinutes, isRunning }, index) => (
          <li key={agency?.name ?? index}>
            <span>{agency?.name ?? '—'}</span>
            <b>{texts.minutes(workingMinutes)}</b>
            {isRunning && <span className="badge">{texts.running}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
