import { payload } from '../../kit/payload';
import type { GridContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { reportGridCase } from './report';
import type { GridCaseStep } from './rules';
import { type StepInput, stepGridCase } from './step';

const take =
  (step: GridCaseStep) =>
  (_: unknown, { input }: { input: StepInput }, context: GridContext) =>
    payload('gridCase', context, stepGridCase(context, step, input));

export const gridCaseLifeCycle: Resolvers = {
  Mutation: {
    reportGridCase: (_, { input }, context) => payload('gridCase', context, reportGridCase(context, input)),
    fileGridCase: take('FILE'),
    declineGridCase: take('DECLINE'),
    dispatchGridCase: take('DISPATCH'),
    recallGridCaseTask: take('RECALL'),
    acceptGridCaseTask: take('ACCEPT'),
    returnGridCaseTask: take('RETURN'),
    resolveGridCase: take('RESOLVE'),
    verifyGridCase: (_, { input }, context) =>
      payload('gridCase', context, stepGridCase(context, input.result, input)),
    reopenGridCase: take('REOPEN'),
    superviseGridCase: take('SUPERVISE'),
    endGridCaseSupervision: take('END_SUPERVISION'),
    linkGridCaseDuplicate: take('LINK_DUPLICATE'),
  },
};
