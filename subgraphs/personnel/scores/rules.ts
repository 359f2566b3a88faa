import type { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';

export type ScoreCriterion = 'RESIDENCE' | 'ATTENDANCE' | 'DISCIPLINE' | 'DUTY';

/** What was taken off a week's 100 points, and why. */
export interface Deduction {
  readonly criterion: ScoreCriterion;
  readonly points: number;
  readonly reason: string;
}

export const FULL_SCORE = 100;

/** What the deductions of a week take off. */
export const deductedBy = (deductions: readonly Deduction[]): number =>
  deductions.reduce((sum, { points }) => sum + points, 0);

const MAXIMUM_DEDUCTIONS = 50;
const MAXIMUM_REASON = 200;
const isHalf = (points: number): boolean => Number.isInteger(points * 2);

/** What is wrong with the deductions of a week. */
export function checkDeductions(violations: Violations, deductions: readonly Deduction[]): void {
  if (deductions.length > MAXIMUM_DEDUCTIONS) {
    violations.add('LIMIT_EXCEEDED', ['deductions'], {
      en: `There are ${deductions.length} deductions; at most ${MAXIMUM_DEDUCTIONS} are kept.`,
      zh: `共有 ${deductions.length} 项扣分，上限为 ${MAXIMUM_DEDUCTIONS} 项。`,
    });
    return;
  }
  for (const [i, { points, reason }] of deductions.entries()) {
    if (!(points > 0 && points <= FULL_SCORE && isHalf(points))) {
      violations.add('INVALID', ['deductions', i, 'points'], {
        en: `A deduction is 0.5 to 100 points in halves, and this one is ${points}.`,
        zh: `每项扣分为 0.5 至 100 分，以 0.5 分为单位，而此项为 ${points}。`,
      });
    }
    checkLine(violations, ['deductions', i, 'reason'], reason, MAXIMUM_REASON, {
      en: 'The reason is empty. Say what the points were taken off for.',
      zh: '扣分原因为空，请说明。',
    });
  }
  const sum = deductedBy(deductions);
  if (sum > FULL_SCORE) {
    violations.add('INVALID', ['deductions'], {
      en: `The deductions are ${sum} points together; a week has ${FULL_SCORE}.`,
      zh: `扣分合计 ${sum} 分，而每周满分为 ${FULL_SCORE} 分。`,
    });
  }
}

export const areSameDeductions = (a: readonly Deduction[], b: readonly Deduction[]): boolean =>
  a.length === b.length &&
  a.every(({ criterion, points, reason }, i) => {
    const other = b[i];
    return criterion === other?.criterion && points === other.points && reason === other.reason;
  });

export const checkReason = (violations: Violations, reason: string): void =>
  checkLine(violations, ['reason'], reason, 500, {
    en: 'The reason is empty. Say why this takes the place of what stands.',
    zh: '原因为空，请说明更正原因。',
  });

export const isScored: Text = {
  en: 'This week was scored otherwise. Correct that score, with a reason.',
  zh: '该周已有不同的考评，请更正原考评并说明原因。',
};

export const saysTheSame: Text = {
  en: 'The score has just these deductions already. There is nothing to correct.',
  zh: '扣分与现有考评相同，无需更正。',
};

export const noSuchScore: Text = {
  en: 'There is no such weekly score. Take the id from the scores of a posting.',
  zh: '不存在该周考评，请从挂职考评中获取标识。',
};

export const anotherWasFaster: Text = {
  en: 'Someone else changed the score at the same moment. Look at it again.',
  zh: '该考评刚被他人更正，请重新查看。',
};

/** The week has not begun: there is nothing to score. */
export const hasNotBegun: Text = {
  en: 'This week has not begun. Score it when it is over.',
  zh: '该周尚未开始，请在该周结束后考评。',
};
