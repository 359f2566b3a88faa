import { jurisdictionOfAgency } from '../../kit/agency-code';
import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { addDays, dayOf, lastDayOf } from '../../kit/time';
import { attendanceOfMonths, SAID } from '../attendance/month';
import { attendanceRate } from '../attendance/rules';
import { leastAttended, type Months } from '../attendance/store';
import { groupedBy } from '../grouping';
import { type PolicyReader, readPolicies } from '../policies';
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
  const places = [...new Set(postings.map(({ host_agency }) => jurisdictionOfAgency(host_agency)))];
  const policy = await readPolicies(
    db,
    ['MONTHLY_REPORT_DUE_DAY', 'MONTH_COUNTS_FROM_DAYS', 'LOW_ATTENDANCE_BELOW'],
    places,
  );
  const reported = groupedBy(await reportedMonths(db, ids, { by: on }), ({ secondment }) => secondment);
  const last = addDays(`${on.slice(0, 7)}-01`, -1).slice(0, 7);
  const first = monthsBefore(last, MONTHS_BACK - 1);
  const lowMonths = await monthsToWeigh(db, postings, { first, last }, policy);
  const absent = groupedBy(await absences(db, ids, on), ({ secondment }) => secondment);

  return (posting) => {
    const place = jurisdictionOfAgency(posting.host_agency);
    const isDue = (month: string) => {
      const day = lastDayOf(month);
      const counts = daysInMonth(posting, month) >= policy('MONTH_COUNTS_FROM_DAYS', place, day);
      return counts && reportDueOn(month, policy('MONTHLY_REPORT_DUE_DAY', place, day)) < on;
    };
    return {
      monthsDue: monthsOf(posting, on).filter(isDue),
      monthsReported: new Set((reported.get(posting.id) ?? []).map(({ month }) => month)),
      monthsAttended: lowMonths(posting),
      absentOn: (absent.get(posting.id) ?? []).map(({ at }) => dayOf(at)),
    };
  };
}

/**
 * The months of each posting in which too little may have been attended. What the sheets alone clear is not weighed any
 * further: of thousands of postings that is nearly all, and what the phones said of them is never read.
 */
async function monthsToWeigh(
  db: Db,
  postings: readonly SecondmentRow[],
  months: Months,
  policy: PolicyReader,
): Promise<(posting: SecondmentRow) => PostingFacts['monthsAttended']> {
  const calendar = await loadWorkingCalendar(db);
  const workingDays: string[] = [];
  for (let day = `${months.first}-01`; day <= lastDayOf(months.last); day = addDays(day, 1)) {
    if (calendar.isWorkingDay(day)) workingDays.push(day);
  }
  const perMonth = groupedBy(workingDays, (day) => day.slice(0, 7));
  const least = ({ host_agency }: SecondmentRow, month: string) =>
    policy('LOW_ATTENDANCE_BELOW', jurisdictionOfAgency(host_agency), lastDayOf(month));
  const ids = postings.map(({ id }) => id);
  const attended = new Map(
    (await leastAttended(db, ids, { ...months, workingDays })).map(({ secondment, month, days }) => [
      ...([`${secondment} ${month}`, days] as const),
    ]),
  );
  const isCleared = (posting: SecondmentRow, month: string) =>
    (attended.get(`${posting.id} ${month}`) ?? -1) >=
    least(posting, month) * (perMonth.get(month)?.length ?? 0);
  const open = new Map(
    postings.map((posting) => [
      posting.id,
      monthsOf(posting, lastDayOf(months.last)).filter(
        (month) => month >= months.first && !isCleared(posting, month),
      ),
    ]),
  );
  const { monthOf, isRecorded } = await attendanceOfMonths(
    db,
    postings.filter(({ id }) => open.get(id)?.length),
    { months, calendar, channels: SAID },
  );
  return (posting) =>
    (open.get(posting.id) ?? [])
      // Of a month of which nothing was recorded nothing is known.
      .filter((month) => isRecorded(posting, month))
      .map((month) => ({
        ...{ month, rate: attendanceRate(monthOf(posting, month)), least: least(posting, month) },
      }));
}

/** The month so many months before another. */
function monthsBefore(month: string, count: number): string {
  let found = month;
  for (let left = count; left > 0; left -= 1) found = addDays(`${found}-01`, -1).slice(0, 7);
  return found;
}
