import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { applyForAccreditation, recordAccreditationVisit, stepAccreditation } from './accredit';
import { supplyBaseMap } from './map';
import { registerSupplyBase } from './register';
import { accreditationStatusOn } from './rules';

export const bases: Resolvers = {
  Query: {
    supplyBase: (_, { id }, { loaders }) => loaders.supplyBase.load(id),
    supplyBases: (_, { under, ...filter }, { loaders }) => loaders.basesIn(under ?? EVERYWHERE, filter),
    supplyBaseMap: (_, filter, context) => supplyBaseMap(context, filter),
  },
  Mutation: {
    registerSupplyBase: (_, { input }, context) =>
      payload('supplyBase', context, registerSupplyBase(context, input)),
    applyForAccreditation: (_, { input }, context) =>
      payload('accreditation', context, applyForAccreditation(context, input)),
    recordAccreditationVisit: (_, { input }, context) =>
      payload('accreditation', context, recordAccreditationVisit(context, input)),
    decideAccreditation: (_, { input }, context) =>
      payload('accreditation', context, stepAccreditation(context, input.decision, input)),
    warnAccreditation: (_, { input }, context) =>
      payload('accreditation', context, stepAccreditation(context, 'WARN', input)),
    suspendAccreditation: (_, { input }, context) =>
      payload('accreditation', context, stepAccreditation(context, 'SUSPEND', input)),
    reinstateAccreditation: (_, { input }, context) =>
      payload('accreditation', context, stepAccreditation(context, 'REINSTATE', input)),
    revokeAccreditation: (_, { input }, context) =>
      payload('accreditation', context, stepAccreditation(context, 'REVOKE', input)),
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
    isRenewal: async (accreditation, _, { loaders }) => {
      const { code } = await loadExisting(loaders.supplyStandard, accreditation.standard_id);
      const before = (await loaders.accreditationsByBase.load(accreditation.base_id)).filter(
        ({ valid_until, decided_at }) =>
          valid_until !== null && decided_at !== null && decided_at < accreditation.applied_at,
      );
      const standards = await Promise.all(
        before.map((each) => loadExisting(loaders.supplyStandard, each.standard_id)),
      );
      return standards.some((standard) => standard.code === code);
    },
    visits: (accreditation, _, { loaders }) => loaders.visitsByAccreditation.load(accreditation.id),
    timeline: (accreditation, _, { loaders }) => loaders.eventsByAccreditation.load(accreditation.id),
  },
  AccreditationVisit: {
    visitedOn: (visit) => visit.visited_on,
    score: (visit) => Number(visit.score),
    recordedBy: (visit) => ({ code: visit.recorded_by }),
  },
  AccreditationEvent: {
    agency: (event) => ({ code: event.agency }),
  },
};
