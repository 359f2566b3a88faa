import type { SubgraphDefinition } from '../kit/subgraph';
import { assessments } from './assessments/resolvers';
import { demo } from './demo';
import { extensions } from './extensions/resolvers';
import { places } from './labor-flow/reference';
import { laborFlow } from './labor-flow/resolvers';
import { type PersonnelContext, personnelLoaders } from './loaders';
import { createOfficers } from './migrations/001_create_officers';
import { createSecondments } from './migrations/002_create_secondments';
import { createParties } from './migrations/010_create_parties';
import { openSecondments } from './migrations/011_open_secondments';
import { createAssessments } from './migrations/012_create_assessments';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { createLaborFlow } from './migrations/100_create_labor_flow';
import { officers } from './officers/resolvers';
import { postingPolicies } from './policies';
import { programs } from './programs/resolvers';
import { secondments } from './secondments/resolvers';
import { personnelSubjects } from './subjects';

export const personnel: SubgraphDefinition<PersonnelContext['loaders']> = {
  name: 'personnel',
  items: [
    'personnel.secondments',
    'personnel.officer-contact',
    'personnel.conduct',
    'labor-flow.statistics',
    'labor-flow.reports',
  ],
  resolvers: [officers, programs, secondments, extensions, assessments, laborFlow],
  subjects: personnelSubjects,
  loaders: personnelLoaders,
  migrations: [
    createOfficers,
    createSecondments,
    createLaborFlow,
    createDirectoryCopy,
    createPolicyRows,
    createParties,
    openSecondments,
    createAssessments,
  ],
  reference: [places, postingPolicies],
  demo: [demo],
  hasDirectory: true,
  hasFeed: true,
};
