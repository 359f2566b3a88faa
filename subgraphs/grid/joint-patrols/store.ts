import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { addDays, startOfDay } from '../../kit/time';
import type { ShiftRecord } from './rules';

export interface JointPatrolShiftRow {
  id: string;
  jurisdiction: string;
  member: string;
  agency: string;
  starts_at: Date;
  ends_at: Date;
  arrived_at: Date | null;
  left_at: Date | null;
  is_excused: boolean;
  recorded_by: string;
}

/** A member's shifts over a time. */
export interface AttendanceRow {
  member: string;
  agency: string;
  /** Without the excused ones. */
  shifts: number;
  attended: number;
  late: number;
  excused: number;
  /** Who recorded them. */
  recorders: string[];
}

export interface ShiftFilter extends PageArgs {
  under?: string | null;
  from?: string | null;
  to?: string | null;
  isOnDuty?: boolean | null;
}

const COLUMNS = [
  'id',
  'jurisdiction',
  'member',
  'agency',
  'starts_at',
  'ends_at',
  'arrived_at',
  'left_at',
  'is_excused',
  'recorded_by',
] as const satisfies (keyof JointPatrolShiftRow)[];

const LATEST_FIRST: Keyset = {
  name: 'jointPatrolShifts',
  columns: ['starts_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

/** The rule `isOnDuty`, for rows: those whom it holds for at an instant. */
const ON_DUTY = 'arrived_at <= ? AND ? < least(coalesce(left_at, ends_at), ends_at)';

export async function shiftsIn(
  db: Db,
  { under, from, to, isOnDuty, ...args }: ShiftFilter,
  now: Date,
): Promise<Connection<JointPatrolShiftRow>> {
  return pageIn<JointPatrolShiftRow>(db, under, {
    comment: 'jointPatrols.shifts',
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<JointPatrolShiftRow>('joint_patrol_shifts')
        .select(...COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (from) rows.where('starts_at', '>=', startOfDay(from));
      if (to) rows.where('starts_at', '<', startOfDay(addDays(to, 1)));
      if (isOnDuty === true) rows.whereRaw(ON_DUTY, [now, now]);
      if (isOnDuty === false) rows.whereRaw(`(${ON_DUTY}) IS NOT TRUE`, [now, now]);
      return rows;
    },
  });
}

/** Stores a shift as it is to stand. */
export async function storeShift(
  db: Db,
  shift: ShiftRecord,
  recordedBy: string,
): Promise<JointPatrolShiftRow> {
  const [row] = await db<JointPatrolShiftRow>('joint_patrol_shifts')
    .comment('jointPatrols.store')
    .insert({
      ...{ id: randomUUID(), jurisdiction: shift.jurisdiction, member: shift.member, agency: shift.agency },
      ...{ starts_at: shift.startsAt, ends_at: shift.endsAt, arrived_at: shift.arrivedAt },
      ...{ left_at: shift.leftAt, is_excused: shift.isExcused, recorded_by: recordedBy },
    })
    .onConflict(['recorded_by', 'member', 'starts_at'])
    .merge(['jurisdiction', 'agency', 'ends_at', 'arrived_at', 'left_at', 'is_excused'])
    .returning<JointPatrolShiftRow[]>([...COLUMNS]);
  if (!row) throw new Error('the shift was not stored');
  return row;
}

/** Attendance of the shifts in a place and below that begin within a time, by unit and member. */
export async function attendanceIn(
  db: Db,
  place: string,
  { from, below }: { from: Date; below: Date },
): Promise<AttendanceRow[]> {
  const range = rangeOf(place);
  return db.raw<AttendanceRow & Record<string, unknown>>(
    `/* jointPatrols.attendance */
     SELECT member, agency,
       count(*) FILTER (WHERE NOT is_excused) AS shifts,
       count(arrived_at) AS attended,
       count(*) FILTER (WHERE arrived_at > starts_at) AS late,
       count(*) FILTER (WHERE is_excused) AS excused,
       array_agg(DISTINCT recorded_by::text) AS recorders
     FROM joint_patrol_shifts
     WHERE jurisdiction >= ? AND jurisdiction < ? AND starts_at >= ? AND starts_at < ?
     GROUP BY agency, member ORDER BY agency, member COLLATE "C"`,
    [range.from, range.below, from, below],
  );
}
