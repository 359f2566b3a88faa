import { HOUR_MS, type WorkingCalendar } from '../../kit/working-calendar';
import type { LicenseApplicationStage } from '../schema-types';
import { beginningOf } from '../sessions/rules';

/** Working seconds that an application has spent, by what they were spent on. */
export interface Spent {
  readonly spent_intake: number;
  readonly spent_materials: number;
  readonly spent_session_wait: number;
  readonly spent_deciding: number;
}

/** A working day of the default hours, in seconds. */
const WORKING_DAY_SECONDS = (7 * HOUR_MS) / 1_000;

/** Working seconds as working days to two decimals. */
export const workingDaysOf = (seconds: number): number =>
  Math.round((seconds / WORKING_DAY_SECONDS) * 100) / 100;

/** Whole working seconds between two instants; none when they are the wrong way round. */
export const workingSeconds = (calendar: WorkingCalendar, from: Date, until: Date): number =>
  until <= from ? 0 : Math.round(calendar.workingTimeBetween(from, until) / 1_000);

/**
 * What an application has spent once its present stay in a stage ends at an instant. On an agenda the time until the
 * meeting begins is waiting for it, and the rest is deciding.
 */
export function spentUntil(
  application: Spent & { readonly stage: LicenseApplicationStage; readonly stepped_at: Date },
  session: { readonly held_on: string; readonly opened_at: Date | null } | null,
  at: Date,
  calendar: WorkingCalendar,
): Spent {
  const {
    stage,
    stepped_at: since,
    spent_intake,
    spent_materials,
    spent_session_wait,
    spent_deciding,
  } = application;
  const spent = { spent_intake, spent_materials, spent_session_wait, spent_deciding };
  switch (stage) {
    case 'SUBMITTED':
      return { ...spent, spent_intake: spent_intake + workingSeconds(calendar, since, at) };
    case 'AWAITING_MATERIALS':
      return { ...spent, spent_materials: spent_materials + workingSeconds(calendar, since, at) };
    case 'SCHEDULED': {
      const beginning = session ? beginningOf(session) : at;
      const waitedUntil = new Date(Math.min(at.getTime(), Math.max(since.getTime(), beginning.getTime())));
      return {
        ...spent,
        spent_session_wait: spent_session_wait + workingSeconds(calendar, since, waitedUntil),
        spent_deciding: spent_deciding + workingSeconds(calendar, waitedUntil, at),
      };
    }
    case 'DECIDED':
    case 'WITHDRAWN':
    case 'REJECTED_AT_INTAKE':
      return spent;
  }
}

/** The seconds that count toward the target: neither the applicant's nor those of waiting for the meeting. */
export const countedSeconds = ({ spent_intake, spent_deciding }: Spent): number =>
  spent_intake + spent_deciding;

/** Whether what counts is within a target of working days. */
export const isWithinTarget = (spent: Spent, targetDays: number): boolean =>
  countedSeconds(spent) <= targetDays * WORKING_DAY_SECONDS;

/** The name of the policy that says within how many working days a decision should be made. */
export const TARGET_POLICY = 'review-target-working-days';
