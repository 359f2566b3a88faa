import type { Db } from '../../kit/database';
import { type RankedTotal, rank } from './rules';
import { editionOf, entriesOf, type RankingEditionRow, totalsIn } from './store';

/** A ranking as it was published, or, without an edition, as it now stands. */
export interface RankingOfMonth {
  readonly place: string;
  readonly month: string;
  readonly edition: RankingEditionRow | null;
  readonly entries: readonly RankedTotal[];
}

/**
 * The ranking of a month: what was published, frozen, or else what the scores now give. Null for an edition that there is
 * not. Both hold the postings alone to which the viewer is a party.
 */
export async function monthlyRanking(
  db: Db,
  { place, month, edition: wanted }: { place: string; month: string; edition: number | null },
): Promise<RankingOfMonth | null> {
  const edition = await editionOf(db, { place, month, edition: wanted });
  if (!edition && wanted !== null) return null;
  const entries = edition ? await entriesOf(db, edition.id) : rank(await totalsIn(db, place, month));
  return { place, month, edition, entries };
}
