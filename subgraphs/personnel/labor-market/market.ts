import DataLoader from 'dataloader';
import {
  type Connection,
  decodeCursor,
  EVERYWHERE,
  encodeCursor,
  type PageArgs,
  pageSize,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { policiesOf } from '../../kit/in-effect';
import { contains } from '../../kit/jurisdiction';
import { reportedPlaces } from '../labor-flow/batches/store';
import type { PersonnelContext } from '../loaders';
import { checkOffer, keyOf, type LaborMatchRow, MARKET_SCORES, marketScores, matchMarket } from './rules';
import {
  type LaborDemandRow,
  type LaborSkill,
  type LaborSupplyRow,
  marketOf,
  recordDemand,
  recordSupply,
} from './store';

/** A month's market, matched. */
interface Market {
  demands: LaborDemandRow[];
  supplies: LaborSupplyRow[];
  matches: LaborMatchRow[];
  /** By the id of a demand or supply. */
  matched: ReadonlyMap<string, number>;
}

export const laborMarketLoaders = (db: Db) => ({
  laborMarket: new DataLoader<string, Market>(async (months) => {
    const offers = await marketOf(db, months);
    const policies = await policiesOf(db, [MARKET_SCORES], [EVERYWHERE]);
    return months.map((month) => {
      const demands = offers.demands.filter((row) => row.month === month);
      const supplies = offers.supplies.filter((row) => row.month === month);
      const matches = matchMarket(demands, supplies, marketScores(policies, month));
      const matched = new Map<string, number>();
      for (const match of matches) {
        for (const { id } of [match.demand, match.supply]) {
          matched.set(id, (matched.get(id) ?? 0) + match.matched);
        }
      }
      return { demands, supplies, matches, matched };
    });
  }),
});

/** How much of an offer the market of its month has found a partner for. */
export async function matchedOf(
  { loaders }: PersonnelContext,
  { id, month }: { id: string; month: string },
): Promise<number> {
  return (await loaders.laborMarket.load(month)).matched.get(id) ?? 0;
}

const MATCHES = { name: 'laborMatches', maximum: 200 };

/** A page of a month's matches, best first. */
export async function matchesOf(
  { loaders }: PersonnelContext,
  asked: PageArgs & {
    month: string;
    destination?: string | null;
    origin?: string | null;
    sector?: string | null;
    skill?: LaborSkill | null;
  },
): Promise<Connection<LaborMatchRow>> {
  const size = pageSize(asked, MATCHES);
  const { matches } = await loaders.laborMarket.load(asked.month);
  const found = matches.filter(
    ({ demand, supply }) =>
      (!asked.destination || contains(asked.destination, demand.place)) &&
      (!asked.origin || contains(asked.origin, supply.place)) &&
      (!asked.sector || demand.sector === asked.sector) &&
      (!asked.skill || demand.skill === asked.skill),
  );
  const start = asked.after == null ? 0 : found.findIndex(isBehind(asked.after));
  const behind = start < 0 ? [] : found.slice(start);
  const edges = behind.slice(0, size).map((node) => ({
    cursor: encodeCursor(MATCHES.name, [node.score, node.matched, keyOf(node)]),
    node,
  }));
  return {
    edges,
    pageInfo: { hasNextPage: behind.length > size, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

function isBehind(after: string): (match: LaborMatchRow) => boolean {
  const [score = 0, matched = 0, key = ''] = decodeCursor(MATCHES.name, after, 3);
  return (match) => {
    if (match.score !== score) return match.score < Number(score);
    if (match.matched !== matched) return match.matched < Number(matched);
    return keyOf(match) > String(key);
  };
}

export interface MarketLine {
  skill: LaborSkill | null;
  openings: number;
  unmatchedOpenings: number;
  graduates: number;
  unmatchedGraduates: number;
}

export interface MarketOfPlace {
  place: string;
  month: string;
  total: MarketLine;
  bySkill: MarketLine[];
}

/** A place's side of a month's market; null when it is no place. */
export async function marketOfPlace(
  { db, loaders }: PersonnelContext,
  { place, month }: { place: string; month: string },
): Promise<MarketOfPlace | null> {
  if (!(await reportedPlaces(db, [place])).has(place)) return null;
  const market = await loaders.laborMarket.load(month);
  const demands = market.demands.filter((row) => contains(place, row.place));
  const supplies = market.supplies.filter((row) => contains(place, row.place));
  const line = (skill: LaborSkill | null): MarketLine => {
    const sum = { skill, openings: 0, unmatchedOpenings: 0, graduates: 0, unmatchedGraduates: 0 };
    for (const row of demands) {
      if (skill !== null && row.skill !== skill) continue;
      sum.openings += row.openings;
      sum.unmatchedOpenings += row.openings - (market.matched.get(row.id) ?? 0);
    }
    for (const row of supplies) {
      if (skill !== null && row.skill !== skill) continue;
      sum.graduates += row.graduates;
      sum.unmatchedGraduates += row.graduates - (market.matched.get(row.id) ?? 0);
    }
    return sum;
  };
  const skills = [...new Set([...demands, ...supplies].map((row) => row.skill))].sort();
  return { place, month, total: line(null), bySkill: skills.map(line) };
}

type Offer = { externalId: string; place: string; skill: LaborSkill; month: string };

async function knows(db: Db, place: string): Promise<boolean> {
  return (await reportedPlaces(db, [place])).has(place);
}

/** Enters an employer's openings. Throws a `Refusal` with every violation. */
export async function recordLaborDemand(
  context: PersonnelContext,
  input: Offer & { employer: string; sector: string; openings: number },
): Promise<LaborDemandRow> {
  const { signedIn: viewer, now } = context;
  const { externalId, employer, openings, ...offer } = input;
  return context.write(async (db) => {
    checkOffer(
      { externalId, place: offer.place, name: { field: 'employer', value: employer } },
      { field: 'openings', value: openings },
      { viewer, isKnown: await knows(db, offer.place) },
    ).throwIfAny();
    const entered = { recorded_by: viewer.agency, external_id: externalId.trim(), recorded_at: now };
    return recordDemand(db, { ...entered, ...offer, employer: employer.trim(), openings });
  });
}

/** Enters a school's graduates. Throws a `Refusal` with every violation. */
export async function recordLaborSupply(
  context: PersonnelContext,
  input: Offer & { institution: string; sector?: string | null; graduates: number },
): Promise<LaborSupplyRow> {
  const { signedIn: viewer, now } = context;
  const { externalId, institution, graduates, sector = null, ...offer } = input;
  return context.write(async (db) => {
    checkOffer(
      { externalId, place: offer.place, name: { field: 'institution', value: institution } },
      { field: 'graduates', value: graduates },
      { viewer, isKnown: await knows(db, offer.place) },
    ).throwIfAny();
    const entered = { recorded_by: viewer.agency, external_id: externalId.trim(), recorded_at: now };
    return recordSupply(db, { ...entered, ...offer, sector, institution: institution.trim(), graduates });
  });
}
