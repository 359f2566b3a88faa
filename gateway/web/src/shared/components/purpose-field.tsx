import { useLanguage } from '../language';

interface PurposeFieldProps {
  value: string;
  onChange(value: string): void;
}

/** What the graph is read for: opens the grants that state the same. */
export function PurposeField({ value, onChange }: PurposeFieldProps) {
  const { messages } = useLanguage();
  return (
    <label className="field purpose">
      {messages.purpose}
      <input
        type="text"
        autoComplete="off"
        value={value}
        placeholder={messages.purposeHint}
        title={messages.purposeHint}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
