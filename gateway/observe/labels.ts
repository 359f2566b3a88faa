/** What stands for every name beyond the first so many. */
const OTHER = 'other';

/** Keeps the values of a label few: the first so many that come, and one for all others. */
export class Labels {
  readonly #known = new Set<string>();

  constructor(private readonly maximum: number) {}

  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.maximum) return OTHER;
    this.#known.add(name);
    return name;
  }
}
