import { EVERYWHERE } from '../../kit/connection';
import { contains } from '../../kit/jurisdiction';

export type GridCaseLimitUnit = 'WORKING_HOURS' | 'WORKING_DAYS';

/** A limit, and where and when it is in effect. */
export interface EffectiveLimit {
  /** `EVERYWHERE` for the default for all. */
  readonly jurisdiction: string;
  /** First and last day; no last day while none is set. */
  readonly effective_from: string;
  readonly effective_until: string | null;
}

/**
 * Of a category's limits the one that holds in a place (or, for `EVERYWHERE`, the default for all) on a day: the place's
 * own or that of the nearest place above it, and of several there the one that came into effect last. Null when there
 * is none.
 */
export function limitIn<Limit extends EffectiveLimit>(
  limits: readonly Limit[],
  place: string,
  day: string,
): Limit | null {
  const holding = limits.filter(
    (limit) =>
      (limit.jurisdiction === EVERYWHERE || (place !== EVERYWHERE && contains(limit.jurisdiction, place))) &&
      limit.effective_from <= day &&
      (limit.effective_until === null || day <= limit.effective_until),
  );
  // Of the codes of one place and its ancestors the later in text order is the lower place.
  const rank = ({ jurisdiction, effective_from }: Limit) => `${jurisdiction} ${effective_from}`;
  return holding.reduce<Limit | null>(
    (best, limit) => (best && rank(best) > rank(limit) ? best : limit),
    null,
  );
}
