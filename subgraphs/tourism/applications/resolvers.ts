import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { allBusinesses, applicationsOfViewer } from './store';

export const applications: Resolvers = {
  Query: {
    licenseApplication: (_, { id }, { loaders }) => loaders.licenseApplication.load(id),
    licenseApplications: (_, { under, ...filter }, { db, loaders }) =>
      under == null ? applicationsOfViewer(db, filter) : loaders.applicationsIn(under, filter),
    licenseBusinesses: (_, __, { db }) => allBusinesses(db),
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
