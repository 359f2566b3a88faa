import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { decideGridCaseExtension } from './decide';
import { requestGridCaseExtension } from './request';

export const gridCaseExtensions: Resolvers = {
  Mutation: {
    requestGridCaseExtension: (_, { input }, context) =>
      payload('extension', context, requestGridCaseExtension(context, input)),
    decideGridCaseExtension: (_, { input }, context) =>
      payload('extension', context, decideGridCaseExtension(context, input)),
  },
  GridCase: {
    extensions: ({ id }, _, { loaders }) => loaders.extensionsByGridCase.load(id),
  },
  GridCaseExtension: {
    gridCase: (extension, _, { loaders }) => loaders.gridCase.load(extension.case_id),
    agency: ({ agency }) => ({ code: agency }),
    requestedAt: (extension) => extension.requested_at,
    requestedBy: (extension) => extension.requested_by,
    decidedAt: (extension) => extension.decided_at,
    decidedBy: (extension) => extension.decided_by,
  },
};
