import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { decideGridCaseReferral } from './decide';
import { referGridCase } from './refer';
import { referralsOf } from './store';

export const gridCaseReferrals: Resolvers = {
  Query: {
    gridCaseReferrals: (_, filter, { db, signedIn }) => referralsOf(db, signedIn.agency, filter),
  },
  Mutation: {
    referGridCase: (_, { input }, context) => payload('gridCase', context, referGridCase(context, input)),
    decideGridCaseReferral: (_, { input }, context) =>
      payload('gridCase', context, decideGridCaseReferral(context, input)),
  },
  GridCase: {
    referrals: ({ id }, _, { loaders }) => loaders.referralsByGridCase.load(id),
    referredBy: ({ id }, _, { loaders }) => loaders.referralToGridCase.load(id),
  },
  GridCaseReferral: {
    gridCase: (referral, _, { loaders }) => loaders.gridCase.load(referral.case_id),
    from: (referral) => ({ code: referral.from_agency }),
    to: (referral) => ({ code: referral.to_agency }),
    offeredAt: (referral) => referral.offered_at,
    offeredBy: (referral) => referral.offered_by,
    decidedAt: (referral) => referral.decided_at,
    decidedBy: (referral) => referral.decided_by,
    neighborCase: (referral, _, { loaders }) =>
      referral.neighbor_case === null ? null : loaders.gridCase.load(referral.neighbor_case),
  },
};
