import type { Subject, Subjects } from '../kit/sharing';
import type { GridCaseRow } from './cases/store';
import type { GridAlertRow } from './reaches/store';

/** A case is recorded by the unit that reported it. */
const gridCase: Subject<GridCaseRow> = {
  id: ({ id }) => id,
  provider: ({ reporter }) => reporter,
};

/** A warning is recorded by the unit whose report gave it. */
const gridAlert: Subject<GridAlertRow> = {
  id: ({ id }) => id,
  provider: (alert) => alert.recorded_by,
};

export const gridSubjects: Subjects = {
  GridAlert: { 'grid.cases': gridAlert },
  GridCase: { 'grid.cases': gridCase },
};
