import type { Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, checkText } from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { mayActIn, type Viewer } from '../../kit/viewer';
import { MAXIMUM_NOTE } from '../life-cycle/rules';

export type GridCaseReferralStatus = 'OFFERED' | 'ACCEPTED' | 'REFUSED';
export type GridCaseReferralDecision = 'ACCEPT' | 'REFUSE';

/** Adds what is wrong with the unit that a case of a place is offered to. */
export function checkNeighbor(
  violations: Violations,
  code: string,
  neighbor: { readonly remit: readonly string[]; readonly functions: readonly string[] } | undefined,
  place: string,
): void {
  const path = ['toAgency'];
  if (!neighbor) {
    violations.add('NOT_FOUND', path, {
      en: `There is no unit ${code}. Look its code up under agencies.`,
      zh: `不存在单位 ${code}，请在单位列表中查询代码。`,
    });
  } else if (neighbor.remit.some((outer) => contains(outer, place))) {
    violations.add('INVALID', path, {
      en: `${code} may act in ${place} itself. Dispatch the case to it, and refer only to neighbors.`,
      zh: `${code} 有权在 ${place} 办理业务，请直接派遣，转介仅用于邻区单位。`,
    });
  } else if (!neighbor.functions.includes('GRID_COMMAND')) {
    violations.add('INVALID', path, {
      en: `${code} is no grid command, so it could not deal with a case. Name the grid command of that place.`,
      zh: `${code} 不是网格化指挥单位，无法受理案件，请填写当地的网格化指挥单位。`,
    });
  }
}

/** To a unit whose offer to the same neighbor waits already. */
export const alreadyOffered: Text = {
  en: 'The case is offered to that unit already, and the offer waits. Wait for its answer.',
  zh: '该案件已转介给该单位，正在等待答复。',
};

/** To whoever names a referral that is not there, or not for them. */
export const noSuchReferral: Text = {
  en: 'There is no such referral. Look its id up under gridCaseReferrals.',
  zh: '不存在该转介，请在转介列表中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else answered the referral at the same moment. Look at it again.',
  zh: '该转介刚被他人答复，请重新查看。',
};

const STATUS_NAMES: Record<GridCaseReferralStatus, Text> = {
  OFFERED: { en: 'waits', zh: '待答复' },
  ACCEPTED: { en: 'was accepted', zh: '已接受' },
  REFUSED: { en: 'was refused', zh: '已谢绝' },
};

/** Adds every violation of an answer to a referral by the viewer's unit, whose case would lie in `place`. */
export function checkAnswer(
  violations: Violations,
  referral: {
    readonly status: GridCaseReferralStatus;
    readonly to_agency: string;
    readonly offered_at: Date;
  },
  answer: {
    decision: GridCaseReferralDecision;
    note: string;
    place: string;
    viewer: Viewer;
    at: Date;
    now: Date;
  },
): void {
  const { decision, note, place, viewer, at, now } = answer;
  if (referral.to_agency !== viewer.agency) {
    violations.add('NOT_ALLOWED', ['referralId'], {
      en: `Only ${referral.to_agency}, to which the case is offered, answers.`,
      zh: `仅被转介单位 ${referral.to_agency} 可以答复。`,
    });
  } else if (decision === 'ACCEPT' && !mayActIn(viewer, place)) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: `Your unit may not act in ${place}. Name a place in its remit, or leave it out.`,
      zh: `本单位无权在 ${place} 办理业务，请填写职责范围内的区划或省略。`,
    });
  }
  if (referral.status !== 'OFFERED') {
    violations.add('NOT_ALLOWED_IN_STATE', ['referralId'], {
      en: `The referral ${STATUS_NAMES[referral.status].en}. Only one that waits can be answered.`,
      zh: `该转介${STATUS_NAMES[referral.status].zh}，只有待答复的可以答复。`,
    });
  }
  const empty = { en: 'The note is empty. Say why you refuse the case.', zh: '说明为空，请说明谢绝的理由。' };
  checkText(violations, ['note'], note, MAXIMUM_NOTE, decision === 'REFUSE' ? empty : undefined);
  checkInstant(violations, at, now);
  checkNotBefore(violations, at, referral.offered_at);
}
