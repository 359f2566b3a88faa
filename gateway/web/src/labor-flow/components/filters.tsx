import { PlaceField } from '../../shared/components/place-field';
import { monthFrom, monthName } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { LEVELS, MONTHS_BACK, SECTORS, type Selection, SIDES } from '../selection';
import { FLOW_TEXTS } from '../texts';

interface FiltersProps {
  selection: Selection;
  change(changes: Record<string, string>): void;
}

export function Filters({ selection, change }: FiltersProps) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  const { month, level, sector, side, originUnder, destinationUnder } = selection;
  const recent = Array.from({ length: MONTHS_BACK }, (_, back) => monthFrom(new Date(), -back));
  const months = recent.includes(month) ? recent : [month, ...recent];
  return (
    <search className="filters" aria-label={texts.title}>
      <Choice
        label={texts.month}
        value={month}
        options={months.map((known) => [known, monthName(known, language)])}
        onChoose={(chosen) => change({ month: chosen })}
      />
      <Choice
        label={texts.sector}
        value={sector ?? ''}
        options={[
          ['', texts.everySector],
          ...SECTORS.map((code): Option => [code, `${code} ${texts.sectors[code]}`]),
        ]}
        onChoose={(chosen) => change({ sector: chosen })}
      />
      <Choice
        label={texts.level}
        value={level}
        options={LEVELS.map((known) => [known, texts.levels[known]])}
        onChoose={(chosen) => change({ level: chosen, origin: '', destination: '' })}
      />
      <Choice
        label={texts.figures}
        value={side ?? ''}
        options={[['', texts.reconciled], ...SIDES.map((known): Option => [known, texts.sides[known]])]}
        onChoose={(chosen) => change({ side: chosen })}
      />
      <PlaceField
        label={texts.from}
        code={originUnder ?? ''}
        levels={['PROVINCE', 'PREFECTURE', 'COUNTY']}
        isOptional
        onChoose={(code) => change({ from: code, origin: '', destination: '' })}
      />
      <PlaceField
        label={texts.into}
        code={destinationUnder ?? ''}
        levels={['PROVINCE', 'PREFECTURE', 'COUNTY']}
        isOptional
        onChoose={(code) => change({ into: code, origin: '', destination: '' })}
      />
    </search>
  );
}

type Option = [value: string, text: string];

interface ChoiceProps {
  label: string;
  value: string;
  options: Option[];
  onChoose(value: string): void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <label className="field">
      {label}
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map(([known, text]) => (
          <option key={known} value={known}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
