import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { agendaOf } from './find';

export const agenda: Resolvers = {
  Query: {
    secondmentAgenda: (_, question, context) => agendaOf(context, question),
  },
  SecondmentProgram: {
    counts: (program, _, { loaders }) => loaders.countsByProgram.load(program.code),
  },
  SecondmentDuty: {
    dueOn: (duty) => duty.due_on,
    secondment: (duty, _, { loaders }) => loadExisting(loaders.secondment, duty.secondment),
    agency: (duty) => ({ code: duty.agency }),
    month: (duty) => duty.month || null,
    leaveRequest: ({ leave }, _, { loaders }) => (leave ? loaders.leaveRequest.load(leave) : null),
  },
};
