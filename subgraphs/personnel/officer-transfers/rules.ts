import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { checkNumber, checkTitle } from '../officers/rules';

export type TransferStatus = 'PROPOSED' | 'AGREED' | 'REFUSED' | 'WITHDRAWN';
export type TransferStep = 'AGREE' | 'REFUSE' | 'WITHDRAW';

/** What may be done to a proposal that waits, by the unit that made it or the other one, and what it then is. */
export const TRANSFER_STEPS = {
  AGREE: { by: 'other', to: 'AGREED' },
  REFUSE: { by: 'other', to: 'REFUSED' },
  WITHDRAW: { by: 'proposer', to: 'WITHDRAWN' },
} as const satisfies Record<TransferStep, { by: 'proposer' | 'other'; to: TransferStatus }>;

const MAXIMUM_TEXT = 500;

/** The post that an officer gets, and the number: the unit that takes them names both, and nobody else does. */
export interface NewPost {
  readonly title: string | null;
  readonly number: string | null;
}

/** Adds what is wrong with the post that a unit names, or does not. */
function checkPost(
  violations: Violations,
  { title, number }: NewPost,
  { isReceiver }: { isReceiver: boolean },
): void {
  if (isReceiver) {
    checkTitle(violations, title ?? '');
    if (number !== null) checkNumber(violations, number);
    return;
  }
  for (const [field, value] of Object.entries({ title, number })) {
    if (value === null) continue;
    violations.add('INVALID', [field], {
      en: 'The unit that the officer goes to names the post and the number there. Leave it out.',
      zh: '拟任职务和工号由调入单位填写，请省略。',
    });
  }
}

export interface Proposal extends NewPost {
  readonly to: string;
  readonly reason: string;
  readonly at: Date;
}

/** Every violation of a proposal by one of the two units. */
export function checkProposal(
  { to, title, number, reason, at }: Proposal,
  {
    from,
    proposer,
    knows,
    now,
    lastStep,
  }: { from: string; proposer: string; knows: boolean; now: Date; lastStep: Date | null },
): Violations {
  const violations = new Violations();
  if (to === from) {
    violations.add('INVALID', ['toAgency'], {
      en: `The officer is of ${to} already. A transfer leads to another unit.`,
      zh: `该干部已在 ${to} 任职，调动须调往其他单位。`,
    });
  } else if (!knows) {
    violations.add('NOT_FOUND', ['toAgency'], {
      en: `There is no unit ${to}. Look its code up under agencies.`,
      zh: `不存在单位 ${to}，请在单位列表中查询代码。`,
    });
  }
  checkPost(violations, { title, number }, { isReceiver: proposer === to });
  checkLine(violations, ['reason'], reason, MAXIMUM_TEXT, {
    en: 'The reason is empty. Tell the other unit why the officer should go.',
    zh: '调动原因为空，请向对方单位说明。',
  });
  checkInstant(violations, at, now);
  if (lastStep) checkNotBefore(violations, at, lastStep);
  return violations;
}

const STATUS_NAMES = {
  PROPOSED: { en: 'waits for an answer', zh: '待答复' },
  AGREED: { en: 'was agreed to', zh: '已同意' },
  REFUSED: { en: 'was refused', zh: '不同意' },
  WITHDRAWN: { en: 'was taken back', zh: '已撤回' },
} as const satisfies Record<TransferStatus, Text>;

/** Every violation of a step that the unit whose part it is takes. */
export function checkTransferStep(
  transfer: { readonly status: TransferStatus; readonly proposed_at: Date; readonly to_agency: string },
  {
    step,
    post,
    note,
    agency,
    at,
    now,
    lastStep,
  }: {
    step: TransferStep;
    post: NewPost;
    note: string;
    agency: string;
    at: Date;
    now: Date;
    lastStep: Date | null;
  },
): Violations {
  const violations = new Violations();
  const { status } = transfer;
  if (status !== 'PROPOSED') {
    violations.add('NOT_ALLOWED_IN_STATE', ['transferId'], {
      en: `The proposal ${STATUS_NAMES[status].en}. Only one that waits is answered or taken back.`,
      zh: `该调动提议${STATUS_NAMES[status].zh}，只有待答复的可以答复或撤回。`,
    });
  } else {
    checkNotBefore(violations, at, transfer.proposed_at);
    if (step === 'AGREE' && lastStep && lastStep > transfer.proposed_at)
      checkNotBefore(violations, at, lastStep);
  }
  checkPost(violations, post, { isReceiver: step === 'AGREE' && agency === transfer.to_agency });
  checkInstant(violations, at, now);
  checkLine(violations, ['note'], note, MAXIMUM_TEXT, step === 'REFUSE' ? refusalNeedsNote : undefined);
  return violations;
}

const refusalNeedsNote: Text = {
  en: 'The note is empty. Tell the other unit why the officer does not go.',
  zh: '答复说明为空，请向对方单位说明不同意的原因。',
};

export const NOT_ALLOWED = {
  proposer: {
    en: 'Only the unit that proposed a transfer takes it back.',
    zh: '仅提议单位可以撤回调动提议。',
  },
  other: {
    en: 'Only the other of the two units answers: an officer goes when both want it.',
    zh: '调动须双方单位同意，仅对方单位可以答复。',
  },
} as const satisfies Record<'proposer' | 'other', Text>;

export const betweenOthers: Text = {
  en: "A transfer is proposed by the officer's own unit, or by the unit that the officer is to go to.",
  zh: '调动由干部所在单位或调入单位提议。',
};

export const oneWaits: Text = {
  en: 'A transfer of the officer between these units waits for an answer. Answer it, or have it taken back, first.',
  zh: '该干部在两单位之间已有待答复的调动提议，请先答复或撤回。',
};

export const noSuchTransfer: Text = {
  en: 'There is no such proposal. Take the id from officerTransfers.',
  zh: '不存在该调动提议，请从 officerTransfers 中获取标识。',
};

export const transferMeanwhile: Text = {
  en: 'Someone else answered the proposal at the same moment. Look at it again.',
  zh: '该调动提议刚被他人办理，请重新查看。',
};

export const hasLeft: Text = {
  en: 'The officer has left the unit since. Refuse the proposal, or take it back.',
  zh: '该干部已不在原单位，请不同意或撤回该提议。',
};

export const isPosted: Text = {
  en: 'The officer has a posting that is planned or under way. Transfer them when it has been completed or recalled.',
  zh: '该干部有待接收或进行中的挂职，请在挂职结束或召回后办理调动。',
};

export const numberIsTaken: Text = {
  en: 'Another officer of the unit has this number. Give another one.',
  zh: '本单位其他干部已使用该工号，请另行填写。',
};
