import { EVERYWHERE } from '../../kit/connection';
import type { Resolvers } from '../schema-types';

export const officers: Resolvers = {
  Query: {
    officer: (_, { id }, { loaders }) => loaders.officer.load(id),
    officers: (_, { under, ...filter }, { loaders }) => loaders.officersIn(under ?? EVERYWHERE, filter),
  },
  Agency: {
    officers: (unit, filter, { loaders }) => loaders.officersByAgency(unit.code, filter),
  },
  Officer: {
    __resolveReference: ({ id }, { loaders }) => loaders.officer.load(id),
    agency: (officer) => ({ code: officer.agency }),
    phone: async (officer, _, { loaders }) =>
      (await loaders.contactByOfficer.load(officer.id))?.phone ?? null,
    email: async (officer, _, { loaders }) =>
      (await loaders.contactByOfficer.load(officer.id))?.email ?? null,
  },
};
