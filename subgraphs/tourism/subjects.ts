import type { Subject, Subjects } from '../kit/sharing';
import type { LicenseApplicationRow } from './applications/store';

/** An application is recorded by the unit that filed it. Its parties by place differ with the item. */
const application: Subject<LicenseApplicationRow> = {
  id: ({ id }) => id,
  provider: (row) => row.filed_by,
  places: ({ jurisdiction }) => [jurisdiction],
};

export const tourismSubjects: Subjects = {
  LicenseApplication: { 'tourism.applications': application, 'tourism.applicants': application },
};
