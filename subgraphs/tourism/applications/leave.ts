import { refuse } from '../../kit/errors';
import { spentUntil } from '../durations/rules';
import type { TourismContext } from '../loaders';
import { freePlace, schedule } from '../sessions/place';
import { beginningOf } from '../sessions/rules';
import { leaveAgenda } from '../sessions/store';
import { checkReason } from './checks';
import { changeOrRefuse, type StepSituation, takeStep } from './step';
import { type LicenseApplicationRow, recordEvent } from './store';

interface Leaving {
  applicationId: string;
  reason: string;
  at?: Date | null;
}

/** Takes an application back, for the applicant. Throws a `Refusal` with every violation. */
export const withdrawLicenseApplication = (context: TourismContext, input: Leaving) =>
  end(context, 'WITHDRAW', 'WITHDRAWN', input);

/** Refuses an application before any meeting has dealt with it. Throws a `Refusal` with every violation. */
export const rejectLicenseApplication = (context: TourismContext, input: Leaving) =>
  end(context, 'REJECT', 'REJECTED_AT_INTAKE', input);

async function end(
  context: TourismContext,
  step: 'WITHDRAW' | 'REJECT',
  stage: 'WITHDRAWN' | 'REJECTED_AT_INTAKE',
  input: Leaving,
): Promise<LicenseApplicationRow> {
  return takeStep(context, step, input, async (situation) => {
    const { db, application, session, violations, act, calendar } = situation;
    const reason = input.reason.trim();
    checkReason(violations, reason);
    violations.throwIfAny();
    const ended = await changeOrRefuse(db, application, {
      ...spentUntil(application, session, act.at, calendar),
      ...{ stage, stepped_at: act.at, session_id: null },
    });
    await recordEvent(db, ended, stage, act, reason);
    if (session) {
      await leaveAgenda(db, ended.id, 'REMOVED', act.at, reason);
      await freePlace(db, session, act, calendar);
    }
    return ended;
  });
}

/** Moves an application to the next meeting that can hear it. Throws a `Refusal` with every violation. */
export async function deferLicenseApplication(
  context: TourismContext,
  input: Leaving,
): Promise<LicenseApplicationRow> {
  return takeStep(context, 'DEFER', input, async (situation) => {
    const reason = input.reason.trim();
    checkReason(situation.violations, reason);
    situation.violations.throwIfAny();
    return carryOver(situation, reason);
  });
}

/** Carries an application over to the next meeting after its own. What was said of it so far still counts there. */
export async function carryOver(
  { db, application, session, act, calendar }: Omit<StepSituation, 'violations'>,
  note: string,
): Promise<LicenseApplicationRow> {
  if (!session || !application.complete_at) {
    return refuse('NOT_ALLOWED_IN_STATE', ['applicationId'], {
      en: 'The application is on no agenda.',
      zh: '该申请不在任何会议议程上。',
    });
  }
  await leaveAgenda(db, application.id, 'CARRIED_OVER', act.at, note);
  const moved = await schedule(db, application, act, calendar, {
    ...{ kind: 'CARRIED_OVER', after: session.held_on, note, completeAt: application.complete_at },
  });
  if (act.at < beginningOf(session)) await freePlace(db, session, act, calendar);
  return moved;
}
