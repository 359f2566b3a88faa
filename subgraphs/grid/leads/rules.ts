import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import type { AgencyRow } from '../../kit/directory';
import { Violations } from '../../kit/errors';
import {
  checkInstant,
  checkLine,
  checkNotBefore,
  checkNumber,
  checkText,
  checkWebAddresses,
} from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { addDays, dayOf } from '../../kit/time';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import { looksAfter } from '../households/rules';
import { commands } from '../life-cycle/rules';

export type LeadStatus = 'PUSHED' | 'ASSIGNED' | 'CHECKED';
export type LeadResult = 'CONFIRMED' | 'UNFOUNDED' | 'UNREACHABLE';
export type LeadEventKind = 'PUSHED' | 'ASSIGNED' | 'CHECKED' | 'ESCALATED' | 'CASE_OPENED';

/** After how many days past the last one an overdue lead goes a level up, by place: the first level, the next, and so on. */
export const ESCALATION_POLICY = 'lead-escalation';

/** Reads the policy of escalation: numbers of days, each more than the one before, the first at least 1. */
export function escalationPolicy(value: unknown): number[] {
  const isDays = (list: unknown): list is number[] =>
    Array.isArray(list) &&
    list.every((n, i) => Number.isInteger(n) && n > (i === 0 ? 0 : Number(list[i - 1])));
  if (!isDays(value)) throw new TypeError(`the escalation of leads is ${JSON.stringify(value)}`);
  return value;
}

/** A lead as far as what may be done with it. */
export interface LeadStand {
  readonly status: LeadStatus;
  readonly result: LeadResult | null;
  readonly jurisdiction: string;
  readonly pushed_by: string;
  readonly agency: string | null;
  readonly due_on: string;
  readonly checked_at: Date | null;
  readonly case_id: string | null;
}

/** Whether a lead is overdue: without a result after its last day, or with one from after it. */
export const isOverdue = (
  { due_on, checked_at }: Pick<LeadStand, 'due_on' | 'checked_at'>,
  now: Date,
): boolean => dayOf(checked_at ?? now) > due_on;

/** How many levels up an overdue lead has gone by a day, and since when; null for one that is in time, or has a result. */
export function escalationOf(
  { due_on, status }: Pick<LeadStand, 'due_on' | 'status'>,
  today: string,
  days: readonly number[],
): { level: number; sinceOn: string } | null {
  if (status === 'CHECKED') return null;
  const reached = days.filter((count) => addDays(due_on, count) <= today);
  const last = reached.at(-1);
  return last === undefined ? null : { level: reached.length, sinceOn: addDays(due_on, last) };
}

/**
 * Whom a lead that has gone up to a level is before: that one of the grid commands above it, the nearest first, but for the
 * unit that has it. Null when there are not so many.
 */
export const receiverOf = (
  lead: { readonly agency: string | null },
  level: number,
  above: readonly { readonly code: string }[],
): string | null => above.filter(({ code }) => code !== lead.agency)[level - 1]?.code ?? null;

const MAXIMUM_TITLE = 100;
const MAXIMUM_NOTE = 2_000;
const MAXIMUM_EXTERNAL_ID = 100;
const MAXIMUM_LEADS = 5_000;
const MAXIMUM_SUSPICION = 200;
const MAXIMUM_ADDRESS = 200;
const MAXIMUM_RESULT_NOTE = 1_000;
const MAXIMUM_PHOTOS = 10;

const PUSHERS = ['GRID_COMMAND', GENERAL_GOVERNMENT];

const emptyTitle: Text = { en: 'The title is empty.', zh: '名称为空。' };

/** Every violation of beginning a list. */
export function checkList(
  list: { title: string; jurisdiction: string; dueOn: string; note: string; externalId: string; at: Date },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!(hasFunction(viewer, PUSHERS) && mayActIn(viewer, list.jurisdiction))) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: `Only a grid command or government that may act in ${list.jurisdiction} pushes leads there.`,
      zh: `仅可在 ${list.jurisdiction} 办理业务的网格化指挥单位或人民政府可以推送线索。`,
    });
  }
  checkLine(violations, ['title'], list.title, MAXIMUM_TITLE, emptyTitle);
  checkText(violations, ['note'], list.note, MAXIMUM_NOTE);
  checkLine(violations, ['externalId'], list.externalId, MAXIMUM_EXTERNAL_ID);
  checkInstant(violations, list.at, now);
  if (list.dueOn < dayOf(list.at)) {
    violations.add('INVALID', ['dueOn'], {
      en: `${list.dueOn} is over. Name that day or a later one on which results are due.`,
      zh: `${list.dueOn} 已过，请填写当日或之后的核查期限。`,
    });
  }
  return violations;
}

/** A lead as it is to be pushed, its texts trimmed. */
export interface LeadRecord {
  readonly externalId: string;
  readonly jurisdiction: string;
  readonly title: string;
  readonly address: string;
  readonly evidence: string;
}

/** Every violation of pushing leads to a list. */
export function checkPush(
  list: { jurisdiction: string; pushed_by: string },
  leads: readonly LeadRecord[],
  viewer: Viewer,
): Violations {
  const violations = new Violations();
  if (list.pushed_by !== viewer.agency) {
    violations.add('NOT_ALLOWED', ['listId'], {
      en: 'Only the unit that began the list adds to it.',
      zh: '仅建立清单的单位可以推送线索。',
    });
  }
  if (!checkNumber(violations, 'leads', leads.length, MAXIMUM_LEADS)) return violations;
  const seen = new Map<string, number>();
  for (const [i, lead] of leads.entries()) {
    const path = ['leads', i];
    checkLine(violations, [...path, 'externalId'], lead.externalId, MAXIMUM_EXTERNAL_ID, {
      en: 'The external id is empty. By it the lead arrives once.',
      zh: '外部编号为空，请填写以避免重复推送。',
    });
    const first = seen.get(lead.externalId);
    if (first !== undefined) {
      violations.add('CONFLICT', [...path, 'externalId'], {
        en: `The external id is in line ${first} already.`,
        zh: `外部编号与第 ${first} 项重复。`,
      });
    }
    seen.set(lead.externalId, first ?? i);
    if (!contains(list.jurisdiction, lead.jurisdiction)) {
      violations.add('INVALID', [...path, 'jurisdiction'], {
        en: `${lead.jurisdiction} does not lie in ${list.jurisdiction}, the place of the list.`,
        zh: `${lead.jurisdiction} 不在清单所在区划 ${list.jurisdiction} 内。`,
      });
    }
    checkLine(violations, [...path, 'title'], lead.title, MAXIMUM_SUSPICION, {
      en: 'Nothing is suspected. Say what is to be checked.',
      zh: '事项为空，请说明需核查的内容。',
    });
    checkLine(violations, [...path, 'address'], lead.address, MAXIMUM_ADDRESS);
    checkText(violations, [...path, 'evidence'], lead.evidence, MAXIMUM_NOTE, {
      en: 'The evidence is empty. Say what it was concluded from.',
      zh: '依据为空，请说明线索来源。',
    });
  }
  return violations;
}

/** Whether the viewer's unit gives out the leads of a place: its command, or who pushed them. */
const distributes = (
  viewer: Viewer,
  { jurisdiction, pushed_by }: { jurisdiction: string; pushed_by: string },
) => pushed_by === viewer.agency || commands(viewer, jurisdiction);

const notDistributor: Text = {
  en: 'Only the grid command of the place, or the unit that pushed the leads, gives them out.',
  zh: '仅所在区划的网格化指挥单位或推送单位可以分派线索。',
};

/** Every violation of splitting a list. */
export function checkSplit(
  list: { jurisdiction: string; pushed_by: string; opened_at: Date },
  at: Date,
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!distributes(viewer, list)) violations.add('NOT_ALLOWED', ['listId'], notDistributor);
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, list.opened_at);
  return violations;
}

/** Adds what is wrong with the ids of a call; false when there are too many to look at, or none. */
export const checkIds = (violations: Violations, field: string, ids: readonly string[]): boolean =>
  checkNumber(violations, field, ids.length, MAXIMUM_LEADS);

/** Adds what speaks against giving a lead to a unit. */
export function checkAssignment(
  violations: Violations,
  path: readonly (string | number)[],
  lead: LeadStand,
  { viewer, unit }: { viewer: Viewer; unit: AgencyRow },
): void {
  if (!distributes(viewer, lead)) violations.add('NOT_ALLOWED', [...path], notDistributor);
  if (!unit.remit.some((outer) => contains(outer, lead.jurisdiction))) {
    violations.add('INVALID', [...path], {
      en: `${unit.code} may not act in ${lead.jurisdiction}. Name a unit that may.`,
      zh: `${unit.code} 无权在 ${lead.jurisdiction} 办理业务，请选择有权单位。`,
    });
  }
  if (lead.status === 'CHECKED' && lead.result !== 'UNREACHABLE') {
    violations.add('NOT_ALLOWED_IN_STATE', [...path], {
      en: 'The lead has its result already.',
      zh: '该线索已有核查结果。',
    });
  }
}

/** A result as it is to be recorded, its texts trimmed. */
export interface ResultRecord {
  readonly leadId: string;
  readonly result: LeadResult;
  readonly note: string;
  readonly photos: readonly string[];
  readonly at: Date;
}

/** Adds what speaks against a result of a lead; `previous` is when the last thing happened to it. */
export function checkResult(
  violations: Violations,
  path: readonly (string | number)[],
  lead: LeadStand,
  result: ResultRecord,
  { viewer, now, previous }: { viewer: Viewer; now: Date; previous: Date },
): void {
  const at = [...path, 'leadId'];
  if (lead.agency !== viewer.agency && !looksAfter(viewer, lead.jurisdiction)) {
    violations.add('NOT_ALLOWED', at, {
      en: 'Only the unit that has the lead, or one that looks after its place, says what was found.',
      zh: '仅核查单位或所在区划的单位可以登记核查结果。',
    });
  }
  if (lead.status === 'PUSHED') {
    violations.add('NOT_ALLOWED_IN_STATE', at, {
      en: 'Nobody has the lead yet. Split its list, or give it to a unit first.',
      zh: '该线索尚未分派，请先按网格分派或指派单位。',
    });
  } else if (lead.status === 'CHECKED' && lead.result !== 'UNREACHABLE' && lead.result !== result.result) {
    violations.add('CONFLICT', at, {
      en: `The lead has another result already, ${lead.result}.`,
      zh: '该线索已有不同的核查结果。',
    });
  }
  checkText(
    violations,
    [...path, 'note'],
    result.note,
    MAXIMUM_RESULT_NOTE,
    result.result === 'CONFIRMED'
      ? { en: 'The note is empty. Say what was seen.', zh: '核查说明为空，请说明属实情况。' }
      : undefined,
  );
  checkWebAddresses(violations, [...path, 'photos'], result.photos, MAXIMUM_PHOTOS);
  checkInstant(violations, result.at, now, [...path, 'at']);
  checkNotBefore(violations, result.at, previous, [...path, 'at']);
}

/** Whether a result says nothing new about a lead. */
export const isSameResult = (lead: LeadStand, { result }: ResultRecord): boolean =>
  lead.status === 'CHECKED' && lead.result === result && result !== 'UNREACHABLE';

/** Every violation of making a lead a case. */
export function checkConversion(
  lead: LeadStand,
  at: Date,
  { viewer, now, previous }: { viewer: Viewer; now: Date; previous: Date },
): Violations {
  const violations = new Violations();
  const path = ['leadId'];
  if (!mayActIn(viewer, lead.jurisdiction)) {
    violations.add('NOT_ALLOWED', path, {
      en: 'Only a unit that may act where the lead is makes it a case.',
      zh: '仅可在线索所在区划办理业务的单位可以转为案件。',
    });
  }
  if (lead.result !== 'CONFIRMED') {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: 'Only a confirmed lead becomes a case.',
      zh: '仅核查属实的线索可以转为案件。',
    });
  } else if (lead.case_id !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: 'The lead became a case already.',
      zh: '该线索已转为案件。',
    });
  }
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, previous);
  return violations;
}

/** To whoever names a list that is not there, or not for them. */
export const noSuchList: Text = {
  en: 'There is no such list. Look its id up under leadLists.',
  zh: '不存在该线索清单，请在线索清单列表中查询。',
};

/** To whoever names a lead that is not there, or not for them. */
export const noSuchLead: Text = {
  en: 'There is no such lead. Look its id up under leads.',
  zh: '不存在该线索，请在线索列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该事项刚被他人办理，请重新查看。',
};
