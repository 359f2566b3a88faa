import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { monthReport, reportCsv } from './month';

export const gridReports: Resolvers = {
  Query: {
    gridReport: (_, place, context) => monthReport(context, place),
  },
  GridReport: {
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    csv: (report, _, context) => reportCsv(context, report),
  },
  GridAgencyReport: {
    agency: ({ agency }) => ({ code: agency }),
  },
  GridCategoryReport: {
    category: ({ category }, _, { loaders }) => loadExisting(loaders.gridCaseCategory, category),
  },
};
