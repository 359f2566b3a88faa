import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkText } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';
import { looksAfter, notForThisUnit } from '../households/rules';

export type HouseholdVisitStatus = 'NO_FOLLOW_UP' | 'OPEN' | 'DONE';
export type HouseholdNeedKind =
  | 'WORK'
  | 'HEALTH'
  | 'OLD_AGE'
  | 'SCHOOL'
  | 'HOUSING'
  | 'ALLOWANCE'
  | 'DISPUTE'
  | 'OTHER';

export interface Need {
  readonly kind: HouseholdNeedKind;
  readonly description: string;
  readonly isMet: boolean;
}

/** A visit as it is to be recorded, its texts trimmed. */
export interface VisitRecord {
  readonly visitedAt: Date;
  readonly visitors: readonly string[];
  readonly needs: readonly Need[];
  readonly help: string;
  readonly followUpOn: string | null;
  readonly externalId: string;
}

const MAXIMUM_VISITORS = 10;
const MAXIMUM_NAME = 50;
const MAXIMUM_NEEDS = 20;
const MAXIMUM_NEED = 200;
const MAXIMUM_NOTE = 2_000;
const MAXIMUM_EXTERNAL_ID = 100;

/** What a visit leaves behind: needs that no help met stay open. */
export const statusOf = (needs: readonly Need[]): HouseholdVisitStatus =>
  needs.some(({ isMet }) => !isMet) ? 'OPEN' : 'NO_FOLLOW_UP';

/** Every violation of recording a visit to a household. */
export function checkVisit(
  visit: VisitRecord,
  household: { jurisdiction: string; moved_in_on: string | null; moved_out_on: string | null },
  { viewer, now, path = 'householdId' }: { viewer: Viewer; now: Date; path?: string },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, household.jurisdiction)) violations.add('NOT_ALLOWED', [path], notForThisUnit);
  const day = dayOf(visit.visitedAt);
  if (household.moved_out_on !== null && household.moved_out_on < day) {
    violations.add('NOT_ALLOWED_IN_STATE', [path], {
      en: `The household moved away on ${household.moved_out_on}, before the visit.`,
      zh: `该住户已于 ${household.moved_out_on} 迁出，早于走访日期。`,
    });
  }
  checkInstant(violations, visit.visitedAt, now, ['visitedAt']);
  if (visit.visitors.length === 0) {
    violations.add('REQUIRED', ['visitors'], {
      en: 'Nobody is named. Say who went.',
      zh: '走访人为空，请填写。',
    });
  }
  checkMost(violations, 'visitors', visit.visitors.length, MAXIMUM_VISITORS);
  for (const [i, name] of visit.visitors.slice(0, MAXIMUM_VISITORS).entries())
    checkLine(violations, ['visitors', i], name, MAXIMUM_NAME, {
      en: 'The name is empty.',
      zh: '姓名为空。',
    });
  checkMost(violations, 'needs', visit.needs.length, MAXIMUM_NEEDS);
  for (const [i, { description }] of visit.needs.slice(0, MAXIMUM_NEEDS).entries()) {
    checkLine(violations, ['needs', i, 'description'], description, MAXIMUM_NEED, {
      en: 'The need is not described. Say what exactly.',
      zh: '需求情况为空，请填写。',
    });
  }
  checkText(violations, ['help'], visit.help, MAXIMUM_NOTE);
  checkLine(violations, ['externalId'], visit.externalId, MAXIMUM_EXTERNAL_ID);
  if (visit.followUpOn === null) {
    if (statusOf(visit.needs) === 'OPEN') {
      violations.add('REQUIRED', ['followUpOn'], {
        en: 'Needs are open. Name the day by which they are followed up.',
        zh: '尚有需求未解决，请填写跟进期限。',
      });
    }
  } else if (visit.followUpOn < day) {
    violations.add('INVALID', ['followUpOn'], {
      en: `${visit.followUpOn} lies before the visit. Name a later day.`,
      zh: `${visit.followUpOn} 早于走访日期，请填写更晚的日期。`,
    });
  }
  return violations;
}

function checkMost(violations: Violations, field: string, count: number, maximum: number): void {
  if (count <= maximum) return;
  violations.add('LIMIT_EXCEEDED', [field], {
    en: `There are ${count}; at most ${maximum} are kept.`,
    zh: `共有 ${count} 项，上限为 ${maximum} 项。`,
  });
}

/** What a visit leaves behind when it is corrected: what is done stays so. */
export const statusAfter = (status: HouseholdVisitStatus, needs: readonly Need[]): HouseholdVisitStatus =>
  status === 'DONE' ? 'DONE' : statusOf(needs);

/** Adds what speaks against correcting a visit, beside what is wrong with what it is to be. */
export function checkVisitCorrection(
  violations: Violations,
  visit: { status: HouseholdVisitStatus; corrected_at: Date | null; followed_up_at: Date | null },
  corrected: VisitRecord,
  { reason, at, changesNeeds, now }: { reason: string; at: Date; changesNeeds: boolean; now: Date },
): void {
  if (changesNeeds && visit.followed_up_at !== null) {
    violations.add('NOT_ALLOWED_IN_STATE', ['needs'], {
      en: 'The needs were followed up already. Say in a follow-up what is otherwise.',
      zh: '需求已经跟进，请在跟进记录中说明变化。',
    });
  }
  if (visit.followed_up_at !== null && corrected.visitedAt > visit.followed_up_at) {
    violations.add('INVALID', ['visitedAt'], {
      en: `The visit was followed up on ${dayOf(visit.followed_up_at)}, and so was before that.`,
      zh: `该次走访已于 ${dayOf(visit.followed_up_at)} 跟进，走访时间应在此之前。`,
    });
  }
  checkText(violations, ['reason'], reason, MAXIMUM_NOTE, {
    en: 'The reason is empty. Say why it was wrong.',
    zh: '更正理由为空，请说明。',
  });
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, visit.corrected_at ?? corrected.visitedAt);
}

/** Every violation of following up a visit. */
export function checkFollowUp(
  visit: { jurisdiction: string; status: HouseholdVisitStatus; last_at: Date },
  followUp: { note: string; followUpOn: string | null; at: Date },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, visit.jurisdiction)) violations.add('NOT_ALLOWED', ['visitId'], notForThisUnit);
  if (visit.status !== 'OPEN') {
    violations.add('NOT_ALLOWED_IN_STATE', ['visitId'], {
      en: 'No need of this visit is open.',
      zh: '该次走访没有待解决的需求。',
    });
  }
  checkText(violations, ['note'], followUp.note, MAXIMUM_NOTE, {
    en: 'The note is empty. Say what was done.',
    zh: '跟进情况为空，请填写。',
  });
  checkInstant(violations, followUp.at, now);
  checkNotBefore(violations, followUp.at, visit.last_at);
  if (followUp.followUpOn !== null && followUp.followUpOn < dayOf(followUp.at)) {
    violations.add('INVALID', ['followUpOn'], {
      en: `${followUp.followUpOn} is over. Name a later day.`,
      zh: `${followUp.followUpOn} 已过，请填写更晚的日期。`,
    });
  }
  return violations;
}

/** Whether needs are open past the day by which they were to be followed up. */
export const isOverdue = (
  { status, follow_up_on }: { status: HouseholdVisitStatus; follow_up_on: string | null },
  now: Date,
): boolean => status === 'OPEN' && follow_up_on !== null && follow_up_on < dayOf(now);

/** To whoever names a visit that is not there, or not for them. */
export const noSuchVisit: Text = {
  en: 'There is no such visit. Look its id up under householdVisits.',
  zh: '不存在该走访记录，请在走访列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed it at the same moment. Look at it again.',
  zh: '该事项刚被他人办理，请重新查看。',
};
