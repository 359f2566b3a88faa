import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { agenciesByCode } from '../../kit/directory';
import { badInput } from '../../kit/errors';
import { dayOf, lastDayOf, monthOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { officersById } from '../officers/store';
import { type PolicyReader, readPolicies } from '../policies';
import type { SecondmentProgramRow } from '../programs/store';
import { conductBetween, type SecondmentRow } from '../secondments/store';
import { type Subsidy, type SubsidyPolicy, statementCsv, subsidiesUntil, subsidyOf } from './rules';

const POLICIES = ['SUBSIDY_YUAN_PER_MONTH', 'MONTH_COUNTS_FROM_DAYS'] as const;

const policyOf = (policy: PolicyReader, place: string, day: string): SubsidyPolicy => ({
  yuanPerMonth: policy('SUBSIDY_YUAN_PER_MONTH', place, day),
  minimumDays: policy('MONTH_COUNTS_FROM_DAYS', place, day),
});

/** The subsidies of a program for a month, of the postings to which the viewer is a party. */
export interface Statement {
  readonly program: SecondmentProgramRow;
  readonly month: string;
  readonly policy: SubsidyPolicy;
  readonly postings: readonly SecondmentRow[];
  readonly subsidies: readonly Subsidy[];
}

/** Null when the viewer is a party to no posting of that month. */
export async function subsidyStatement(
  context: PersonnelContext,
  program: SecondmentProgramRow,
  month: string,
): Promise<Statement | null> {
  const { db, now } = context;
  if (month > monthOf(now)) {
    throw badInput({
      en: `${month} has not come. Ask for a month that has begun.`,
      zh: `${month} 尚未到来，请查询已开始的月份。`,
    });
  }
  const until = lastDayOf(month);
  const postings = await conductBetween(db, { program: program.code }, { from: `${month}-01`, until });
  if (postings.length === 0) return null;
  const place = jurisdictionOfAgency(program.organizer);
  const policy = policyOf(await readPolicies(db, POLICIES, [place]), place, until);
  const subsidies = postings
    .map((posting) => subsidyOf(posting, month, policy))
    .filter((subsidy) => subsidy !== null);
  context.discloses(
    'personnel.conduct',
    postings.map(({ id, host_agency: provider }) => ({ id, provider })),
  );
  return { program, month, policy, postings, subsidies };
}

/** The whole statement as CSV, with names. */
export async function exportStatement(db: Db, { postings, subsidies }: Statement): Promise<string> {
  const postingOf = new Map(postings.map((posting) => [posting.id, posting]));
  const officers = await officersById(db, [...new Set(postings.map(({ officer }) => officer))]);
  const units = postings.flatMap(({ home_agency, host_agency }) => [home_agency, host_agency]);
  const agencies = await agenciesByCode(db, [...new Set(units)]);
  const nameOfOfficer = new Map(officers.map(({ id, name }) => [id, name]));
  const nameOfUnit = new Map(agencies.map(({ code, name }) => [code, name]));
  const lines = subsidies.flatMap((subsidy) => {
    const posting = postingOf.get(subsidy.secondment);
    if (!posting) return [];
    const { officer, home_agency, host_agency, position } = posting;
    return [
      {
        ...subsidy,
        officer: nameOfOfficer.get(officer) ?? '',
        home: nameOfUnit.get(home_agency) ?? home_agency,
        host: nameOfUnit.get(host_agency) ?? host_agency,
        position,
      },
    ];
  });
  return statementCsv(lines);
}

/** What a posting is paid for each month so far, by the policies of a place. */
export const subsidiesSoFar = (
  posting: SecondmentRow,
  { policy, place, now }: { policy: PolicyReader; place: string; now: Date },
): Subsidy[] => subsidiesUntil(posting, dayOf(now), (day) => policyOf(policy, place, day));

/** The policies of subsidies in several places, in one statement. */
export const subsidyPolicies = (db: Db, places: readonly string[]): Promise<PolicyReader> =>
  readPolicies(db, POLICIES, places);
