import type { Text } from '../../kit/language';
import { convert, decimal, isConvertible, isSameRange, isWithin, jointRange, type Range } from '../measures';

/** How one limit stands to another for the same parameter, said of the first. */
export type ComparisonVerdict =
  | 'STRICTER'
  | 'EQUAL'
  | 'LOOSER'
  | 'OVERLAPPING'
  | 'DISJOINT'
  | 'ONLY_HERE'
  | 'ONLY_THERE'
  | 'NOT_COMPARABLE';

/** What a limit says, as it is stored. */
export interface ComparableLimit {
  readonly parameter: string;
  /** Decimals as text. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly unit: string;
  readonly residue_definition: string | null;
  readonly part_measured: string | null;
}

export interface Comparison {
  readonly verdict: ComparisonVerdict;
  /** Why there is no verdict, or with what caution it is to be read. */
  readonly reason: Text | null;
  /** The range that satisfies all that were compared, in the parameter's unit; null when none does or none can be said. */
  readonly joint: Range | null;
}

/** The range of a limit in another unit, or null when its own does not convert to that. */
export function rangeIn(limit: ComparableLimit, unit: string): Range | null {
  if (!isConvertible(limit.unit, unit)) return null;
  const end = (text: string | null) => (text === null ? null : convert(decimal(text), limit.unit, unit));
  return { minimum: end(limit.minimum), maximum: end(limit.maximum) };
}

function verdictOf(here: Range, there: Range): ComparisonVerdict {
  if (isSameRange(here, there)) return 'EQUAL';
  if (isWithin(here, there)) return 'STRICTER';
  if (isWithin(there, here)) return 'LOOSER';
  return jointRange([here, there]) ? 'OVERLAPPING' : 'DISJOINT';
}

const quoted = (definition: string | null): Text =>
  definition === null ? { en: 'none', zh: '未规定' } : { en: `"${definition}"`, zh: `“${definition}”` };

/** Why two limits cannot be compared at all; null when they can. */
export function obstacle(a: ComparableLimit, b: ComparableLimit): Text | null {
  if (!isConvertible(a.unit, b.unit)) {
    return {
      en: `The units measure different things: ${a.unit} and ${b.unit}.`,
      zh: `计量单位不同类：${a.unit} 与 ${b.unit}。`,
    };
  }
  if (a.residue_definition !== b.residue_definition) {
    const [one, other] = [quoted(a.residue_definition), quoted(b.residue_definition)];
    return {
      en: `The residue definitions differ: ${one.en} and ${other.en}. The amounts count different things.`,
      zh: `残留物定义不同：${one.zh}与${other.zh}，数值所计内容不同。`,
    };
  }
  return null;
}

function caution(a: ComparableLimit, b: ComparableLimit): Text | null {
  const [part, other] = [a.part_measured, b.part_measured];
  if (part === null || other === null || part === other) return null;
  return {
    en: `Measured on different parts: ${part}; ${other}.`,
    zh: `测定部位不同：${part}；${other}。`,
  };
}

/** Compares what two standards say of a parameter whose unit is given; at least one says something. */
export function compareLimits(
  here: ComparableLimit | null,
  there: ComparableLimit | null,
  unit: string,
): Comparison {
  if (here === null || there === null) {
    const only = here ?? there;
    return {
      verdict: here === null ? 'ONLY_THERE' : 'ONLY_HERE',
      reason: null,
      joint: only && rangeIn(only, unit),
    };
  }
  const [range, other] = [rangeIn(here, unit), rangeIn(there, unit)];
  const reason = obstacle(here, there);
  if (reason !== null || range === null || other === null) {
    return { verdict: 'NOT_COMPARABLE', reason: reason ?? obstacle(here, { ...here, unit }), joint: null };
  }
  return {
    verdict: verdictOf(range, other),
    reason: caution(here, there),
    joint: jointRange([range, other]),
  };
}

/** What all of several limits of one parameter leave: why nothing can be said of them together, and the joint range. */
export function combineLimits(
  limits: readonly ComparableLimit[],
  unit: string,
): { reason: Text | null; isEmpty: boolean; joint: Range | null } {
  const [first, ...others] = limits;
  if (!first) return { reason: null, isEmpty: false, joint: null };
  const reason =
    obstacle(first, { ...first, unit }) ??
    others.map((other) => obstacle(first, other)).find((found) => found !== null) ??
    null;
  if (reason) return { reason, isEmpty: false, joint: null };
  const joint = jointRange(limits.flatMap((limit) => rangeIn(limit, unit) ?? []));
  return { reason: null, isEmpty: joint === null, joint };
}

/** Pairs what two standards state, a parameter each, in the order of the parameters' codes. */
export function pairLimits<Limit extends { readonly parameter: string }>(
  here: readonly Limit[],
  there: readonly Limit[],
): { parameter: string; here: Limit | null; there: Limit | null }[] {
  const ofHere = new Map(here.map((limit) => [limit.parameter, limit]));
  const ofThere = new Map(there.map((limit) => [limit.parameter, limit]));
  return [...new Set([...ofHere.keys(), ...ofThere.keys()])].sort().map((parameter) => ({
    parameter,
    here: ofHere.get(parameter) ?? null,
    there: ofThere.get(parameter) ?? null,
  }));
}
