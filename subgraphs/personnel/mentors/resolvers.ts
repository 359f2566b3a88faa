import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { assignMentor, relieve } from './assign';

export const mentors: Resolvers = {
  Mutation: {
    assignSecondmentMentor: (_, { input }, context) =>
      payload('secondment', context, assignMentor(context, input)),
    relieveSecondmentMentor: (_, { input }, context) =>
      payload('secondment', context, relieve(context, input)),
  },
  Secondment: {
    mentors: async (posting, { includesFormer }, { loaders }) => {
      const all = await loaders.mentorsBySecondment.load(posting.id);
      return includesFormer ? all : all.filter((mentor) => mentor.relieved_at === null);
    },
  },
  SecondmentMentor: {
    officer: (mentor, _, { loaders }) => loadExisting(loaders.officer, mentor.officer),
    assignedAt: (mentor) => mentor.assigned_at,
    relievedAt: (mentor) => mentor.relieved_at,
  },
};
