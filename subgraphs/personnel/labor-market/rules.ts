import { Violations } from '../../kit/errors';
import { numberPolicy, type PolicyRow, policyValue } from '../../kit/in-effect';
import { checkLine } from '../../kit/inputs';
import { ancestorAt } from '../../kit/jurisdiction';
import { hasFunction, mayActIn, type Viewer } from '../../kit/viewer';
import type { LaborDemandRow, LaborSupplyRow } from './store';

/*
 * The assignment of graduates to openings.
 *
 * Whoever has a skill can fill every opening for it, better or worse by how near it is: the score of a pair goes by the
 * smallest of five circles that holds both, each inside the next (same county and sector, county, prefecture, province,
 * anywhere), and does not grow outward. Circles that are nested or apart make the best assignment simple: match inside
 * the smallest circles all that can be matched, then go outward with what remains.
 *
 * Why no other is better: at most min(openings, graduates) people of a circle can be placed inside it. Going outward
 * reaches that number in every circle at once, for what is matched further in counts there too. Hence as many people as
 * possible are placed at all; and since a total score is a sum, over the circles, of those placed inside them times what
 * the score grows by from the next circle to it, which is never negative, no assignment has a higher one.
 */

export const MARKET_SCORES = 'LABOR_MARKET_SCORES';

/** From the smallest circle outward. */
const CIRCLES = ['COUNTY_AND_SECTOR', 'COUNTY', 'PREFECTURE', 'PROVINCE', 'ANYWHERE'] as const;
type Circle = (typeof CIRCLES)[number];
export type MarketScores = Readonly<Record<Circle, number>>;

/** The scores as they are laid down for a month. Throws unless they are from 0 to 1 and do not grow outward. */
export function marketScores(policies: readonly PolicyRow[], month: string): MarketScores {
  return policyValue(policies, MARKET_SCORES, { place: '', day: `${month}-01` }, (value) => {
    const given = new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
    const scores = CIRCLES.map((circle) => numberPolicy(given.get(circle)));
    const isOrdered = scores.every((score, i) => score >= 0 && score <= (scores[i - 1] ?? 1));
    if (!isOrdered) throw new TypeError(`scores must not grow outward: ${scores.join(', ')}`);
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = scores;
    return { COUNTY_AND_SECTOR: a, COUNTY: b, PREFECTURE: c, PROVINCE: d, ANYWHERE: e };
  });
}

interface Offer {
  id: string;
  place: string;
  sector: string | null;
  skill: string;
}

/** The circle of a kind that an offer lies in. What is given less closely lies in a circle of its own further in. */
function circleOf({ place, sector, skill }: Offer, circle: Circle, ownSector: string): string {
  const within = (level: 'COUNTY' | 'PREFECTURE' | 'PROVINCE') => ancestorAt(place, level) ?? place;
  switch (circle) {
    case 'COUNTY_AND_SECTOR':
      return `${skill} ${within('COUNTY')} ${sector ?? ownSector}`;
    case 'COUNTY':
    case 'PREFECTURE':
    case 'PROVINCE':
      return `${skill} ${within(circle)}`;
    case 'ANYWHERE':
      return skill;
  }
}

export interface LaborMatchRow {
  demand: LaborDemandRow;
  supply: LaborSupplyRow;
  matched: number;
  score: number;
}

/** Matches the offers of one month; each pair at most once. The same for the same offers, in whatever order they come. */
export function matchMarket(
  demands: readonly LaborDemandRow[],
  supplies: readonly LaborSupplyRow[],
  scores: MarketScores,
): LaborMatchRow[] {
  const matches: LaborMatchRow[] = [];
  let openings = byId(demands).map((row) => ({ row, left: row.openings }));
  let graduates = byId(supplies).map((row) => ({ row, left: row.graduates }));
  for (const circle of CIRCLES) {
    openings = openings.filter(({ left }) => left > 0);
    graduates = graduates.filter(({ left }) => left > 0);
    const waiting = new Map<string, { row: LaborSupplyRow; left: number }[]>();
    for (const supply of graduates) {
      const key = circleOf(supply.row, circle, 'any sector');
      const queue = waiting.get(key);
      if (queue) queue.push(supply);
      else waiting.set(key, [supply]);
    }
    const next = new Map<string, number>();
    for (const demand of openings) {
      const key = circleOf(demand.row, circle, '');
      const queue = waiting.get(key) ?? [];
      let position = next.get(key) ?? 0;
      for (let supply = queue[position]; supply && demand.left > 0; supply = queue[position]) {
        const matched = Math.min(demand.left, supply.left);
        demand.left -= matched;
        supply.left -= matched;
        matches.push({ demand: demand.row, supply: supply.row, matched, score: scores[circle] });
        if (supply.left === 0) position += 1;
      }
      next.set(key, position);
    }
  }
  return matches.sort((a, b) => b.score - a.score || b.matched - a.matched || (keyOf(a) < keyOf(b) ? -1 : 1));
}

export const keyOf = ({ demand, supply }: LaborMatchRow): string => `${demand.id} ${supply.id}`;

const byId = <Row extends { id: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const MAXIMUM_COUNT = 100_000;
const MAXIMUM_NAME = 200;

/** Everything that is wrong with openings or graduates that a unit enters. `count` names the field of their number. */
export function checkOffer(
  offer: { externalId: string; place: string; name: { field: string; value: string } },
  count: { field: string; value: number },
  { viewer, isKnown }: { viewer: Viewer; isKnown: boolean },
): Violations {
  const violations = new Violations();
  if (!hasFunction(viewer, ['HUMAN_RESOURCES'])) {
    violations.add('NOT_ALLOWED', [], {
      en: `${viewer.agency} does not have the function HUMAN_RESOURCES, so it enters no demand or supply.`,
      zh: `${viewer.agency} 没有人力资源和社会保障职能，不能登记用工供需。`,
    });
  }
  checkLine(violations, ['externalId'], offer.externalId.trim(), MAXIMUM_NAME, {
    en: 'externalId is empty. Give the number of your own system, so that it counts once however often it is sent.',
    zh: 'externalId 为空。请填写本单位系统中的编号，重复发送时只计一次。',
  });
  checkLine(violations, [offer.name.field], offer.name.value.trim(), MAXIMUM_NAME, {
    en: 'The name is empty. Say whose openings or graduates these are.',
    zh: '名称为空，请填写用人单位或院校名称。',
  });
  if (!isKnown) {
    violations.add('INVALID', ['place'], {
      en: `"${offer.place}" is no place that the hub knows. Give the GB/T 2260 code of a county, prefecture or province.`,
      zh: `“${offer.place}”不是平台已知的区划，请填写县、地或省级的 GB/T 2260 代码。`,
    });
  } else if (!mayActIn(viewer, offer.place)) {
    violations.add('NOT_ALLOWED', ['place'], {
      en: `${offer.place} is outside the remit of ${viewer.agency}.`,
      zh: `${offer.place} 不在 ${viewer.agency} 的履职范围内。`,
    });
  }
  if (count.value < 0 || count.value > MAXIMUM_COUNT) {
    violations.add('INVALID', [count.field], {
      en: `${count.value} cannot be; give 0 to ${MAXIMUM_COUNT}.`,
      zh: `${count.value} 无效，应为 0 至 ${MAXIMUM_COUNT}。`,
    });
  }
  return violations;
}
