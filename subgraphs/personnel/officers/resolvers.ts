import { EVERYWHERE } from '../../kit/connection';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { changeOfficer, registerOfficer } from './record';

export const officers: Resolvers = {
  Query: {
    officer: (_, { id }, { loaders }) => loaders.officer.load(id),
    officers: (_, { under, ...filter }, { loaders }) => loaders.officersIn(under ?? EVERYWHERE, filter),
  },
  Mutation: {
    registerOfficer: (_, { input }, context) => payload('officer', context, registerOfficer(context, input)),
    changeOfficer: (_, { input }, context) => payload('officer', context, changeOfficer(context, input)),
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
    timeline: (officer, _, { loaders }) => loaders.eventsByOfficer.load(officer.id),
  },
  OfficerEvent: {
    agency: (event) => ({ code: event.agency }),
    after: ({ name, title, unit }) => ({ name, title, agency: { code: unit } }),
    before: ({ was_name: name, was_title: title, was_unit: unit }) =>
      name === null || title === null || unit === null ? null : { name, title, agency: { code: unit } },
  },
};
