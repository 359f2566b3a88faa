import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore } from '../../kit/inputs';
import { dayOf } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';
import { sidesOf } from '../conduct/rules';
import { postingsOfConduct } from '../conduct/store';
import { isDeputyOn } from '../leave-deputies/store';
import type { PersonnelContext } from '../loaders';
import type { DecideLeaveInput, ReturnFromLeaveInput, WithdrawLeaveInput } from '../schema-types';
import {
  anotherWasFaster,
  checkNote,
  checkReturn,
  halfAt,
  halfOf,
  hasBegun,
  type LeaveStep,
  NOT_ALLOWED,
  noSuchLeave,
  notTheRung,
  rungAt,
  stateFault,
  workingDaysOf,
} from './rules';
import {
  type LeaveRequestRow,
  type LeaveRungRow,
  leaveById,
  leaveEventsOf,
  rungsOf,
  takeLeaveStep,
} from './store';

/** Decides a request, as the rung whose turn it is. Throws a `Refusal` with every violation. */
export async function decideLeave(
  context: PersonnelContext,
  input: DecideLeaveInput,
): Promise<LeaveRequestRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  const note = input.note?.trim() ?? '';
  return context.write(async (db) => {
    const leave = await leaveAtHand(db, input.leaveRequestId);
    const rungs = await rungsOf(db, [leave.id]);
    // Before the request was made the first rung would have been the one: that the time is wrong is said below.
    const rung = rungAt(rungs, at, input.at ? 'since' : 'live_since') ?? rungs[0];
    if (!rung) throw new Error(`the request for leave ${leave.id} has no rung`);
    const standing = await standingOf(db, viewer, rung, dayOf(at));
    if (!standing) return refuse('NOT_ALLOWED', ['leaveRequestId'], notTheRung(rung));
    await checkStep(db, leave, { step: input.decision, note, at, now });
    const decided = await takeLeaveStep(
      db,
      leave.id,
      {
        ...{ step: input.decision, change: { decided_step: rung.step }, seen: leave.status },
        ...{ role: rung.role, isDeputy: standing === 'DEPUTY', note: note || null },
      },
      { user: viewer.user, agency: viewer.agency, at },
    );
    return decided ?? refuse('CONFLICT', ['leaveRequestId'], anotherWasFaster);
  });
}

/** As what a viewer may decide for a rung on a day: as who holds it, or as the deputy; null as neither. */
async function standingOf(
  db: Db,
  viewer: Viewer,
  { agency, role }: LeaveRungRow,
  day: string,
): Promise<'HOLDER' | 'DEPUTY' | null> {
  if (viewer.agency !== agency) return null;
  if (viewer.roles.includes(role)) return 'HOLDER';
  return (await isDeputyOn(db, { agency, role, user: viewer.user, day })) ? 'DEPUTY' : null;
}

/** Takes a request back, as the unit that made it: while it waits, or while the leave has not begun. */
export async function withdrawLeave(
  context: PersonnelContext,
  input: WithdrawLeaveInput,
): Promise<LeaveRequestRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const note = input.note?.trim() ?? '';
  return context.write(async (db) => {
    const leave = await leaveAtHand(db, input.leaveRequestId);
    if (leave.agency !== agency) refuse('NOT_ALLOWED', ['leaveRequestId'], NOT_ALLOWED.requester);
    await checkStep(db, leave, { step: 'WITHDRAW', note, at, now });
    if (leave.status === 'APPROVED' && halfAt(at) >= leave.starts_half) {
      refuse('NOT_ALLOWED_IN_STATE', ['leaveRequestId'], hasBegun);
    }
    const withdrawn = await takeLeaveStep(
      db,
      leave.id,
      { step: 'WITHDRAW', change: {}, seen: leave.status, role: null, isDeputy: false, note: note || null },
      { user, agency, at },
    );
    return withdrawn ?? refuse('CONFLICT', ['leaveRequestId'], anotherWasFaster);
  });
}

/**
 * 销假: records when the officer was back at work, early or late. What an early return leaves of the leave can be asked
 * for again; what a late one took beyond it is counted, and is no leave.
 */
export async function returnFromLeave(
  context: PersonnelContext,
  input: ReturnFromLeaveInput,
): Promise<LeaveRequestRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { returnedOn } = input;
  const at = input.at ?? now;
  const note = input.note?.trim() ?? '';
  const part = input.returnedPart ?? 'MORNING';
  const isAfternoon = part === 'AFTERNOON';
  return context.write(async (db) => {
    const leave = await leaveAtHand(db, input.leaveRequestId);
    const posting = (await postingsOfConduct(db, [leave.secondment])).get(leave.secondment);
    if (!posting || !sidesOf(posting, agency).some((side) => side === 'HOME' || side === 'HOST')) {
      return refuse('NOT_ALLOWED', ['leaveRequestId'], NOT_ALLOWED.manager);
    }
    await checkStep(db, leave, { step: 'RETURN', note, at, now }, (violations) =>
      checkReturn(violations, leave, { returnedOn, isAfternoon, at }),
    );
    const lastOff = halfOf(returnedOn, isAfternoon) - 1;
    const calendar = await loadWorkingCalendar(db);
    const returned = await takeLeaveStep(
      db,
      leave.id,
      {
        step: 'RETURN',
        change: {
          ...{ returned_on: returnedOn, returned_part: isAfternoon ? 'AFTERNOON' : 'MORNING' },
          days_taken: workingDaysOf({ from: leave.starts_half, to: lastOff }, calendar),
          ends_half: Math.min(leave.ends_half, lastOff),
        },
        ...{ seen: leave.status, role: null, isDeputy: false, note: note || null },
      },
      { user, agency, at },
    );
    return returned ?? refuse('CONFLICT', ['leaveRequestId'], anotherWasFaster);
  });
}

/** The request that a step is about. A unit that may not see it is told that there is none. */
async function leaveAtHand(db: Db, id: string): Promise<LeaveRequestRow> {
  const [leave] = await leaveById(db, [id]);
  return leave ?? refuse('NOT_FOUND', ['leaveRequestId'], noSuchLeave);
}

async function checkStep(
  db: Db,
  leave: LeaveRequestRow,
  { step, note, at, now }: { step: LeaveStep; note: string; at: Date; now: Date },
  more: (violations: Violations) => void = () => {},
): Promise<void> {
  const violations = new Violations();
  const fault = stateFault(leave.status, step);
  if (fault) {
    violations.add(fault.code, ['leaveRequestId'], fault.text);
  } else {
    const last = (await leaveEventsOf(db, [leave.id])).at(-1);
    checkNotBefore(violations, at, last?.at ?? leave.requested_at);
    more(violations);
  }
  checkInstant(violations, at, now);
  checkNote(violations, note);
  violations.throwIfAny();
}
