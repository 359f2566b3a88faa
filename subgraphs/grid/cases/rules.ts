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
  | 'SUPERVISED';

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
