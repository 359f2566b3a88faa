import type { SubgraphDefinition } from '../kit/subgraph';
import { access } from './access/resolvers';
import { answerAgencies, answerDirectory, answerUnits } from './agencies/internal';
import { functions } from './agencies/reference';
import { agencies } from './agencies/resolvers';
import { catalog } from './catalog/resolvers';
import { corrections } from './corrections/resolvers';
import { demo, demoReceipts } from './demo';
import { answerGrants } from './grants/internal';
import { grants } from './grants/resolvers';
import { divisions } from './jurisdictions/reference';
import { jurisdictions } from './jurisdictions/resolvers';
import { type RegistryContext, registryLoaders } from './loaders';
import { createJurisdictions } from './migrations/001_create_jurisdictions';
import { createAgencies } from './migrations/002_create_agencies';
import { createGrants } from './migrations/003_create_grants';
import { createReceipts } from './migrations/004_create_receipts';
import { createCorrections } from './migrations/005_create_corrections';
import { createDirectoryVersion } from './migrations/020_create_directory_version';
import { addKeyEndorsements } from './migrations/030_add_key_endorsements';
import { createChainEnd } from './migrations/031_create_chain_end';
import { admitUnconfirmedGrants } from './migrations/070_admit_unconfirmed_grants';
import { answerReceipts } from './receipts/internal';
import { receipts } from './receipts/resolvers';

export const registry: SubgraphDefinition<RegistryContext['loaders']> = {
  name: 'registry',
  items: ['registry.directory'],
  resolvers: [jurisdictions, agencies, catalog, grants, receipts, corrections, access],
  loaders: registryLoaders,
  migrations: [
    createJurisdictions,
    createAgencies,
    createGrants,
    createReceipts,
    createCorrections,
    createDirectoryVersion,
    addKeyEndorsements,
    createChainEnd,
    admitUnconfirmedGrants,
  ],
  reference: [divisions, functions],
  demo: [demo, demoReceipts],
  internalRoutes: [
    { path: 'agencies', answer: answerAgencies },
    { path: 'directory', answer: answerDirectory },
    { path: 'units', answer: answerUnits },
    { path: 'grants', answer: answerGrants },
    { path: 'receipts', answer: answerReceipts },
  ],
};
