import { createHash } from 'node:crypto';

export interface Assignment {
  readonly inspector: string;
  readonly inspected: string;
}

export const FEWEST_UNITS = 2;
export const MOST_UNITS = 200;

/** 2^32: what the numbers of a seed lie below. */
const NUMBERS = 0x1_0000_0000;

/** The numbers that follow from a seed: of each SHA-256 of `seed:k`, k = 0, 1, …, eight of four bytes. */
function* numbersOf(seed: string): Generator<number, never> {
  for (let k = 0; ; k += 1) {
    const block = createHash('sha256').update(`${seed}:${k}`, 'utf8').digest();
    for (let offset = 0; offset < block.length; offset += 4) yield block.readUInt32BE(offset);
  }
}

/**
 * Who inspects whom among units by a seed, in the order of their codes. Every unit inspects one and is inspected by one,
 * never itself, and from three units on no two each other. All draws that keep this are as likely as each other: of
 * permutations drawn evenly (Fisher–Yates, without the bias of a remainder) the first that keeps it. On average every
 * fifth does, whatever the number of units. The steps are spelled out in the schema, at `drawInspectionAssignments`:
 * whoever changes them makes the draws of the past wrong.
 */
export function drawAssignments(units: readonly string[], seed: string): Assignment[] {
  const codes = [...units].sort((a, b) => (a < b ? -1 : 1));
  const drawn = drawPermutation(codes.length, seed);
  return codes.flatMap((inspector, i) => {
    const inspected = codes[drawn[i] ?? -1];
    return inspected === undefined ? [] : [{ inspector, inspected }];
  });
}

/** By positions: which unit, in the order of their codes, each inspects. */
export function drawPermutation(count: number, seed: string): Uint8Array {
  if (count < FEWEST_UNITS || count > MOST_UNITS)
    throw new RangeError(`${count} units cannot inspect each other`);
  const numbers = numbersOf(seed);
  const below = (m: number): number => {
    const limit = NUMBERS - (NUMBERS % m);
    for (;;) {
      const { value } = numbers.next();
      if (value < limit) return value % m;
    }
  };
  const p = new Uint8Array(count);
  do {
    for (let i = 0; i < count; i += 1) p[i] = i;
    for (let i = count - 1; i >= 1; i -= 1) exchange(p, i, below(i + 1));
  } while (!isFair(p));
  return p;
}

const at = (p: Uint8Array, i: number): number => p[i] ?? 0;

function exchange(p: Uint8Array, i: number, j: number): void {
  const kept = at(p, i);
  p[i] = at(p, j);
  p[j] = kept;
}

/** Whether nobody inspects itself and, from three units on, no two each other. */
const isFair = (p: Uint8Array): boolean =>
  p.every((to, from) => to !== from && (p.length < 3 || at(p, to) !== from));
