import type { SubgraphDefinition } from '../kit/subgraph';
import { bases } from './bases/resolvers';
import { batches } from './batches/resolvers';
import { certificates } from './certificates/resolvers';
import { comparisons } from './comparisons/resolvers';
import { compliance } from './compliance/resolvers';
import { demo } from './demo';
import { epcis } from './epcis/resolvers';
import { type AgricultureContext, agricultureLoaders } from './loaders';
import { matchmaking } from './matchmaking/resolvers';
import { createProducts } from './migrations/001_create_products';
import { createStandards } from './migrations/002_create_standards';
import { createSupplyBases } from './migrations/003_create_supply_bases';
import { recordAccreditations } from './migrations/010_record_accreditations';
import { createBatches } from './migrations/011_create_batches';
import { publishStandards } from './migrations/012_publish_standards';
import { createMatchmaking } from './migrations/013_create_matchmaking';
import { importEpcis } from './migrations/014_import_epcis';
import { createDirectoryCopy } from './migrations/090_create_directory';
import { createPolicyRows } from './migrations/091_create_policies';
import { agriculturePolicies } from './policies';
import { foodTree } from './products/reference';
import { products } from './products/resolvers';
import { publication } from './publication/resolvers';
import { standards } from './standards/resolvers';
import { agricultureSubjects } from './subjects';

export const agriculture: SubgraphDefinition<AgricultureContext['loaders']> = {
  name: 'agriculture',
  items: ['agriculture.standards', 'agriculture.batches'],
  resolvers: [
    products,
    standards,
    comparisons,
    bases,
    batches,
    compliance,
    certificates,
    epcis,
    publication,
    matchmaking,
  ],
  loaders: agricultureLoaders,
  migrations: [
    createProducts,
    createStandards,
    createSupplyBases,
    recordAccreditations,
    createBatches,
    publishStandards,
    createMatchmaking,
    importEpcis,
    createDirectoryCopy,
    createPolicyRows,
  ],
  reference: [foodTree, agriculturePolicies],
  demo,
  subjects: agricultureSubjects,
  hasDirectory: true,
};
