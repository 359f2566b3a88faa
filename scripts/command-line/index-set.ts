/** A set of whole numbers that lie close together, kept and written as the ranges `[first, last]` that they fill. */
export class IndexSet {
  readonly #ranges: [first: number, last: number][];

  constructor(ranges: readonly (readonly [number, number])[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  get size(): number {
    return this.#ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  has(index: number): boolean {
    return this.#ranges.some(([first, last]) => first <= index && index <= last);
  }

  add(index: number): void {
    if (this.has(index)) return;
    const before = this.#ranges.findLastIndex(([first]) => first < index);
    this.#ranges.splice(before + 1, 0, [index, index]);
    this.#join(before + 1);
    this.#join(before);
  }

  toJSON(): [number, number][] {
    return this.#ranges;
  }

  /** Makes one of a range and the one behind it when nothing lies between them. */
  #join(at: number): void {
    const range = this.#ranges[at];
    const next = this.#ranges[at + 1];
    if (!range || !next || range[1] + 1 !== next[0]) return;
    range[1] = next[1];
    this.#ranges.splice(at + 1, 1);
  }
}
