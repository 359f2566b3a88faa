import { useId, useState } from 'react';
import type { DemoUnit } from '../demo';
import { useLanguage } from '../language';
import { useSession } from '../session';

interface UnitFieldProps {
  units: readonly DemoUnit[];
  /** The code of the chosen unit; null is nobody. */
  agency: string | null;
  onChoose(agency: string | null): void;
}

const textOf = (unit: DemoUnit): string => `${unit.name} ${unit.code}`;

/**
 * A text field over the browser's own list of suggestions, which filters several hundred units by any part of name,
 * code and jurisdiction. It empties on focus, because the browser would filter by the unit that is already chosen.
 */
export function UnitField({ units, agency, onChoose }: UnitFieldProps) {
  const { messages } = useLanguage();
  const { signIn } = useSession();
  const listId = useId();
  const [draft, setDraft] = useState<string | null>(null);

  const noUnit = signIn.person ? messages.myself : messages.nobody;
  const options = [
    { agency: null, text: noUnit, jurisdiction: '' },
    ...units.map((unit) => ({ agency: unit.code, text: textOf(unit), jurisdiction: unit.jurisdiction })),
  ];
  const chosen = options.find((option) => option.agency === agency)?.text ?? '';
  const wanted = (draft ?? '').toLowerCase();
  const matching = options.filter((option) =>
    `${option.text} ${option.jurisdiction}`.toLowerCase().includes(wanted),
  );

  const choose = (option: { agency: string | null }): void => {
    setDraft(null);
    onChoose(option.agency);
  };
  const edit = (text: string): void => {
    const exact = options.find((option) => option.text === text || option.agency === text);
    if (exact) choose(exact);
    else setDraft(text);
  };

  return (
    <label className="field unit">
      {messages.seeAs}
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        list={listId}
        value={draft ?? chosen}
        placeholder={chosen}
        title={matching.length === 0 ? messages.noSuchUnit : chosen}
        aria-invalid={matching.length === 0}
        onFocus={() => setDraft('')}
        onBlur={() => setDraft(null)}
        onChange={(event) => edit(event.target.value)}
        onKeyDown={(event) => {
          const [only, ...others] = matching;
          if (event.key === 'Enter' && only && others.length === 0) choose(only);
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      {matching.length === 0 && <span role="status">{messages.noSuchUnit}</span>}
      <datalist id={listId}>
        {options.map((option) => (
          <option key={option.text} value={option.text} label={option.jurisdiction || undefined} />
        ))}
      </datalist>
    </label>
  );
}
