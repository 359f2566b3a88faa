import type { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays } from '../../kit/time';
import { checkStints, MAXIMUM_NOTE, type PostingAtHand, type Stint } from '../secondments/rules';

export interface Proposal {
  readonly endsOn: string;
  readonly stints: readonly Stint[];
  readonly reason: string;
}

/** Adds what is wrong with a proposal to extend a posting whose stints end on `stintsEndOn` (null without any). */
export function checkProposal(
  violations: Violations,
  posting: PostingAtHand,
  { endsOn, stints, reason }: Proposal,
  { stintsEndOn, knows }: { stintsEndOn: string | null; knows: (agency: string) => boolean },
): void {
  if (endsOn <= posting.ends_on) {
    violations.add('INVALID', ['endsOn'], {
      en: `The posting runs until ${posting.ends_on}. An extension ends after that.`,
      zh: `挂职期限至 ${posting.ends_on}，延期后的结束日期须晚于该日。`,
    });
  }
  checkStints(violations, stints, {
    home: posting.home_agency,
    days: { startsOn: posting.starts_on, endsOn },
    firstDay: addDays(stintsEndOn ?? posting.ends_on, 1),
    knows,
  });
  checkLine(violations, ['reason'], reason, MAXIMUM_NOTE, {
    en: 'The reason is empty. Tell the other unit why the posting should go on.',
    zh: '延期原因为空，请向对方单位说明。',
  });
}

export const refusalNeedsNote: Text = {
  en: 'The note is empty. Tell the other unit why the posting does not go on.',
  zh: '答复说明为空，请向对方单位说明不同意的原因。',
};

export const NOT_ALLOWED = {
  proposer: {
    en: 'Only the unit that proposed an extension takes it back.',
    zh: '仅提议单位可以撤回延期提议。',
  },
  other: {
    en: 'Only the other of the two units answers: the home unit and the host unit extend a posting together.',
    zh: '延期须派出单位与接收单位共同同意，仅对方单位可以答复。',
  },
} as const satisfies Record<'proposer' | 'other', Text>;

export const oneWaits: Text = {
  en: 'An extension of the posting is waiting for an answer. Answer it, or have it taken back, first.',
  zh: '该挂职已有待答复的延期提议，请先答复或撤回。',
};

export const noSuchExtension: Text = {
  en: 'There is no such proposal. Take the id from the extensions of the posting.',
  zh: '不存在该延期提议，请从挂职的延期记录中获取标识。',
};

export const extensionMeanwhile: Text = {
  en: 'The posting or the proposal changed at the same moment. Look at it again.',
  zh: '该挂职或延期提议刚被他人办理，请重新查看。',
};
