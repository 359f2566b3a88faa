import { useState } from 'react';

/**
 * Counts how often a value has changed since it was first shown. As the key of what shows it, each change lets the
 * style's one slow fade run anew; nothing blinks.
 */
export function useCalmSign(value: string | number): number {
  const [shown, setShown] = useState({ value, changes: 0 });
  if (shown.value !== value) {
    const next = { value, changes: shown.changes + 1 };
    setShown(next);
    return next.changes;
  }
  return shown.changes;
}
