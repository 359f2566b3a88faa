import type { AgencyRow } from '../../kit/directory';
import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkPhone, checkText } from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import { mayActIn, type Viewer } from '../../kit/viewer';
import { looksAfter, notForThisUnit } from '../households/rules';

export type PetitionStatus = 'RECEIVED' | 'INSTRUCTED' | 'CARRIED_OUT' | 'CLOSED';
export type PetitionOutcome = 'SETTLED' | 'EXPLAINED' | 'TRANSFERRED';
export type PetitionEventKind =
  | 'RECEIVED'
  | 'STATED'
  | 'INSTRUCTED'
  | 'FOLLOWED_UP'
  | 'CARRIED_OUT'
  | 'CLOSED'
  | 'CASE_OPENED';

/** What is done with a reception after the petitioner was received. */
export type PetitionStep = 'STATE' | 'INSTRUCT' | 'FOLLOW_UP' | 'CARRY_OUT' | 'CLOSE' | 'OPEN_CASE';

interface StepRule {
  readonly by: readonly ('receiver' | 'handler')[];
  readonly from: readonly PetitionStatus[];
  /** Null for what leaves the status. */
  readonly to: PetitionStatus | null;
  readonly kind: PetitionEventKind;
}

const OPEN = ['RECEIVED', 'INSTRUCTED', 'CARRIED_OUT'] as const satisfies PetitionStatus[];

/** The life of a reception: who takes each step, from which statuses, and into which. */
export const PETITION_STEPS = {
  STATE: { by: ['receiver', 'handler'], from: OPEN, to: null, kind: 'STATED' },
  INSTRUCT: { by: ['receiver'], from: OPEN, to: 'INSTRUCTED', kind: 'INSTRUCTED' },
  FOLLOW_UP: { by: ['handler'], from: ['INSTRUCTED'], to: null, kind: 'FOLLOWED_UP' },
  CARRY_OUT: { by: ['handler'], from: ['INSTRUCTED'], to: 'CARRIED_OUT', kind: 'CARRIED_OUT' },
  CLOSE: { by: ['receiver'], from: OPEN, to: 'CLOSED', kind: 'CLOSED' },
  OPEN_CASE: { by: ['receiver'], from: OPEN, to: null, kind: 'CASE_OPENED' },
} as const satisfies Record<PetitionStep, StepRule>;

const MAXIMUM_NAME = 50;
const MAXIMUM_CLAIM = 4_000;
const MAXIMUM_NOTE = 2_000;
const MAXIMUM_VISITORS = 999;
const MAXIMUM_EXTERNAL_ID = 100;

/** A reception as it is to be recorded, its texts trimmed. */
export interface ReceptionRecord {
  readonly jurisdiction: string;
  readonly receivedBy: string;
  readonly receivedAt: Date;
  readonly petitioner: string;
  readonly petitionerPhone: string;
  readonly visitors: number;
  readonly claim: string;
  readonly statement: string;
  readonly externalId: string;
}

/** Every violation of recording a reception. */
export function checkReception(
  reception: ReceptionRecord,
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, reception.jurisdiction))
    violations.add('NOT_ALLOWED', ['jurisdiction'], notForThisUnit);
  checkLine(violations, ['receivedBy'], reception.receivedBy, MAXIMUM_NAME, {
    en: 'Nobody is named. Say who received the petitioner.',
    zh: '接访人为空，请填写。',
  });
  checkInstant(violations, reception.receivedAt, now, ['receivedAt']);
  checkLine(violations, ['petitioner'], reception.petitioner, MAXIMUM_NAME, {
    en: 'The petitioner is not named.',
    zh: '来访人为空，请填写。',
  });
  checkPhone(violations, ['petitionerPhone'], reception.petitionerPhone);
  if (!(reception.visitors >= 1 && reception.visitors <= MAXIMUM_VISITORS)) {
    violations.add('INVALID', ['visitors'], {
      en: `${reception.visitors} is no number of visitors. Give 1 to ${MAXIMUM_VISITORS}.`,
      zh: `${reception.visitors} 不是有效人数，应为 1 至 ${MAXIMUM_VISITORS}。`,
    });
  }
  checkText(violations, ['claim'], reception.claim, MAXIMUM_CLAIM, {
    en: 'The claim is empty. Say what the petitioner claims.',
    zh: '诉求为空，请填写。',
  });
  checkText(violations, ['statement'], reception.statement, MAXIMUM_CLAIM);
  checkLine(violations, ['externalId'], reception.externalId, MAXIMUM_EXTERNAL_ID);
  return violations;
}

/** A reception as far as what may be done with it. */
export interface PetitionStand {
  readonly status: PetitionStatus;
  readonly jurisdiction: string;
  readonly recorded_by: string;
  readonly handler: string | null;
  readonly case_id: string | null;
}

const STATUS_NAMES: Record<PetitionStatus, Text> = {
  RECEIVED: { en: 'received', zh: '已接待' },
  INSTRUCTED: { en: 'being dealt with', zh: '办理中' },
  CARRIED_OUT: { en: 'carried out', zh: '已办毕' },
  CLOSED: { en: 'closed', zh: '已办结' },
};

const NOT_ALLOWED: Record<'receiver' | 'handler', Text> = {
  receiver: { en: 'Only the unit that received the petitioner does this.', zh: '仅接访登记单位可以办理。' },
  handler: { en: 'Only the unit that the instruction is for does this.', zh: '仅批示承办单位可以办理。' },
};

/** Adds what speaks against a viewer taking a step with a reception that they see. */
export function checkStep(
  violations: Violations,
  step: PetitionStep,
  reception: PetitionStand,
  viewer: Viewer,
): void {
  const path = ['receptionId'];
  const { by, from }: StepRule = PETITION_STEPS[step];
  const holds = { receiver: reception.recorded_by, handler: reception.handler };
  if (!by.some((part) => holds[part] === viewer.agency))
    violations.add('NOT_ALLOWED', path, NOT_ALLOWED[by[0] ?? 'receiver']);
  if (!from.includes(reception.status)) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The reception is ${STATUS_NAMES[reception.status].en}, and this is not possible then.`,
      zh: `该接访当前为“${STATUS_NAMES[reception.status].zh}”，不能进行此操作。`,
    });
  } else if (step === 'OPEN_CASE' && reception.case_id !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: 'It became a case already.',
      zh: '该接访已转为案件。',
    });
  } else if (step === 'OPEN_CASE' && !mayActIn(viewer, reception.jurisdiction)) {
    violations.add('NOT_ALLOWED', path, notForThisUnit);
  }
}

const WORDS: Partial<Record<PetitionStep, { field: string; maximum: number; empty: Text }>> = {
  STATE: {
    field: 'statement',
    maximum: MAXIMUM_CLAIM,
    empty: { en: 'The statement is empty.', zh: '单位说明为空，请填写。' },
  },
  INSTRUCT: {
    field: 'instruction',
    maximum: MAXIMUM_NOTE,
    empty: { en: 'The instruction is empty. Say what is to be done.', zh: '批示为空，请填写。' },
  },
  FOLLOW_UP: {
    field: 'note',
    maximum: MAXIMUM_NOTE,
    empty: { en: 'The note is empty. Say what was done.', zh: '办理情况为空，请填写。' },
  },
  CARRY_OUT: {
    field: 'note',
    maximum: MAXIMUM_NOTE,
    empty: { en: 'The note is empty. Say what was done.', zh: '办理情况为空，请填写。' },
  },
  CLOSE: {
    field: 'note',
    maximum: MAXIMUM_NOTE,
    empty: { en: 'The note is empty. Say what the petitioner was told.', zh: '办结说明为空，请填写。' },
  },
};

/** Adds what is wrong with what is said with a step; `previous` is when the last one was taken. */
export function checkWords(
  violations: Violations,
  step: PetitionStep,
  { note, at }: { note: string; at: Date },
  { previous, now }: { previous: Date; now: Date },
): void {
  const words = WORDS[step];
  if (words) checkText(violations, [words.field], note, words.maximum, words.empty);
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, previous);
}

/** Adds what is wrong with whom an instruction is for, and until when. */
export function checkInstruction(
  violations: Violations,
  {
    code,
    unit,
    place,
    dueOn,
    at,
  }: { code: string; unit: AgencyRow | undefined; place: string; dueOn: string; at: Date },
): void {
  if (!unit) {
    violations.add('NOT_FOUND', ['toAgency'], {
      en: `There is no unit ${code}. Look its code up under agencies.`,
      zh: `不存在单位 ${code}，请在单位列表中查询代码。`,
    });
  } else if (!unit.remit.some((outer) => contains(outer, place))) {
    violations.add('INVALID', ['toAgency'], {
      en: `${code} may not act in ${place}. Name a unit that may.`,
      zh: `${code} 无权在 ${place} 办理业务，请选择有权单位。`,
    });
  }
  if (dueOn < dayOf(at)) {
    violations.add('INVALID', ['dueOn'], {
      en: `${dueOn} is over. Name that day or a later one.`,
      zh: `${dueOn} 已过，请填写当日或之后的日期。`,
    });
  }
}

/** Whether an instruction's last day passed before it was carried out, or the reception ended. */
export const isOverdue = (
  { due_on, carried_out_at }: { due_on: string | null; carried_out_at: Date | null },
  now: Date,
): boolean => due_on !== null && dayOf(carried_out_at ?? now) > due_on;

/** To whoever names a reception that is not there, or not for them. */
export const noSuchReception: Text = {
  en: 'There is no such reception. Look its id up under petitionReceptions.',
  zh: '不存在该接访记录，请在接访列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该事项刚被他人办理，请重新查看。',
};
