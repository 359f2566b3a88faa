import { jurisdictionOfAgency } from '../../kit/agency-code';
import { type Keyset, pageOfAll } from '../../kit/connection';
import { loadExisting } from '../../kit/loaders';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { exportStatement, subsidiesSoFar, subsidyStatement } from './statement';

const BY_POSTING = {
  ...{ name: 'subsidyStatement.lines', columns: ['secondment'], direction: 'asc', maximum: 200 },
} as const satisfies Keyset;

export const subsidies: Resolvers = {
  Query: {
    subsidyStatement: async (_, { program: code, month }, context) => {
      const program = await context.loaders.secondmentProgram.load(code);
      return program && subsidyStatement(context, program, month);
    },
  },
  Secondment: {
    subsidies: (posting, _, context) =>
      ofConduct('Secondment.subsidies', posting, context, async () => {
        const { loaders, now } = context;
        const program =
          posting.program === null ? null : await loaders.secondmentProgram.load(posting.program);
        const place = jurisdictionOfAgency(program?.organizer ?? posting.home_agency);
        const policy = await loaders.subsidyPolicies.load(place);
        context.discloses('personnel.conduct', [{ id: posting.id, provider: posting.host_agency }]);
        return subsidiesSoFar(posting, { policy, place, now });
      }),
  },
  SubsidyStatement: {
    yuanPerMonth: ({ policy }) => policy.yuanPerMonth,
    minimumDays: ({ policy }) => policy.minimumDays,
    count: (statement) => statement.subsidies.length,
    totalYuan: (statement) => statement.subsidies.reduce((sum, { yuan }) => sum + yuan, 0),
    lines: (statement, args) => pageOfAll(statement.subsidies, BY_POSTING, args),
    csv: (statement, _, { db }) => exportStatement(db, statement),
  },
  SecondmentSubsidy: {
    secondment: (subsidy, _, { loaders }) => loadExisting(loaders.secondment, subsidy.secondment),
    daysInPost: (subsidy) => subsidy.days,
    amountYuan: (subsidy) => subsidy.yuan,
  },
};
