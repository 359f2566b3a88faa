import type { Text } from '../../kit/language';
import { rangeIn } from '../comparisons/rules';
import {
  convert,
  type Decimal,
  decimal,
  isConvertible,
  type Range,
  written,
  writtenRange,
} from '../measures';

/** The parameter that samples are weighed for, and to which a standard's tolerance applies. */
export const SIZE_PARAMETER = 'UNIT_WEIGHT';

export type CheckVerdict =
  | 'WITHIN'
  | 'EXCEEDS'
  | 'BELOW'
  | 'WITHIN_UNCERTAINTY'
  | 'NOT_TESTED'
  | 'INDETERMINATE';
export type CheckBasis = 'MEASURED' | 'APPLIED' | 'REQUIRED';
export type BatchVerdict = 'CONFORMS' | 'DOES_NOT_CONFORM' | 'INDETERMINATE';

/** From the best to the worst: of several results for one limit the worst counts. */
const BY_SEVERITY = [
  'WITHIN',
  'WITHIN_UNCERTAINTY',
  'INDETERMINATE',
  'NOT_TESTED',
  'BELOW',
  'EXCEEDS',
] as const satisfies readonly CheckVerdict[];

/** A limit of a standard with the parameter's unit and the standard's tolerance; decimals as text. */
export interface LimitToCheck {
  readonly parameter: string;
  readonly parameter_unit: string;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly unit: string;
  readonly residue_definition: string | null;
  readonly part_measured: string | null;
  readonly is_test_required: boolean;
  readonly tolerance: string;
}

/** A result that counts; decimals as text. No value: it was not detected. */
export interface TestResult {
  readonly parameter: string;
  readonly value: string | null;
  readonly unit: string;
  readonly limit_of_quantification: string | null;
  readonly uncertainty: string | null;
  readonly residue_definition: string | null;
}

/** What is known of a batch. */
export interface BatchFacts {
  readonly applied: readonly string[];
  readonly tests: readonly TestResult[];
  /** What single pieces weighed, in g. */
  readonly weights: readonly Decimal[];
}

export interface Check<Limit extends LimitToCheck = LimitToCheck> {
  readonly limit: Limit;
  readonly range: Range;
  readonly verdict: CheckVerdict;
  readonly basis: readonly CheckBasis[];
  readonly measured: Decimal | null;
  readonly outsideShare: number | null;
  readonly explanation: Text;
}

/**
 * Checks a batch against one limit; null when the limit is not checked: it was neither measured, nor sprayed, nor
 * demanded.
 */
export function checkLimit<Limit extends LimitToCheck>(limit: Limit, facts: BatchFacts): Check<Limit> | null {
  const { parameter, parameter_unit: unit } = limit;
  const range = rangeIn(limit, unit);
  if (range === null) throw new TypeError(`${parameter} is limited in ${limit.unit} and measured in ${unit}`);
  const tests = facts.tests.filter((test) => test.parameter === parameter);
  const isWeighed = parameter === SIZE_PARAMETER && facts.weights.length > 0;
  const basis: CheckBasis[] = [];
  if (tests.length > 0 || isWeighed) basis.push('MEASURED');
  if (facts.applied.includes(parameter)) basis.push('APPLIED');
  if (limit.is_test_required) basis.push('REQUIRED');
  if (basis.length === 0) return null;
  const outcomes = tests.flatMap((test) => judgeTest(test, limit, range) ?? []);
  if (isWeighed) outcomes.push(judgeSizes(facts.weights, limit, range));
  const [worst] = outcomes.sort((a, b) => BY_SEVERITY.indexOf(b.verdict) - BY_SEVERITY.indexOf(a.verdict));
  return { limit, range, basis, ...(worst ?? untested(limit, tests)) };
}

type Outcome = Pick<Check, 'verdict' | 'measured' | 'outsideShare' | 'explanation'>;

function untested(limit: LimitToCheck, tests: readonly TestResult[]): Outcome {
  const counted = tests[0]?.residue_definition ?? null;
  const explanation: Text =
    tests.length === 0
      ? { en: 'It was not tested.', zh: '未检测。' }
      : {
          en: `It was tested by another residue definition ("${counted ?? 'none stated'}") than the limit's ("${limit.residue_definition ?? 'none'}").`,
          zh: `检测所依残留物定义（“${counted ?? '未注明'}”）与限量规定（“${limit.residue_definition ?? '无'}”）不同。`,
        };
  return { verdict: 'NOT_TESTED', measured: null, outsideShare: null, explanation };
}

/** What a result says of a limit; null when it counts something else than the limit does. */
function judgeTest(test: TestResult, limit: LimitToCheck, range: Range): Outcome | null {
  if (test.residue_definition !== limit.residue_definition && limit.residue_definition !== null) return null;
  const unit = limit.parameter_unit;
  if (!isConvertible(test.unit, unit)) return null;
  const inUnit = (text: string | null) => (text === null ? null : convert(decimal(text), test.unit, unit));
  const [value, least] = [inUnit(test.value), inUnit(test.limit_of_quantification)];
  const asked = writtenRange(range, unit);
  if (value === null || (least !== null && value.lt(least))) return judgeUndetected(least, range, unit);
  const margin = inUnit(test.uncertainty) ?? decimal(0);
  const shown = `${written(value)} ${unit}`;
  const result = (verdict: CheckVerdict, en: string, zh: string): Outcome => ({
    ...{ verdict, measured: value, outsideShare: null },
    explanation: { en: `${shown}; ${en} (${asked.en}).`, zh: `实测 ${shown}，${zh}（${asked.zh}）。` },
  });
  const { minimum, maximum } = range;
  if (maximum !== null && value.gt(maximum)) {
    return value.minus(margin).gt(maximum)
      ? result('EXCEEDS', 'more than the limit allows', '超过限量')
      : result(
          'WITHIN_UNCERTAINTY',
          'over the limit by no more than the uncertainty',
          '超出部分在不确定度内',
        );
  }
  if (minimum !== null && value.lt(minimum)) {
    return value.plus(margin).lt(minimum)
      ? result('BELOW', 'less than the limit asks for', '低于下限')
      : result(
          'WITHIN_UNCERTAINTY',
          'under the limit by no more than the uncertainty',
          '不足部分在不确定度内',
        );
  }
  return result('WITHIN', 'inside the limit', '符合限量');
}

function judgeUndetected(least: Decimal | null, { minimum, maximum }: Range, unit: string): Outcome {
  const outcome = (verdict: CheckVerdict, en: string, zh: string): Outcome => {
    const tells = least === null ? '' : `${written(least)} ${unit}`;
    return {
      ...{ verdict, measured: null, outsideShare: null },
      explanation: {
        en: `Not detected by a method that tells from ${tells} on; ${en}.`,
        zh: `未检出（定量限 ${tells}），${zh}。`,
      },
    };
  };
  if (least === null || (maximum !== null && least.gt(maximum))) {
    return outcome(
      'INDETERMINATE',
      'that is more than the limit, so it says nothing',
      '定量限高于限量，无法判定',
    );
  }
  if (minimum === null || minimum.eq(0)) return outcome('WITHIN', 'inside the limit', '符合限量');
  return least.gt(minimum)
    ? outcome('INDETERMINATE', 'the limit asks for less than the method tells', '定量限高于下限，无法判定')
    : outcome('BELOW', 'less than the limit asks for', '低于下限');
}

const sum = (values: readonly Decimal[]): Decimal =>
  values.reduce((total, value) => total.plus(value), decimal(0));

/** How many of some amounts lie above and below a range. */
export function outside(
  values: readonly Decimal[],
  { minimum, maximum }: Range,
): { above: number; below: number } {
  return {
    above: values.filter((value) => maximum !== null && value.gt(maximum)).length,
    below: values.filter((value) => minimum !== null && value.lt(minimum)).length,
  };
}

/** Whether `count` of `all` is at most a tolerated share: in whole numbers, so that one in ten is no more than 0.1. */
export const isTolerated = (count: number, all: number, tolerance: string): boolean =>
  decimal(count).lte(decimal(tolerance).times(all));

function judgeSizes(weights: readonly Decimal[], limit: LimitToCheck, range: Range): Outcome {
  const unit = limit.parameter_unit;
  const inUnit = weights.map((weight) => convert(weight, 'g', unit));
  const { above, below } = outside(inUnit, range);
  const count = above + below;
  const isWithin = isTolerated(count, weights.length, limit.tolerance);
  const most = decimal(limit.tolerance).times(100).toFixed();
  const asked = writtenRange(range, unit);
  return {
    verdict: isWithin ? 'WITHIN' : above >= below ? 'EXCEEDS' : 'BELOW',
    measured: sum(inUnit).div(weights.length).round(6),
    outsideShare: count / weights.length,
    explanation: {
      en: `${count} of ${weights.length} samples lie outside ${asked.en} (${above} above, ${below} below); at most ${most} % may.`,
      zh: `${weights.length} 个样本中 ${count} 个超出 ${asked.zh}（偏大 ${above} 个，偏小 ${below} 个），允差 ${most}%。`,
    },
  };
}

/** What the checks come to: anything outside its limit decides; else anything open; else it conforms. */
export function verdictOf(checks: readonly { readonly verdict: CheckVerdict }[]): BatchVerdict {
  const has = (...verdicts: CheckVerdict[]) => checks.some(({ verdict }) => verdicts.includes(verdict));
  if (has('EXCEEDS', 'BELOW')) return 'DOES_NOT_CONFORM';
  return has('NOT_TESTED', 'INDETERMINATE') ? 'INDETERMINATE' : 'CONFORMS';
}

/** Checks a batch against the limits that hold for it. */
export function judge<Limit extends LimitToCheck>(
  limits: readonly Limit[],
  facts: BatchFacts,
): { verdict: BatchVerdict; checks: Check<Limit>[] } {
  const checks = limits.flatMap((limit) => checkLimit(limit, facts) ?? []);
  return { verdict: verdictOf(checks), checks };
}

/** One month's measurements, the earliest month first. */
export interface MonthlyMeasurements {
  readonly month: string;
  readonly values: readonly Decimal[];
}

export interface MonthlyConsistency {
  readonly month: string;
  readonly samples: number;
  readonly mean: Decimal;
  readonly outsideShare: number | null;
  readonly isWithinTolerance: boolean | null;
  readonly shiftFromPrevious: Decimal | null;
}

/** How each month came out, against the limit that the base is accredited to if there is one, and the month before. */
export function consistencyOf(
  months: readonly MonthlyMeasurements[],
  limit: { range: Range; tolerance: string } | null,
): MonthlyConsistency[] {
  const found: MonthlyConsistency[] = [];
  for (const { month, values } of months) {
    if (values.length === 0) continue;
    const mean = sum(values).div(values.length).round(6);
    const strayed = limit && outside(values, limit.range);
    const count = strayed && strayed.above + strayed.below;
    found.push({
      ...{ month, samples: values.length, mean },
      outsideShare: count === null ? null : count / values.length,
      isWithinTolerance:
        limit === null || count === null ? null : isTolerated(count, values.length, limit.tolerance),
      shiftFromPrevious: found.at(-1) ? mean.minus(found.at(-1)?.mean ?? mean) : null,
    });
  }
  return found;
}
