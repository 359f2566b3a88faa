import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { inEffect, policiesOf, policyValue } from '../../kit/in-effect';
import { dayOf } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';
import { deadlineOf } from '../cases/rules';
import { limitsOf } from '../categories/store';
import { HOURS_POLICY, hoursPolicy } from '../policies';

/** The working calendars of places, each with the hours that hold there on a day, in the order asked. */
export async function workingCalendarsIn(
  db: Db,
  asked: readonly { place: string; day: string }[],
): Promise<WorkingCalendar[]> {
  const policies = await policiesOf(
    db,
    [HOURS_POLICY],
    asked.map(({ place }) => place),
  );
  const usual = await loadWorkingCalendar(db);
  return asked.map((at) => usual.withHours(policyValue(policies, HOURS_POLICY, at, hoursPolicy)));
}

/** The working calendar of a place, with the hours that hold there on a day. */
export async function workingCalendarIn(db: Db, place: string, day: string): Promise<WorkingCalendar> {
  const [calendar] = await workingCalendarsIn(db, [{ place, day }]);
  if (!calendar) throw new Error('no calendar was made');
  return calendar;
}

/** When a case is due whose clock starts at an instant, by what holds in its place on that day. */
export async function deadlineFrom(
  db: Db,
  { category, place, from }: { category: string; place: string; from: Date },
): Promise<{ due_at: Date; is_due_provisional: boolean }> {
  const day = dayOf(from);
  const limit = inEffect(await limitsOf(db, [category], place), place, day);
  if (!limit) throw new Error(`${category} has no limit in ${place} on ${day}`);
  const { dueAt, isProvisional } = deadlineOf(from, limit, await workingCalendarIn(db, place, day));
  return { due_at: dueAt, is_due_provisional: isProvisional };
}
