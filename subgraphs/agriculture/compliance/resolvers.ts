import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { buyerComplianceOf, complianceOf, specConsistency } from './judge';

export const compliance: Resolvers = {
  Query: {
    specConsistency: (_, args, context) => specConsistency(context, args),
  },
  SupplyBatch: {
    compliance: (batch, { on }, context) => complianceOf(context, batch, on),
    buyerCompliance: (batch, { on }, context) => buyerComplianceOf(context, batch, on),
  },
  BatchCompliance: {
    market: ({ market }) => (market === null ? null : { code: market }),
    standards: ({ standards }, _, { loaders }) =>
      Promise.all(standards.map((id) => loadExisting(loaders.supplyStandard, id))),
    judgedOn: ({ day }) => day,
    checks: ({ checks }) => [...checks],
  },
  BatchCheck: {
    parameter: ({ limit }, _, { loaders }) => loadExisting(loaders.standardParameter, limit.parameter),
    standard: ({ limit }, _, { loaders }) => loadExisting(loaders.supplyStandard, limit.standard_id),
    inheritedFrom: ({ limit }, _, { loaders }) => loadExisting(loaders.product, limit.product),
    basis: ({ basis }) => [...basis],
    measured: ({ measured }) => measured?.toNumber() ?? null,
    limitMinimum: ({ range }) => range.minimum?.toNumber() ?? null,
    limitMaximum: ({ range }) => range.maximum?.toNumber() ?? null,
    explanation: ({ explanation }, _, { language }) => explanation[language],
  },
  SpecConsistency: {
    mean: ({ mean }) => mean.toNumber(),
    shiftFromPrevious: (month) => month.shiftFromPrevious?.toNumber() ?? null,
    standard: ({ standard }, _, { loaders }) =>
      standard === null ? null : loadExisting(loaders.supplyStandard, standard),
  },
};
