import type { BoardPictureQuery } from '../../operations';
import { dayAndTime, number } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { BOARD_TEXTS } from '../texts';
import { useCalmSign } from '../use-calm-sign';
import { CaseList } from './case-list';
import { Panel } from './panel';

type Summary = NonNullable<BoardPictureQuery['gridBoardSummary']>;
interface CasesProps {
  picture: BoardPictureQuery;
  onCase(id: string): void;
}

/** What is overdue, the longest first, then what falls due within a week, the soonest first. */
export function Due({ picture, onCase }: CasesProps) {
  const texts = useTexts(BOARD_TEXTS);
  const overdue = (picture.overdue?.edges ?? []).map(({ node }) => node);
  const due = (picture.due?.edges ?? []).map(({ node }) => node).filter(({ isOverdue }) => !isOverdue);
  return (
    <Panel className="due" title={texts.due}>
      {overdue.length + due.length === 0 && <p className="empty">{texts.noneDue}</p>}
      <div className="columns">
        {due.length > 0 && <CaseList cases={due} onCase={onCase} />}
        {overdue.length > 0 && <CaseList cases={overdue} onCase={onCase} />}
      </div>
    </Panel>
  );
}

export function Alerts({ picture, onCase }: CasesProps) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const alerts = (picture.gridAlerts?.edges ?? []).map(({ node }) => node);
  return (
    <Panel className="alerts" isPlain title={texts.alerts}>
      {alerts.length === 0 && <p className="empty">{texts.noAlerts}</p>}
      <ul>
        {alerts.map(({ id, at, message, gridCase }) => (
          <li key={id}>
            <time dateTime={at}>{dayAndTime(at, language)}</time>
            {gridCase ? (
              <button type="button" onClick={() => onCase(gridCase.id)}>
                {message}
              </button>
            ) : (
              <p>{message}</p>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Forces({ summary }: { summary: Summary }) {
  const texts = useTexts(BOARD_TEXTS);
  return (
    <Panel className="forces" isPlain title={texts.forces}>
      {summary.forces.length === 0 && <p className="empty">{texts.noForces}</p>}
      <ul>
        {summary.forces.map((forces) => (
          <ForcesLine key={forces.id} forces={forces} />
        ))}
      </ul>
    </Panel>
  );
}

function ForcesLine({ forces }: { forces: Summary['forces'][number] }) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const { agency, people, vehicles, boats, note } = forces;
  const line = texts.forcesLine(number(people, language), vehicles, boats);
  const sign = useCalmSign(line);
  return (
    <li>
      <span className="name">{agency?.name}</span>
      <span className="amount" key={sign} data-changed={sign > 0 || undefined}>
        {line}
      </span>
      {note && <span className="note">{note}</span>}
    </li>
  );
}

/** Each unit's work in hand as a bar, and what it has done today. */
export function Departments({ summary }: { summary: Summary }) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const { departments } = summary;
  const most = Math.max(1, ...departments.map(({ openCount }) => openCount));
  return (
    <Panel className="departments" isPlain title={texts.departments}>
      {departments.length === 0 ? (
        <p className="empty">{texts.noDepartments}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.department}</th>
              <th scope="col">{texts.open}</th>
              <th scope="col">{texts.overdue}</th>
              <th scope="col">{texts.today.dispatched}</th>
              <th scope="col">{texts.today.accepted}</th>
              <th scope="col">{texts.today.returned}</th>
              <th scope="col">{texts.today.resolved}</th>
              <th scope="col">{texts.today.closed}</th>
              <th scope="col">{texts.onTimeToday}</th>
            </tr>
          </thead>
          <tbody>
            {departments.map(({ agency, openCount, overdueCount, today }, index) => (
              <tr key={agency?.code ?? index}>
                <th scope="row">{agency?.name ?? '—'}</th>
                <td>
                  <span className="bar">
                    <span className="track" aria-hidden="true">
                      <span className="open" style={{ width: `${(openCount / most) * 100}%` }} />
                      <span className="late" style={{ width: `${(overdueCount / most) * 100}%` }} />
                    </span>
                    <b>{number(openCount, language)}</b>
                  </span>
                </td>
                <td className={overdueCount > 0 ? 'alarm' : ''}>{number(overdueCount, language)}</td>
                <td>{number(today.dispatched, language)}</td>
                <td>{number(today.accepted, language)}</td>
                <td>{number(today.returned, language)}</td>
                <td>{number(today.resolved, language)}</td>
                <td>{number(today.closed, language)}</td>
                <td>{number(today.closedOnTime, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
