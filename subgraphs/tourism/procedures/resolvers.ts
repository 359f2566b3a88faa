import { payload } from '../../kit/payload';
import type { TourismContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { adoptReviewProcedure } from './adopt';
import { compareProcedures, type ProcedureContent } from './rules';

async function contentOf(id: string, { loaders }: TourismContext): Promise<ProcedureContent> {
  const [procedure, functions, materials] = await Promise.all([
    loaders.reviewProcedure.load(id),
    loaders.functionsByProcedure.load(id),
    loaders.materialsByProcedure.load(id),
  ]);
  if (!procedure) throw new Error(`there is no procedure ${id}`);
  return { procedure, functions, materials };
}

export const procedures: Resolvers = {
  Query: {
    reviewProcedures: (_, { jurisdiction }, { loaders }) =>
      loaders.proceduresByJurisdiction.load(jurisdiction),
    reviewProcedure: (_, { id }, { loaders }) => loaders.reviewProcedure.load(id),
  },
  Mutation: {
    adoptReviewProcedure: (_, { input }, context) =>
      payload('reviewProcedure', context, adoptReviewProcedure(context, input)),
  },
  ReviewProcedure: {
    __resolveReference: ({ id }, { loaders }) => loaders.reviewProcedure.load(id),
    jurisdiction: (procedure) => ({ code: procedure.jurisdiction }),
    effectiveFrom: (procedure) => procedure.effective_from,
    effectiveTo: (procedure) => procedure.effective_to,
    meetingWeekday: (procedure) => procedure.meeting_weekday,
    cutOff: (procedure) => ({
      workingDaysBefore: procedure.cut_off_working_days,
      timeOfDay: procedure.cut_off_time,
    }),
    requiredFunctions: (procedure, _, { loaders }) => loaders.functionsByProcedure.load(procedure.id),
    materialList: (procedure, _, { loaders }) => loaders.materialsByProcedure.load(procedure.id),
    derivedFrom: (procedure, _, { loaders }) =>
      procedure.derived_from === null ? null : loaders.reviewProcedure.load(procedure.derived_from),
    practice: ({ practice_id: id }) => (id === null ? null : { id }),
    differences: async (procedure, _, context) => {
      if (procedure.derived_from === null) return [];
      const [here, there] = await Promise.all([
        contentOf(procedure.id, context),
        contentOf(procedure.derived_from, context),
      ]);
      return compareProcedures(here, there);
    },
  },
  ReviewFunction: {
    isVeto: (required) => required.is_veto,
  },
};
