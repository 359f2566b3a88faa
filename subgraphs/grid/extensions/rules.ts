import type { Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, checkText } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { MAXIMUM_NOTE } from '../life-cycle/rules';

export type GridCaseExtensionStatus = 'REQUESTED' | 'APPROVED' | 'REJECTED' | 'LAPSED';
export type GridCaseExtensionDecision = 'APPROVE' | 'REJECT';

/** What a decision makes of a request, and what it is on the case's timeline. */
export const DECISIONS = {
  APPROVE: { to: 'APPROVED', kind: 'EXTENDED' },
  REJECT: { to: 'REJECTED', kind: 'EXTENSION_REJECTED' },
} as const satisfies Record<GridCaseExtensionDecision, { to: GridCaseExtensionStatus; kind: string }>;

/** Adds what is wrong with the instant until which more time is asked for, of a case that is due at `dueAt`. */
export function checkUntil(
  violations: Violations,
  until: Date,
  { at, dueAt }: { at: Date; dueAt: Date | null },
): void {
  if (until <= at) {
    violations.add('INVALID', ['until'], {
      en: `${until.toISOString()} has passed when it is asked for. Name an instant that is to come.`,
      zh: `${until.toISOString()} 在申请时已过，请填写之后的时间。`,
    });
  } else if (dueAt !== null && until <= dueAt) {
    violations.add('INVALID', ['until'], {
      en: `The case is due at ${dueAt.toISOString()} anyway. Name a later instant.`,
      zh: `案件的截止时间为 ${dueAt.toISOString()}，请填写更晚的时间。`,
    });
  }
}

/** To a unit whose request waits already. */
export const alreadyWaits: Text = {
  en: 'A request for more time for this case waits to be decided. Wait for that decision.',
  zh: '该案件已有待审批的延期申请，请等待审批。',
};

/** To whoever names a request that is not there, or not for them. */
export const noSuchExtension: Text = {
  en: 'There is no such request for more time. Look its id up under the extensions of the case.',
  zh: '不存在该延期申请，请在案件的延期申请中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else decided the request or changed the case at the same moment. Look at it again.',
  zh: '该延期申请或案件刚被他人办理，请重新查看。',
};

const STATUS_NAMES: Record<GridCaseExtensionStatus, Text> = {
  REQUESTED: { en: 'waits', zh: '待审批' },
  APPROVED: { en: 'was approved', zh: '已批准' },
  REJECTED: { en: 'was rejected', zh: '未批准' },
  LAPSED: {
    en: 'lapsed, because the unit no longer had the case to deal with',
    zh: '因承办单位已不再处置而失效',
  },
};

/** Adds every violation of a decision by a unit. */
export function checkDecision(
  violations: Violations,
  extension: {
    readonly status: GridCaseExtensionStatus;
    readonly dispatcher: string;
    readonly requested_at: Date;
  },
  act: { decision: GridCaseExtensionDecision; note: string; agency: string; at: Date; now: Date },
): void {
  const { status, dispatcher } = extension;
  if (dispatcher !== act.agency) {
    violations.add('NOT_ALLOWED', ['extensionId'], {
      en: `Only ${dispatcher}, which dispatched the task, decides whether there is more time.`,
      zh: `仅派遣单位 ${dispatcher} 可以审批延期。`,
    });
  }
  if (status !== 'REQUESTED') {
    violations.add('NOT_ALLOWED_IN_STATE', ['extensionId'], {
      en: `The request ${STATUS_NAMES[status].en}. Only one that waits can be decided.`,
      zh: `该延期申请${STATUS_NAMES[status].zh}，只有待审批的可以审批。`,
    });
  }
  const empty = {
    en: 'The note is empty. Say why there is no more time.',
    zh: '说明为空，请说明不批准的原因。',
  };
  checkText(violations, ['note'], act.note, MAXIMUM_NOTE, act.decision === 'REJECT' ? empty : undefined);
  checkInstant(violations, act.at, act.now);
  checkNotBefore(violations, act.at, extension.requested_at);
}
