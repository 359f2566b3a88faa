import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import type { Act } from '../leave/store';
import type { MonthlyTotal, RankedTotal } from './rules';

export interface RankingEditionRow {
  id: string;
  place: string;
  month: string;
  edition: number;
  reason: string | null;
  agency: string;
  published_at: Date;
  published_by: string;
}

const COLUMNS = ['id', 'place', 'month', 'edition', 'reason', 'agency', 'published_at', 'published_by'];

/** The totals of a month of the postings to units of a place and below, in no order. */
export async function totalsIn(
  db: Db,
  place: string,
  month: string,
): Promise<(MonthlyTotal & { starts_on: string })[]> {
  const { from, below } = rangeOf(place);
  return db.raw<MonthlyTotal & { starts_on: string }>(
    `/* rankings.totals */
     SELECT sums.*, posting.starts_on FROM (
       SELECT secondment, sum(100 - deducted) AS total,
         sum(jsonb_array_length(deductions)) AS deductions, count(*) AS weeks
       FROM weekly_scores WHERE month = ? AND host_agency >= ? AND host_agency < ?
       GROUP BY secondment
     ) AS sums JOIN secondments AS posting ON posting.id = sums.secondment`,
    [month, from, below],
  );
}

/** An edition of a month's ranking, the latest when none is named; null when none was published. */
export async function editionOf(
  db: Db,
  { place, month, edition }: { place: string; month: string; edition: number | null },
): Promise<RankingEditionRow | null> {
  const rows = db<RankingEditionRow>('ranking_editions')
    .comment('rankings.edition')
    .select<RankingEditionRow[]>(COLUMNS)
    .where({ place, month })
    .orderBy('edition', 'desc')
    .limit(1);
  if (edition !== null) rows.where({ edition });
  const [row] = await rows;
  return row ?? null;
}

/** The entries of an edition, in their order. */
export async function entriesOf(db: Db, ranking: string): Promise<RankedTotal[]> {
  return db('ranking_entries')
    .comment('rankings.entries')
    .select<RankedTotal[]>('rank', 'secondment', 'list', 'total', 'deductions', 'weeks')
    .where({ ranking })
    .orderBy('rank');
}

/** Publishes an edition; null when there is one of that number by now. */
export async function insertEdition(
  db: Db,
  edition: Pick<RankingEditionRow, 'place' | 'month' | 'edition' | 'reason'>,
  entries: readonly RankedTotal[],
  { agency, user, at }: Act,
): Promise<RankingEditionRow | null> {
  const [row] = await db<RankingEditionRow>('ranking_editions')
    .comment('rankings.insertEdition')
    .insert({ id: randomUUID(), ...edition, agency, published_at: at, published_by: user })
    .onConflict(['place', 'month', 'edition'])
    .ignore()
    .returning<RankingEditionRow[]>(COLUMNS);
  if (!row) return null;
  await db.raw(
    `/* rankings.insertEntries */
     INSERT INTO ranking_entries (ranking, place, rank, secondment, list, total, deductions, weeks)
     SELECT ?, ?, rank, secondment, list, total, deductions, weeks FROM jsonb_to_recordset(?) AS entry
       (rank int, secondment text, list text, total double precision, deductions int, weeks int)`,
    [row.id, row.place, JSON.stringify(entries)],
  );
  return row;
}
