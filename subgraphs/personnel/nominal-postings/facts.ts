import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import { readPolicies } from '../policies';
import { daysInMonth, monthsOf, reportDueOn } from '../reports/rules';
import { reportedMonths } from '../reports/store';
import type { SecondmentRow } from '../secondments/store';
import type { PostingFacts } from './rules';

/**
 * What is known of each posting as of a day: a fixed number of statements, whatever the number of postings. Every kind of
 * reason adds what it goes by.
 */
export async function factsOf(
  db: Db,
  postings: readonly SecondmentRow[],
  on: string,
): Promise<(posting: SecondmentRow) => PostingFacts> {
  const ids = postings.map(({ id }) => id);
  const places = postings.map(({ host_agency }) => jurisdictionOfAgency(host_agency));
  const policy = await readPolicies(db, ['MONTHLY_REPORT_DUE_DAY', 'MONTH_COUNTS_FROM_DAYS'], places);
  const reported = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  for (const { secondment, month } of await reportedMonths(db, ids, on)) reported.get(secondment)?.add(month);

  return (posting) => {
    const place = jurisdictionOfAgency(posting.host_agency);
    const isDue = (month: string) => {
      const day = lastDayOf(month);
      const counts = daysInMonth(posting, month) >= policy('MONTH_COUNTS_FROM_DAYS', place, day);
      return counts && reportDueOn(month, policy('MONTHLY_REPORT_DUE_DAY', place, day)) < on;
    };
    return {
      monthsDue: monthsOf(posting, on).filter(isDue),
      monthsReported: reported.get(posting.id) ?? new Set(),
    };
  };
}
