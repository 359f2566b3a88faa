import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import type { PostingInPost } from '../conduct/rules';
import { halfOf } from '../leave/rules';
import { leaveTaken } from '../leave/store';
import { secondmentsById } from '../secondments/store';
import { type AttendanceDay, type AttendanceFigures, attendanceOf } from './rules';
import { type AttendanceSheetRow, type CheckInRow, checkInsIn, sheetsIn } from './store';

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
  const sheets = grouped(await sheetsIn(db, secondments, month));
  const checkIns = grouped(await checkInsIn(db, secondments, month));
  const leave = grouped(
    await leaveTaken(db, secondments, {
      ...{ from: halfOf(`${month}-01`, false), to: halfOf(lastDayOf(month), true) },
    }),
  );
  const calendar = await loadWorkingCalendar(db);
  return new Map(
    postings.map((posting) => {
      const { id } = posting;
      const own = sheets.get(id) ?? [];
      const figures = attendanceOf(
        {
          posting: { ...posting, stints: [], isParty: true } satisfies PostingInPost,
          month,
          sheetDays: own.flatMap(({ days }) => days),
          checkIns: checkIns.get(id) ?? [],
          leave: (leave.get(id) ?? []).map(({ starts_half, ends_half }) => ({
            ...{ from: starts_half, to: ends_half },
          })),
        },
        calendar,
      );
      return [id, { secondment: id, month, sheets: own, ...figures }];
    }),
  );
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
