import type { BoardPictureQuery } from '../../operations';
import { hourAndMinute } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import type { BoardChange } from '../follow';
import { BOARD_TEXTS, type BoardTexts } from '../texts';
import { CaseList } from './case-list';
import { Panel } from './panel';

interface ChangesProps {
  changes: readonly BoardChange[];
  picture: BoardPictureQuery;
  onCase(id: string): void;
}

/**
 * What has changed since the page was opened, the latest first; the latest is read out. Below, what was reported last.
 */
export function Changes({ changes, picture, onCase }: ChangesProps) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const [latest] = changes;
  const reported = (picture.latest?.edges ?? []).map(({ node }) => node);
  return (
    <Panel className="changes" title={texts.changes}>
      <p className="read-out" role="status">
        {latest ? texts.announce(`${headingOf(latest, texts)}, ${wordsOf(latest, texts)}`) : ''}
      </p>
      {changes.length === 0 && <p className="empty">{texts.noChanges}</p>}
      <ol>
        {changes.map((change) => (
          <li key={change.cursor} className={`change ${change.kind.toLowerCase()}`} data-changed>
            <time dateTime={change.at}>{hourAndMinute(change.at, language)}</time>
            <span className="kind">{headingOf(change, texts)}</span>
            {change.gridCase ? (
              <button type="button" onClick={() => change.gridCase && onCase(change.gridCase.id)}>
                {wordsOf(change, texts)}
              </button>
            ) : (
              <span>{wordsOf(change, texts)}</span>
            )}
          </li>
        ))}
      </ol>
      {reported.length > 0 && <h3>{texts.latest}</h3>}
      <CaseList cases={reported} onCase={onCase} />
    </Panel>
  );
}

function headingOf({ kind, step, inspection, fieldwork }: BoardChange, texts: BoardTexts): string {
  if (step) return texts.steps[step.kind];
  if (inspection) return texts.inspections[inspection.kind];
  return fieldwork ? texts.fieldwork[fieldwork.kind] : texts.kinds[kind];
}

function wordsOf({ gridCase, alert, forces, inspection, fieldwork }: BoardChange, texts: BoardTexts): string {
  const work = inspection ?? fieldwork;
  if (work) {
    const count = fieldwork && fieldwork.count > 1 ? `× ${fieldwork.count}` : '';
    return [work.jurisdiction?.name, work.agency?.name, count].filter(Boolean).join(' · ');
  }
  if (gridCase) return gridCase.title;
  if (alert) return alert.message;
  if (!forces) return '';
  const { agency, people, vehicles, boats } = forces;
  return `${agency?.name ?? ''} ${texts.forcesLine(String(people), vehicles, boats)}`.trim();
}
