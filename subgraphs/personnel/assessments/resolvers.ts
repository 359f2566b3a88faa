import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { assessSecondment } from './assess';

export const assessments: Resolvers = {
  Mutation: {
    assessSecondment: (_, { input }, context) =>
      payload('assessment', context, assessSecondment(context, input)),
  },
  Secondment: {
    assessments: (posting, _, context) =>
      ofConduct('Secondment.assessments', posting, context, () =>
        context.loaders.assessmentsBySecondment.load(posting.id),
      ),
  },
  SecondmentAssessment: {
    __resolveReference: ({ id }, { loaders }) => loaders.assessment.load(id),
    secondment: (assessment, _, { loaders }) => loadExisting(loaders.secondment, assessment.secondment),
    agency: (assessment) => ({ code: assessment.agency }),
    assessedAt: (assessment) => assessment.assessed_at,
    assessedBy: (assessment) => assessment.assessed_by,
  },
};
