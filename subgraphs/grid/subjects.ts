import type { Subject, Subjects } from '../kit/sharing';
import type { GridCaseRow } from './cases/store';

/** A case is recorded by the unit that reported it. */
const gridCase: Subject<GridCaseRow> = {
  id: ({ id }) => id,
  provider: ({ reporter }) => reporter,
};

export const gridSubjects: Subjects = {
  GridCase: { 'grid.cases': gridCase },
};
