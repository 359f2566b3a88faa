import { EVERYWHERE } from '../../kit/connection';
import { numberPolicy, type PolicyRow, policyValue } from '../../kit/in-effect';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import type { LaborFlowSide } from '../labor-flow/rules';
import { type Flow, type FlowPart, type FlowValue, isSuppressed, partsOf, SUPPRESSED } from './rules';

/*
 * How two partial counts become one figure. After the mirror statistics of the FAO, which try an ordered list of rules
 * and keep the one that decided; differences of definition are taken out first, as research on migration flows does.
 */

export type ReconciliationMethod = 'SINGLE_SIDE' | 'DESTINATION_SIDE' | 'WEIGHTED_MEAN';
export type ReconciliationRule =
  | 'ONLY_ORIGIN_REPORTED'
  | 'ONLY_DESTINATION_REPORTED'
  | 'WITHIN_TOLERANCE'
  | 'BEYOND_TOLERANCE';

export interface Reconciled extends FlowValue {
  low: number | null;
  high: number | null;
  method: ReconciliationMethod;
  rule: ReconciliationRule;
  /** How it came about. Made when it is asked for: of a matrix nobody asks. */
  explanation: () => Text;
  /** What ranks and sums go by, also when the figure is suppressed: made of public values then. */
  rank: number;
}

/** Two sides' counts between two prefectures, all sectors, by public values: what reliability is judged by. */
export interface Agreement {
  month: string;
  origin: string;
  destination: string;
  parts: readonly FlowPart[];
}

/** Everything that reconciling needs beside the flow. */
interface ReconciliationBasis {
  policies: readonly PolicyRow[];
  /** At least every pair of which one of the flow's reporters counted a side. */
  agreements: readonly Agreement[];
}

export const RECONCILIATION_POLICIES = {
  DURATION_FACTORS: 'LABOR_FLOW_DURATION_FACTORS',
  FLEXIBLE_SHARE: 'LABOR_FLOW_FLEXIBLE_SHARE',
  TOLERANCE: 'LABOR_FLOW_TOLERANCE',
  UNKNOWN_RELIABILITY: 'LABOR_FLOW_UNKNOWN_RELIABILITY',
} as const;

/** The definition that reconciled figures count by. */
const TARGET_STAY_MONTHS = 6;

const firstDayOf = (month: string): string => `${month}-01`;

/** What a count by a minimum stay is multiplied with to count stays of a year: months → factor, in between by line. */
function readFactors(value: unknown): [months: number, factor: number][] {
  if (typeof value !== 'object' || value === null) throw new TypeError('the duration factors are no object');
  const factors = Object.entries(value).map(([months, factor]): [number, number] => [
    Number(months),
    numberPolicy(factor),
  ]);
  if (factors.length === 0) throw new TypeError('there are no duration factors');
  return factors.sort(([a], [b]) => a - b);
}

function factorAt(factors: readonly (readonly [number, number])[], months: number): number {
  const above = factors.findIndex(([at]) => at >= months);
  const next = factors[above];
  if (!next) return factors.at(-1)?.[1] ?? 1;
  const previous = factors[above - 1];
  if (!previous || next[0] === months) return next[1];
  const share = (months - previous[0]) / (next[0] - previous[0]);
  return previous[1] + share * (next[1] - previous[1]);
}

/**
 * What counts by any definition are multiplied with to count stays of six months and more, flexible workers included,
 * as the policies of the counting place stand in the month.
 */
export function adjusterOf(
  policies: readonly PolicyRow[],
  where: { place: string; month: string },
): (definition: Pick<FlowPart, 'minimum_stay_months' | 'includes_flexible'>) => number {
  const at = { place: where.place, day: firstDayOf(where.month) };
  const factors = policyValue(policies, RECONCILIATION_POLICIES.DURATION_FACTORS, at, readFactors);
  const share = policyValue(policies, RECONCILIATION_POLICIES.FLEXIBLE_SHARE, at, numberPolicy);
  const target = factorAt(factors, TARGET_STAY_MONTHS);
  return (definition) => {
    const duration = factorAt(factors, definition.minimum_stay_months) / target;
    return definition.includes_flexible ? duration : duration / (1 - share);
  };
}

type Adjuster = ReturnType<typeof adjusterOf>;

/**
 * A side's counts brought to the common definition. They are summed by definition first, so that it makes no difference
 * in how many reports they came.
 */
export function adjustedSum(
  parts: readonly FlowPart[],
  adjust: Adjuster,
  workersOf: (part: FlowPart) => number,
): number {
  const groups = new Map<string, { part: FlowPart; workers: number }>();
  for (const part of parts) {
    const key = `${String(part.minimum_stay_months).padStart(2, '0')} ${part.includes_flexible}`;
    const group = groups.get(key) ?? { part, workers: 0 };
    group.workers += workersOf(part);
    groups.set(key, group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .reduce((sum, [, { part, workers }]) => sum + workers * adjust(part), 0);
}

const overlap = (a: string, b: string): boolean =>
  a === EVERYWHERE || b === EVERYWHERE || contains(a, b) || contains(b, a);

/** Pairs between two provinces of which a unit counted a side, and their sums. */
interface Bucket {
  /** The first digits of the provinces. */
  readonly origin: string;
  readonly destination: string;
  readonly pairs: { origin: string; destination: string; agreed: number; compared: number }[];
  agreed: number;
  compared: number;
}

/**
 * How well what each unit counted agrees with its partners, from 0 to 1: over its flows of the month, the smaller count
 * of each pair by the larger one. Made once for a month; flows that overlap the one asked about are left out. Only those
 * between the same provinces can: of all others the sums are enough, or a matrix would compare every pair with every other.
 */
class Reliability {
  readonly #buckets = new Map<string, Map<string, Bucket>>();

  constructor(agreements: readonly Agreement[], adjusterAt: (place: string, month: string) => Adjuster) {
    for (const { month, origin, destination, parts } of agreements) {
      const sums = (['ORIGIN', 'DESTINATION'] as const).map((side) => {
        const counted = parts.filter((part) => part.side === side);
        const adjust = adjusterAt(side === 'ORIGIN' ? origin : destination, month);
        return counted.length === 0 ? null : adjustedSum(counted, adjust, (part) => part.public_workers);
      });
      const [byOrigin, byDestination] = sums;
      if (byOrigin == null || byDestination == null) continue;
      const pair = {
        ...{ origin, destination },
        agreed: Math.min(byOrigin, byDestination),
        compared: Math.max(byOrigin, byDestination),
      };
      for (const reporter of new Set(parts.map((part) => part.reported_by))) {
        const bucket = this.#bucketOf(reporter, pair);
        bucket.pairs.push(pair);
        bucket.agreed += pair.agreed;
        bucket.compared += pair.compared;
      }
    }
  }

  /** Null for a unit of which no other flow can be compared. */
  of(reporter: string, apart: { origin: string; destination: string }): number | null {
    let agreed = 0;
    let compared = 0;
    for (const bucket of this.#buckets.get(reporter)?.values() ?? []) {
      if (!isNear(apart.origin, bucket.origin) || !isNear(apart.destination, bucket.destination)) {
        agreed += bucket.agreed;
        compared += bucket.compared;
        continue;
      }
      for (const pair of bucket.pairs) {
        if (overlap(pair.origin, apart.origin) && overlap(pair.destination, apart.destination)) continue;
        agreed += pair.agreed;
        compared += pair.compared;
      }
    }
    return compared === 0 ? null : agreed / compared;
  }

  #bucketOf(reporter: string, pair: { origin: string; destination: string }): Bucket {
    const buckets = this.#buckets.get(reporter) ?? new Map<string, Bucket>();
    this.#buckets.set(reporter, buckets);
    const [origin, destination] = [pair.origin.slice(0, 2), pair.destination.slice(0, 2)];
    const key = origin + destination;
    const bucket = buckets.get(key) ?? { origin, destination, pairs: [], agreed: 0, compared: 0 };
    buckets.set(key, bucket);
    return bucket;
  }
}

const isNear = (place: string, province: string): boolean =>
  place === EVERYWHERE || place.startsWith(province);

/** A side's reliability: its reporters', each by what it counted. */
function reliabilityOfSide(
  parts: readonly FlowPart[],
  flow: Flow,
  reliability: Reliability,
  unknown: number,
): number {
  const weights = new Map<string, number>();
  for (const { reported_by, public_workers } of parts) {
    weights.set(reported_by, (weights.get(reported_by) ?? 0) + public_workers);
  }
  const entries = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.reduce((sum, [reporter, weight]) => {
    const share = total === 0 ? 1 / entries.length : weight / total;
    return sum + share * (reliability.of(reporter, flow) ?? unknown);
  }, 0);
}

interface Decision {
  value: number;
  low: number;
  high: number;
  method: ReconciliationMethod;
  rule: ReconciliationRule;
}

/**
 * One figure of two counts by one definition; a side that is null reported nothing, and at most one is. The weights are
 * the sides' reliability. The figure never leaves what was counted: it is one side, or lies between both.
 */
export function decide(
  counts: { origin: number | null; destination: number | null },
  { tolerance, weights }: { tolerance: number; weights: { origin: number; destination: number } },
): Decision {
  const { origin, destination } = counts;
  if (origin === null || destination === null) {
    const value = origin ?? destination ?? 0;
    const rule = origin === null ? 'ONLY_DESTINATION_REPORTED' : 'ONLY_ORIGIN_REPORTED';
    return { value, low: value, high: value, method: 'SINGLE_SIDE', rule };
  }
  const low = Math.min(origin, destination);
  const high = Math.max(origin, destination);
  if (high <= low * tolerance) {
    return { value: destination, low, high, method: 'DESTINATION_SIDE', rule: 'WITHIN_TOLERANCE' };
  }
  const total = weights.origin + weights.destination;
  const share = total === 0 ? 0.5 : weights.origin / total;
  // Rounding must not lead outside.
  const value = Math.min(Math.max(share * origin + (1 - share) * destination, low), high);
  return { value, low, high, method: 'WEIGHTED_MEAN', rule: 'BEYOND_TOLERANCE' };
}

/** Reconciles flows of a month on one basis. */
export class Reconciler {
  readonly #policies: readonly PolicyRow[];
  readonly #reliability: Reliability;
  readonly #adjusters = new Map<string, Adjuster>();

  constructor({ policies, agreements }: ReconciliationBasis) {
    this.#policies = policies;
    this.#reliability = new Reliability(agreements, (place, month) => this.#adjusterAt(place, month));
  }

  /** The two sides' sums of a flow as one figure; null when neither side reported. */
  reconcile(flow: Flow): Reconciled | null {
    const origin = this.#sideOf(flow, 'ORIGIN');
    const destination = this.#sideOf(flow, 'DESTINATION');
    const sides = { origin, destination };
    if (!origin && !destination) return null;
    const at = { place: flow.destination, day: firstDayOf(flow.month) };
    const { TOLERANCE, UNKNOWN_RELIABILITY } = RECONCILIATION_POLICIES;
    const tolerance = policyValue(this.#policies, TOLERANCE, at, numberPolicy);
    const unknown = policyValue(this.#policies, UNKNOWN_RELIABILITY, at, numberPolicy);
    const reliability = (side: LaborFlowSide) =>
      reliabilityOfSide(partsOf(flow, side), flow, this.#reliability, unknown);
    const weights = { origin: reliability('ORIGIN'), destination: reliability('DESTINATION') };
    const counts = { origin: origin?.adjusted ?? null, destination: destination?.adjusted ?? null };
    const decision = decide(counts, { tolerance, weights });
    const { method, rule } = decision;
    const rank = Math.round(decision.value);
    if ([origin, destination].every((side) => side === null || side.isSuppressed)) {
      return { ...SUPPRESSED, low: null, high: null, method, rule, explanation: () => SMALL, rank };
    }
    const only = origin && destination ? null : (origin ?? destination);
    const taken = only ?? (method === 'DESTINATION_SIDE' ? destination : null);
    return {
      workers: rank,
      // What one side counted says how far its definition may have led.
      low: Math.round(only ? Math.min(only.counted, only.adjusted) : decision.low),
      high: Math.round(only ? Math.max(only.counted, only.adjusted) : decision.high),
      ...{ obsStatus: taken?.adjusted === taken?.counted && taken ? 'A' : 'E', confStatus: 'F' },
      ...{ method, rule, rank },
      explanation: () => explain({ ...decision, ...sides, tolerance, weights }),
    };
  }

  #sideOf(flow: Flow, side: LaborFlowSide): AdjustedSide | null {
    const parts = partsOf(flow, side);
    if (parts.length === 0) return null;
    const adjust = this.#adjusterAt(side === 'ORIGIN' ? flow.origin : flow.destination, flow.month);
    return {
      counted: parts.reduce((sum, part) => sum + part.workers, 0),
      adjusted: adjustedSum(parts, adjust, (part) => part.workers),
      isSuppressed: isSuppressed(parts, flow.isExact),
    };
  }

  #adjusterAt(place: string, month: string): Adjuster {
    const key = `${place} ${month}`;
    const adjuster = this.#adjusters.get(key) ?? adjusterOf(this.#policies, { place, month });
    this.#adjusters.set(key, adjuster);
    return adjuster;
  }
}

interface AdjustedSide {
  counted: number;
  adjusted: number;
  isSuppressed: boolean;
}

const SMALL: Text = {
  en: 'Fewer than 10 workers are concerned, so that the figure is shown to the parties to this flow only.',
  zh: '该流动涉及人数不足 10 人，仅向流动双方的相关单位显示。',
};

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const grouped = (value: number): string => NUMBERS.format(value);
const DEFINITION: Text = {
  en: 'stays of at least six months, flexible workers included',
  zh: '停留满六个月、含灵活就业人员',
};

function explain(how: {
  origin: AdjustedSide | null;
  destination: AdjustedSide | null;
  rule: ReconciliationRule;
  value: number;
  tolerance: number;
  weights: { origin: number; destination: number };
}): Text {
  const { origin, destination, rule, value, tolerance, weights } = how;
  const counted = (side: AdjustedSide | null): Text =>
    side?.isSuppressed
      ? { en: 'fewer than 10', zh: '不足 10' }
      : { en: grouped(side?.counted ?? 0), zh: grouped(side?.counted ?? 0) };
  const adjusted = (side: AdjustedSide | null): Text =>
    side?.isSuppressed
      ? counted(side)
      : { en: grouped(side?.adjusted ?? 0), zh: grouped(side?.adjusted ?? 0) };
  const [o, d, oo, dd] = [counted(origin), counted(destination), adjusted(origin), adjusted(destination)];
  const both: Text = {
    en: `The origin counted ${o.en} and the destination ${d.en}; by one definition (${DEFINITION.en}) these are ${oo.en} and ${dd.en}.`,
    zh: `输出地报送 ${o.zh} 人，输入地报送 ${d.zh} 人；统一口径（${DEFINITION.zh}）后分别为 ${oo.zh} 人和 ${dd.zh} 人。`,
  };
  switch (rule) {
    case 'ONLY_ORIGIN_REPORTED':
      return {
        en: `Only the origin reported: ${o.en}, which is ${oo.en} by the common definition (${DEFINITION.en}). The destination is silent, which is not zero.`,
        zh: `仅输出地报送 ${o.zh} 人，统一口径（${DEFINITION.zh}）后为 ${oo.zh} 人；输入地未报送，不作零处理。`,
      };
    case 'ONLY_DESTINATION_REPORTED':
      return {
        en: `Only the destination reported: ${d.en}, which is ${dd.en} by the common definition (${DEFINITION.en}). The origin is silent, which is not zero.`,
        zh: `仅输入地报送 ${d.zh} 人，统一口径（${DEFINITION.zh}）后为 ${dd.zh} 人；输出地未报送，不作零处理。`,
      };
    case 'WITHIN_TOLERANCE':
      return {
        en: `${both.en} They differ by no more than a factor of ${tolerance}, so the destination's stands.`,
        zh: `${both.zh}两者之比未超过 ${tolerance}，采用输入地数。`,
      };
    case 'BEYOND_TOLERANCE': {
      const [a, b] = [weights.origin.toFixed(2), weights.destination.toFixed(2)];
      return {
        en: `${both.en} They differ by more than a factor of ${tolerance}, so the figure is their mean, ${grouped(value)}, weighted by how well the other flows of those who reported agree with their partners' (origin ${a}, destination ${b}).`,
        zh: `${both.zh}两者之比超过 ${tolerance}，按报送单位其他流动与对方的吻合程度加权（输出地 ${a}，输入地 ${b}），平均为 ${grouped(value)} 人。`,
      };
    }
  }
}
