import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore } from '../../kit/inputs';
import { mayActIn, type Viewer } from '../../kit/viewer';
import { GRID_CASE_STAGES, type GridCaseEventKind, type GridCaseStage } from '../cases/rules';

const MAXIMUM_COUNT = 100_000;
const MAXIMUM_NOTE = 200;

/** What a unit says that it has on duty. */
export interface ForcesReport {
  readonly jurisdiction: string;
  readonly people: number;
  readonly vehicles: number;
  readonly boats: number;
  readonly note: string | null;
  readonly at: Date;
}

/** Whether a report says what the last one said. */
export const isSameReport = (report: ForcesReport, last: ForcesReport): boolean =>
  report.people === last.people &&
  report.vehicles === last.vehicles &&
  report.boats === last.boats &&
  report.note === last.note &&
  report.at.getTime() === last.at.getTime();

/** Every violation of a report of forces on duty; `last` is the unit's last one of the same place. */
export function checkForces(
  report: ForcesReport,
  { viewer, now, last }: { viewer: Viewer; now: Date; last: { at: Date } | null },
): Violations {
  const violations = new Violations();
  if (!mayActIn(viewer, report.jurisdiction)) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: `${report.jurisdiction} lies outside the remit of ${viewer.agency}. Report forces in a place where your unit may act.`,
      zh: `${report.jurisdiction} 不在 ${viewer.agency} 的履职范围内，请上报本单位履职范围内的处置力量。`,
    });
  }
  for (const field of ['people', 'vehicles', 'boats'] as const) {
    if (report[field] >= 0 && report[field] <= MAXIMUM_COUNT) continue;
    violations.add('INVALID', [field], {
      en: `${report[field]} cannot be on duty. Give a number from 0 to ${MAXIMUM_COUNT}.`,
      zh: `数量不能为 ${report[field]}，请填写 0 至 ${MAXIMUM_COUNT} 之间的数。`,
    });
  }
  if (report.note !== null) checkLine(violations, ['note'], report.note, MAXIMUM_NOTE);
  checkInstant(violations, report.at, now);
  if (last) checkNotBefore(violations, report.at, last.at);
  return violations;
}

/** How many cases stand at each step, in the order of the steps. */
export const stageCounts = (
  counts: ReadonlyMap<GridCaseStage, number>,
): { stage: GridCaseStage; count: number }[] =>
  GRID_CASE_STAGES.map((stage) => ({ stage, count: counts.get(stage) ?? 0 }));

/** What became of a unit's tasks on a day. */
export interface Performance {
  readonly agency: string;
  readonly day: string;
  readonly dispatched: number;
  readonly accepted: number;
  readonly returned: number;
  readonly resolved: number;
  readonly closed: number;
  readonly closedOnTime: number;
}

/** The steps that count for the unit whose task they are about. */
export const PERFORMED = [
  'DISPATCHED',
  'ACCEPTED',
  'RETURNED',
  'RESOLVED',
  'CLOSED',
] as const satisfies GridCaseEventKind[];

export const isPerformed = (kind: GridCaseEventKind): boolean => PERFORMED.some((each) => each === kind);

/** How often each of those steps was taken. */
export interface PerformedCount {
  readonly kind: string;
  readonly count: number;
  /** Of closings: how many came by the deadline. */
  readonly on_time: number;
}

export function performanceOf(agency: string, day: string, counts: readonly PerformedCount[]): Performance {
  const of = (kind: (typeof PERFORMED)[number]) => counts.find((count) => count.kind === kind);
  return {
    ...{ agency, day },
    dispatched: of('DISPATCHED')?.count ?? 0,
    accepted: of('ACCEPTED')?.count ?? 0,
    returned: of('RETURNED')?.count ?? 0,
    resolved: of('RESOLVED')?.count ?? 0,
    closed: of('CLOSED')?.count ?? 0,
    closedOnTime: of('CLOSED')?.on_time ?? 0,
  };
}
