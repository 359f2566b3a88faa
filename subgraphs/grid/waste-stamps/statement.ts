import { type CsvColumn, csvPage } from '../../kit/csv';
import { policiesOf } from '../../kit/in-effect';
import { dayOf } from '../../kit/time';
import { householdsIn } from '../households/store';
import type { GridContext } from '../loaders';
import { type Card, ruleAmong, wasteCardOf } from './card';
import { KIND_NAMES, pointsOf, rewardOf, WASTE_POLICY, weeksOf } from './rules';
import { cardGroups } from './store';

/** How many households a reward is for. */
export interface RewardCount {
  reward: string;
  rewardName: string;
  earned: number;
  handedOut: number;
}

/** The month of a place's households. */
export interface Statement {
  jurisdiction: string;
  month: string;
  weeks: string[];
  households: number;
  red: number;
  empty: number;
  black: number;
  missing: number;
  points: number;
  rewards: RewardCount[];
}

const spanOf = (weeks: readonly string[]) => ({ first: weeks[0] ?? '', last: weeks.at(-1) ?? '' });

/** What the households of a place that the viewer may see have on their cards in a month. */
export async function wasteStatement(
  context: GridContext,
  { under, month }: { under: string; month: string },
): Promise<Statement> {
  const { db } = context;
  const weeks = weeksOf(month);
  const groups = await cardGroups(db, under, month, spanOf(weeks));
  const places = [...new Set(groups.map(({ jurisdiction }) => jurisdiction))];
  const policies = await policiesOf(db, [WASTE_POLICY], places.length > 0 ? places : [under]);
  // Sums show something of every unit whose households are in them.
  const id = `waste statement ${under} ${month}`;
  context.discloses(
    'grid.people',
    groups.map((group) => ({ id, provider: group.recorded_by })),
  );
  const statement: Statement = {
    ...{
      jurisdiction: under,
      month,
      weeks,
      households: 0,
      red: 0,
      empty: 0,
      black: 0,
      missing: 0,
      points: 0,
    },
    rewards: [],
  };
  const rewards = new Map<string, RewardCount>();
  const countOf = (reward: string, rewardName: string): RewardCount => {
    const count = rewards.get(reward) ?? { reward, rewardName, earned: 0, handedOut: 0 };
    rewards.set(reward, count);
    return count;
  };
  for (const { code, name } of ruleAmong(policies, places[0] ?? under, month).rewards) countOf(code, name);
  for (const group of groups) {
    const { red, empty, black, households } = group;
    const rule = ruleAmong(policies, group.jurisdiction, month);
    const counts = { RED: red, EMPTY: empty, BLACK: black };
    statement.households += households;
    statement.red += red * households;
    statement.empty += empty * households;
    statement.black += black * households;
    statement.missing += (weeks.length - red - empty - black) * households;
    statement.points += pointsOf(counts, rule) * households;
    const reward = rewardOf(counts, weeks.length, rule);
    if (reward) countOf(reward.code, reward.name).earned += households;
    if (group.handed_out !== null)
      countOf(group.handed_out, group.handed_out_name ?? group.handed_out).handedOut += households;
  }
  return { ...statement, rewards: [...rewards.values()] };
}

const EXPORT_MAXIMUM = 1_000;

const columnsOf = (weeks: readonly string[]): CsvColumn<Card>[] => [
  { heading: '区划代码', value: ({ household }) => household.jurisdiction },
  { heading: '积分卡号', value: ({ household }) => household.card_number },
  { heading: '户主', value: ({ household }) => household.head },
  ...weeks.map((week) => ({
    heading: week,
    value: ({ stamps }: Card) => {
      const stamp = stamps.find(({ week_of }) => week_of === week);
      return stamp && KIND_NAMES[stamp.kind];
    },
  })),
  { heading: '积分', value: ({ points }) => points },
  { heading: '奖励', value: ({ reward }) => reward?.name },
  { heading: '已发奖励', value: ({ handOut }) => handOut?.reward_name },
  { heading: '领取人', value: ({ handOut }) => handOut?.recipient },
  { heading: '发放时间', value: ({ handOut }) => handOut?.at },
];

/** A page of the statement as text, a household a row. */
export async function exportStatement(
  context: GridContext,
  {
    under,
    month,
    first,
    after,
  }: { under: string; month: string; first?: number | null; after?: string | null },
) {
  const { db, loaders, now } = context;
  const weeks = weeksOf(month);
  const span = spanOf(weeks);
  const page = await householdsIn(
    db,
    { under, first: first ?? EXPORT_MAXIMUM, after },
    { today: dayOf(now), maximum: EXPORT_MAXIMUM, livedThere: { from: span.first, to: span.last } },
  );
  const households = page.edges.map(({ node }) => node);
  context.discloses(
    'grid.people',
    households.map(({ id, recorded_by }) => ({ id, provider: recorded_by })),
  );
  const cards = await Promise.all(households.map((household) => wasteCardOf(loaders, household, month)));
  return csvPage(columnsOf(weeks), cards, { after, pageInfo: page.pageInfo });
}
