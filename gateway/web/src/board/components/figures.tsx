import type { BoardPictureQuery, GridCaseStage } from '../../operations';
import { number } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { BOARD_TEXTS } from '../texts';
import { useCalmSign } from '../use-calm-sign';
import { Panel } from './panel';

type Summary = NonNullable<BoardPictureQuery['gridBoardSummary']>;

interface FiguresProps {
  summary: Summary;
  onStage(stage: GridCaseStage): void;
}

/** The steps with how many cases stand at each, and what wants attention. */
export function Figures({ summary, onStage }: FiguresProps) {
  const texts = useTexts(BOARD_TEXTS);
  const names = { ...texts.stages, ...texts.endedToday };
  const { stages, overdueCount, supervisedCount, peopleOnDuty } = summary;
  return (
    <Panel className="figures" title={texts.byStage}>
      <ol className="stages">
        {stages.map(({ stage, count }) => (
          <li key={stage}>
            <button type="button" className="figure" onClick={() => onStage(stage)}>
              <Value value={count} />
              <span className="name">{names[stage]}</span>
            </button>
          </li>
        ))}
      </ol>
      <dl className="marks">
        <Mark name={texts.overdue} value={overdueCount} className={overdueCount > 0 ? 'alarm' : ''} />
        <Mark name={texts.supervised} value={supervisedCount} className={supervisedCount > 0 ? 'warn' : ''} />
        <Mark name={texts.onDuty} value={peopleOnDuty} className={peopleOnDuty > 0 ? 'good' : ''} />
      </dl>
    </Panel>
  );
}

function Mark({ name, value, className }: { name: string; value: number; className: string }) {
  return (
    <div className={`figure ${className}`}>
      <dt className="name">{name}</dt>
      <dd>
        <Value value={value} />
      </dd>
    </div>
  );
}

function Value({ value }: { value: number }) {
  const { language } = useLanguage();
  const sign = useCalmSign(value);
  return (
    <span className="value" key={sign} data-changed={sign > 0 || undefined}>
      {number(value, language)}
    </span>
  );
}
