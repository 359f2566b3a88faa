import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { proposeTransfer } from './propose';
import { stepTransfer } from './step';
import { transfersOf } from './store';

export const officerTransfers: Resolvers = {
  Query: {
    officerTransfer: (_, { id }, { loaders }) => loaders.officerTransfer.load(id),
    officerTransfers: (_, filter, { db, signedIn }) => transfersOf(db, signedIn, filter),
  },
  Mutation: {
    proposeOfficerTransfer: (_, { input }, context) =>
      payload('transfer', context, proposeTransfer(context, input)),
    answerOfficerTransfer: (_, { input }, context) =>
      payload('transfer', context, stepTransfer(context, input.decision, input)),
    withdrawOfficerTransfer: (_, { input }, context) =>
      payload('transfer', context, stepTransfer(context, 'WITHDRAW', input)),
  },
  OfficerTransfer: {
    __resolveReference: ({ id }, { loaders }) => loaders.officerTransfer.load(id),
    officer: (transfer, _, { loaders }) => loadExisting(loaders.officer, transfer.officer),
    fromAgency: (transfer) => ({ code: transfer.from_agency }),
    toAgency: (transfer) => ({ code: transfer.to_agency }),
    proposedBy: (transfer) => ({ code: transfer.proposed_by }),
    proposedAt: (transfer) => transfer.proposed_at,
    answeredBy: ({ answered_by: code }) => (code === null ? null : { code }),
    answeredAt: (transfer) => transfer.answered_at,
  },
};
