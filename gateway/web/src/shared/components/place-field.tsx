import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { JurisdictionLevel } from '../../operations';
import { PlaceByCodeDocument, PlacesByNameDocument } from '../../operations';
import { useLanguage } from '../language';
import { useHub } from '../session';

interface PlaceFieldProps {
  label: string;
  /** The code of the chosen place; empty for none. */
  code: string;
  /** Only places of these levels are offered; of every level when left out. */
  levels?: readonly JurisdictionLevel[];
  /** Whether the field may be emptied. */
  isOptional?: boolean;
  onChoose(code: string): void;
}

/**
 * A text field over the browser's own list of suggestions: places whose name contains what was typed, as the hub finds
 * them. A code counts as well.
 */
export function PlaceField({ label, code, levels, isOptional = false, onChoose }: PlaceFieldProps) {
  const { messages } = useLanguage();
  const hub = useHub();
  const listId = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const wanted = (draft ?? '').trim();

  const chosen = useQuery({
    queryKey: ['place', code],
    queryFn: () => hub.ask(PlaceByCodeDocument, { code }),
    enabled: code !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const found = useQuery({
    queryKey: ['places', wanted],
    queryFn: () => hub.ask(PlacesByNameDocument, { nameContains: wanted }),
    enabled: wanted !== '' && !/^\d+$/.test(wanted),
    placeholderData: keepPreviousData,
  });
  const byCode = useQuery({
    queryKey: ['place', wanted],
    queryFn: () => hub.ask(PlaceByCodeDocument, { code: wanted }),
    enabled: /^(\d{6}|\d{9}|\d{12})$/.test(wanted),
  });

  const place = chosen.data?.data.jurisdiction;
  const shown = code === '' ? '' : place ? `${place.name} ${place.code}` : code;
  const candidates = [
    ...(byCode.data?.data.jurisdiction ? [byCode.data.data.jurisdiction] : []),
    ...(found.data?.data.jurisdictions?.edges.map(({ node }) => node) ?? []),
  ].filter(({ level }) => !levels || levels.includes(level));
  const isUnknown = wanted !== '' && !found.isFetching && !byCode.isFetching && candidates.length === 0;

  const choose = (candidate: { code: string }): void => {
    setDraft(null);
    onChoose(candidate.code);
  };
  const edit = (text: string): void => {
    const exact = candidates.find((candidate) => `${candidate.name} ${candidate.code}` === text);
    if (exact) choose(exact);
    else setDraft(text);
  };
  const leave = (): void => {
    if (draft?.trim() === '' && isOptional && code !== '') onChoose('');
    setDraft(null);
  };

  return (
    <label className="field place">
      {label}
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        list={listId}
        value={draft ?? shown}
        placeholder={shown}
        aria-invalid={isUnknown}
        title={isUnknown ? messages.noSuchPlace : (place?.fullName ?? shown)}
        onFocus={(event) => event.target.select()}
        onBlur={leave}
        onChange={(event) => edit(event.target.value)}
        onKeyDown={(event) => {
          const [best] = candidates;
          if (event.key === 'Enter' && best) choose(best);
          else if (event.key === 'Enter') leave();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      {isUnknown && <span role="status">{messages.noSuchPlace}</span>}
      <datalist id={listId}>
        {candidates.map((candidate) => (
          <option
            key={candidate.code}
            value={`${candidate.name} ${candidate.code}`}
            label={candidate.fullName}
          />
        ))}
      </datalist>
    </label>
  );
}
