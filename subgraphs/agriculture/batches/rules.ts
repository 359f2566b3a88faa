import { createHash } from 'node:crypto';
import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import { decimal, isConvertible, isMeasuringUnit, MEASURING_UNITS } from '../measures';

export type BatchStatus = 'RECORDED' | 'IN_TRANSIT' | 'RECEIVED' | 'DIVIDED' | 'MERGED' | 'RECALLED';
export type BatchEventKind =
  | 'RECORDED'
  | 'TESTED'
  | 'SHIPPED'
  | 'RECEIVED'
  | 'DIVIDED'
  | 'MERGED'
  | 'CERTIFIED'
  | 'CORRECTED'
  | 'RECALLED';

/** In which statuses something may happen to a batch, and in which it leaves it; `null`: as it was. */
export const STEPS = {
  TESTED: { from: ['RECORDED', 'IN_TRANSIT', 'RECEIVED'], to: null },
  SHIPPED: { from: ['RECORDED', 'RECEIVED'], to: 'IN_TRANSIT' },
  RECEIVED: { from: ['IN_TRANSIT'], to: 'RECEIVED' },
  DIVIDED: { from: ['RECORDED', 'RECEIVED'], to: 'DIVIDED' },
  MERGED: { from: ['RECORDED', 'RECEIVED'], to: 'MERGED' },
  CERTIFIED: { from: ['RECORDED', 'IN_TRANSIT', 'RECEIVED'], to: null },
  CORRECTED: { from: ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED', 'RECALLED'], to: null },
  RECALLED: { from: ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED', 'MERGED'], to: 'RECALLED' },
} as const satisfies Record<
  Exclude<BatchEventKind, 'RECORDED'>,
  { from: readonly BatchStatus[]; to: BatchStatus | null }
>;
export type BatchStep = keyof typeof STEPS;

/** What a correction may strike. What a batch was made of, and that it was called back, stays. */
export const CORRECTABLE: readonly BatchEventKind[] = ['TESTED', 'SHIPPED', 'RECEIVED'];

/** The status that a batch's history comes to, the struck events left out; it is in the order in which it was recorded. */
export function statusAfter(
  events: readonly { readonly id: string; readonly kind: BatchEventKind; readonly corrects: string | null }[],
): BatchStatus {
  const struck = new Set(events.map(({ corrects }) => corrects));
  return events
    .filter(({ id }) => !struck.has(id))
    .reduce<BatchStatus>(
      (status, { kind }) => (kind === 'RECORDED' ? 'RECORDED' : (STEPS[kind].to ?? status)),
      'RECORDED',
    );
}

/** What a batch weighs by its history, the struck events left out: what last arrived, or what was recorded. */
export function quantityAfter(
  events: readonly {
    readonly id: string;
    readonly kind: BatchEventKind;
    readonly corrects: string | null;
    readonly quantity_kg: string | null;
  }[],
): string | null {
  const struck = new Set(events.map(({ corrects }) => corrects));
  const weighed = events.filter(
    ({ id, kind, quantity_kg }) =>
      !struck.has(id) && (kind === 'RECORDED' || kind === 'RECEIVED') && quantity_kg !== null,
  );
  return weighed.at(-1)?.quantity_kg ?? null;
}

/** What an event says; its id is a hash of it, so that the same one is known however often it comes. */
export interface EventContent {
  readonly batch: string;
  readonly kind: BatchEventKind;
  readonly at: Date;
  readonly agency: string;
  readonly reason: string | null;
  readonly quantityKg: string | null;
  readonly recipient: string | null;
  readonly corrects: string | null;
  /** What else tells it apart: the results of a test, say. */
  readonly detail?: unknown;
}

/** A SHA-256 of a value, whose parts are in a fixed order. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** The id of an event: the URI of RFC 6920 for the hash of its content. */
export function eventId(content: EventContent): string {
  const { batch, kind, at, agency, reason, quantityKg, recipient, corrects, detail = null } = content;
  const parts = [batch, kind, at.toISOString(), agency, reason, quantityKg, recipient, corrects, detail];
  return `ni:///sha-256;${hashOf(parts)}`;
}

const MAXIMUM_CODE = 60;
const MAXIMUM_NAME = 100;
export const MAXIMUM_REASON = 500;
const MAXIMUM_APPLIED = 100;
const MAXIMUM_TESTS = 200;
const MAXIMUM_SAMPLES = 1_000;
const MAXIMUM_KG = 100_000_000;

/** A result as it is to be recorded, its texts trimmed. */
export interface TestRecord {
  readonly parameter: string;
  readonly value: number | null;
  readonly unit: string;
  readonly limitOfQuantification: number | null;
  readonly uncertainty: number | null;
  readonly residueDefinition: string | null;
  readonly method: string;
  readonly laboratory: string;
  readonly testedOn: string;
}

/** What was measured at one time. */
export interface Measurements {
  readonly tests: readonly TestRecord[];
  readonly weights: readonly number[];
}

/** A batch as it is to be recorded, its texts trimmed. */
export interface BatchRecord extends Measurements {
  readonly baseId: string;
  readonly product: string;
  readonly code: string;
  readonly harvestedOn: string;
  readonly quantityKg: number;
  readonly destination: string;
  readonly standard: string | null;
  readonly appliedPesticides: readonly string[];
  readonly at: Date;
}

export function checkCode(violations: Violations, path: readonly (string | number)[], code: string): void {
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?$/u.test(code) || [...code].length > MAXIMUM_CODE) {
    violations.add('INVALID', [...path], {
      en: `A batch's code is 1 to ${MAXIMUM_CODE} letters and digits, with -, _ or . between them.`,
      zh: `批次号应为 1 至 ${MAXIMUM_CODE} 个字母或数字，中间可用 -、_ 或 .。`,
    });
  }
}

export function checkQuantity(
  violations: Violations,
  path: readonly (string | number)[],
  quantity: number,
): void {
  if (!(quantity > 0 && quantity <= MAXIMUM_KG)) {
    violations.add('INVALID', [...path], {
      en: `A quantity is more than 0 and at most ${MAXIMUM_KG} kg, and this one is ${quantity}.`,
      zh: `数量应大于 0 且不超过 ${MAXIMUM_KG} 千克，而此处为 ${quantity}。`,
    });
  }
}

/** Every violation of a batch's record that does not hang on its base and standard. */
export function checkBatch(
  batch: BatchRecord,
  { now, units }: { now: Date; units: ReadonlyMap<string, string> },
): Violations {
  const violations = new Violations();
  checkCode(violations, ['code'], batch.code);
  checkQuantity(violations, ['quantityKg'], batch.quantityKg);
  if (batch.harvestedOn > dayOf(batch.at)) {
    violations.add('INVALID', ['harvestedOn'], {
      en: `The harvest of ${batch.harvestedOn} lies ahead of its record.`,
      zh: `采收日期 ${batch.harvestedOn} 晚于登记时间。`,
    });
  }
  if (batch.appliedPesticides.length > MAXIMUM_APPLIED) {
    violations.add('LIMIT_EXCEEDED', ['appliedPesticides'], {
      en: `At most ${MAXIMUM_APPLIED} pesticides are kept.`,
      zh: `最多登记 ${MAXIMUM_APPLIED} 种农药。`,
    });
  }
  for (const [i, code] of batch.appliedPesticides.entries()) {
    if (!units.has(code)) violations.add('NOT_FOUND', ['appliedPesticides', i], unknownParameter(code));
  }
  checkInstant(violations, batch.at, now);
  checkMeasurements(violations, batch, { harvestedOn: batch.harvestedOn, at: batch.at, units });
  return violations;
}

const unknownParameter = (code: string): Text => ({
  en: `No standard limits a parameter "${code}". Take a code that one does, like PESTICIDE_A.`,
  zh: `没有代码为“${code}”的参数，请使用标准中的参数代码，例如 PESTICIDE_A。`,
});

/** Adds what is wrong with results and samples. `units` are the parameters that exist, each with its unit. */
export function checkMeasurements(
  violations: Violations,
  { tests, weights }: Measurements,
  by: { harvestedOn: string; at: Date; units: ReadonlyMap<string, string> },
): void {
  if (tests.length > MAXIMUM_TESTS) {
    violations.add('LIMIT_EXCEEDED', ['tests'], {
      en: `At most ${MAXIMUM_TESTS} results are taken at once.`,
      zh: `一次最多登记 ${MAXIMUM_TESTS} 项检测结果。`,
    });
    return;
  }
  if (weights.length > MAXIMUM_SAMPLES || weights.some((weight) => !(weight > 0 && weight < 1e6))) {
    violations.add('INVALID', ['samples', 'unitWeightsGrams'], {
      en: `Samples are at most ${MAXIMUM_SAMPLES} weights in g, each more than 0.`,
      zh: `单果重抽样最多 ${MAXIMUM_SAMPLES} 个，均应大于 0 克。`,
    });
  }
  for (const [i, test] of tests.entries()) checkTest(violations, ['tests', i], test, by);
}

function checkTest(
  violations: Violations,
  path: (string | number)[],
  test: TestRecord,
  { harvestedOn, at, units }: { harvestedOn: string; at: Date; units: ReadonlyMap<string, string> },
): void {
  const ofParameter = units.get(test.parameter);
  if (ofParameter === undefined) {
    violations.add('NOT_FOUND', [...path, 'parameter'], unknownParameter(test.parameter));
  }
  if (!isMeasuringUnit(test.unit)) {
    violations.add('INVALID', [...path, 'unit'], {
      en: `"${test.unit}" is no unit that is known. Use one of ${MEASURING_UNITS.join(', ')}.`,
      zh: `“${test.unit}”不是可用单位，请使用 ${MEASURING_UNITS.join('、')}。`,
    });
  } else if (ofParameter !== undefined && !isConvertible(test.unit, ofParameter)) {
    violations.add('INVALID', [...path, 'unit'], {
      en: `${test.parameter} is measured in ${ofParameter}, which ${test.unit} does not convert to.`,
      zh: `${test.parameter} 以 ${ofParameter} 计，${test.unit} 无法换算。`,
    });
  }
  if (test.value === null && test.limitOfQuantification === null) {
    violations.add('REQUIRED', [...path, 'limitOfQuantification'], {
      en: 'What was not detected has a limit of quantification: say from what amount on the method tells.',
      zh: '未检出时须填写定量限。',
    });
  }
  const amounts = {
    value: test.value,
    limitOfQuantification: test.limitOfQuantification,
    uncertainty: test.uncertainty,
  };
  for (const [name, amount] of Object.entries(amounts)) {
    if (
      amount !== null &&
      !(amount >= (name === 'limitOfQuantification' ? Number.MIN_VALUE : 0) && amount < 1e9)
    ) {
      violations.add('INVALID', [...path, name], {
        en: `${amount} is no amount that can be measured.`,
        zh: `${amount} 不是有效的测定值。`,
      });
    }
  }
  checkLine(violations, [...path, 'method'], test.method, MAXIMUM_NAME, {
    en: 'A result without a method says nothing. Name the method standard, like GB 23200.113.',
    zh: '缺少检测方法，请填写方法标准，例如 GB 23200.113。',
  });
  checkLine(violations, [...path, 'laboratory'], test.laboratory, MAXIMUM_NAME, {
    en: 'The laboratory is missing. Say who measured.',
    zh: '缺少检测机构，请填写。',
  });
  if (test.residueDefinition) {
    checkLine(violations, [...path, 'residueDefinition'], test.residueDefinition, MAXIMUM_REASON);
  }
  if (test.testedOn < harvestedOn || test.testedOn > dayOf(at)) {
    violations.add('INVALID', [...path, 'testedOn'], {
      en: `A test lies between the harvest (${harvestedOn}) and its record (${dayOf(at)}).`,
      zh: `检测日期应在采收日（${harvestedOn}）与登记日（${dayOf(at)}）之间。`,
    });
  }
}

/** That a base can grow as much as is said to come from it: `yieldKg` is the most that a mu bears. */
export function checkYield(
  violations: Violations,
  { quantityKg }: Pick<BatchRecord, 'quantityKg'>,
  { areaMu, yieldKg }: { areaMu: string; yieldKg: number },
): void {
  const most = decimal(areaMu).times(yieldKg);
  if (Number.isFinite(quantityKg) && decimal(quantityKg).gt(most)) {
    violations.add('INVALID', ['quantityKg'], {
      en: `The base has ${areaMu} mu, which bear at most ${most.toFixed()} kg at a harvest (${yieldKg} kg a mu). Give what was harvested.`,
      zh: `基地面积 ${areaMu} 亩，一次采收最多 ${most.toFixed()} 千克（每亩 ${yieldKg} 千克），请填写实际采收量。`,
    });
  }
}

/** The policy of the most that a mu bears at a harvest, in kg: by product codes, `*` for all others. */
export const YIELD_POLICY = 'batch-yield-kg-per-mu';

/** The most that a mu bears of a product: that of the nearest node of the food tree. Throws when the policy has none. */
export function yieldOf(value: unknown, lineage: readonly string[]): number {
  if (typeof value === 'object' && value !== null) {
    const yields = new Map<string, unknown>(Object.entries(value));
    for (const code of [...lineage].reverse().concat('*')) {
      const found = yields.get(code);
      if (typeof found === 'number') return found;
    }
  }
  throw new TypeError(`the policy ${YIELD_POLICY} is ${JSON.stringify(value)}`);
}

/** A batch as far as its steps depend on it; `latest` is the time of its last event. */
interface Stepping {
  readonly status: BatchStatus;
  readonly latest: Date;
}

const STATUS_NAMES = {
  RECORDED: { en: 'is where it was made', zh: '已登记' },
  IN_TRANSIT: { en: 'is on its way', zh: '在途' },
  RECEIVED: { en: 'has arrived', zh: '已接收' },
  DIVIDED: { en: 'was divided: turn to its parts', zh: '已拆分，请办理其分批' },
  MERGED: { en: 'was mixed into another: turn to that', zh: '已合并，请办理合并后的批次' },
  RECALLED: { en: 'was called back', zh: '已召回' },
} as const satisfies Record<BatchStatus, Text>;

/** Adds what is wrong with a step's time and the batch's status. */
export function checkStep(
  violations: Violations,
  batch: Stepping,
  { step, at, now, path = ['batchId'] }: { step: BatchStep; at: Date; now: Date; path?: (string | number)[] },
): void {
  if (!(STEPS[step].from as readonly BatchStatus[]).includes(batch.status)) {
    const name = STATUS_NAMES[batch.status];
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The batch ${name.en}, so this cannot be done to it.`,
      zh: `该批次${name.zh}，无法进行此操作。`,
    });
  } else {
    checkNotBefore(violations, at, batch.latest);
  }
  checkInstant(violations, at, now);
}

export function checkReason(violations: Violations, reason: string): void {
  checkLine(violations, ['reason'], reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why.',
    zh: '原因为空，请说明原因。',
  });
}

export function checkRecipient(violations: Violations, recipient: string): void {
  checkLine(violations, ['recipient'], recipient, MAXIMUM_NAME, {
    en: 'The recipient is empty. Say who is to receive the batch, so that a recall finds them.',
    zh: '收货方为空，请填写收货方，以便召回时追溯。',
  });
}

/** That the parts and the loss weigh together what the whole weighs. */
export function checkSum(
  violations: Violations,
  path: (string | number)[],
  { whole, parts, loss }: { whole: string; parts: readonly number[]; loss: number },
): void {
  if (![...parts, loss].every((amount) => Number.isFinite(amount) && amount >= 0)) {
    violations.add('INVALID', path, { en: 'No quantity is below 0.', zh: '数量不得小于 0。' });
    return;
  }
  const total = [...parts, loss].reduce((sum, amount) => sum.plus(amount), decimal(0));
  if (!total.eq(whole)) {
    violations.add('INVALID', path, {
      en: `The parts and the loss weigh ${total.toFixed()} kg together, and the whole weighs ${decimal(whole).toFixed()} kg. Account for the difference.`,
      zh: `分批与损耗合计 ${total.toFixed()} 千克，而整批为 ${decimal(whole).toFixed()} 千克，请核对差额。`,
    });
  }
}
