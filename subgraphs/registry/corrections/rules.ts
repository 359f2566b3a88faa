import { CATALOG, type ItemName, isItemName } from '../../kit/catalog';
import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkWebAddresses } from '../../kit/inputs';
import type { Text } from '../../kit/language';

export type DataCorrectionStatus = 'REQUESTED' | 'ACCEPTED' | 'REJECTED' | 'WITHDRAWN';
export type DataCorrectionStep = 'ACCEPT' | 'REJECT' | 'WITHDRAW';

/** What may be done to a correction, by which of its two units, from which status and into which. */
export const STEPS = {
  ACCEPT: { by: 'provider', from: 'REQUESTED', to: 'ACCEPTED' },
  REJECT: { by: 'provider', from: 'REQUESTED', to: 'REJECTED' },
  WITHDRAW: { by: 'requester', from: 'REQUESTED', to: 'WITHDRAWN' },
} as const satisfies Record<
  DataCorrectionStep,
  { by: 'provider' | 'requester'; from: DataCorrectionStatus; to: DataCorrectionStatus }
>;

const MAXIMUM_ROW_ID = 200;
const MAXIMUM_TEXT = 500;
const MAXIMUM_EVIDENCE = 10;

/** A request with its texts trimmed and its defaults filled in. */
export interface DataCorrectionRequest {
  readonly item: string;
  readonly provider: string;
  readonly coordinate: string;
  readonly rowId: string;
  readonly claim: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly at: Date;
}

/** What a request is judged by. */
interface Circumstances {
  readonly requester: string;
  readonly now: Date;
  readonly isProviderKnown: boolean;
  /** The item that a field belongs to, by the catalog; null when the catalog has no such field. */
  readonly itemOf: (coordinate: string) => ItemName | null;
}

/** Every violation of a request by a unit at `now`. */
export function checkRequest(request: DataCorrectionRequest, circumstances: Circumstances): Violations {
  const { item, provider, coordinate, rowId, claim, reason, evidence, at } = request;
  const { requester, now, isProviderKnown, itemOf } = circumstances;
  const violations = new Violations();
  if (!isItemName(item)) {
    violations.add('NOT_FOUND', ['item'], {
      en: `"${item}" is not in the catalog. Look there for the item's name, like personnel.officer-contact.`,
      zh: `目录中没有“${item}”，请查询目录项名称，例如 personnel.officer-contact。`,
    });
  }
  if (provider === requester) {
    violations.add('INVALID', ['provider'], {
      en: `${provider} is your own unit, which corrects its own data. Name the unit that recorded the row.`,
      zh: `${provider} 是本单位，本单位数据请自行更正，请填写登记该数据的单位。`,
    });
  } else if (!isProviderKnown) {
    violations.add('NOT_FOUND', ['provider'], {
      en: `There is no unit ${provider}. Look its code up under agencies.`,
      zh: `不存在单位 ${provider}，请在单位列表中查询代码。`,
    });
  }
  const actual = itemOf(coordinate);
  if (actual === null) {
    violations.add('NOT_FOUND', ['coordinate'], {
      en: `"${coordinate}" is no field of a row. Look in the catalog for one, like Officer.phone.`,
      zh: `“${coordinate}”不是数据行的信息项，请在目录中查询，例如 Officer.phone。`,
    });
  } else if (isItemName(item) && actual !== item) {
    violations.add('INVALID', ['coordinate'], {
      en: `${coordinate} belongs to ${actual} (${CATALOG[actual].name.en}), not to ${item}.`,
      zh: `${coordinate} 属于目录项 ${actual}（${CATALOG[actual].name.zh}），不属于 ${item}。`,
    });
  }
  checkLine(violations, ['rowId'], rowId, MAXIMUM_ROW_ID, {
    en: 'The row is not named. Give its id or number as the hub answered it.',
    zh: '数据行标识为空，请填写平台返回的标识或编号。',
  });
  checkLine(violations, ['claim'], claim, MAXIMUM_TEXT, {
    en: 'The claim is empty. Say what is wrong and what would be right.',
    zh: '错误说明为空，请说明错误内容和正确内容。',
  });
  checkLine(violations, ['reason'], reason, MAXIMUM_TEXT, {
    en: 'The reason is empty. Say how it is known that the row is wrong.',
    zh: '依据为空，请说明如何得知数据有误。',
  });
  checkWebAddresses(violations, ['evidence'], evidence, MAXIMUM_EVIDENCE);
  checkInstant(violations, at, now);
  return violations;
}

/** That the same unit's request about the same field of the same row waits already. */
export const alreadyWaits: Text = {
  en: 'Your unit has asked the same provider to correct the same field of the same row, and that request waits. Look under dataCorrections.',
  zh: '本单位已就同一提供单位同一数据行的同一信息项申请纠错，正在等待答复，请查询 dataCorrections。',
};

/** To whoever may not take a step; the same words whether or not there is such a correction. */
export const NOT_ALLOWED = {
  provider: {
    en: 'Only a steward of the unit that provides the row answers a request to correct it.',
    zh: '仅数据提供单位的数据管理员可以答复数据纠错。',
  },
  requester: {
    en: 'Only the unit that asked for a correction withdraws it.',
    zh: '仅申请单位可以撤回数据纠错。',
  },
} as const satisfies Record<(typeof STEPS)[DataCorrectionStep]['by'], Text>;

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the correction at the same moment. Look at it again.',
  zh: '该数据纠错刚被他人办理，请重新查看。',
};

const STATUS_NAMES = {
  REQUESTED: { en: 'waits for an answer', zh: '待答复' },
  ACCEPTED: { en: 'was accepted', zh: '已采纳' },
  REJECTED: { en: 'was rejected', zh: '不予采纳' },
  WITHDRAWN: { en: 'was withdrawn', zh: '已撤回' },
} as const satisfies Record<DataCorrectionStatus, Text>;

/** Every violation of a step that one of the correction's units takes. A withdrawal has no note. */
export function checkStep(
  correction: { readonly status: DataCorrectionStatus; readonly requested_at: Date },
  { step, note, at, now }: { step: DataCorrectionStep; note: string; at: Date; now: Date },
): Violations {
  const violations = new Violations();
  const { status, requested_at: requestedAt } = correction;
  if (status !== STEPS[step].from) {
    violations.add('NOT_ALLOWED_IN_STATE', ['correctionId'], {
      en: `The correction ${STATUS_NAMES[status].en}. Only one that waits can be answered or withdrawn.`,
      zh: `该数据纠错${STATUS_NAMES[status].zh}。只有待答复的可以答复或撤回。`,
    });
  } else {
    checkNotBefore(violations, at, requestedAt);
  }
  checkInstant(violations, at, now);
  if (STEPS[step].by === 'provider') {
    checkLine(violations, ['note'], note, MAXIMUM_TEXT, {
      en: 'The note is empty. Tell the requester what was or will be done, or why nothing.',
      zh: '答复说明为空，请说明处理情况或不予采纳的原因。',
    });
  }
  return violations;
}
