import Big from 'big.js';
import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkPosition } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';

/** What an accreditation's row can say. That it has expired follows from its last valid day. */
export type StoredAccreditationStatus =
  | 'APPLIED'
  | 'ACCREDITED'
  | 'REJECTED'
  | 'WARNED'
  | 'SUSPENDED'
  | 'REVOKED';

export type AccreditationStatus = StoredAccreditationStatus | 'EXPIRED';

/** The statuses in which a base may call itself accredited. */
export const HOLDING_STATUSES = ['ACCREDITED', 'WARNED'] as const satisfies readonly AccreditationStatus[];

const CAN_EXPIRE = {
  APPLIED: false,
  ACCREDITED: true,
  REJECTED: false,
  WARNED: true,
  SUSPENDED: true,
  REVOKED: false,
} as const satisfies Record<StoredAccreditationStatus, boolean>;

/** The status of an accreditation on a day: after its last valid day it has expired, unless it was taken away before. */
export function accreditationStatusOn(
  accreditation: { readonly status: StoredAccreditationStatus; readonly valid_until: string | null },
  day: string,
): AccreditationStatus {
  const { status, valid_until: validUntil } = accreditation;
  return CAN_EXPIRE[status] && validUntil !== null && validUntil < day ? 'EXPIRED' : status;
}

export type AccreditationStep = 'ACCREDIT' | 'REJECT' | 'WARN' | 'SUSPEND' | 'REINSTATE' | 'REVOKE';
export type AccreditationEventKind = StoredAccreditationStatus | 'VISITED' | 'REINSTATED';

/** What the issuer of a standard may do to an accreditation: from which statuses, into which, and how it is recorded. */
export const STEPS = {
  ACCREDIT: { from: ['APPLIED'], to: 'ACCREDITED', kind: 'ACCREDITED' },
  REJECT: { from: ['APPLIED'], to: 'REJECTED', kind: 'REJECTED' },
  WARN: { from: ['ACCREDITED'], to: 'WARNED', kind: 'WARNED' },
  SUSPEND: { from: ['ACCREDITED', 'WARNED'], to: 'SUSPENDED', kind: 'SUSPENDED' },
  REINSTATE: { from: ['WARNED', 'SUSPENDED'], to: 'ACCREDITED', kind: 'REINSTATED' },
  REVOKE: { from: ['ACCREDITED', 'WARNED', 'SUSPENDED'], to: 'REVOKED', kind: 'REVOKED' },
} as const satisfies Record<
  AccreditationStep,
  {
    from: readonly StoredAccreditationStatus[];
    to: StoredAccreditationStatus;
    kind: AccreditationEventKind;
  }
>;

/** Statuses in which the issuer visits a base. */
const VISITED_IN: readonly AccreditationStatus[] = ['APPLIED', 'ACCREDITED', 'WARNED', 'SUSPENDED'];

const MAXIMUM_NAME = 100;
const MAXIMUM_NOTE = 500;
const MAXIMUM_AREA = 1_000_000;
const MAXIMUM_PRODUCTS = 50;
const MAXIMUM_CHECKS = 100;
const MAXIMUM_INSPECTORS = 10;
const MAXIMUM_POINTS = 1_000;

/** Functions whose units register bases and apply for them. */
export const GROWERS_FUNCTIONS = ['AGRICULTURE', GENERAL_GOVERNMENT] as const;

/** A base as it is to be registered, its texts trimmed. */
export interface SupplyBaseRecord {
  readonly jurisdiction: string;
  readonly name: string;
  readonly operator: string;
  readonly areaMu: number;
  readonly products: readonly string[];
  readonly location: { readonly latitude: number; readonly longitude: number } | null;
  readonly at: Date;
}

/** Every violation of a base's record. `known` are the products that exist. */
export function checkBase(
  base: SupplyBaseRecord,
  { mayRegister, known, now }: { mayRegister: boolean; known: ReadonlySet<string>; now: Date },
): Violations {
  const violations = new Violations();
  if (!mayRegister) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: 'Only a department of agriculture, or a government, whose remit holds the place registers its bases.',
      zh: '仅职责范围包含该区划的农业农村部门或人民政府可以登记基地。',
    });
  }
  checkLine(violations, ['name'], base.name, MAXIMUM_NAME, {
    en: 'The name is empty. Say what people call the base.',
    zh: '名称为空，请填写基地名称。',
  });
  checkLine(violations, ['operator'], base.operator, MAXIMUM_NAME, {
    en: 'The operator is empty. Say who runs the base.',
    zh: '经营主体为空，请填写经营主体。',
  });
  if (!(base.areaMu > 0 && base.areaMu <= MAXIMUM_AREA)) {
    violations.add('INVALID', ['areaMu'], {
      en: `An area is more than 0 and at most ${MAXIMUM_AREA} mu, and this one is ${base.areaMu}.`,
      zh: `面积应大于 0 且不超过 ${MAXIMUM_AREA} 亩，而此处为 ${base.areaMu}。`,
    });
  }
  if (base.products.length === 0) {
    violations.add('REQUIRED', ['products'], {
      en: 'No product is named. Say what the base supplies.',
      zh: '未填写产品，请填写基地供应的产品。',
    });
  } else if (base.products.length > MAXIMUM_PRODUCTS) {
    violations.add('LIMIT_EXCEEDED', ['products'], {
      en: `A base has at most ${MAXIMUM_PRODUCTS} products.`,
      zh: `一个基地最多登记 ${MAXIMUM_PRODUCTS} 个产品。`,
    });
  }
  for (const [i, code] of base.products.entries()) {
    if (!known.has(code)) violations.add('NOT_FOUND', ['products', i], unknownProduct(code));
  }
  if (base.location) checkPosition(violations, ['location'], base.location);
  checkInstant(violations, base.at, now);
  return violations;
}

export const unknownProduct = (code: string): Text => ({
  en: `No product has the code "${code}". Look it up with products.`,
  zh: `没有代码为“${code}”的产品，请用 products 查询。`,
});

const noteMissing: Text = {
  en: 'The note is empty. Say why, so that the base can put it right.',
  zh: '原因为空，请说明原因，以便基地整改。',
};

const STATUS_NAMES = {
  APPLIED: { en: 'waits for a decision', zh: '待决定' },
  ACCREDITED: { en: 'holds', zh: '有效' },
  REJECTED: { en: 'was rejected', zh: '未通过' },
  WARNED: { en: 'holds, with a warning', zh: '有效（已警告）' },
  SUSPENDED: { en: 'is suspended', zh: '已暂停' },
  REVOKED: { en: 'was revoked', zh: '已撤销' },
  EXPIRED: { en: 'has expired', zh: '已过期' },
} as const satisfies Record<AccreditationStatus, Text>;

const notInState = (status: AccreditationStatus): Text => ({
  en: `The accreditation ${STATUS_NAMES[status].en}, so this cannot be done to it. Look at its timeline.`,
  zh: `该授牌${STATUS_NAMES[status].zh}，无法进行此操作，请查看办理过程。`,
});

/** An accreditation as far as its steps depend on it; `latest` is its last event's time. */
interface Accredited {
  readonly status: StoredAccreditationStatus;
  readonly valid_until: string | null;
  readonly applied_at: Date;
  readonly latest: Date;
}

export interface DecisionGrounds {
  readonly score: number | null;
  readonly visitedOn: string | null;
  readonly validUntil: string | null;
}

/** Every violation of a step that the issuer takes. */
export function checkStep(
  accreditation: Accredited,
  step: { step: AccreditationStep; note: string; at: Date; now: Date; grounds: DecisionGrounds },
): Violations {
  const violations = new Violations();
  const { at, grounds } = step;
  const status = accreditationStatusOn(accreditation, dayOf(at));
  if (!(STEPS[step.step].from as readonly string[]).includes(status)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['accreditationId'], notInState(status));
  } else {
    checkNotBefore(violations, at, accreditation.latest);
  }
  checkInstant(violations, at, step.now);
  checkLine(
    violations,
    ['note'],
    step.note,
    MAXIMUM_NOTE,
    step.step === 'ACCREDIT' ? undefined : noteMissing,
  );
  if (step.step === 'ACCREDIT') checkGrounds(violations, accreditation, grounds, at);
  return violations;
}

function checkGrounds(
  violations: Violations,
  { applied_at }: Accredited,
  { score, visitedOn, validUntil }: DecisionGrounds,
  at: Date,
): void {
  if (score === null) {
    violations.add('REQUIRED', ['score'], {
      en: 'There is no score. Record the visit, or give its score.',
      zh: '缺少评分，请先登记实地查看或填写评分。',
    });
  } else if (!(score >= 0 && score <= 100)) {
    violations.add('INVALID', ['score'], {
      en: `A score lies between 0 and 100, and this one is ${score}.`,
      zh: `评分应在 0 至 100 之间，而此处为 ${score}。`,
    });
  }
  if (visitedOn === null) {
    violations.add('REQUIRED', ['visitedOn'], {
      en: 'Nobody has visited the base yet. Record the visit, or give its day.',
      zh: '尚未实地查看，请先登记实地查看或填写查看日期。',
    });
  } else if (visitedOn < dayOf(applied_at) || visitedOn > dayOf(at)) {
    violations.add('INVALID', ['visitedOn'], {
      en: `The visit lies between the application (${dayOf(applied_at)}) and the decision (${dayOf(at)}).`,
      zh: `查看日期应在申请日（${dayOf(applied_at)}）与决定日（${dayOf(at)}）之间。`,
    });
  }
  if (validUntil === null) {
    violations.add('REQUIRED', ['validUntil'], {
      en: 'There is no last day. Say until when the accreditation holds.',
      zh: '缺少有效期，请填写有效期截止日。',
    });
  } else if (validUntil <= dayOf(at)) {
    violations.add('INVALID', ['validUntil'], {
      en: `The last day lies after the decision of ${dayOf(at)}.`,
      zh: `有效期截止日应晚于决定日 ${dayOf(at)}。`,
    });
  }
}

/** A point of a visit, its texts trimmed. */
export interface VisitCheckRecord {
  readonly item: string;
  readonly points: number;
  readonly maximum: number;
  readonly remark: string | null;
}

/** A visit as it is to be recorded, its texts trimmed. */
export interface VisitRecord {
  readonly visitedOn: string;
  readonly inspectors: readonly string[];
  readonly checklist: readonly VisitCheckRecord[];
  readonly remark: string;
  readonly at: Date;
}

/** Every violation of a visit. */
export function checkVisit(accreditation: Accredited, visit: VisitRecord, now: Date): Violations {
  const violations = new Violations();
  const status = accreditationStatusOn(accreditation, dayOf(visit.at));
  if (!VISITED_IN.includes(status)) {
    violations.add('NOT_ALLOWED_IN_STATE', ['accreditationId'], notInState(status));
  } else {
    checkNotBefore(violations, visit.at, accreditation.latest);
  }
  checkInstant(violations, visit.at, now);
  if (visit.visitedOn < dayOf(accreditation.applied_at) || visit.visitedOn > dayOf(visit.at)) {
    violations.add('INVALID', ['visitedOn'], {
      en: `The visit lies between the application (${dayOf(accreditation.applied_at)}) and now.`,
      zh: `查看日期不得早于申请日（${dayOf(accreditation.applied_at)}），也不得晚于登记日。`,
    });
  }
  checkCount(violations, ['inspectors'], visit.inspectors.length, MAXIMUM_INSPECTORS);
  checkCount(violations, ['checklist'], visit.checklist.length, MAXIMUM_CHECKS);
  for (const [i, name] of visit.inspectors.entries()) {
    checkLine(violations, ['inspectors', i], name, MAXIMUM_NAME, {
      en: 'A name is empty. Say who went.',
      zh: '姓名为空，请填写查看人员。',
    });
  }
  for (const [i, { item, points, maximum, remark }] of visit.checklist.entries()) {
    checkLine(violations, ['checklist', i, 'item'], item, MAXIMUM_NAME, {
      en: 'The item is empty. Say what was looked at.',
      zh: '项目为空，请填写检查内容。',
    });
    if (!(maximum > 0 && maximum <= MAXIMUM_POINTS && points >= 0 && points <= maximum)) {
      violations.add('INVALID', ['checklist', i, 'points'], {
        en: `Points lie between 0 and their maximum, which is at most ${MAXIMUM_POINTS}: ${points} of ${maximum} is not possible.`,
        zh: `得分应在 0 与满分之间，满分不超过 ${MAXIMUM_POINTS}：满分 ${maximum} 得 ${points} 无效。`,
      });
    }
    if (remark) checkLine(violations, ['checklist', i, 'remark'], remark, MAXIMUM_NOTE);
  }
  checkLine(violations, ['remark'], visit.remark, MAXIMUM_NOTE);
  return violations;
}

function checkCount(violations: Violations, path: string[], count: number, maximum: number): void {
  if (count === 0) {
    violations.add('REQUIRED', path, {
      en: 'It is empty; at least one is needed.',
      zh: '不能为空，至少填写一项。',
    });
  } else if (count > maximum) {
    violations.add('LIMIT_EXCEEDED', path, {
      en: `There are ${count}; at most ${maximum} are kept.`,
      zh: `共有 ${count} 项，上限为 ${maximum} 项。`,
    });
  }
}

/** The points given out of the most possible, in percent to two places. */
export function visitScore(checklist: readonly Pick<VisitCheckRecord, 'points' | 'maximum'>[]): string {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total.plus(value), new Big(0));
  const most = sum(checklist.map(({ maximum }) => maximum));
  return sum(checklist.map(({ points }) => points))
    .times(100)
    .div(most)
    .round(2)
    .toFixed();
}
