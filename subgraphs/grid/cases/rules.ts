import { ancestorAt } from '../../kit/jurisdiction';
import { dayOf, startOfDay } from '../../kit/time';
import { HOUR_MS, type WorkingCalendar } from '../../kit/working-calendar';
import type { GridCaseLimitUnit } from '../categories/rules';

/** The steps of GB/T 30428.8 in their order, `NOT_FILED` beside `FILED`. */
export const GRID_CASE_STAGES = [
  'RECEIVED',
  'FILED',
  'NOT_FILED',
  'DISPATCHED',
  'IN_PROGRESS',
  'VERIFYING',
  'CLOSED',
] as const;
export type GridCaseStage = (typeof GRID_CASE_STAGES)[number];

export const GRID_CASE_SOURCES = [
  'HOTLINE_12345',
  'GRID_PATROL',
  'RIVER_PATROL',
  'SCENIC_PATROL',
  'CROSS_INSPECTION',
  'PETITION',
  'LEAD',
  'NEIGHBOR_REFERRAL',
] as const;
export type GridCaseSource = (typeof GRID_CASE_SOURCES)[number];

export type GridCaseEventKind =
  | 'RECEIVED'
  | 'FILED'
  | 'NOT_FILED'
  | 'DISPATCHED'
  | 'ACCEPTED'
  | 'RETURNED'
  | 'RESOLVED'
  | 'CHECK_FAILED'
  | 'CLOSED'
  | 'SUPERVISED'
  | 'SUPERVISION_ENDED'
  | 'RECALLED'
  | 'EXTENSION_REQUESTED'
  | 'EXTENDED'
  | 'EXTENSION_REJECTED'
  | 'REOPENED'
  | 'LINKED_AS_DUPLICATE'
  | 'REFERRED'
  | 'REFERRAL_ACCEPTED'
  | 'REFERRAL_REFUSED';

/** The number under which people speak of a case: town, day of the report, serial number within them from 1. */
export function numberOf(place: string, reportedAt: Date, serial: number): string {
  const town = ancestorAt(place, 'TOWNSHIP') ?? place;
  return `${town}-${dayOf(reportedAt).replaceAll('-', '')}-${String(serial).padStart(4, '0')}`;
}

/**
 * When the handling of a case is due, which was filed at an instant. The clock runs in working time; outside it, it
 * begins with the next working moment. A working day ends at the same clock time on the next working day: what is filed
 * on a Monday at 09:30 with one working day is due on Tuesday at 09:30. Provisional when the time between touches a year
 * whose official calendar is not known.
 */
export function deadlineOf(
  filedAt: Date,
  limit: { amount: number; unit: GridCaseLimitUnit },
  calendar: WorkingCalendar,
): { dueAt: Date; isProvisional: boolean } {
  const dueAt = dueAtOf(filedAt, limit, calendar);
  return { dueAt, isProvisional: [filedAt, dueAt].some((at) => calendar.isProvisional(dayOf(at))) };
}

function dueAtOf(
  filedAt: Date,
  { amount, unit }: { amount: number; unit: GridCaseLimitUnit },
  calendar: WorkingCalendar,
): Date {
  switch (unit) {
    case 'WORKING_HOURS':
      return calendar.addWorkingTime(filedAt, amount * HOUR_MS);
    case 'WORKING_DAYS': {
      const start = calendar.addWorkingTime(filedAt, 0);
      const startDay = dayOf(start);
      const timeOfDay = start.getTime() - startOfDay(startDay).getTime();
      return new Date(startOfDay(calendar.addWorkingDays(startDay, amount)).getTime() + timeOfDay);
    }
  }
}

/** Whether a case is overdue: open past its deadline now, or closed after it. At the deadline itself it is not. */
export const isOverdue = (
  { due_at, closed_at }: { due_at: Date | null; closed_at: Date | null },
  now: Date,
): boolean => due_at !== null && due_at < (closed_at ?? now);

/*
 * The grid's feed.
 *
 * Two tables hold its changes: `case_events`, every step of every case, and `downstream_alerts`, the warnings that reports
 * gave to places below. A row of either carries the id of the transaction that wrote it and an ordinal, which is given
 * once within the transaction to one or the other: what is read together is
 *
 *   SELECT tx.position, change.ordinal, … FROM feed_transactions AS tx
 *   JOIN (case_events, or downstream_alerts) AS change ON change.transaction_id = tx.id
 *   WHERE (tx.position, change.ordinal) is behind the cursor
 *   ORDER BY tx.position, change.ordinal
 *
 * from both and merged. Positions and cursors are those of kit/feed.ts. The order is that in which the changes were made,
 * not that of `at`, which may lie in the past. An event says what was done (`kind`), when it was done (`at`), the stage
 * that it left the case at, and in `snapshot` whatever steps change of a case; `caseAt` makes the row of then of that and
 * of the row of now, whose other columns never change once it is reported.
 */

/** What steps change of a case. */
export interface GridCaseState {
  stage: GridCaseStage;
  category: string;
  filed_at: Date | null;
  due_at: Date | null;
  is_due_provisional: boolean;
  closed_at: Date | null;
  is_supervised: boolean;
  task_agency: string | null;
  task_dispatched_by: string | null;
  task_dispatched_at: Date | null;
  task_accepted_at: Date | null;
  duplicate_of: string | null;
  reopened_at: Date | null;
}

/** A case's state as JSON keeps it: instants are text. */
export type GridCaseSnapshot = {
  readonly [Column in keyof GridCaseState]: Date extends GridCaseState[Column]
    ? string | null
    : GridCaseState[Column];
};

const jsonInstant = (instant: Date | null): string | null => instant?.toISOString() ?? null;
const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** What an event keeps of the case that it left behind. */
export const snapshotOf = (row: GridCaseState): GridCaseSnapshot => ({
  stage: row.stage,
  category: row.category,
  filed_at: jsonInstant(row.filed_at),
  due_at: jsonInstant(row.due_at),
  is_due_provisional: row.is_due_provisional,
  closed_at: jsonInstant(row.closed_at),
  is_supervised: row.is_supervised,
  task_agency: row.task_agency,
  task_dispatched_by: row.task_dispatched_by,
  task_dispatched_at: jsonInstant(row.task_dispatched_at),
  task_accepted_at: jsonInstant(row.task_accepted_at),
  duplicate_of: row.duplicate_of,
  reopened_at: jsonInstant(row.reopened_at),
});

/** The row of a case as it was after the event that kept the snapshot. */
export function caseAt<Row extends GridCaseState & { due_order: Date }>(
  row: Row,
  snapshot: GridCaseSnapshot,
): Row {
  const due_at = instantOf(snapshot.due_at);
  return {
    ...row,
    ...snapshot,
    due_at,
    filed_at: instantOf(snapshot.filed_at),
    closed_at: instantOf(snapshot.closed_at),
    task_dispatched_at: instantOf(snapshot.task_dispatched_at),
    task_accepted_at: instantOf(snapshot.task_accepted_at),
    reopened_at: instantOf(snapshot.reopened_at),
    due_order: due_at ?? NEVER,
  };
}

/** What cases without a deadline are ordered by. */
export const NEVER = new Date('9999-01-01T00:00:00Z');
