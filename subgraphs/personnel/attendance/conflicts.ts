import { loadWorkingCalendar } from '../../kit/calendar-days';
import { type Connection, type Keyset, type PageArgs, pageOfAll } from '../../kit/connection';
import { lastDayOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { type ConductScope, conductBetween } from '../secondments/store';
import { attendanceOfMonths, type MonthOfPosting, SAID } from './month';
import type { AttendanceConflictKind } from './rules';
import type { CheckInDayRow } from './store';

/** A day of a posting on which the two channels say different things. */
export interface DayConflict {
  readonly date: string;
  readonly secondment: string;
  readonly kind: AttendanceConflictKind;
}

const BY_DAY = {
  ...{ name: 'attendanceConflicts', columns: ['date', 'secondment'], direction: 'asc', maximum: 200 },
} as const satisfies Keyset;

/** The conflicts of a posting's month, the earliest first. */
export const conflictsIn = ({
  secondment,
  days,
}: Pick<MonthOfPosting<unknown, CheckInDayRow>, 'secondment' | 'days'>): DayConflict[] =>
  days.flatMap(({ date, conflict: kind }) => (kind ? [{ date, secondment, kind }] : []));

/** A page of the conflicts of a month of postings to whose conduct the viewer is a party: a fixed number of statements. */
export async function conflictsOf(
  context: PersonnelContext,
  {
    month,
    kind,
    first,
    after,
    ...scope
  }: ConductScope & PageArgs & { month: string; kind?: AttendanceConflictKind | null },
): Promise<Connection<DayConflict>> {
  const { db } = context;
  const postings = await conductBetween(db, scope, { from: `${month}-01`, until: lastDayOf(month) });
  const { monthOf } = await attendanceOfMonths(db, postings, {
    ...{ months: { first: month, last: month }, calendar: await loadWorkingCalendar(db), channels: SAID },
  });
  const conflicts = postings
    .flatMap((posting) => conflictsIn(monthOf(posting, month)))
    .filter((conflict) => !kind || conflict.kind === kind);
  const page = pageOfAll(conflicts, BY_DAY, { first, after });
  const hostOf = new Map(postings.map(({ id, host_agency }) => [id, host_agency]));
  context.discloses(
    'personnel.conduct',
    page.edges.map(({ node: { secondment: id } }) => ({ id, provider: hostOf.get(id) ?? '' })),
  );
  return page;
}
