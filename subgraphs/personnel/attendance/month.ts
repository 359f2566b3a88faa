import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import type { PostingInPost } from '../conduct/rules';
import { halfOf } from '../leave/rules';
import { leaveTaken } from '../leave/store';
import { type SecondmentRow, secondmentsById } from '../secondments/store';
import { type AttendanceDay, type AttendanceFigures, attendanceOf, weeksTouching } from './rules';
import { type AttendanceSheetRow, type CheckInRow, checkInsIn, type Months, sheetsIn } from './store';

export type AttendanceDayOfPhone = AttendanceDay<CheckInRow>;

/** A posting's month of attendance: what both channels say, and the figures that follow. */
export interface PostingMonth extends AttendanceFigures<CheckInRow> {
  readonly secondment: string;
  readonly month: string;
  readonly sheets: readonly AttendanceSheetRow[];
}

/** The attendance of postings in a month: five statements, whatever their number. */
export async function attendanceIn(
  db: Db,
  secondments: readonly string[],
  month: string,
): Promise<Map<string, PostingMonth>> {
  const postings = await secondmentsById(db, secondments);
  const monthOf = await attendanceOfMonths(db, postings, { first: month, last: month });
  return new Map(postings.map((posting) => [posting.id, monthOf(posting, month)]));
}

/** The attendance of postings in any of some months: four statements, whatever their number. */
export async function attendanceOfMonths(
  db: Db,
  postings: readonly SecondmentRow[],
  months: Months,
): Promise<(posting: SecondmentRow, month: string) => PostingMonth> {
  const ids = postings.map(({ id }) => id);
  const sheets = grouped(await sheetsIn(db, ids, months));
  const checkIns = grouped(await checkInsIn(db, ids, months));
  const leave = grouped(
    await leaveTaken(db, ids, {
      ...{ from: halfOf(`${months.first}-01`, false), to: halfOf(lastDayOf(months.last), true) },
    }),
  );
  const calendar = await loadWorkingCalendar(db);
  return (posting, month) => {
    const { id } = posting;
    const { from, to } = weeksTouching(month);
    const own = (sheets.get(id) ?? []).filter(({ week_of: week }) => from <= week && week <= to);
    const figures = attendanceOf(
      {
        posting: { ...posting, stints: [], isParty: true } satisfies PostingInPost,
        month,
        sheetDays: own.flatMap(({ days }) => days),
        checkIns: (checkIns.get(id) ?? []).filter(({ day }) => day.startsWith(month)),
        leave: (leave.get(id) ?? []).map(({ starts_half, ends_half }) => ({
          ...{ from: starts_half, to: ends_half },
        })),
      },
      calendar,
    );
    return { secondment: id, month, sheets: own, ...figures };
  };
}

function grouped<Row extends { secondment: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.secondment);
    if (group) group.push(row);
    else groups.set(row.secondment, [row]);
  }
  return groups;
}
