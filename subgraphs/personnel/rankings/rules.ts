import type { Text } from '../../kit/language';

export type RankingList = 'RED' | 'BLACK';

/** A posting's month: the sum of its weeks. */
export interface MonthlyTotal {
  readonly secondment: string;
  readonly total: number;
  /** How many deductions its weeks have. */
  readonly deductions: number;
  readonly weeks: number;
}

export interface RankedTotal extends MonthlyTotal {
  readonly rank: number;
  readonly list: RankingList | null;
}

const ON_A_LIST = 3;

/**
 * The ranking of a month: the higher total first, then fewer deductions, then who was posted earlier, then the id, so that
 * it is the same however it was computed. The first three are on the red list; of the others the last three on the black
 * one, so that nobody is on both: with four there is one on the black list, with three nobody.
 */
export function rank(totals: readonly (MonthlyTotal & { readonly starts_on: string })[]): RankedTotal[] {
  const ordered = [...totals].sort(
    (a, b) =>
      b.total - a.total ||
      a.deductions - b.deductions ||
      inOrder(a.starts_on, b.starts_on) ||
      inOrder(a.secondment, b.secondment),
  );
  const blackFrom = Math.max(ON_A_LIST, ordered.length - ON_A_LIST);
  return ordered.map(({ secondment, total, deductions, weeks }, i) => ({
    ...{ secondment, total, deductions, weeks, rank: i + 1 },
    list: listAt(i, blackFrom),
  }));
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function listAt(position: number, blackFrom: number): RankingList | null {
  if (position < ON_A_LIST) return 'RED';
  return position >= blackFrom ? 'BLACK' : null;
}

export const notTheOverseer: Text = {
  en: 'A ranking is published by a government, or an organization department, of the place or of one above it.',
  zh: '排名由该地或其上级的政府、组织部门发布。',
};

export const monthNotOver: Text = {
  en: 'The month is not over. Publish its ranking when every week has been scored.',
  zh: '该月尚未结束，请在各周考评完成后发布。',
};

export const nothingToRank: Text = {
  en: 'No week of this month has been scored in this place. Record the scores first.',
  zh: '该地该月没有周考评，请先登记考评。',
};

export const needsReason: Text = {
  en: 'A ranking of this month was published. Say why a new edition takes its place.',
  zh: '该月排名已发布，请说明发布新一期的原因。',
};

export const needsNoReason: Text = {
  en: 'This is the first edition, which corrects nothing. Leave the reason out.',
  zh: '此为首次发布，无需填写更正原因。',
};

export const anotherWasFaster: Text = {
  en: 'Someone else published a ranking of this month at the same moment. Look at that first.',
  zh: '该月排名刚由他人发布，请先查看。',
};
