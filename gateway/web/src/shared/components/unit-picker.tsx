import type { Demo } from '../demo';
import type { Identity } from '../identity';
import { useLanguage } from '../language';
import { UnitField } from './unit-field';

interface UnitPickerProps {
  demo: Demo;
  identity: Identity | null;
  onChoose(identity: Identity | null): void;
}

/** Chooses the demo unit, and its role, that the graph is looked at as; or nobody. */
export function UnitPicker({ demo, identity, onChoose }: UnitPickerProps) {
  const { messages } = useLanguage();
  const role = identity?.role ?? demo.roles[0] ?? '';
  return (
    <fieldset className="unit-picker" aria-label={messages.unitPicker}>
      <UnitField
        units={demo.units}
        agency={identity?.agency ?? null}
        onChoose={(agency) => onChoose(agency === null ? null : { agency, role })}
      />
      <label className="field">
        {messages.role}
        <select
          value={role}
          disabled={!identity}
          onChange={(event) => identity && onChoose({ ...identity, role: event.target.value })}
        >
          {demo.roles.map((known) => (
            <option key={known} value={known}>
              {messages.roles[known] ?? known}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}
