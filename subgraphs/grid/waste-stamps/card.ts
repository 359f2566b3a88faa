import { inEffect } from '../../kit/in-effect';
import type { HouseholdRow } from '../households/store';
import type { GridContext } from '../loaders';
import {
  countsOf,
  pointsOf,
  rewardOf,
  type StampCounts,
  WASTE_POLICY,
  type WasteReward,
  type WasteRule,
  wastePolicy,
  weeksOf,
} from './rules';
import type { WasteRewardHandOutRow, WasteStampRow } from './store';

/** A household's card of a month, with all that its fields are made of. */
export interface Card {
  household: HouseholdRow;
  month: string;
  weeks: string[];
  stamps: WasteStampRow[];
  counts: StampCounts;
  points: number;
  reward: WasteReward | null;
  handOut: WasteRewardHandOutRow | null;
}

/** The card of a household in a month, as it stands. */
export async function wasteCardOf(
  loaders: GridContext['loaders'],
  household: HouseholdRow,
  month: string,
): Promise<Card> {
  const [stamps, handOut, policies] = await Promise.all([
    loaders.wasteStampsOf(household.id, { month }),
    loaders.wasteHandOutOf(household.id, { month }),
    loaders.policies.load(`${WASTE_POLICY} ${household.jurisdiction}`),
  ]);
  const weeks = weeksOf(month);
  const rule = ruleAmong(policies, household.jurisdiction, month);
  const counts = countsOf(stamps.map(({ kind }) => kind));
  return {
    ...{ household, month, weeks, stamps, counts, handOut },
    points: pointsOf(counts, rule),
    reward: rewardOf(counts, weeks.length, rule),
  };
}

/** The points and rewards that hold in a place in a month. */
export function ruleAmong(
  policies: Parameters<typeof inEffect>[0] & readonly { value: unknown }[],
  place: string,
  month: string,
): WasteRule {
  const row = inEffect(policies, place, `${month}-01`);
  if (!row) throw new Error(`no points of waste stamps hold in ${place} in ${month}`);
  return wastePolicy((row as { value?: unknown }).value);
}
