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
  /**
   * Months that were over by then and of which something of the attendance was recorded, the first one first; those that
   * are known to have been attended enough may be left out.
   */
  readonly monthsAttended: readonly {
    readonly month: string;
    readonly rate: number | null;
    readonly least: number;
  }[];
  /** Days on which a spot check did not find the officer, who had no leave then, the first one first. */
  readonly absentOn: readonly string[];
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

const percent = (share: number): string => `${Math.floor(share * 100)}%`;

/** The months in which fewer of the working days were attended than is the least. */
export function lowAttendance({ monthsAttended }: PostingFacts): NominalPostingReason | null {
  const low = monthsAttended.flatMap(({ month, rate, least }) =>
    rate !== null && rate < least ? [{ month, rate }] : [],
  );
  if (low.length === 0) return null;
  return {
    code: 'LOW_ATTENDANCE',
    detail: {
      en: `Too few working days were attended: ${low.map(({ month, rate }) => `${percent(rate)} in ${month}`).join(', ')}.`,
      zh: `出勤率过低：${low.map(({ month, rate }) => `${month} 为 ${percent(rate)}`).join('、')}。`,
    },
  };
}

/** The days on which the officer was looked for and not found. */
export function absentAtSpotChecks({ absentOn }: PostingFacts): NominalPostingReason | null {
  if (absentOn.length === 0) return null;
  return {
    code: 'ABSENT_AT_SPOT_CHECK',
    detail: {
      en: `A spot check did not find the officer on ${absentOn.join(', ')}.`,
      zh: `暗访时不在岗：${absentOn.join('、')}。`,
    },
  };
}

/** Why a posting looks like one in name only; none when nothing speaks for it. */
export const reasonsOf = (facts: PostingFacts): NominalPostingReason[] =>
  [missingMonthlyReports(facts), lowAttendance(facts), absentAtSpotChecks(facts)].filter(
    (reason) => reason !== null,
  );
