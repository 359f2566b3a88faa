import { badInput } from '../../kit/errors';
import { addDays } from '../../kit/time';
import type { TourismContext } from '../loaders';
import {
  type DecidedFigures,
  type DepartmentFigures,
  decidedIn,
  departmentsIn,
  type PendingFigures,
  type Period,
  pendingIn,
} from './store';

/** Where the time went in one place. */
export interface DurationReport {
  readonly place: string;
  readonly decided: DecidedFigures | null;
  readonly departments: readonly DepartmentFigures[];
  readonly pending: readonly PendingFigures[];
}

const LONGEST_DAYS = 366;

function checkPeriod({ from, to }: Period): void {
  if (to < from || to > addDays(from, LONGEST_DAYS - 1)) {
    throw badInput({
      en: `The days from ${from} to ${to} are no period of 1 to ${LONGEST_DAYS} days. Ask for a shorter one.`,
      zh: `${from} 至 ${to} 不是 1 至 ${LONGEST_DAYS} 天的期间，请缩短期间。`,
    });
  }
}

/**
 * Where the time went in a place, or in each of its towns, in the order of their codes: of what the viewer may see, in
 * three statements however many there are. Places of which the viewer sees nothing are left out.
 */
export async function durationReports(context: TourismContext, period: Period): Promise<DurationReport[]> {
  checkPeriod(period);
  const { db } = context;
  const [decided, departments, pending] = await Promise.all([
    decidedIn(db, period),
    departmentsIn(db, period),
    pendingIn(db, period),
  ]);
  const rows = [...decided, ...departments, ...pending];
  for (const { place, providers } of rows) {
    const id = `${place} ${period.from} ${period.to}`;
    context.discloses(
      'tourism.applications',
      providers.map((provider) => ({ provider, id })),
    );
  }
  return [...new Set(rows.map(({ place }) => place))].sort().map((place) => ({
    place,
    decided: decided.find((row) => row.place === place) ?? null,
    departments: departments.filter((row) => row.place === place),
    pending: pending.filter((row) => row.place === place),
  }));
}
