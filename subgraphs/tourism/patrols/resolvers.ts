import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { Resolvers } from '../schema-types';
import { rectifyPatrolFinding } from './rectify';
import { isOverdue } from './rules';
import { findingsIn, patrolsIn } from './store';
import { submitScenicPatrol } from './submit';

export const patrols: Resolvers = {
  Query: {
    scenicPatrol: (_, { id }, { loaders }) => loaders.scenicPatrol.load(id),
    scenicPatrols: (_, { under, ...filter }, { db }) => patrolsIn(db, under, filter),
    patrolFindings: (_, { under, ...filter }, { db }) => findingsIn(db, under, filter),
  },
  Mutation: {
    submitScenicPatrol: (_, { input }, context) =>
      payload('patrol', context, submitScenicPatrol(context, input)),
    rectifyPatrolFinding: (_, { input }, context) =>
      payload('finding', context, rectifyPatrolFinding(context, input)),
  },
  ScenicPatrol: {
    __resolveReference: ({ id }, { loaders }) => loaders.scenicPatrol.load(id),
    jurisdiction: (patrol) => ({ code: patrol.jurisdiction }),
    agency: ({ agency }) => ({ code: agency }),
    patrolledOn: (patrol) => patrol.patrolled_on,
    practice: ({ practice_id: id }) => (id === null ? null : { id }),
    submittedAt: (patrol) => patrol.submitted_at,
    findings: (patrol, _, { loaders }) => loaders.findingsByPatrol.load(patrol.id),
  },
  PatrolFinding: {
    __resolveReference: ({ id }, { loaders }) => loaders.patrolFinding.load(id),
    location: ({ latitude, longitude }) =>
      latitude === null || longitude === null ? null : { latitude, longitude },
    condition: ({ condition_id: id }, _, { loaders }) =>
      id === null ? null : loaders.decisionCondition.load(id),
    dueOn: (finding) => finding.due_on,
    isOverdue: (finding, _, { now }) => isOverdue(finding, dayOf(now)),
    rectifiedAt: (finding) => finding.rectified_at,
    rectifiedBy: ({ rectified_by: code }) => (code === null ? null : { code }),
    rectificationPhotos: (finding) => finding.rectification_photos,
    patrol: (finding, _, { loaders }) => loadExisting(loaders.scenicPatrol, finding.patrol_id),
  },
};
