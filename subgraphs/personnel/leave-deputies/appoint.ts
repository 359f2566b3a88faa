import { refuse, Violations } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { AppointLeaveDeputyInput, EndLeaveDeputyInput } from '../schema-types';
import {
  checkAppointment,
  endsBeforeItBegins,
  isDeputyThen,
  isOver,
  noSuchDeputy,
  onlyHolders,
} from './rules';
import { deputyOf, endDeputy, insertDeputy, type LeaveDeputyRow } from './store';

/** Lets a user of the viewer's unit decide for a rung that the viewer holds. Throws a `Refusal` with every violation. */
export async function appointLeaveDeputy(
  context: PersonnelContext,
  input: AppointLeaveDeputyInput,
): Promise<LeaveDeputyRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency, roles } = viewer;
  const { role, startsOn, endsOn } = input;
  const at = input.at ?? now;
  const deputy = input.deputy.trim();
  if (!roles.includes(role)) refuse('NOT_ALLOWED', ['role'], onlyHolders);
  const violations = new Violations();
  checkAppointment(violations, { deputy, startsOn, endsOn, at }, { user, now });
  violations.throwIfAny();
  return context.write(async (db) => {
    const appointed = await insertDeputy(db, {
      ...{ agency, role, deputy, starts_on: startsOn, ends_on: endsOn },
      ...{ appointed_by: user, appointed_at: at },
    });
    return appointed ?? refuse('CONFLICT', ['startsOn'], isDeputyThen);
  });
}

/** Ends a deputy's time before the day that was set. Throws a `Refusal` with every violation. */
export async function endLeaveDeputy(
  context: PersonnelContext,
  { deputyId, endsOn }: EndLeaveDeputyInput,
): Promise<LeaveDeputyRow> {
  const { agency, roles } = context.signedIn;
  return context.write(async (db) => {
    const deputy = await deputyOf(db, deputyId, agency);
    if (!deputy) return refuse('NOT_FOUND', ['deputyId'], noSuchDeputy);
    if (!roles.includes(deputy.role)) refuse('NOT_ALLOWED', ['deputyId'], onlyHolders);
    if (endsOn < deputy.starts_on) refuse('INVALID', ['endsOn'], endsBeforeItBegins);
    return (await endDeputy(db, deputy, endsOn)) ?? refuse('NOT_ALLOWED_IN_STATE', ['deputyId'], isOver);
  });
}
