import type { CaseLineFragment } from '../../operations';
import { dayAndTime } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { BOARD_TEXTS } from '../texts';

interface CaseListProps {
  cases: readonly CaseLineFragment[];
  onCase(id: string): void;
}

/** Cases in a few words, each leading to its life. */
export function CaseList({ cases, onCase }: CaseListProps) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  return (
    <ul className="cases">
      {cases.map(({ id, title, stage, dueAt, isOverdue, isSupervised, currentTask }) => (
        <li key={id} className={isOverdue ? 'overdue' : ''}>
          <button type="button" onClick={() => onCase(id)}>
            <span className="title">
              {isSupervised && <span className="badge">{texts.supervised}</span>}
              {title}
            </span>
            <span className="detail">
              <span>{texts.stages[stage]}</span>
              {currentTask?.agency && <span>{currentTask.agency.name}</span>}
              {dueAt && (
                <time dateTime={dueAt}>
                  {isOverdue
                    ? texts.overdueSince(dayAndTime(dueAt, language))
                    : texts.dueAt(dayAndTime(dueAt, language))}
                </time>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
