import { drawPermutation } from '../../subgraphs/grid/inspections/draw';

/** How many permutations of `count` units let nobody inspect itself, nor (from three on) two each other. */
export function fairPermutations(count: number): number {
  // Those without cycles of one and two: a(n) = (n-1) (a(n-1) + (n-2) a(n-3)).
  const a = [1, 0, 0, 2];
  for (let n = 4; n <= count; n += 1) a[n] = (n - 1) * ((a[n - 1] ?? 0) + (n - 2) * (a[n - 3] ?? 0));
  return count === 2 ? 1 : (a[count] ?? 0);
}

/** What a chi-square of so many degrees exceeds once in a million, after Wilson and Hilferty. */
export function criticalOf(degrees: number): number {
  const z = 4.753;
  const share = 2 / (9 * degrees);
  return degrees * (1 - share + z * Math.sqrt(share)) ** 3;
}

/** How far the draws of seeds 0, 1, … lie from being evenly spread over all fair permutations. */
export function chiSquareOf(count: number, seeds: number) {
  const found = new Map<string, number>();
  for (let seed = 0; seed < seeds; seed += 1) {
    const key = drawPermutation(count, String(seed)).join(' ');
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  const cells = fairPermutations(count);
  const expected = seeds / cells;
  const missing = (cells - found.size) * expected;
  const statistic = [...found.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, missing);
  const degrees = cells - 1;
  return { statistic, degrees, critical: criticalOf(degrees) };
}

/** The same of whom the first unit inspects, which any of the others is as likely to be. */
export function firstChiSquareOf(count: number, seeds: number) {
  const found = new Array<number>(count).fill(0);
  for (let seed = 0; seed < seeds; seed += 1) {
    const to = drawPermutation(count, String(seed))[0] ?? 0;
    found[to] = (found[to] ?? 0) + 1;
  }
  const expected = seeds / (count - 1);
  const statistic = found.slice(1).reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const degrees = count - 2;
  return { statistic, degrees, critical: criticalOf(degrees), itself: found[0] };
}
