import type { ItemName } from './catalog';

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
  }[];
}

/** The key of the report in an answer's `extensions`. */
export const SHARING_EXTENSION = 'hubSharing';

/** Ids by what they belong to. */
class IdSets {
  readonly #sets = new Map<string, { key: readonly string[]; ids: Set<string> }>();

  add(key: readonly string[], id: string): void {
    const name = key.join('\u0000');
    let entry = this.#sets.get(name);
    if (!entry) {
      entry = { key, ids: new Set() };
      this.#sets.set(name, entry);
    }
    entry.ids.add(id);
  }

  *[Symbol.iterator](): Generator<{ key: readonly string[]; ids: ReadonlySet<string> }> {
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

  disclose(item: ItemName, provider: string, id: string): void {
    this.#disclosed.add([item, provider], id);
  }

  withhold(coordinate: string, item: ItemName, provider: string, id: string): void {
    this.#withheld.add([coordinate, item, provider], id);
  }

  /** Adds what a subgraph reported. */
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
      withheld: [...this.#withheld].map(({ key, ids }) => {
        const [coordinate, item, provider] = key as [string, ItemName, string];
        return { coordinate, item, provider, ids: [...ids] };
      }),
    };
  }
}
