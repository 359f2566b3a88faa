import type { SubgraphDefinition } from '../kit/subgraph';
import { businesses } from './applications/reference';
import { applications } from './applications/resolvers';
import { demo } from './demo';
import { type TourismContext, tourismLoaders } from './loaders';
import { createProcedures } from './migrations/001_create_procedures';
import { createApplications } from './migrations/002_create_applications';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { procedures } from './procedures/resolvers';
import { tourismSubjects } from './subjects';

export const tourism: SubgraphDefinition<TourismContext['loaders']> = {
  name: 'tourism',
  items: ['tourism.procedures', 'tourism.applications', 'tourism.applicants'],
  resolvers: [procedures, applications],
  subjects: tourismSubjects,
  loaders: tourismLoaders,
  migrations: [createProcedures, createApplications, createDirectoryCopy, createPolicyRows],
  reference: [businesses],
  demo: [demo],
  hasDirectory: true,
};
