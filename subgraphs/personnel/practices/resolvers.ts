import { EVERYWHERE } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { adoptPractice, recordOutcome, recordPractice } from './record';
import { allTopics } from './store';

export const practices: Resolvers = {
  Query: {
    workTopics: (_, __, { db }) => allTopics(db),
    practice: (_, { id }, { loaders }) => loaders.practice.load(id),
    practices: (_, { originUnder, ...filter }, { loaders }) =>
      loaders.practicesIn(originUnder ?? EVERYWHERE, filter),
  },
  Mutation: {
    recordPractice: (_, { input }, context) => payload('practice', context, recordPractice(context, input)),
    adoptPractice: (_, { input }, context) => payload('practice', context, adoptPractice(context, input)),
    recordPracticeOutcome: (_, { input }, context) =>
      payload('practice', context, recordOutcome(context, input)),
  },
  Secondment: {
    practices: (posting, _, { loaders }) => loaders.practicesBySecondment.load(posting.id),
  },
  Practice: {
    __resolveReference: ({ id }, { loaders }) => loaders.practice.load(id),
    origin: (practice) => ({ code: practice.origin }),
    topic: ({ topic }, _, { loaders }) => (topic === null ? null : loaders.workTopic.load(topic)),
    documentUrl: (practice) => practice.document_url,
    secondment: (practice, _, { loaders }) => loadExisting(loaders.secondment, practice.secondment),
    recordedBy: (practice) => ({ code: practice.recorded_by }),
    recordedAt: (practice) => practice.recorded_at,
    adoptions: (practice, _, { loaders }) => loaders.adoptionsByPractice.load(practice.id),
  },
  PracticeAdoption: {
    agency: (adoption) => ({ code: adoption.agency }),
    adoptedAt: (adoption) => adoption.adopted_at,
    outcomes: async (adoption, _, { loaders }) =>
      (await loaders.outcomesByPractice.load(adoption.practice)).filter(
        ({ agency }) => agency === adoption.agency,
      ),
  },
};
