import type { LicenseApplicationRow } from '../applications/store';
import type { TourismContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { durationReports } from './report';
import { countedSeconds, isWithinTarget, type Spent, spentUntil, workingDaysOf } from './rules';
import type { Figures } from './store';

/** What an application has spent until now, its present stay included. */
async function spentSoFar(
  application: LicenseApplicationRow,
  { loaders, now }: TourismContext,
): Promise<Spent> {
  const session = application.session_id ? await loaders.reviewSession.load(application.session_id) : null;
  return spentUntil(application, session, now, await loaders.calendar());
}

const inDays = ({ mean, median, ninetieth, longest }: Figures) => ({
  mean: workingDaysOf(mean),
  median: workingDaysOf(median),
  ninetiethPercentile: workingDaysOf(ninetieth),
  longest: workingDaysOf(longest),
});

export const durations: Resolvers = {
  Query: {
    reviewDurations: async (_, { under, decidedFrom, decidedTo }, context) => {
      const period = { under, from: decidedFrom, to: decidedTo, byTown: false };
      const [report] = await durationReports(context, period);
      return report ?? null;
    },
    reviewDurationsByTown: (_, { under, decidedFrom, decidedTo }, context) =>
      durationReports(context, { under, from: decidedFrom, to: decidedTo, byTown: true }),
  },
  LicenseApplication: {
    durations: async (application, _, context) => {
      const { stage, town, filed_by } = application;
      const spent = await spentSoFar(application, context);
      const office = (await context.loaders.officeByTown.load(town))?.code ?? filed_by;
      const scheduled = spent.spent_session_wait + spent.spent_deciding;
      return [
        { stage: 'SUBMITTED' as const, seconds: spent.spent_intake, agency: office, wait: 0 },
        { stage: 'AWAITING_MATERIALS' as const, seconds: spent.spent_materials, agency: null, wait: 0 },
        {
          ...{ stage: 'SCHEDULED' as const, seconds: scheduled, agency: office },
          wait: spent.spent_session_wait,
        },
      ]
        .filter((entry) => entry.seconds > 0 || entry.stage === stage)
        .map(({ stage: of, seconds, agency, wait }) => ({
          stage: of,
          workingDays: workingDaysOf(seconds),
          agency: agency === null ? null : { code: agency },
          sessionWaitDays: workingDaysOf(wait),
        }));
    },
    turnaround: async (application, _, context) => {
      const { loaders } = context;
      const spent = await spentSoFar(application, context);
      const decision = await loaders.decisionByApplication.load(application.id);
      const targetDays =
        decision?.target_days ?? (await loaders.targetByTown.load(application.town))?.days ?? 0;
      const opinions = await loaders.opinionsByApplication.load(application.id);
      return {
        countedDays: workingDaysOf(countedSeconds(spent)),
        sessionWaitDays: workingDaysOf(spent.spent_session_wait),
        materialsWaitDays: workingDaysOf(spent.spent_materials),
        targetDays,
        isWithinTarget: decision?.is_within_target ?? isWithinTarget(spent, targetDays),
        departments: opinions.map(({ round, function: code, agency, waited }) => ({
          ...{ round, function: code, agency: { code: agency }, workingDays: workingDaysOf(waited) },
        })),
      };
    },
  },
  ReviewDurations: {
    jurisdiction: (report) => ({ code: report.place }),
    decided: ({ decided }) => decided?.decided ?? 0,
    withinTargetShare: ({ decided }) => (decided ? decided.within / decided.decided : null),
    counted: ({ decided }) => decided && inDays(decided.measures.counted),
    sessionWait: ({ decided }) => decided && inDays(decided.measures.session_wait),
    materialsWait: ({ decided }) => decided && inDays(decided.measures.materials),
    stages: ({ decided }) =>
      decided
        ? [
            { stage: 'SUBMITTED', figures: inDays(decided.measures.intake) },
            { stage: 'AWAITING_MATERIALS', figures: inDays(decided.measures.materials) },
            { stage: 'SCHEDULED', figures: inDays(decided.measures.scheduled) },
          ]
        : [],
    departments: ({ departments }) =>
      departments.map(({ function: code, agency, opinions, figures }) => ({
        ...{ function: code, agency: { code: agency }, opinions, figures: inDays(figures) },
      })),
    pending: ({ pending }) =>
      pending.map(({ stage, count, longest_since: longestSinceAt }) => ({ stage, count, longestSinceAt })),
  },
};
