import type { SubgraphDefinition } from '../kit/subgraph';
import { answerAgencies, answerUnits } from './agencies/internal';
import { functions } from './agencies/reference';
import { agencies } from './agencies/resolvers';
import { catalog } from './catalog/resolvers';
import { agencies as demoAgencies } from './demo/agencies';
import { divisions } from './jurisdictions/reference';
import { jurisdictions } from './jurisdictions/resolvers';
import { type RegistryContext, registryLoaders } from './loaders';
import { createJurisdictions } from './migrations/001_create_jurisdictions';
import { createAgencies } from './migrations/002_create_agencies';

export const registry: SubgraphDefinition<RegistryContext['loaders']> = {
  name: 'registry',
  items: ['registry.directory'],
  resolvers: [jurisdictions, agencies, catalog],
  loaders: registryLoaders,
  migrations: [createJurisdictions, createAgencies],
  reference: [divisions, functions],
  demo: demoAgencies,
  internalRoutes: [
    { path: 'agencies', answer: answerAgencies },
    { path: 'units', answer: answerUnits },
  ],
};
