import { CATALOG, isItemName } from '../../kit/catalog';
import { Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore, lineFault } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';

/** What is stored. That a grant has expired follows from its last day. */
export type StoredStatus = 'REQUESTED' | 'APPROVED' | 'REJECTED' | 'REVOKED';
export type SharingGrantStatus = StoredStatus | 'EXPIRED';
export type SharingGrantStep = 'APPROVE' | 'REJECT' | 'REVOKE';

/** What a steward of the provider may do to a grant, from which status and into which. */
export const STEPS = {
  APPROVE: { from: 'REQUESTED', to: 'APPROVED' },
  REJECT: { from: 'REQUESTED', to: 'REJECTED' },
  REVOKE: { from: 'APPROVED', to: 'REVOKED' },
} as const satisfies Record<SharingGrantStep, { from: StoredStatus; to: StoredStatus }>;

/** The statuses that end with a grant's last day. */
export const EXPIRING = ['REQUESTED', 'APPROVED'] as const satisfies StoredStatus[];

export const isExpiring = (status: SharingGrantStatus): boolean => EXPIRING.some((s) => s === status);

/** The status of a grant on `day` (`YYYY-MM-DD`). */
export const statusOn = (
  grant: { readonly status: StoredStatus; readonly valid_until: string },
  day: string,
): SharingGrantStatus => (isExpiring(grant.status) && grant.valid_until < day ? 'EXPIRED' : grant.status);

const MAXIMUM_TEXT = 200;
const MAXIMUM_YEARS = 5;

/** The same day `years` later; for 29 February possibly one that does not exist, which compares as well. */
const yearsAfter = (day: string, years: number): string =>
  `${String(Number(day.slice(0, 4)) + years).padStart(4, '0')}${day.slice(4)}`;

/** A request with its texts trimmed and its defaults filled in. */
export interface SharingGrantRequest {
  readonly item: string;
  readonly provider: string;
  readonly purpose: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly at: Date;
}

/** Every violation of a request by a unit at `now`. The days are judged as of the day on which it was made. */
export function checkRequest(
  { item, provider, purpose, validFrom, validUntil, at }: SharingGrantRequest,
  { consumer, now, isProviderKnown }: { consumer: string; now: Date; isProviderKnown: boolean },
): Violations {
  const violations = new Violations();
  if (!isItemName(item)) {
    violations.add('NOT_FOUND', ['item'], {
      en: `"${item}" is not in the catalog. Look there for the item's name, like labor-flow.reports.`,
      zh: `目录中没有“${item}”，请查询目录项名称，例如 labor-flow.reports。`,
    });
  } else if (CATALOG[item].class === 'UNCONDITIONAL') {
    violations.add('INVALID', ['item'], {
      en: `${item} is shared unconditionally: every signed-in unit reads it without a grant.`,
      zh: `${item} 属于无条件共享，已登录单位均可查询，无需授权。`,
    });
  } else if (CATALOG[item].class === 'WITHHELD') {
    violations.add('INVALID', ['item'], {
      en: `${item} is not shared: only the parties to a row read it, and it cannot be granted.`,
      zh: `${item} 属于不予共享，仅限当事单位查询，不能授权。`,
    });
  }
  if (provider === consumer) {
    violations.add('INVALID', ['provider'], {
      en: `${provider} is your own unit, which reads its own data without a grant. Name the unit that holds the data.`,
      zh: `${provider} 是本单位，查询本单位数据无需授权，请填写数据提供单位。`,
    });
  } else if (!isProviderKnown) {
    violations.add('NOT_FOUND', ['provider'], {
      en: `There is no unit ${provider}. Look its code up under agencies.`,
      zh: `不存在单位 ${provider}，请在单位列表中查询代码。`,
    });
  }
  const purposeFault = lineFault(purpose, MAXIMUM_TEXT);
  if (purpose === '') {
    violations.add('REQUIRED', ['purpose'], {
      en: 'The purpose is empty. Say what the data will be read for.',
      zh: '用途为空，请说明数据用途。',
    });
  } else if (purposeFault) {
    violations.add('INVALID', ['purpose'], purposeFault);
  }
  const today = dayOf(at);
  const latest = yearsAfter(today, MAXIMUM_YEARS);
  if (validUntil < today) {
    violations.add('INVALID', ['validUntil'], {
      en: `The last day ${validUntil} has passed. Give one from ${today} on.`,
      zh: `截止日期 ${validUntil} 已过，应为 ${today} 或以后。`,
    });
  } else if (validUntil < validFrom) {
    violations.add('INVALID', ['validUntil'], {
      en: `The last day ${validUntil} lies before the first, ${validFrom}.`,
      zh: `截止日期 ${validUntil} 早于生效日期 ${validFrom}。`,
    });
  } else if (validUntil > latest) {
    violations.add('INVALID', ['validUntil'], {
      en: `The last day ${validUntil} is more than ${MAXIMUM_YEARS} years ahead. Ask until ${latest} at most.`,
      zh: `截止日期 ${validUntil} 超过 ${MAXIMUM_YEARS} 年，最迟为 ${latest}。`,
    });
  }
  checkInstant(violations, at, now);
  return violations;
}

/** That a grant like the one asked for stands already. */
export const alreadyStands: Text = {
  en: 'Your unit has asked for the same item of the same provider for the same purpose, and that request waits or is granted. Look under sharingGrants.',
  zh: '本单位已就同一目录项、同一提供单位和同一用途提出申请，正在审批或已获批准，请查询 sharingGrants。',
};

/** To whoever is no steward of the provider; the same words whether or not there is such a grant. */
export const notTheSteward: Text = {
  en: 'Only a steward of the unit that provides the data decides on its grants and revokes them.',
  zh: '仅数据提供单位的数据管理员可以审批或撤销其共享授权。',
};

/** To the slower of two stewards. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the grant at the same moment. Look at it again.',
  zh: '该授权刚被他人办理，请重新查看。',
};

const STATUS_NAMES = {
  REQUESTED: { en: 'waits for a decision', zh: '待审批' },
  APPROVED: { en: 'is approved', zh: '已批准' },
  REJECTED: { en: 'was rejected', zh: '已驳回' },
  REVOKED: { en: 'was revoked', zh: '已撤销' },
  EXPIRED: { en: 'has expired', zh: '已过期' },
} as const satisfies Record<SharingGrantStatus, Text>;

const POSSIBLE_FROM = {
  REQUESTED: {
    en: 'Only a request that waits can be approved or rejected.',
    zh: '只有待审批的申请可以批准或驳回。',
  },
  APPROVED: { en: 'Only an approved grant can be revoked.', zh: '只有已批准的授权可以撤销。' },
} as const satisfies Record<(typeof STEPS)[SharingGrantStep]['from'], Text>;

/** Every violation of a step that a steward of the provider takes. The grant's status is that of the day of `at`. */
export function checkStep(
  grant: {
    readonly status: StoredStatus;
    readonly valid_until: string;
    readonly requested_at: Date;
    readonly decided_at: Date | null;
  },
  { step, reason, at, now }: { step: SharingGrantStep; reason: string; at: Date; now: Date },
): Violations {
  const violations = new Violations();
  const status = statusOn(grant, dayOf(at));
  const { from } = STEPS[step];
  const previous = grant.decided_at ?? grant.requested_at;
  if (status !== from) {
    violations.add('NOT_ALLOWED_IN_STATE', ['grantId'], {
      en: `The grant ${STATUS_NAMES[status].en}. ${POSSIBLE_FROM[from].en}`,
      zh: `该授权${STATUS_NAMES[status].zh}。${POSSIBLE_FROM[from].zh}`,
    });
  } else {
    checkNotBefore(violations, at, previous);
  }
  checkInstant(violations, at, now);
  const reasonFault = lineFault(reason, MAXIMUM_TEXT);
  if (step === 'REVOKE' && reason === '') {
    violations.add('REQUIRED', ['reason'], {
      en: 'The reason is empty. Tell the consumer why the grant is taken back.',
      zh: '理由为空，请向使用单位说明撤销原因。',
    });
  } else if (reasonFault) {
    violations.add('INVALID', ['reason'], reasonFault);
  }
  return violations;
}
