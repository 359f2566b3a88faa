import type { Db } from '../../kit/database';
import { agenciesAbove, nearestOf } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { WorkingCalendar } from '../../kit/working-calendar';
import { anotherWasFaster, REVIEW_OFFICE } from '../applications/rules';
import { type Act, changeApplication, type LicenseApplicationRow, recordEvent } from '../applications/store';
import { spentUntil } from '../durations/rules';
import { proceduresOf } from '../procedures/store';
import type { LicenseApplicationEventKind } from '../schema-types';
import { beginningOf, canHear, meetingDays } from './rules';
import {
  convene,
  enterAgenda,
  givePlaceBack,
  leaveAgenda,
  nextInLine,
  type ReviewSessionRow,
  sessionsById,
  sessionsFrom,
  takePlace,
} from './store';

/** The unit that reviews in a town: its own review office or the nearest above; whoever acts, when the directory has none. */
async function officeOf(db: Db, town: string, { agency }: Act): Promise<string> {
  const offices = await agenciesAbove(db, [town], REVIEW_OFFICE);
  return nearestOf(offices, town)?.code ?? agency;
}

/**
 * Takes a place on the agenda of the first meeting of a town that can hear an application, complete at one time and
 * entering at another; of those after a day, when one is given. Null when no procedure plans such a meeting.
 */
async function findPlace(
  db: Db,
  { town, completeAt, after }: { town: string; completeAt: Date; after: string | null },
  act: Act,
  calendar: WorkingCalendar,
): Promise<ReviewSessionRow | null> {
  const from = dayOf(act.at);
  const sessions = await sessionsFrom(db, town, from);
  const procedures = await proceduresOf(db, [town]);
  let office: string | null = null;
  for (const day of meetingDays(procedures, from, calendar)) {
    if (day.cutOffAt < completeAt || (after !== null && day.heldOn <= after)) continue;
    const known = sessions.find((s) => s.held_on === day.heldOn || s.planned_on === day.plannedOn);
    if (known) {
      if (!canHear(known, { completeAt, at: act.at })) continue;
      const taken = await takePlace(db, known.id);
      if (taken) return taken;
    } else {
      office ??= await officeOf(db, town, act);
      const convened = await convene(db, town, office, day);
      if (convened) return convened;
    }
  }
  return null;
}

const noMeeting = (): never =>
  refuse('NOT_ALLOWED_IN_STATE', [], {
    en: 'No procedure in force plans a meeting that could hear the application. Adopt one first.',
    zh: '现行联审办法没有可以审议该申请的会议安排，请先施行新的联审办法。',
  });

/**
 * Puts an application on the agenda of the first meeting that can hear it, as the step that `kind` says. The application
 * must be as it was read; otherwise another was faster, which is a refusal.
 */
export async function schedule(
  db: Db,
  application: LicenseApplicationRow,
  act: Act,
  calendar: WorkingCalendar,
  {
    kind = 'SCHEDULED',
    after = null,
    note = null,
    completeAt = act.at,
  }: {
    kind?: LicenseApplicationEventKind;
    after?: string | null;
    note?: string | null;
    completeAt?: Date;
  } = {},
): Promise<LicenseApplicationRow> {
  const [current] = application.session_id ? await sessionsById(db, [application.session_id]) : [];
  const claimed = await changeApplication(db, application, {
    ...spentUntil(application, current ?? null, act.at, calendar),
    ...{ stage: 'SCHEDULED', stepped_at: act.at, complete_at: completeAt, session_id: null },
  });
  if (!claimed) return refuse('CONFLICT', ['applicationId'], anotherWasFaster);
  const session = await findPlace(db, { town: application.town, completeAt, after }, act, calendar);
  if (!session) return noMeeting();
  const scheduled = await changeApplication(db, claimed, { session_id: session.id });
  if (!scheduled) throw new Error(`the application ${claimed.id} changed while its row was held`);
  await enterAgenda(db, session, scheduled, act.at);
  await recordEvent(db, scheduled, kind, act, note);
  return scheduled;
}

/**
 * Frees an application's place on the agenda of a meeting that has not begun. Who waits for a later one only for want of
 * room moves up, and so do those behind.
 */
export async function freePlace(
  db: Db,
  session: ReviewSessionRow,
  act: Act,
  calendar: WorkingCalendar,
): Promise<void> {
  await givePlaceBack(db, session.id);
  let free: ReviewSessionRow | undefined = session;
  while (free && act.at < beginningOf(free)) {
    const next: LicenseApplicationRow | null = await nextInLine(db, free);
    if (!next?.session_id || !next.complete_at) return;
    const [left]: ReviewSessionRow[] = await sessionsById(db, [next.session_id]);
    const note = '议程空出名额，提前审议';
    await leaveAgenda(db, next.id, 'REMOVED', act.at, note);
    await givePlaceBack(db, next.session_id);
    await schedule(db, next, act, calendar, {
      ...{ kind: 'CARRIED_OVER', note, completeAt: next.complete_at },
    });
    free = left;
  }
}
