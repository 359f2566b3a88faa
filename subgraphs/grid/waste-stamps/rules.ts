import { Violations } from '../../kit/errors';
import { checkInstant, checkLine, checkNotBefore, checkNumber, checkText } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { addDays, dayOf, lastDayOf } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';
import { looksAfter, notForThisUnit } from '../households/rules';

export const WASTE_STAMP_KINDS = ['RED', 'EMPTY', 'BLACK'] as const;
export type WasteStampKind = (typeof WASTE_STAMP_KINDS)[number];

/** A reward, and what a card has to have for it. */
export interface WasteReward {
  readonly code: string;
  /** In Chinese. */
  readonly name: string;
  /** How many weeks at most may be other than red. */
  readonly maximumNotRed: number;
  /** How many points at least a card of four weeks has; one of five weeks so many more in proportion. */
  readonly minimumPointsInFourWeeks: number;
}

/** What stamps are worth, and what cards earn: the first reward whose conditions hold. */
export interface WasteRule {
  readonly points: Readonly<Record<WasteStampKind, number>>;
  readonly rewards: readonly WasteReward[];
}

/** The points and rewards by place and time; a month goes by what holds on its first day. */
export const WASTE_POLICY = 'waste-rewards';

/** Reads the policy of points and rewards. */
export function wastePolicy(value: unknown): WasteRule {
  const { points, rewards } = (value ?? {}) as { points?: Record<string, unknown>; rewards?: unknown };
  const isWorth = (kind: WasteStampKind) => typeof points?.[kind] === 'number';
  if (!WASTE_STAMP_KINDS.every(isWorth) || !Array.isArray(rewards) || !rewards.every(isReward)) {
    throw new TypeError(`the points and rewards of waste stamps are ${JSON.stringify(value)}`);
  }
  const worth = (kind: WasteStampKind) => Number(points?.[kind]);
  return { points: { RED: worth('RED'), EMPTY: worth('EMPTY'), BLACK: worth('BLACK') }, rewards };
}

function isReward(value: unknown): value is WasteReward {
  const reward = (value ?? {}) as Record<string, unknown>;
  return (
    typeof reward.code === 'string' &&
    typeof reward.name === 'string' &&
    typeof reward.maximumNotRed === 'number' &&
    typeof reward.minimumPointsInFourWeeks === 'number'
  );
}

const MONDAY = 1;
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, -((weekdayOf(day) + 6) % 7));

/** The Mondays of a month's weeks, four or five: a week belongs to the month of its Monday. */
export function weeksOf(month: string): string[] {
  const weeks: string[] = [];
  const first = `${month}-01`;
  const last = lastDayOf(month);
  for (let day = addDays(first, (8 - weekdayOf(first)) % 7); day <= last; day = addDays(day, 7))
    weeks.push(day);
  return weeks;
}

/** How many stamps of each kind a card has. */
export type StampCounts = Readonly<Record<WasteStampKind, number>>;

export const countsOf = (kinds: readonly WasteStampKind[]): StampCounts => {
  const count = (kind: WasteStampKind) => kinds.filter((found) => found === kind).length;
  return { RED: count('RED'), EMPTY: count('EMPTY'), BLACK: count('BLACK') };
};

/** The points of a card. */
export const pointsOf = (counts: StampCounts, { points }: WasteRule): number =>
  WASTE_STAMP_KINDS.reduce((sum, kind) => sum + counts[kind] * points[kind], 0);

/** What a card of a month of so many weeks earns; null for nothing. A week without a stamp is not red. */
export function rewardOf(counts: StampCounts, weeks: number, rule: WasteRule): WasteReward | null {
  const notRed = weeks - counts.RED;
  const points = pointsOf(counts, rule);
  return (
    rule.rewards.find(
      ({ maximumNotRed, minimumPointsInFourWeeks }) =>
        notRed <= maximumNotRed && points * 4 >= minimumPointsInFourWeeks * weeks,
    ) ?? null
  );
}

/** Whether a month's weeks are over by a day. */
export const isMonthOver = (month: string, day: string): boolean =>
  addDays(weeksOf(month).at(-1) ?? month, 7) <= day;

/** A household as far as its stamps are concerned. */
interface Holder {
  readonly jurisdiction: string;
  readonly moved_in_on: string | null;
  readonly moved_out_on: string | null;
}

/** Adds what is wrong with a week that is to be stamped at an instant. */
export function checkWeek(violations: Violations, weekOf: string, at: Date, now: Date): void {
  checkInstant(violations, at, now);
  if (weekdayOf(weekOf) !== MONDAY) {
    violations.add('INVALID', ['weekOf'], {
      en: `${weekOf} is no Monday. Its week begins on ${mondayOf(weekOf)}.`,
      zh: `${weekOf} 不是星期一，该周从 ${mondayOf(weekOf)} 开始。`,
    });
  } else if (weekOf > dayOf(at)) {
    violations.add('INVALID', ['weekOf'], {
      en: `The week of ${weekOf} has not begun. Stamp it once it has.`,
      zh: `${weekOf} 起的一周尚未开始，请在该周开始后登记。`,
    });
  }
}

/** Adds what speaks against stamping a household's card for a week. */
export function checkHolder(
  violations: Violations,
  path: readonly (string | number)[],
  household: Holder,
  { weekOf, viewer }: { weekOf: string; viewer: Viewer },
): void {
  if (!looksAfter(viewer, household.jurisdiction)) violations.add('NOT_ALLOWED', [...path], notForThisUnit);
  const { moved_in_on, moved_out_on } = household;
  if (moved_out_on !== null && moved_out_on < weekOf) {
    violations.add('NOT_ALLOWED_IN_STATE', [...path], {
      en: `The household moved away on ${moved_out_on}, before the week of ${weekOf}.`,
      zh: `该住户已于 ${moved_out_on} 迁出，早于 ${weekOf} 起的一周。`,
    });
  }
  if (moved_in_on !== null && moved_in_on > addDays(weekOf, 6)) {
    violations.add('NOT_ALLOWED_IN_STATE', [...path], {
      en: `The household moved in on ${moved_in_on}, after the week of ${weekOf}.`,
      zh: `该住户于 ${moved_in_on} 迁入，晚于 ${weekOf} 起的一周。`,
    });
  }
}

/** To whoever stamps a week that has another stamp. */
export const otherStamp = (weekOf: string, kind: WasteStampKind): Text => ({
  en: `The week of ${weekOf} has its stamp, ${kind}. Correct that one with correctWasteStamp.`,
  zh: `${weekOf} 起的一周已有印章（${KIND_NAMES[kind]}），如有误请用 correctWasteStamp 更正。`,
});

export const KIND_NAMES: Readonly<Record<WasteStampKind, string>> = {
  RED: '红章',
  EMPTY: '空桶章',
  BLACK: '黑章',
};

/** A line of a round: a household by its id or by its card. */
export interface RoundLine {
  readonly householdId: string | null;
  readonly cardNumber: string | null;
  readonly kind: WasteStampKind;
}

const MAXIMUM_STAMPS = 10_000;

/** Every violation of a round that shows without looking anything up. */
export function checkRound(
  {
    jurisdiction,
    weekOf,
    at,
    lines,
  }: { jurisdiction: string; weekOf: string; at: Date; lines: readonly RoundLine[] },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, jurisdiction)) violations.add('NOT_ALLOWED', ['jurisdiction'], notForThisUnit);
  checkWeek(violations, weekOf, at, now);
  if (!checkNumber(violations, 'stamps', lines.length, MAXIMUM_STAMPS)) return violations;
  for (const [i, { householdId, cardNumber }] of lines.entries()) {
    if ((householdId === null) !== (cardNumber === null)) continue;
    violations.add(householdId === null ? 'REQUIRED' : 'INVALID', ['stamps', i], {
      en: 'A household is named by its id or by its card number: by one of the two.',
      zh: '住户须用标识或积分卡号之一指明。',
    });
  }
  return violations;
}

const MAXIMUM_REASON = 500;
const MAXIMUM_RECIPIENT = 50;

/** Every violation of a correction. */
export function checkCorrection(
  stamp: { kind: WasteStampKind; jurisdiction: string; last_at: Date },
  correction: { kind: WasteStampKind; reason: string; at: Date },
  { viewer, now }: { viewer: Viewer; now: Date },
): Violations {
  const violations = new Violations();
  if (!looksAfter(viewer, stamp.jurisdiction)) violations.add('NOT_ALLOWED', ['stampId'], notForThisUnit);
  if (stamp.kind === correction.kind) {
    violations.add('INVALID', ['kind'], {
      en: `The stamp is ${stamp.kind} already.`,
      zh: `该印章已是${KIND_NAMES[stamp.kind]}。`,
    });
  }
  checkText(violations, ['reason'], correction.reason, MAXIMUM_REASON, {
    en: 'The reason is empty. Say why the stamp was wrong.',
    zh: '更正理由为空，请说明。',
  });
  checkInstant(violations, correction.at, now);
  checkNotBefore(violations, correction.at, stamp.last_at);
  return violations;
}

/** Every violation of handing out the reward of a month's card. */
export function checkHandOut(
  card: { reward: WasteReward | null; isComplete: boolean; isHandedOut: boolean; lastStampedAt: Date | null },
  handOut: { month: string; recipient: string; at: Date },
  { viewer, place, now }: { viewer: Viewer; place: string; now: Date },
): Violations {
  const violations = new Violations();
  const path = ['householdId'];
  if (!looksAfter(viewer, place)) violations.add('NOT_ALLOWED', path, notForThisUnit);
  if (card.isHandedOut) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The reward of ${handOut.month} was handed out already.`,
      zh: `该住户 ${handOut.month} 的奖励已发放。`,
    });
  } else if (!card.isComplete && !isMonthOver(handOut.month, dayOf(handOut.at))) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The weeks of ${handOut.month} are neither all stamped nor over. Hand it out then.`,
      zh: `${handOut.month} 的各周尚未全部盖章，也未结束，请届时发放。`,
    });
  } else if (card.reward === null) {
    violations.add('NOT_ALLOWED_IN_STATE', path, {
      en: `The card of ${handOut.month} earns no reward.`,
      zh: `该住户 ${handOut.month} 的积分未达到奖励条件。`,
    });
  }
  checkLine(violations, ['recipient'], handOut.recipient, MAXIMUM_RECIPIENT);
  checkInstant(violations, handOut.at, now);
  if (card.lastStampedAt) checkNotBefore(violations, handOut.at, card.lastStampedAt);
  return violations;
}

/** To whoever names a stamp that is not there, or not for them. */
export const noSuchStamp: Text = {
  en: 'There is no such stamp. Look its id up on the card of its household.',
  zh: '不存在该印章，请在住户的积分卡中查询。',
};

/** To the slower of two. */
export const anotherWasFaster: Text = {
  en: 'Someone else changed the card at the same moment. Look at it again.',
  zh: '该积分卡刚被他人办理，请重新查看。',
};
