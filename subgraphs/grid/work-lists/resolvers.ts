import type { Resolvers } from '../schema-types';
import { casesDue, exportCases, workList } from './export';

export const gridWorkLists: Resolvers = {
  Query: {
    gridCasesDue: (_, args, context) => casesDue(context, args),
    gridCaseWorkList: (_, { list, ...args }, context) => workList(context, list, args),
    gridCaseExport: (_, args, context) => exportCases(context, args),
  },
};
