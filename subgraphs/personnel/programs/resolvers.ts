import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { openProgram } from './open';
import { allPrograms } from './store';

export const programs: Resolvers = {
  Query: {
    secondmentPrograms: (_, __, { db }) => allPrograms(db),
    secondmentProgram: (_, { code }, { loaders }) => loaders.secondmentProgram.load(code),
  },
  Mutation: {
    openSecondmentProgram: (_, { input }, context) =>
      payload('program', context, openProgram(context, input)),
  },
  SecondmentProgram: {
    organizer: (program) => ({ code: program.organizer }),
    startsOn: (program) => program.starts_on,
    endsOn: (program) => program.ends_on,
    secondments: (program, filter, { loaders }) => loaders.secondmentsByProgram(program.code, filter),
  },
};
