import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { Act } from '../leave/store';
import { type Deduction, deductedBy } from './rules';

export interface WeeklyScoreRow {
  id: string;
  secondment: string;
  host_agency: string;
  week_of: string;
  month: string;
  deductions: Deduction[];
  deducted: number;
  revision: number;
  agency: string;
  recorded_at: Date;
  recorded_by: string;
}

export type ScoreRevisionRow = Pick<
  WeeklyScoreRow,
  'revision' | 'secondment' | 'deductions' | 'deducted' | 'agency' | 'recorded_at' | 'recorded_by'
> & { weekly_score: string; reason: string | null };

const COLUMNS = [
  'id',
  'secondment',
  'host_agency',
  'week_of',
  'month',
  'deductions',
  'deducted',
  'revision',
  'agency',
  'recorded_at',
  'recorded_by',
];

export async function scoresById(db: Db, ids: readonly string[]): Promise<WeeklyScoreRow[]> {
  return db<WeeklyScoreRow>('weekly_scores')
    .comment('scores.byId')
    .select<WeeklyScoreRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The scores of postings for the weeks of a month, the earliest first. */
export async function scoresIn(
  db: Db,
  secondments: readonly string[],
  month: string,
): Promise<WeeklyScoreRow[]> {
  return db<WeeklyScoreRow>('weekly_scores')
    .comment('scores.in')
    .select<WeeklyScoreRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .where({ month })
    .orderBy(['secondment', 'week_of']);
}

export async function scoreOfWeek(
  db: Db,
  secondment: string,
  weekOf: string,
): Promise<WeeklyScoreRow | null> {
  const [score] = await db<WeeklyScoreRow>('weekly_scores')
    .comment('scores.ofWeek')
    .select<WeeklyScoreRow[]>(COLUMNS)
    .where({ secondment, week_of: weekOf });
  return score ?? null;
}

/** Every state of each score, the first one first. */
export async function scoreRevisionsOf(db: Db, scores: readonly string[]): Promise<ScoreRevisionRow[]> {
  return db<ScoreRevisionRow>('weekly_score_revisions')
    .comment('scores.revisions')
    .select<ScoreRevisionRow[]>(
      'weekly_score',
      'revision',
      'secondment',
      'deductions',
      'deducted',
      'reason',
      'agency',
      'recorded_at',
      'recorded_by',
    )
    .whereIn('weekly_score', [...scores])
    .orderBy(['weekly_score', 'revision']);
}

/** Stores a score with its first revision; null when the week has one. */
export async function insertScore(
  db: Db,
  score: Pick<WeeklyScoreRow, 'secondment' | 'host_agency' | 'week_of'> & {
    deductions: readonly Deduction[];
  },
  { agency, user, at }: Act,
): Promise<WeeklyScoreRow | null> {
  const { deductions, week_of } = score;
  const [stored] = await db('weekly_scores')
    .comment('scores.insert')
    .insert({
      ...{ ...score, id: randomUUID(), month: week_of.slice(0, 7), revision: 1 },
      ...{ deductions: JSON.stringify(deductions), deducted: deductedBy(deductions) },
      ...{ agency, recorded_at: at, recorded_by: user },
    })
    .onConflict(['secondment', 'week_of'])
    .ignore()
    .returning<WeeklyScoreRow[]>(COLUMNS);
  if (stored) await keepRevision(db, stored.id, null);
  return stored ?? null;
}

/** Puts other deductions into a score; null when it is no longer at the revision that was seen. */
export async function correctScore(
  db: Db,
  { id, revision }: WeeklyScoreRow,
  { deductions, reason }: { deductions: readonly Deduction[]; reason: string },
  { agency, user, at }: Act,
): Promise<WeeklyScoreRow | null> {
  const [score] = await db('weekly_scores')
    .comment('scores.correct')
    .where({ id, revision })
    .update({
      ...{ deductions: JSON.stringify(deductions), deducted: deductedBy(deductions) },
      ...{ revision: revision + 1, agency, recorded_at: at, recorded_by: user },
    })
    .returning<WeeklyScoreRow[]>(COLUMNS);
  if (score) await keepRevision(db, id, reason);
  return score ?? null;
}

/** Keeps a score as it stands. */
async function keepRevision(db: Db, id: string, reason: string | null): Promise<void> {
  await db.raw(
    `/* scores.keepRevision */
     INSERT INTO weekly_score_revisions
       (weekly_score, revision, secondment, deductions, deducted, reason, agency, recorded_at, recorded_by)
     SELECT id, revision, secondment, deductions, deducted, ?, agency, recorded_at, recorded_by
     FROM weekly_scores WHERE id = ?`,
    [reason, id],
  );
}
