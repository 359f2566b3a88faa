import { loadWorkingCalendar } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore } from '../../kit/inputs';
import type { Viewer } from '../../kit/viewer';
import type { WorkingCalendar } from '../../kit/working-calendar';
import { hasOpinions } from '../decisions/store';
import type { TourismContext } from '../loaders';
import { type ReviewFunctionRow, requiredFunctionsOf } from '../procedures/store';
import { beginningOf } from '../sessions/rules';
import { type ReviewSessionRow, sessionsById } from '../sessions/store';
import {
  anotherWasFaster,
  checkStage,
  type LicenseApplicationStep,
  NOT_FOUND,
  notAllowed,
  type Part,
  partsOf,
  STEPS,
} from './rules';
import { type Act, applicationById, changeApplication, type LicenseApplicationRow } from './store';

/** What a step of an application is taken in. */
export interface StepSituation {
  readonly db: Db;
  readonly application: LicenseApplicationRow;
  /** What its procedure requires. */
  readonly functions: readonly ReviewFunctionRow[];
  /** The meeting whose agenda it is on. */
  readonly session: ReviewSessionRow | null;
  readonly viewer: Viewer;
  readonly parts: ReadonlySet<Part>;
  readonly calendar: WorkingCalendar;
  readonly act: Act;
  readonly now: Date;
  /** What is wrong so far; steps add what is wrong with their own input, and throw. */
  readonly violations: Violations;
}

/**
 * Takes a step of an application in one transaction. Refuses at once what the viewer may not see or do; what is wrong
 * with the stage and the time is in the situation's violations already.
 */
export async function takeStep(
  context: TourismContext,
  step: LicenseApplicationStep,
  input: { applicationId: string; at?: Date | null },
  work: (situation: StepSituation) => Promise<LicenseApplicationRow>,
): Promise<LicenseApplicationRow> {
  const { signedIn: viewer, now } = context;
  const at = input.at ?? now;
  return context.write(async (db) => {
    const application = await applicationById(db, input.applicationId);
    if (!application) return refuse('NOT_FOUND', ['applicationId'], NOT_FOUND);
    const functions = await requiredFunctionsOf(db, [application.procedure_id]);
    const parts = partsOf(
      viewer,
      application,
      functions.map(({ code }) => code),
    );
    if (!STEPS[step].by.some((part) => parts.has(part))) {
      return refuse('NOT_ALLOWED', ['applicationId'], notAllowed(step));
    }
    const [session = null] = application.session_id ? await sessionsById(db, [application.session_id]) : [];
    const hasBegun =
      session !== null && (at >= beginningOf(session) || (await hasOpinions(db, application.id)));
    const violations = new Violations();
    checkStage(violations, step, application, hasBegun);
    checkInstant(violations, at, now);
    if (!violations.any) checkNotBefore(violations, at, application.stepped_at);
    const calendar = await loadWorkingCalendar(db);
    return work({
      ...{ db, application, functions, session, viewer, parts, calendar, now, violations },
      act: { user: viewer.user, agency: viewer.agency, at },
    });
  });
}

/** Changes an application as it was read; refuses with `CONFLICT` when another was faster. */
export async function changeOrRefuse(
  db: Db,
  application: LicenseApplicationRow,
  change: Partial<LicenseApplicationRow>,
): Promise<LicenseApplicationRow> {
  const changed = await changeApplication(db, application, change);
  return changed ?? refuse('CONFLICT', ['applicationId'], anotherWasFaster);
}
