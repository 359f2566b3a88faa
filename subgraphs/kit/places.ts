/** What stands in a path of {@link Places} for a step into an element of a list. */
export const EVERY = '*';

/** Places in an answer that have the same path, but for the elements of the lists on the way. */
export interface Places {
  /** Response names, and `*` for each list. */
  readonly path: readonly string[];
  /** For each place, which element it is of each of those lists. */
  readonly indexes: readonly (readonly number[])[];
}

/** Gathers places of an answer by their paths. */
export class PlaceList {
  readonly #byPath = new Map<string, { path: string[]; indexes: number[][] }>();

  add(place: readonly (string | number)[]): void {
    let name = '';
    const indexes: number[] = [];
    for (const step of place) {
      if (typeof step === 'number') {
        indexes.push(step);
        name += '.*';
      } else {
        name += `.${step}`;
      }
    }
    let places = this.#byPath.get(name);
    if (!places) {
      places = { path: place.map((step) => (typeof step === 'number' ? EVERY : step)), indexes: [] };
      this.#byPath.set(name, places);
    }
    places.indexes.push(indexes);
  }

  all(): readonly Places[] {
    return [...this.#byPath.values()];
  }
}
