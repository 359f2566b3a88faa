import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { proposeExtension } from './propose';
import { stepExtension } from './step';

export const extensions: Resolvers = {
  Mutation: {
    proposeSecondmentExtension: (_, { input }, context) =>
      payload('extension', context, proposeExtension(context, input)),
    answerSecondmentExtension: (_, { input }, context) =>
      payload('extension', context, stepExtension(context, input.decision, input)),
    withdrawSecondmentExtension: (_, { input }, context) =>
      payload('extension', context, stepExtension(context, 'WITHDRAW', input)),
  },
  Secondment: {
    extensions: (posting, _, { loaders }) => loaders.extensionsBySecondment.load(posting.id),
  },
  SecondmentExtension: {
    __resolveReference: ({ id }, { loaders }) => loaders.extension.load(id),
    secondment: (extension, _, { loaders }) => loadExisting(loaders.secondment, extension.secondment),
    previouslyEndsOn: (extension) => extension.previously_ends_on,
    endsOn: (extension) => extension.ends_on,
    stints: ({ secondment, stints }) =>
      stints.map(({ hostAgency: host_agency, startsOn: starts_on, endsOn: ends_on }) => ({
        ...{ secondment, host_agency, starts_on, ends_on },
      })),
    proposedBy: (extension) => ({ code: extension.proposed_by }),
    proposedAt: (extension) => extension.proposed_at,
    answeredBy: ({ answered_by: code }) => (code === null ? null : { code }),
    answeredAt: (extension) => extension.answered_at,
  },
};
