import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { lastDayOf } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';
import type { PostingInPost } from '../conduct/rules';
import { groupedBy } from '../grouping';
import { halfOf } from '../leave/rules';
import { leaveTaken } from '../leave/store';
import { type SecondmentRow, secondmentsById } from '../secondments/store';
import { type AttendanceDay, type AttendanceFigures, attendanceOf, weeksTouching } from './rules';
import {
  type AttendanceSheetRow,
  type CheckInDayRow,
  type CheckInRow,
  checkInDaysIn,
  checkInsIn,
  type Months,
  type SheetDaysRow,
  sheetDaysIn,
  sheetsIn,
} from './store';

export type AttendanceDayOfPhone = AttendanceDay<CheckInRow>;

/** A posting's month of attendance: what both channels say, and the figures that follow. */
export interface MonthOfPosting<Sheet, CheckIn extends CheckInDayRow> extends AttendanceFigures<CheckIn> {
  readonly secondment: string;
  readonly month: string;
  readonly sheets: readonly Sheet[];
}

/** The same with all that was recorded. */
export type PostingMonth = MonthOfPosting<AttendanceSheetRow, CheckInRow>;

/** How the two channels are read: as they were recorded, or just what they say. */
interface Channels<Sheet, CheckIn> {
  readonly sheets: (db: Db, secondments: readonly string[], months: Months) => Promise<Sheet[]>;
  readonly checkIns: (db: Db, secondments: readonly string[], months: Months) => Promise<CheckIn[]>;
}
export const RECORDED: Channels<AttendanceSheetRow, CheckInRow> = { sheets: sheetsIn, checkIns: checkInsIn };
/** For many postings at once. */
export const SAID: Channels<SheetDaysRow, CheckInDayRow> = { sheets: sheetDaysIn, checkIns: checkInDaysIn };

/** The attendance of postings in a month: five statements, whatever their number. */
export async function attendanceIn(
  db: Db,
  secondments: readonly string[],
  month: string,
): Promise<Map<string, PostingMonth>> {
  const postings = await secondmentsById(db, secondments);
  const calendar = await loadWorkingCalendar(db);
  const months = { first: month, last: month };
  const { monthOf } = await attendanceOfMonths(db, postings, { months, calendar, channels: RECORDED });
  return new Map(postings.map((posting) => [posting.id, monthOf(posting, month)]));
}

/** The attendance of postings in any of some months: three statements, whatever their number. */
export async function attendanceOfMonths<Sheet extends SheetDaysRow, CheckIn extends CheckInDayRow>(
  db: Db,
  postings: readonly SecondmentRow[],
  {
    months,
    calendar,
    channels,
  }: { months: Months; calendar: WorkingCalendar; channels: Channels<Sheet, CheckIn> },
): Promise<{
  monthOf: (posting: SecondmentRow, month: string) => MonthOfPosting<Sheet, CheckIn>;
  /** Whether either channel says anything of a posting in a month. */
  isRecorded: (posting: SecondmentRow, month: string) => boolean;
}> {
  const ids = postings.map(({ id }) => id);
  const sheets = groupedBy(await channels.sheets(db, ids, months), ({ secondment }) => secondment);
  const checkIns = groupedBy(
    await channels.checkIns(db, ids, months),
    ({ secondment, day }) => `${secondment} ${day.slice(0, 7)}`,
  );
  const leave = groupedBy(
    await leaveTaken(db, ids, {
      ...{ from: halfOf(`${months.first}-01`, false), to: halfOf(lastDayOf(months.last), true) },
    }),
    ({ secondment }) => secondment,
  );
  const sheetsOf = (id: string, month: string) => {
    const { from, to } = weeksTouching(month);
    return (sheets.get(id) ?? []).filter(({ week_of: week }) => from <= week && week <= to);
  };
  return {
    isRecorded: ({ id }, month) =>
      checkIns.has(`${id} ${month}`) ||
      sheetsOf(id, month).some(({ days }) => days.some(({ date }) => date.startsWith(month))),
    monthOf: (posting, month) => {
      const { id } = posting;
      const own = sheetsOf(id, month);
      const figures = attendanceOf(
        {
          posting: { ...posting, stints: [], isParty: true } satisfies PostingInPost,
          month,
          sheetDays: own.flatMap(({ days }) => days),
          checkIns: checkIns.get(`${id} ${month}`) ?? [],
          leave: (leave.get(id) ?? []).map(({ starts_half, ends_half }) => ({
            ...{ from: starts_half, to: ends_half },
          })),
        },
        calendar,
      );
      return { secondment: id, month, sheets: own, ...figures };
    },
  };
}
