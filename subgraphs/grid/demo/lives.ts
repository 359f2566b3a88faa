import type { WorkingCalendar } from '../../kit/working-calendar';
import type { GridCaseEventKind, GridCaseStage } from '../cases/rules';
import { STEPS } from '../life-cycle/rules';
import { between, draw, pick } from './draw';
import type { Report } from './reports';
import { CHECK_FAILED, DECLINED, RETURNED, SUPERVISED } from './scenes';

const MINUTE_MS = 60_000;

/** Nothing in the demo happens later. */
const NOW = new Date('2026-11-23T08:45:00+08:00');

/** One thing that is done to a case. */
interface Step {
  kind: GridCaseEventKind;
  at: Date;
  agency: string;
  note: string | null;
  /** Of a return. */
  basis: string | null;
  /** Whom it is dispatched to. */
  subject: string | null;
}

const step = (kind: GridCaseEventKind, at: Date, agency: string, more: Partial<Step> = {}): Step => ({
  ...{ kind, at, agency, note: null, basis: null, subject: null },
  ...more,
});

/** Everything that happens to a report, whether or not its time has come. */
function lifeOf(report: Report, deadline: (filedAt: Date) => Date, calendar: WorkingCalendar): Step[] {
  const { name, town, scene, reportedAt, restsAt } = report;
  const { command } = town;
  const happens = (what: string, chance: number) => draw(what, name) < chance;
  const filedAt = new Date(reportedAt.getTime() + Math.floor(between(6, 50, 'filing', name)) * MINUTE_MS);
  const received = step('RECEIVED', reportedAt, report.reporter);
  const isDeclined = restsAt ? restsAt === 'NOT_FILED' : happens('declined', 0.06);
  if (isDeclined) {
    const note = pick(DECLINED, 'why', name);
    return [received, step('NOT_FILED', filedAt, command, { note })];
  }

  const allowed = calendar.workingTimeBetween(filedAt, deadline(filedAt));
  const isLate = happens('late', 0.18);
  // It is closed after this share of the time allowed, and what comes before at shares of that.
  const whole = isLate ? between(1.15, 2.4, 'whole', name) : between(0.5, 0.92, 'whole', name);
  const after = (share: number): Date => {
    const worked = allowed * whole * share * between(0.97, 1.03, 'pace', share, name);
    return calendar.addWorkingTime(filedAt, Math.round(worked / 1_000) * 1_000);
  };
  const handler = town.duties[scene.duty];
  const dispatch = (share: number, to: string) => step('DISPATCHED', after(share), command, { subject: to });

  const steps: Step[] = [received, step('FILED', filedAt, command)];
  const stranger = Object.values(town.duties).find((unit) => unit !== handler);
  if (stranger && !restsAt && happens('misdirected', 0.1)) {
    const [note, basis] = pick(RETURNED, 'why', name);
    steps.push(dispatch(0.03, stranger), step('RETURNED', after(0.1), stranger, { note, basis }));
  }
  steps.push(dispatch(0.15, handler), step('ACCEPTED', after(0.22), handler));
  if (happens('supervised', isLate ? 0.35 : 0.04)) {
    const note = pick(SUPERVISED, 'why', name);
    steps.push(step('SUPERVISED', after(0.55), command, { note }));
  }
  steps.push(step('RESOLVED', after(0.7), handler, { note: scene.result }));
  if (happens('check failed', 0.1)) {
    steps.push(
      step('CHECK_FAILED', after(0.8), command, { note: pick(CHECK_FAILED, 'why', name) }),
      step('RESOLVED', after(0.92), handler, { note: scene.result }),
    );
  }
  steps.push(step('CLOSED', after(1), command, { note: '核查通过，予以结案。' }));
  return steps;
}

/** The stage of a case after a step; null when the step leaves it where it is. */
const stageAfter = (kind: GridCaseEventKind): GridCaseStage | null =>
  Object.values(STEPS).find((rule) => rule.kind === kind)?.to ?? null;

/** A step, with the stage that it left the case at. */
export type DoneStep = Step & { stage: GridCaseStage };

/** The steps that were done by now, up to where the report rests. */
export function stepsOf(
  report: Report,
  deadline: (filedAt: Date) => Date,
  calendar: WorkingCalendar,
): DoneStep[] {
  const done: DoneStep[] = [];
  let stage: GridCaseStage = 'RECEIVED';
  for (const step of lifeOf(report, deadline, calendar)) {
    const next: GridCaseStage = stageAfter(step.kind) ?? stage;
    if (step.at > NOW || (stage === report.restsAt && next !== report.restsAt)) break;
    stage = next;
    done.push({ ...step, stage });
  }
  return done;
}
