import type { SubgraphDefinition } from '../kit/subgraph';
import { loadLaborFlows } from './demo/labor-flow';
import { places } from './labor-flow/reference';
import { laborFlow } from './labor-flow/resolvers';
import { type PersonnelContext, personnelLoaders } from './loaders';
import { createLaborFlow } from './migrations/100_create_labor_flow';

export const personnel: SubgraphDefinition<PersonnelContext['loaders']> = {
  name: 'personnel',
  items: ['labor-flow.statistics', 'labor-flow.reports'],
  resolvers: [laborFlow],
  loaders: personnelLoaders,
  migrations: [createLaborFlow],
  reference: [places],
  demo: { name: 'demo', version: '1', load: loadLaborFlows },
  hasFeed: true,
};
