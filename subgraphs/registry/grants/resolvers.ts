import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { requestSharingGrant } from './request';
import { statusOn } from './rules';
import { stepSharingGrant } from './step';
import { grantsOf } from './store';

export const grants: Resolvers = {
  Query: {
    sharingGrant: (_, { id }, { loaders }) => loaders.sharingGrant.load(id),
    sharingGrants: (_, filter, { db, signedIn, now }) => grantsOf(db, signedIn.agency, dayOf(now), filter),
  },
  Mutation: {
    requestSharingGrant: (_, { input }, context) =>
      payload('sharingGrant', context, requestSharingGrant(context, input)),
    decideSharingGrant: (_, { input }, context) =>
      payload('sharingGrant', context, stepSharingGrant(context, input.decision, input)),
    revokeSharingGrant: (_, { input }, context) =>
      payload('sharingGrant', context, stepSharingGrant(context, 'REVOKE', input)),
  },
  SharingGrant: {
    __resolveReference: ({ id }, { loaders }) => loaders.sharingGrant.load(id),
    provider: (grant, _, { loaders }) => loadExisting(loaders.agency, grant.provider),
    consumer: (grant, _, { loaders }) => loadExisting(loaders.agency, grant.consumer),
    status: (grant, _, { now }) => statusOn(grant, dayOf(now)),
    validFrom: (grant) => grant.valid_from,
    validUntil: (grant) => grant.valid_until,
    requestedAt: (grant) => grant.requested_at,
    requestedBy: (grant) => grant.requested_by,
    decidedAt: (grant) => grant.decided_at,
    decidedBy: (grant) => grant.decided_by,
    revokedAt: (grant) => grant.revoked_at,
    timeline: (grant, _, { loaders }) => loaders.eventsByGrant.load(grant.id),
  },
  SharingGrantEvent: {
    user: (event) => event.actor,
    agency: (event, _, { loaders }) => loadExisting(loaders.agency, event.agency),
  },
};
