import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { addDays, dayOf, lastDayOf } from '../../kit/time';
import { attendanceOfMonths } from '../attendance/month';
import { attendanceRate } from '../attendance/rules';
import { readPolicies } from '../policies';
import { daysInMonth, monthsOf, reportDueOn } from '../reports/rules';
import { reportedMonths } from '../reports/store';
import type { SecondmentRow } from '../secondments/store';
import { absences } from '../supervision/store';
import type { PostingFacts } from './rules';

/** For how many months that are over attendance is looked at. */
const MONTHS_BACK = 12;

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
  const policy = await readPolicies(
    db,
    ['MONTHLY_REPORT_DUE_DAY', 'MONTH_COUNTS_FROM_DAYS', 'LOW_ATTENDANCE_BELOW'],
    places,
  );
  const reported = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  for (const { secondment, month } of await reportedMonths(db, ids, on)) reported.get(secondment)?.add(month);
  const last = addDays(`${on.slice(0, 7)}-01`, -1).slice(0, 7);
  const first = monthsBefore(last, MONTHS_BACK - 1);
  const attendanceOf = await attendanceOfMonths(db, postings, { first, last });
  const absentOn = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { secondment, at } of await absences(db, ids, on)) absentOn.get(secondment)?.push(dayOf(at));

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
      monthsAttended: monthsOf(posting, lastDayOf(last))
        .filter((month) => month >= first)
        .map((month) => attendanceOf(posting, month))
        // Of a month of which nothing was recorded nothing is known.
        .filter(({ days }) => days.some(({ sheet, checkIn }) => sheet !== null || checkIn !== null))
        .map((attended) => ({
          ...{ month: attended.month, rate: attendanceRate(attended) },
          least: policy('LOW_ATTENDANCE_BELOW', place, lastDayOf(attended.month)),
        })),
      absentOn: absentOn.get(posting.id) ?? [],
    };
  };
}

/** The month so many months before another. */
function monthsBefore(month: string, count: number): string {
  let found = month;
  for (let left = count; left > 0; left -= 1) found = addDays(`${found}-01`, -1).slice(0, 7);
  return found;
}
