import type { Resolvers } from '../schema-types';
import { allBusinesses, applicationsOfViewer } from './store';

/** What a foreign key promises to be there. */
async function promised<Row>(what: string, row: Promise<Row | null>): Promise<Row> {
  const found = await row;
  if (!found) throw new Error(`there is no ${what}`);
  return found;
}

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
    business: ({ business }, _, { loaders }) =>
      promised(`business ${business}`, loaders.business.load(business)),
    materials: (application, _, { loaders }) => loaders.materialsByApplication.load(application.id),
    submittedAt: (application) => application.submitted_at,
    filedBy: (application) => ({ code: application.filed_by }),
    procedure: ({ procedure_id: id }, _, { loaders }) =>
      promised(`procedure ${id}`, loaders.reviewProcedure.load(id)),
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
