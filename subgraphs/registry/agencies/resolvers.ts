import { EVERYWHERE } from '../../kit/connection';
import { ancestorsAndSelf } from '../../kit/jurisdiction';
import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { matchCounterpart } from './rules';
import { allFunctions, performersIn } from './store';

export const agencies: Resolvers = {
  Query: {
    agency: (_, { code }, { loaders }) => loaders.agency.load(code),
    agencies: (_, { under, ...filter }, { loaders }) => loaders.agenciesIn(under ?? EVERYWHERE, filter),
    counterparts: async (_, { of, in: place }, { db, loaders }) => {
      const [unit, there, functions] = await Promise.all([
        loaders.agency.load(of),
        loaders.jurisdiction.load(place),
        loaders.functionsByAgency.load(of),
      ]);
      if (!unit || !there) return null;
      const performers = await performersIn(
        db,
        ancestorsAndSelf(place),
        functions.map((f) => f.code),
      );
      return functions.map((wanted) => ({
        function: wanted,
        ...matchCounterpart(
          performers.filter((p) => p.function === wanted.code),
          place,
        ),
      }));
    },
    agencyFunctions: (_, __, { db }) => allFunctions(db),
  },
  Jurisdiction: {
    agencies: (place, filter, { loaders }) => loaders.agenciesIn(place.code, filter),
  },
  Agency: {
    __resolveReference: ({ code }, { loaders }) => loaders.agency.load(code),
    jurisdiction: (unit, _, { loaders }) => loadExisting(loaders.jurisdiction, unit.jurisdiction),
    functions: (unit, _, { loaders }) => loaders.functionsByAgency.load(unit.code),
    remit: async (unit, _, { loaders }) => {
      const remits = await loaders.remitsByAgency.load(unit.code);
      const places = await Promise.all(remits.map((r) => loaders.jurisdiction.load(r.jurisdiction)));
      return places.filter((place) => place !== null);
    },
    unifiedSocialCreditCode: (unit) => unit.credit_code,
    location: ({ latitude, longitude, radius_meters: radiusMeters }) =>
      latitude !== null && longitude !== null && radiusMeters !== null
        ? { latitude, longitude, radiusMeters }
        : null,
  },
};
