import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { noSuchProduct } from './refusals';
import { resolveLimits, versionInForce } from './rules';

export const standards: Resolvers = {
  Query: {
    supplyStandard: async (_, { code, on }, { loaders, now }) =>
      versionInForce(await loaders.standardVersions.load(code), on ?? dayOf(now)),
    supplyStandards: (_, { product, ...filter }, { loaders }) =>
      product == null ? loaders.standardsIn(EVERYWHERE, filter) : loaders.standardsByProduct(product, filter),
  },
  Product: {
    standards: (product, filter, { loaders }) => loaders.standardsByProduct(product.code, filter),
  },
  SupplyStandard: {
    __resolveReference: ({ id }, { loaders }) => loaders.supplyStandard.load(id),
    issuer: ({ issuer }) => ({ code: issuer }),
    jurisdiction: ({ jurisdiction }) => (jurisdiction === null ? null : { code: jurisdiction }),
    effectiveFrom: (standard) => standard.effective_from,
    effectiveTo: (standard) => standard.effective_to,
    tolerance: (standard) => Number(standard.tolerance),
    isIllustrative: (standard) => standard.is_illustrative,
    versions: (standard, _, { loaders }) => loaders.standardVersions.load(standard.code),
    statedLimits: (standard, page, { loaders }) => loaders.statedLimits(standard.id, page),
    limits: async (standard, { product, parameter }, { loaders }) => {
      const wanted = await loaders.product.load(product);
      if (!wanted) throw noSuchProduct(product);
      const { lineage } = wanted;
      return resolveLimits(await loaders.limitsAt(standard.id, { nodes: lineage, parameter }), lineage);
    },
  },
  StandardLimit: {
    standard: (limit, _, { loaders }) => loadExisting(loaders.supplyStandard, limit.standard_id),
    parameter: (limit, _, { loaders }) => loadExisting(loaders.standardParameter, limit.parameter),
    minimum: ({ minimum }) => (minimum === null ? null : Number(minimum)),
    maximum: ({ maximum }) => (maximum === null ? null : Number(maximum)),
    residueDefinition: (limit) => limit.residue_definition,
    partMeasured: (limit) => limit.part_measured,
    isTestRequired: (limit) => limit.is_test_required,
    inheritedFrom: (limit, _, { loaders }) => loadExisting(loaders.product, limit.product),
    exclusions: ({ exclusions }, _, { loaders }) =>
      Promise.all([...exclusions].sort().map((code) => loadExisting(loaders.product, code))),
  },
};
