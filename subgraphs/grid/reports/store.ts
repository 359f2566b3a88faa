import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import type { ReportCell } from './rules';

/**
 * What the cases of a place and below have to do with a time, summed by category, unit and reporter, of those that the
 * viewer may read. Each of the three questions is one range of its own index.
 */
export async function reportCells(
  db: Db,
  place: string,
  { from, below }: { from: Date; below: Date },
): Promise<ReportCell[]> {
  const range = rangeOf(place);
  const bindings = [range.from, range.below, from, below];
  return db.raw<ReportCell & Record<string, unknown>>(
    `/* reports.cells */
     SELECT category, NULL AS agency, reporter, count(*) AS received, 0 AS filed, 0 AS due, 0 AS closed, 0 AS on_time
     FROM cases WHERE jurisdiction >= ? AND jurisdiction < ? AND reported_at >= ? AND reported_at < ?
     GROUP BY category, reporter
     UNION ALL
     SELECT category, NULL, reporter, 0, count(*), 0, 0, 0
     FROM cases WHERE jurisdiction >= ? AND jurisdiction < ? AND filed_at >= ? AND filed_at < ?
     GROUP BY category, reporter
     UNION ALL
     SELECT category, task_agency, reporter, 0, 0, count(*), count(closed_at), count(*) FILTER (WHERE closed_at <= due_at)
     FROM cases WHERE jurisdiction >= ? AND jurisdiction < ? AND due_order >= ? AND due_order < ?
     GROUP BY category, task_agency, reporter`,
    [...bindings, ...bindings, ...bindings],
  );
}
