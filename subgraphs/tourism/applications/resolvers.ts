import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { applicationsOfApplicant } from './applicants';
import { deferLicenseApplication, rejectLicenseApplication, withdrawLicenseApplication } from './leave';
import { requestLicenseMaterials, supplyLicenseMaterials } from './materials';
import { neededFor } from './rules';
import { allBusinesses, applicationsAt, applicationsOfViewer } from './store';
import { submitLicenseApplication } from './submit';

export const applications: Resolvers = {
  Query: {
    licenseApplication: (_, { id }, { loaders }) => loaders.licenseApplication.load(id),
    licenseApplications: (_, { under, ...filter }, { db, loaders, signedIn }) =>
      under == null ? applicationsOfViewer(db, signedIn, filter) : loaders.applicationsIn(under, filter),
    licenseApplicationsByApplicant: (_, filter, context) => applicationsOfApplicant(context, filter),
    licensePremisesHistory: (_, { jurisdiction: town, address, ...page }, { db }) =>
      applicationsAt(db, { town, address }, page),
    licenseBusinesses: (_, __, { db }) => allBusinesses(db),
  },
  Mutation: {
    submitLicenseApplication: (_, { input }, context) =>
      payload('licenseApplication', context, submitLicenseApplication(context, input)),
    requestLicenseMaterials: (_, { input }, context) =>
      payload('licenseApplication', context, requestLicenseMaterials(context, input)),
    supplyLicenseMaterials: (_, { input }, context) =>
      payload('licenseApplication', context, supplyLicenseMaterials(context, input)),
    withdrawLicenseApplication: (_, { input }, context) =>
      payload('licenseApplication', context, withdrawLicenseApplication(context, input)),
    rejectLicenseApplication: (_, { input }, context) =>
      payload('licenseApplication', context, rejectLicenseApplication(context, input)),
    deferLicenseApplication: (_, { input }, context) =>
      payload('licenseApplication', context, deferLicenseApplication(context, input)),
  },
  Jurisdiction: {
    licenseApplications: (place, filter, { loaders }) => loaders.applicationsIn(place.code, filter),
  },
  LicenseApplication: {
    __resolveReference: ({ id }, { loaders }) => loaders.licenseApplication.load(id),
    shopName: (application) => application.shop_name,
    jurisdiction: (application) => ({ code: application.jurisdiction }),
    premises: ({ address, floors, area_square_meters: areaSquareMeters }) => ({
      address,
      floors,
      areaSquareMeters,
    }),
    business: ({ business }, _, { loaders }) => loadExisting(loaders.business, business),
    materials: (application, _, { loaders }) => loaders.materialsByApplication.load(application.id),
    missingMaterials: async (application, _, { loaders }) => {
      const materials = await loaders.materialsByApplication.load(application.id);
      return materials.filter((material) => material.requested_at !== null);
    },
    unfiledMaterials: async ({ id, procedure_id, kind }, _, { loaders }) => {
      const held = new Set((await loaders.materialsByApplication.load(id)).map(({ code }) => code));
      const list = await loaders.materialsByProcedure.load(procedure_id);
      return neededFor(list, kind).filter(({ code }) => !held.has(code));
    },
    externalId: (application) => application.external_id,
    refilingOf: ({ refiling_of: id }, _, { loaders }) =>
      id === null ? null : loaders.licenseApplication.load(id),
    refiledAs: (application, _, { loaders }) => loaders.refilingByOriginal.load(application.id),
    premisesHistory: (application, page, { loaders }) => loaders.premisesHistory(application.id, page),
    submittedAt: (application) => application.submitted_at,
    filedBy: (application) => ({ code: application.filed_by }),
    procedure: ({ procedure_id: id }, _, { loaders }) => loadExisting(loaders.reviewProcedure, id),
    applicant: (application, _, { loaders }) => loaders.applicantByApplication.load(application.id),
    timeline: (application, _, { loaders }) => loaders.eventsByApplication.load(application.id),
  },
  LicenseMaterial: {
    requestedAt: (material) => material.requested_at,
    suppliedAt: (material) => material.supplied_at,
  },
  LicenseApplicationEvent: {
    agency: (event) => ({ code: event.agency }),
  },
};
