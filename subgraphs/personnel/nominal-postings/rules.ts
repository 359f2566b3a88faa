import type { Text } from '../../kit/language';

/*
 * 空挂、虚挂: a posting that stands on paper while the officer is elsewhere. Each reason is computed from what is known of
 * one posting as of one day. A further reason is a code, the facts that it goes by, and a line in `reasonsOf`.
 */

export type NominalPostingReasonCode = 'MISSING_MONTHLY_REPORT' | 'LOW_ATTENDANCE' | 'ABSENT_AT_SPOT_CHECK';

/** What is known of a posting as of a day. */
export interface PostingFacts {
  /** Months `YYYY-MM` whose report was due by that day, the first one first. */
  readonly monthsDue: readonly string[];
  /** Months whose report had been submitted by then, whatever became of it. */
  readonly monthsReported: ReadonlySet<string>;
}

export interface NominalPostingReason {
  readonly code: NominalPostingReasonCode;
  /** What was found, for people. */
  readonly detail: Text;
}

/** The months whose report is due and was not submitted. */
export function missingMonthlyReports({
  monthsDue,
  monthsReported,
}: PostingFacts): NominalPostingReason | null {
  const missing = monthsDue.filter((month) => !monthsReported.has(month));
  if (missing.length === 0) return null;
  return {
    code: 'MISSING_MONTHLY_REPORT',
    detail: {
      en: `No monthly report was submitted for ${missing.join(', ')}.`,
      zh: `未提交月度汇报：${missing.join('、')}。`,
    },
  };
}

/** Why a posting looks like one in name only; none when nothing speaks for it. */
export const reasonsOf = (facts: PostingFacts): NominalPostingReason[] =>
  [missingMonthlyReports(facts)].filter((reason) => reason !== null);
