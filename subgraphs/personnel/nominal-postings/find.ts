import { badInput } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { type ConductScope, conductOnDay, type SecondmentRow } from '../secondments/store';
import { factsOf } from './facts';
import { type NominalPostingReason, reasonsOf } from './rules';

export type FoundReason = NominalPostingReason;

export interface NominalPosting {
  readonly posting: SecondmentRow;
  readonly on: string;
  readonly reasons: readonly NominalPostingReason[];
}

const MAXIMUM = 1_000;

/** The postings that look like ones in name only as of a day, those with most reasons first. */
export async function findNominalPostings(
  { db, now }: PersonnelContext,
  { on: asked, ...scope }: ConductScope & { on?: string | null },
): Promise<NominalPosting[]> {
  const today = dayOf(now);
  const on = asked ?? today;
  if (on > today) {
    throw badInput({
      en: `${on} has not come. Ask as of a day that has.`,
      zh: `${on} 尚未到来，请查询已过日期的情况。`,
    });
  }
  const postings = await conductOnDay(db, scope, { day: on, today });
  const factsFor = await factsOf(db, postings, on);
  const alerts = postings
    .map((posting) => ({ posting, on, reasons: reasonsOf(factsFor(posting)) }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => b.reasons.length - a.reasons.length || (a.posting.id < b.posting.id ? -1 : 1));
  if (alerts.length > MAXIMUM) {
    throw badInput({
      en: `There are ${alerts.length} alerts; at most ${MAXIMUM} are given. Narrow the question by place or program.`,
      zh: `共有 ${alerts.length} 条预警，最多返回 ${MAXIMUM} 条，请按地区或项目缩小范围。`,
    });
  }
  return alerts;
}
