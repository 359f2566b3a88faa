import { responsePathAsArray } from 'graphql';
import type { Path } from 'graphql/jsutils/Path';
import type { ItemName } from './catalog';
import { PlaceList, type Places } from './places';

/**
 * What a subgraph says, beside an answer, of what it disclosed of other units' data and what it withheld. Row ids and
 * not counts, so that a gateway can tell how many rows there were however the query was planned.
 */
export interface SharingReport {
  readonly disclosed: readonly { item: ItemName; provider: string; ids: readonly string[] }[];
  readonly withheld: readonly {
    coordinate: string;
    item: ItemName;
    provider: string;
    ids: readonly string[];
    /** Where in the subgraph's answer, when that was asked for. */
    places?: readonly Places[];
  }[];
}

/** The key of the report in an answer's `extensions`. */
export const SHARING_EXTENSION = 'hubSharing';

/** The rows that a part of a report is of. */
interface Part {
  readonly key: readonly string[];
  readonly ids: Set<string>;
  places: PlaceList | null;
}

/** Ids by what they belong to. */
class IdSets {
  readonly #sets = new Map<string, Part>();

  add(key: readonly string[], id: string): Part {
    const name = key.join('\u0000');
    let entry = this.#sets.get(name);
    if (!entry) {
      entry = { key, ids: new Set(), places: null };
      this.#sets.set(name, entry);
    }
    entry.ids.add(id);
    return entry;
  }

  *[Symbol.iterator](): Generator<Part> {
    yield* this.#sets.values();
  }

  get size(): number {
    return this.#sets.size;
  }
}

/** Collects, for one operation or one request, what was disclosed and withheld; each row counts once. */
export class Disclosures {
  readonly #disclosed = new IdSets();
  readonly #withheld = new IdSets();

  /** With `keepsPlaces` it is noted too where in the answer something was withheld. */
  constructor(private readonly keepsPlaces = false) {}

  disclose(item: ItemName, provider: string, id: string): void {
    this.#disclosed.add([item, provider], id);
  }

  withhold(coordinate: string, item: ItemName, provider: string, id: string, place?: Path): void {
    const part = this.#withheld.add([coordinate, item, provider], id);
    if (!this.keepsPlaces || !place) return;
    part.places ??= new PlaceList();
    part.places.add(responsePathAsArray(place));
  }

  /** Adds what a subgraph reported, but for the places, which are of its answer alone. */
  union(report: SharingReport): void {
    for (const { item, provider, ids } of report.disclosed) {
      for (const id of ids) this.disclose(item, provider, id);
    }
    for (const { coordinate, item, provider, ids } of report.withheld) {
      for (const id of ids) this.withhold(coordinate, item, provider, id);
    }
  }

  get isEmpty(): boolean {
    return this.#disclosed.size === 0 && this.#withheld.size === 0;
  }

  get hasDisclosed(): boolean {
    return this.#disclosed.size > 0;
  }

  report(): SharingReport {
    return {
      disclosed: [...this.#disclosed].map(({ key, ids }) => {
        const [item, provider] = key as [ItemName, string];
        return { item, provider, ids: [...ids] };
      }),
      withheld: [...this.#withheld].map(({ key, ids, places }) => {
        const [coordinate, item, provider] = key as [string, ItemName, string];
        return { coordinate, item, provider, ids: [...ids], ...(places && { places: places.all() }) };
      }),
    };
  }
}
