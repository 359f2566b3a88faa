import type { Violations } from '../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../kit/inputs';
import type { Text } from '../kit/language';

/* What one of two units proposes and the other answers: extensions of postings, transfers of officers. */

export type ProposalStatus = 'PROPOSED' | 'AGREED' | 'REFUSED' | 'WITHDRAWN';
export type ProposalStep = 'AGREE' | 'REFUSE' | 'WITHDRAW';

/** What may be done to a proposal that waits, by the unit that made it or the other one, and what it then is. */
export const PROPOSAL_STEPS = {
  AGREE: { by: 'other', to: 'AGREED' },
  REFUSE: { by: 'other', to: 'REFUSED' },
  WITHDRAW: { by: 'proposer', to: 'WITHDRAWN' },
} as const satisfies Record<ProposalStep, { by: 'proposer' | 'other'; to: ProposalStatus }>;

const STATUS_NAMES = {
  PROPOSED: { en: 'waits for an answer', zh: '待答复' },
  AGREED: { en: 'was agreed to', zh: '已同意' },
  REFUSED: { en: 'was refused', zh: '不同意' },
  WITHDRAWN: { en: 'was taken back', zh: '已撤回' },
} as const satisfies Record<ProposalStatus, Text>;

const MAXIMUM_NOTE = 500;

/** Adds what is wrong with a step that the unit whose part it is takes. `refusalNeedsNote` is said when that is missing. */
export function checkProposalStep(
  violations: Violations,
  proposal: { readonly status: ProposalStatus; readonly proposed_at: Date },
  {
    step,
    note,
    at,
    now,
    path,
    refusalNeedsNote,
  }: { step: ProposalStep; note: string; at: Date; now: Date; path: string; refusalNeedsNote: Text },
): void {
  if (proposal.status !== 'PROPOSED') {
    const { en, zh } = STATUS_NAMES[proposal.status];
    violations.add('NOT_ALLOWED_IN_STATE', [path], {
      en: `The proposal ${en}. Only one that waits is answered or taken back.`,
      zh: `该提议${zh}，只有待答复的可以答复或撤回。`,
    });
  } else {
    checkNotBefore(violations, at, proposal.proposed_at);
  }
  checkInstant(violations, at, now);
  checkLine(violations, ['note'], note, MAXIMUM_NOTE, step === 'REFUSE' ? refusalNeedsNote : undefined);
}
