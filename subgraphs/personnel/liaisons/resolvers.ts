import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { appointLiaison, endLiaison } from './appoint';
import { nearestLiaisons } from './rules';
import { liaisonsAround } from './store';

export const liaisons: Resolvers = {
  Query: {
    liaisons: async (_, { jurisdiction, ...filter }, { db }) =>
      nearestLiaisons(await liaisonsAround(db, jurisdiction, filter), jurisdiction),
  },
  Mutation: {
    appointLiaison: (_, { input }, context) => payload('liaison', context, appointLiaison(context, input)),
    endLiaison: (_, { input }, context) => payload('liaison', context, endLiaison(context, input)),
  },
  Liaison: {
    __resolveReference: ({ id }, { loaders }) => loaders.liaison.load(id),
    officer: (liaison, _, { loaders }) => loadExisting(loaders.officer, liaison.officer),
    agency: (liaison) => ({ code: liaison.agency }),
    topic: (liaison, _, { loaders }) => loadExisting(loaders.workTopic, liaison.topic),
    startsOn: (liaison) => liaison.starts_on,
    endsOn: (liaison) => liaison.ends_on,
  },
};
