import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { completeRiverRemoval, grantRiverRemovalGrace, recordRiverPatrol } from './record';
import { isOverdue } from './rules';
import { patrolsIn, removalsIn } from './store';

export const riverPatrols: Resolvers = {
  Query: {
    riverPatrols: (_, filter, { db }) => patrolsIn(db, filter),
    riverRemovals: (_, filter, { db, now }) => removalsIn(db, filter, now),
  },
  Mutation: {
    recordRiverPatrol: (_, { input }, context) =>
      payload('patrol', context, recordRiverPatrol(context, input)),
    grantRiverRemovalGrace: (_, { input }, context) =>
      payload('removal', context, grantRiverRemovalGrace(context, input)),
    completeRiverRemoval: (_, { input }, context) =>
      payload('removal', context, completeRiverRemoval(context, input)),
  },
  RiverPatrol: {
    reach: ({ reach }, _, { loaders }) => loadExisting(loaders.reach, reach),
    agency: (patrol) => ({ code: patrol.recorded_by }),
    startedAt: (patrol) => patrol.started_at,
    endedAt: (patrol) => patrol.ended_at,
    removals: ({ id }, _, { loaders }) => loaders.removalsByRiverPatrol.load(id),
  },
  RiverRemoval: {
    reach: ({ reach }, _, { loaders }) => loadExisting(loaders.reach, reach),
    orderedOn: (removal) => removal.ordered_on,
    removeUntil: (removal) => removal.remove_until,
    dueOn: (removal) => removal.due_on,
    graces: ({ id }, _, { loaders }) => loaders.gracesByRiverRemoval.load(id),
    removedAt: (removal) => removal.removed_at,
    removalNote: (removal) => removal.removal_note,
    isOverdue: (removal, _, { now }) => isOverdue(removal, now),
  },
  RiverRemovalGrace: {
    graceUntil: (grace) => grace.grace_until,
    grantedBy: (grace) => grace.granted_by,
    agency: ({ agency }) => ({ code: agency }),
    grantedAt: (grace) => grace.granted_at,
  },
};
