import { feedHead, LAST_ORDINAL } from '../../kit/feed';
import { dayOf } from '../../kit/time';
import type { GridContext } from '../loaders';
import { boardCursors } from './events';
import { type Performance, performanceOf, stageCounts } from './rules';
import { endedCounts, forcesIn, type GridForcesRow, MAXIMUM_UNITS, openCounts, performedOn } from './store';

export interface DepartmentRow {
  readonly agency: string;
  readonly openCount: number;
  readonly overdueCount: number;
  readonly today: Performance;
}

export interface BoardSummary {
  readonly jurisdiction: string;
  readonly at: Date;
  readonly cursor: string;
  readonly stages: ReturnType<typeof stageCounts>;
  readonly overdueCount: number;
  readonly supervisedCount: number;
  readonly forces: GridForcesRow[];
  readonly departments: DepartmentRow[];
}

/** How a place stands: all of it from one snapshot of the database, of which the cursor is the moment. */
export async function boardSummary(
  { db, signedIn: viewer, now }: GridContext,
  under: string,
): Promise<BoardSummary> {
  const day = dayOf(now);
  const [head, counts, ended, forces, performed] = await Promise.all([
    feedHead(db),
    openCounts(db, under, now),
    endedCounts(db, under, day),
    forcesIn(db, under),
    performedOn(db, under, day),
  ]);
  const sum = (rows: typeof counts, of: 'count' | 'overdue' | 'supervised') =>
    rows.reduce((total, row) => total + row[of], 0);
  const byStage = new Map<(typeof counts)[number]['stage'], number>();
  for (const { stage, count } of [...counts, ...ended]) byStage.set(stage, (byStage.get(stage) ?? 0) + count);
  const units = new Set(
    [...counts, ...performed.map((row) => ({ task_agency: row.agency }))].map((row) => row.task_agency),
  );
  const departments = [...units]
    .filter((agency) => agency !== null)
    .sort()
    .slice(0, MAXIMUM_UNITS)
    .map((agency) => {
      const own = counts.filter((row) => row.task_agency === agency);
      const done = performed.filter((row) => row.agency === agency);
      return {
        ...{ agency, openCount: sum(own, 'count'), overdueCount: sum(own, 'overdue') },
        today: performanceOf(agency, day, done),
      };
    });
  return {
    ...{ jurisdiction: under, at: now, forces, departments },
    cursor: boardCursors(viewer).at({ position: head, ordinal: LAST_ORDINAL }),
    stages: stageCounts(byStage),
    overdueCount: sum(counts, 'overdue'),
    supervisedCount: sum(counts, 'supervised'),
  };
}
