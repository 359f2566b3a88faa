import type { Db } from '../kit/database';
import { enterPolicies, numberPolicy, policiesOf, policyValue } from '../kit/in-effect';
import type { Dataset } from '../kit/load';

const EVERYWHERE_SINCE = { jurisdiction: '', effective_from: '1900-01-01', effective_until: null } as const;

/** What postings are managed by, with its default for all places and times. */
const DEFAULTS = {
  FINAL_ASSESSMENT_OPENS_DAYS: {
    value: 30,
    source: 'Default of this hub: the end of a posting is assessed in its last thirty days.',
  },
  LOW_ATTENDANCE_BELOW: {
    value: 0.6,
    source:
      'Default of this hub: under sixty percent of a month’s working days a posting is one in name only.',
  },
  MONTHLY_REPORT_DUE_DAY: {
    value: 10,
    source: 'Default of this hub: a month is reported by the tenth of the next.',
  },
  MONTH_COUNTS_FROM_DAYS: {
    value: 15,
    source: 'Default of this hub: a month counts, for reports and subsidies, from fifteen days in post.',
  },
  SUBSIDY_YUAN_PER_MONTH: {
    value: 500,
    source: 'Practice of the exchange of officers among the border towns since 2020: 500 yuan for a month.',
  },
} as const satisfies Record<string, { value: number; source: string }>;
export type PostingPolicy = keyof typeof DEFAULTS;

export const postingPolicies: Dataset = {
  name: 'posting-policies',
  version: '2',
  load: (db) =>
    enterPolicies(
      db,
      Object.entries(DEFAULTS).map(([name, policy]) => ({ name, ...EVERYWHERE_SINCE, ...policy })),
    ),
};

/** What a policy of postings is in a place on a day. */
export type PolicyReader = (name: PostingPolicy, place: string, day: string) => number;

/** Reads policies for postings in some places: one statement, whatever their number. */
export async function readPolicies(
  db: Db,
  names: readonly PostingPolicy[],
  places: readonly string[],
): Promise<PolicyReader> {
  const rows = await policiesOf(db, names, places);
  // Thousands of postings ask the same of few places and days.
  const known = new Map<string, number>();
  return (name, place, day) => {
    const key = `${name} ${place} ${day}`;
    const value = known.get(key) ?? policyValue(rows, name, { place, day }, numberPolicy);
    known.set(key, value);
    return value;
  };
}
