import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { accreditationStatusOn } from './rules';

export const bases: Resolvers = {
  Query: {
    supplyBase: (_, { id }, { loaders }) => loaders.supplyBase.load(id),
    supplyBases: (_, { under, ...filter }, { loaders }) => loaders.basesIn(under ?? EVERYWHERE, filter),
  },
  Jurisdiction: {
    supplyBases: (place, filter, { loaders }) => loaders.basesIn(place.code, filter),
  },
  SupplyBase: {
    __resolveReference: ({ id }, { loaders }) => loaders.supplyBase.load(id),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    areaMu: (base) => Number(base.area_mu),
    products: (base, _, { loaders }) => loaders.productsByBase.load(base.id),
    location: ({ latitude, longitude }) =>
      latitude !== null && longitude !== null ? { latitude, longitude } : null,
    registeredBy: (base) => ({ code: base.registered_by }),
    registeredAt: (base) => base.registered_at,
    accreditations: (base, _, { loaders }) => loaders.accreditationsByBase.load(base.id),
  },
  Accreditation: {
    status: (accreditation, _, { now }) => accreditationStatusOn(accreditation, dayOf(now)),
    base: (accreditation, _, { loaders }) => loadExisting(loaders.supplyBase, accreditation.base_id),
    standard: (accreditation, _, { loaders }) =>
      loadExisting(loaders.supplyStandard, accreditation.standard_id),
    score: ({ score }) => (score === null ? null : Number(score)),
    visitedOn: (accreditation) => accreditation.visited_on,
    validUntil: (accreditation) => accreditation.valid_until,
    appliedAt: (accreditation) => accreditation.applied_at,
    decidedAt: (accreditation) => accreditation.decided_at,
  },
};
