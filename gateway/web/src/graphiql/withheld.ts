import type { Withheld, WithheldReason } from '../shared/hub';

/** What stands in an answer, as the page shows it, for a null that the hub withheld. */
export class WithheldValue {
  constructor(
    /** The field, for example `Officer.phone`. */
    readonly coordinate: string,
    readonly item: string,
    readonly provider: string,
    readonly reason: WithheldReason,
    /** Whether a grant can open it at all: what is withheld by its class is for the parties to a row alone. */
    readonly isGrantable: boolean,
  ) {}
}

/** Whether a request for a grant may change anything: not where there is one that opens nothing at the moment. */
export const mayBeAskedFor = ({ isGrantable, reason }: WithheldValue): boolean =>
  isGrantable && (reason === 'NO_GRANT' || reason === 'EXPIRED');

type Step = string | number;

/** Every null of an answer that was withheld, with what is known of it. */
export function* withheldPlaces(
  withheld: readonly Withheld[],
): Generator<{ place: Step[]; value: WithheldValue }> {
  for (const { coordinate, item, class: kind, places = [] } of withheld) {
    for (const { provider, reason, path, indexes } of places) {
      const value = new WithheldValue(coordinate, item, provider, reason, kind !== 'WITHHELD');
      for (const index of indexes) {
        let list = 0;
        yield { place: path.map((step) => (step === '*' ? (index[list++] ?? -1) : step)), value };
      }
    }
  }
}

/** The answer with a {@link WithheldValue} in the place of each null that was withheld. The answer itself stays as it is. */
export function markWithheld(data: unknown, withheld: readonly Withheld[]): unknown {
  if (!withheld.some(({ places = [] }) => places.length > 0)) return data;
  const marked: unknown = structuredClone(data);
  for (const { place, value } of withheldPlaces(withheld)) {
    const last = place.pop();
    const holder = place.reduce<unknown>((inner, step) => (inner as never)?.[step], marked);
    if (last !== undefined && typeof holder === 'object' && holder !== null) {
      (holder as Record<Step, unknown>)[last] = value;
    }
  }
  return marked;
}

/** What was withheld as it is told to who did not ask for places. */
export const withoutPlaces = (withheld: readonly Withheld[]): Withheld[] =>
  withheld.map(({ class: _, places: __, placesLeftOff: ___, ...rest }) => rest);
