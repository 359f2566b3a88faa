import { calendarDays } from '../kit/calendar-days';
import type { SubgraphDefinition } from '../kit/subgraph';
import { businesses } from './applications/reference';
import { applications } from './applications/resolvers';
import { decisions } from './decisions/resolvers';
import { demo } from './demo';
import { durations } from './durations/resolvers';
import { type TourismContext, tourismLoaders } from './loaders';
import { createProcedures } from './migrations/001_create_procedures';
import { createApplications } from './migrations/002_create_applications';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { createReviews } from './migrations/100_create_reviews';
import { createPatrols } from './migrations/101_create_patrols';
import { pointToPractices } from './migrations/102_point_to_practices';
import { indexWords } from './migrations/103_index_words';
import { indexWordsAtOnce } from './migrations/104_index_words_at_once';
import { patrols } from './patrols/resolvers';
import { reviewPolicies } from './policies';
import { procedures } from './procedures/resolvers';
import { sessions } from './sessions/resolvers';
import { tourismSubjects } from './subjects';

export const tourism: SubgraphDefinition<TourismContext['loaders']> = {
  name: 'tourism',
  items: ['tourism.procedures', 'tourism.applications', 'tourism.applicants'],
  resolvers: [procedures, applications, sessions, decisions, durations, patrols],
  subjects: tourismSubjects,
  loaders: tourismLoaders,
  migrations: [
    createProcedures,
    createApplications,
    createDirectoryCopy,
    createPolicyRows,
    createReviews,
    createPatrols,
    pointToPractices,
    indexWords,
    indexWordsAtOnce,
  ],
  reference: [businesses, calendarDays, reviewPolicies],
  demo,
  hasDirectory: true,
};
