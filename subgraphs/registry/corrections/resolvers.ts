import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { requestDataCorrection } from './request';
import { stepDataCorrection } from './step';
import { correctionsOf } from './store';

export const corrections: Resolvers = {
  Query: {
    dataCorrection: (_, { id }, { loaders }) => loaders.dataCorrection.load(id),
    dataCorrections: (_, filter, { db, signedIn }) => correctionsOf(db, signedIn.agency, filter),
  },
  Mutation: {
    requestDataCorrection: (_, { input }, context) =>
      payload('dataCorrection', context, requestDataCorrection(context, input)),
    answerDataCorrection: (_, { input }, context) =>
      payload('dataCorrection', context, stepDataCorrection(context, input.decision, input)),
    withdrawDataCorrection: (_, { input }, context) =>
      payload('dataCorrection', context, stepDataCorrection(context, 'WITHDRAW', input)),
  },
  DataCorrection: {
    __resolveReference: ({ id }, { loaders }) => loaders.dataCorrection.load(id),
    provider: (correction, _, { loaders }) => loadExisting(loaders.agency, correction.provider),
    requester: (correction, _, { loaders }) => loadExisting(loaders.agency, correction.requester),
    rowId: (correction) => correction.row_id,
    requestedAt: (correction) => correction.requested_at,
    requestedBy: (correction) => correction.requested_by,
    answeredAt: (correction) => correction.answered_at,
    answeredBy: (correction) => correction.answered_by,
    withdrawnAt: (correction) => correction.withdrawn_at,
    timeline: (correction, _, { loaders }) => loaders.eventsByCorrection.load(correction.id),
  },
  DataCorrectionEvent: {
    user: (event) => event.actor,
    agency: (event, _, { loaders }) => loadExisting(loaders.agency, event.agency),
  },
};
