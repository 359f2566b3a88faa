import { demoId } from '../../kit/demo';

type Names = (string | number)[];

/** A number from 0 to under 1 that is the same every time for the same names. */
export const draw = (...names: Names): number => Number.parseInt(demoId(...names).slice(0, 8), 16) / 2 ** 32;

/** A number from `low` to under `high`, likewise. */
export const between = (low: number, high: number, ...names: Names): number =>
  low + draw(...names) * (high - low);

/** One of the items, likewise. */
export function pick<Item>(items: readonly [Item, ...Item[]], ...names: Names): Item {
  return items[Math.floor(draw(...names) * items.length)] ?? items[0];
}
