import Big from 'big.js';

/*
 * Amounts as standards and laboratories state them. They are decimals throughout: as binary fractions 0.1 mg/kg and
 * 100 µg/kg would differ.
 */

/** A decimal number, exact. */
export type Decimal = Big;

/** What a unit measures, and how many of its kind's least unit it is: always a power of ten, so that no digit is lost. */
const UNITS = {
  'µg/kg': { kind: 'MASS_FRACTION', power: 0 },
  'mg/kg': { kind: 'MASS_FRACTION', power: 3 },
  '%': { kind: 'MASS_FRACTION', power: 7 },
  g: { kind: 'MASS', power: 0 },
  kg: { kind: 'MASS', power: 3 },
} as const satisfies Record<string, { kind: 'MASS_FRACTION' | 'MASS'; power: number }>;

export type MeasuringUnit = keyof typeof UNITS;

export const MEASURING_UNITS = Object.keys(UNITS);

export const isMeasuringUnit = (text: string): text is MeasuringUnit => Object.hasOwn(UNITS, text);

/** Whether amounts in one unit can be said in the other: both are masses, or both are masses in a mass. */
export const isConvertible = (from: string, to: string): boolean =>
  isMeasuringUnit(from) && isMeasuringUnit(to) && UNITS[from].kind === UNITS[to].kind;

// Both are exact in big.js: a product keeps every digit, where a quotient would be rounded.
const powerOfTen = (power: number): Decimal => new Big(`1e${power}`);

/** An amount in another unit. Throws when the units measure different things: see {@link isConvertible}. */
export function convert(amount: Decimal, from: string, to: string): Decimal {
  if (!isMeasuringUnit(from) || !isMeasuringUnit(to) || !isConvertible(from, to)) {
    throw new TypeError(`${from} does not convert to ${to}`);
  }
  return amount.times(powerOfTen(UNITS[from].power - UNITS[to].power));
}

/** The decimal that a text or a number stands for: of a number the shortest one that reads back as the same. */
export const decimal = (value: string | number): Decimal => new Big(value);

/** Digits that a number keeps from what was typed to what is stored. */
const MAXIMUM_DIGITS = 15;

/** Whether a text is a plain decimal like `0.05`, of at most 15 significant digits and none of a size beyond use. */
export function isDecimal(text: string): boolean {
  if (!/^-?\d{1,12}(?:\.\d{1,12})?$/.test(text)) return false;
  return text.replace(/^-?0*\.?0*/, '').replace('.', '').length <= MAXIMUM_DIGITS;
}

/** A range of amounts, its ends included; open where there is no end. */
export interface Range {
  readonly minimum: Decimal | null;
  readonly maximum: Decimal | null;
}

const larger = (a: Decimal | null, b: Decimal | null): Decimal | null => (a === null || b?.gt(a) ? b : a);
const smaller = (a: Decimal | null, b: Decimal | null): Decimal | null => (a === null || b?.lt(a) ? b : a);

export const isEmptyRange = ({ minimum, maximum }: Range): boolean =>
  minimum !== null && maximum !== null && minimum.gt(maximum);

/** What lies in every one of the ranges; null when nothing does. The joint range of none is open at both ends. */
export function jointRange(ranges: readonly Range[]): Range | null {
  const joint = ranges.reduce<Range>(
    (a, b) => ({ minimum: larger(a.minimum, b.minimum), maximum: smaller(a.maximum, b.maximum) }),
    { minimum: null, maximum: null },
  );
  return isEmptyRange(joint) ? null : joint;
}

const isSameEnd = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : a.eq(b);

export const isSameRange = (a: Range, b: Range): boolean =>
  isSameEnd(a.minimum, b.minimum) && isSameEnd(a.maximum, b.maximum);

/** Whether everything in `inner` lies in `outer`. */
export function isWithin(inner: Range, outer: Range): boolean {
  const joint = jointRange([inner, outer]);
  return joint !== null && isSameRange(joint, inner);
}

/** Whether an amount lies in a range. */
export const isIn = (amount: Decimal, range: Range): boolean =>
  isWithin({ minimum: amount, maximum: amount }, range);

/** The decimal as people write it, without an exponent: `0.05`. */
export const written = (amount: Decimal): string => amount.toFixed();

/** A range as people write it: `100–200 g`, `at most 0.02 mg/kg`. */
export function writtenRange({ minimum, maximum }: Range, unit: string): { en: string; zh: string } {
  if (minimum !== null && maximum !== null) {
    const both = `${written(minimum)}–${written(maximum)} ${unit}`;
    return { en: both, zh: both };
  }
  if (maximum !== null)
    return { en: `at most ${written(maximum)} ${unit}`, zh: `不超过 ${written(maximum)} ${unit}` };
  if (minimum !== null)
    return { en: `at least ${written(minimum)} ${unit}`, zh: `不低于 ${written(minimum)} ${unit}` };
  return { en: 'no limit', zh: '无限量' };
}
