import type { Subject, Subjects } from '../kit/sharing';
import type { LicenseApplicationRow } from './applications/store';
import type { ConditionRow } from './decisions/store';
import type { PatrolFindingRow, ScenicPatrolRow } from './patrols/store';
import type { ReviewSessionRow } from './sessions/store';

/** An application is recorded by the unit that filed it. Its parties by place differ with the item. */
const application: Subject<LicenseApplicationRow> = {
  id: ({ id }) => id,
  provider: (row) => row.filed_by,
  places: ({ jurisdiction }) => [jurisdiction],
};

const condition: Subject<ConditionRow> = {
  id: ({ id }) => id,
  provider: (row) => row.filed_by,
  places: ({ jurisdiction }) => [jurisdiction],
};

const patrol: Subject<ScenicPatrolRow | PatrolFindingRow> = {
  id: ({ id }) => id,
  provider: ({ agency }) => agency,
  places: ({ jurisdiction }) => [jurisdiction],
};

/** What is said of a meeting is the review office's; its day is everybody's. */
const session: Subject<ReviewSessionRow> = {
  id: ({ id }) => id,
  provider: ({ office }) => office,
  places: ({ jurisdiction }) => [jurisdiction],
};

export const tourismSubjects: Subjects = {
  LicenseApplication: { 'tourism.applications': application, 'tourism.applicants': application },
  DecisionCondition: { 'tourism.applications': condition },
  ScenicPatrol: { 'tourism.applications': patrol },
  PatrolFinding: { 'tourism.applications': patrol },
  ReviewSession: { 'tourism.applications': session },
};
