import { JURISDICTION_LEVELS, levelOf } from '../../kit/jurisdiction';

export type CounterpartMatch = 'EXACT' | 'HIGHER_LEVEL' | 'NONE';

interface Performer {
  readonly code: string;
  readonly jurisdiction: string;
}

/**
 * The counterpart 对口单位 of one function at a place. `performers` are units of the place or of places above it that
 * perform the function. The nearest level wins, and of several units there the first by code.
 */
export function matchCounterpart<Unit extends Performer>(
  performers: readonly Unit[],
  place: string,
): { match: CounterpartMatch; agency: Unit | null } {
  const nearness = (unit: Unit) => JURISDICTION_LEVELS.indexOf(levelOf(unit.jurisdiction));
  const [agency] = [...performers].sort((a, b) => nearness(b) - nearness(a) || (a.code < b.code ? -1 : 1));
  if (!agency) return { match: 'NONE', agency: null };
  return { match: agency.jurisdiction === place ? 'EXACT' : 'HIGHER_LEVEL', agency };
}
