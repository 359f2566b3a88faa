import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { checkNumber, checkTitle } from '../officers/rules';
import { checkProposalStep, type ProposalStatus, type ProposalStep } from '../proposals';

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

/** A step that a unit takes, with what it is judged by. */
export interface TransferAttempt {
  readonly step: ProposalStep;
  readonly post: NewPost;
  readonly note: string;
  readonly agency: string;
  readonly at: Date;
  readonly now: Date;
  /** When the officer's last step was; null when none is known. */
  readonly lastStep: Date | null;
}

/** Every violation of a step that the unit whose part it is takes. */
export function checkTransferStep(
  transfer: { readonly status: ProposalStatus; readonly proposed_at: Date; readonly to_agency: string },
  { post, agency, lastStep, ...taken }: TransferAttempt,
): Violations {
  const { step, at } = taken;
  const violations = new Violations();
  checkProposalStep(violations, transfer, { ...taken, path: 'transferId', refusalNeedsNote });
  if (step === 'AGREE' && lastStep && lastStep > transfer.proposed_at)
    checkNotBefore(violations, at, lastStep);
  checkPost(violations, post, { isReceiver: step === 'AGREE' && agency === transfer.to_agency });
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
