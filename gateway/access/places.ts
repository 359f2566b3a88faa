import type { SharingReport } from '../../subgraphs/kit/disclosures';
import { EVERY, PlaceList, type Places } from '../../subgraphs/kit/places';

/** How many places an answer tells of; it counts the rest. */
export const MOST_PLACES = 20_000;

/** A value that a coordinate's provider withheld. */
interface Withheld {
  readonly coordinate: string;
  readonly provider: string;
}

/** Places of an answer at which the values of one provider were withheld. */
export interface PlacesOf extends Places {
  readonly provider: string;
}

/**
 * Where in one answer values were withheld. In what subgraphs answered, a symbol takes the place of each null that stands
 * for such a value; whatever becomes of the row that holds it, the symbol is where the null will be, and who writes the
 * answer tells where it came upon them.
 */
export class WithheldPlaces {
  readonly #symbols = new Map<string, symbol>();
  readonly #meanings = new Map<symbol, Withheld>();
  readonly #found = new Map<symbol, PlaceList>();
  readonly #leftOff = new Map<string, number>();
  #count = 0;

  /** Marks the nulls of a subgraph's answer that its report tells of; in place. */
  mark(data: unknown, { withheld }: SharingReport): void {
    for (const { coordinate, provider, places = [] } of withheld) {
      for (const { path, indexes } of places) {
        const symbol = this.#symbolFor({ coordinate, provider });
        for (const place of indexes) put(data, path, place, symbol);
      }
    }
  }

  /** Whether nothing was marked. */
  get isEmpty(): boolean {
    return this.#symbols.size === 0;
  }

  /** Takes note of where in the answer a mark is. */
  found(mark: symbol, place: readonly (string | number)[]): void {
    const meaning = this.#meanings.get(mark);
    if (!meaning) throw new Error('the answer holds a mark that nobody made');
    this.#count += 1;
    if (this.#count > MOST_PLACES) {
      const { coordinate } = meaning;
      this.#leftOff.set(coordinate, (this.#leftOff.get(coordinate) ?? 0) + 1);
      return;
    }
    let list = this.#found.get(mark);
    if (!list) {
      list = new PlaceList();
      this.#found.set(mark, list);
    }
    list.add(place);
  }

  /** Where a coordinate's values were withheld, and at how many places beside those that are told. */
  of(coordinate: string): { places: readonly PlacesOf[]; leftOff: number } {
    const places = [...this.#found].flatMap(([mark, list]) => {
      const meaning = this.#meanings.get(mark);
      if (meaning?.coordinate !== coordinate) return [];
      return list.all().map(({ path, indexes }) => ({ provider: meaning.provider, path, indexes }));
    });
    return { places, leftOff: this.#leftOff.get(coordinate) ?? 0 };
  }

  #symbolFor(meaning: Withheld): symbol {
    const name = `${meaning.coordinate} ${meaning.provider}`;
    let symbol = this.#symbols.get(name);
    if (!symbol) {
      symbol = Symbol(name);
      this.#symbols.set(name, symbol);
      this.#meanings.set(symbol, meaning);
    }
    return symbol;
  }
}

type Holder = Record<string | number, unknown>;

/** Puts a mark where a null is. Where something around it became null itself, there is no place for it. */
function put(data: unknown, path: readonly string[], indexes: readonly number[], mark: symbol): void {
  let holder = data as Holder | null | undefined;
  let list = 0;
  for (let i = 0; ; i += 1) {
    const step = path[i] === EVERY ? indexes[list++] : path[i];
    if (typeof holder !== 'object' || holder === null || step === undefined) return;
    if (i === path.length - 1) {
      if (holder[step] === null) holder[step] = mark;
      return;
    }
    holder = holder[step] as Holder | null | undefined;
  }
}
