import { randomUUID } from 'node:crypto';
import {
  type Connection,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { nameContaining } from '../../kit/search';
import { appendEvent } from '../events';
import type { Act } from '../secondments/store';
import type { PracticeKind } from './rules';

export interface WorkTopicRow {
  code: string;
  name: string;
}

export interface PracticeRow {
  id: string;
  secondment: string;
  title: string;
  kind: PracticeKind;
  origin: string;
  topic: string | null;
  summary: string;
  document_url: string | null;
  recorded_by: string;
  recorded_at: Date;
}

export interface AdoptionRow {
  practice: string;
  agency: string;
  adopted_at: Date;
  note: string | null;
}

export interface OutcomeRow {
  practice: string;
  agency: string;
  at: Date;
  outcome: string;
}

export interface PracticeFilter extends PageArgs {
  topic?: string | null;
  kind?: PracticeKind | null;
  textContains?: string | null;
  adoptedBy?: string | null;
  adoptedUnder?: string | null;
}

const COLUMNS = [
  'id',
  'secondment',
  'title',
  'kind',
  'origin',
  'topic',
  'summary',
  'document_url',
  'recorded_by',
  'recorded_at',
];
const ADOPTION_COLUMNS = ['practice', 'agency', 'adopted_at', 'note'];
const LATEST_FIRST: Keyset = {
  ...{ name: 'practices', columns: ['recorded_at', 'id'], direction: 'desc', maximum: 200 },
};

export async function enterTopics(db: Db, topics: readonly WorkTopicRow[]): Promise<void> {
  await db<WorkTopicRow>('work_topics')
    .comment('practices.enterTopics')
    .insert([...topics])
    .onConflict('code')
    .merge();
}

export async function allTopics(db: Db): Promise<WorkTopicRow[]> {
  return db<WorkTopicRow>('work_topics')
    .comment('practices.allTopics')
    .select<WorkTopicRow[]>('code', 'name')
    .orderBy('code');
}

export async function topicsByCode(db: Db, codes: readonly string[]): Promise<WorkTopicRow[]> {
  return db<WorkTopicRow>('work_topics')
    .comment('practices.topicsByCode')
    .select<WorkTopicRow[]>('code', 'name')
    .whereIn('code', [...codes]);
}

export async function practicesById(db: Db, ids: readonly string[]): Promise<PracticeRow[]> {
  return db<PracticeRow>('practices')
    .comment('practices.byId')
    .select<PracticeRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The practices of each posting, the first recorded first. */
export async function practicesOf(db: Db, secondments: readonly string[]): Promise<PracticeRow[]> {
  return db<PracticeRow>('practices')
    .comment('practices.of')
    .select<PracticeRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'recorded_at', 'id']);
}

/** A page of the practices that were met in each of `places` (or in `EVERYWHERE`) and below. */
export async function practicesIn(
  db: Db,
  places: readonly string[],
  filter: PracticeFilter,
): Promise<Map<string, Connection<PracticeRow>>> {
  const { topic, kind, textContains, adoptedBy, adoptedUnder } = filter;
  return pagesByParent<PracticeRow>(db, {
    comment: 'practices.in',
    parents: placeParents(places),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => {
      const rows = db<PracticeRow>('practices').select(COLUMNS).modify(inParentPlace('origin'));
      if (topic) rows.where({ topic });
      if (kind) rows.where({ kind });
      if (textContains) rows.modify(nameContaining(textContains));
      if (adoptedBy || adoptedUnder) {
        rows.whereExists((adoption) => {
          adoption.from('practice_adoptions').whereRaw('practice_adoptions.practice = practices.id');
          if (adoptedBy) adoption.where({ agency: adoptedBy });
          if (!adoptedUnder) return;
          const { from, below } = rangeOf(adoptedUnder);
          adoption.where('agency', '>=', from).where('agency', '<', below);
        });
      }
      return rows;
    },
  });
}

/** The adoptions of each practice, the first one first. */
export async function adoptionsOf(db: Db, practices: readonly string[]): Promise<AdoptionRow[]> {
  return db<AdoptionRow>('practice_adoptions')
    .comment('practices.adoptions')
    .select<AdoptionRow[]>(ADOPTION_COLUMNS)
    .whereIn('practice', [...practices])
    .orderBy(['practice', 'adopted_at', 'agency']);
}

/** What came of each practice at all units, the first entry first. */
export async function outcomesOf(db: Db, practices: readonly string[]): Promise<OutcomeRow[]> {
  return db<OutcomeRow>('practice_outcomes')
    .comment('practices.outcomes')
    .select<OutcomeRow[]>('practice', 'agency', 'at', 'outcome')
    .whereIn('practice', [...practices])
    .orderBy(['practice', 'agency', 'at', 'ordinal']);
}

type NewPractice = Pick<
  PracticeRow,
  'secondment' | 'title' | 'kind' | 'origin' | 'topic' | 'summary' | 'document_url'
>;

/** Stores a practice; the one that a unit recorded just so of the posting before is that one. */
export async function insertPractice(
  db: Db,
  practice: NewPractice,
  { agency, user, at }: Act,
): Promise<PracticeRow> {
  await oneAtATime(db, `practice ${practice.secondment} ${agency}`);
  const [present] = await db<PracticeRow>('practices')
    .comment('practices.same')
    .select<PracticeRow[]>(COLUMNS)
    .where({ ...practice, recorded_by: agency });
  if (present) return present;
  const [row] = await db('practices')
    .comment('practices.insert')
    .insert({ ...practice, id: randomUUID(), recorded_by: agency, recorded_at: at, recorder: user })
    .returning<PracticeRow[]>(COLUMNS);
  if (!row) throw new Error('a practice was stored and not given back');
  return row;
}

/** Lets nobody else write of the same subject until the transaction ends: what has no row yet cannot be locked by one. */
async function oneAtATime(db: Db, subject: string): Promise<void> {
  await db.raw('/* practices.oneAtATime */ SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [subject]);
}

/** Stores that a unit adopted a practice; null when it had. */
export async function insertAdoption(
  db: Db,
  practice: string,
  { agency, user, at, note }: Act & { note: string | null },
): Promise<AdoptionRow | null> {
  const [row] = await db('practice_adoptions')
    .comment('practices.insertAdoption')
    .insert({ practice, agency, adopted_at: at, adopted_by: user, note })
    .onConflict()
    .ignore()
    .returning<AdoptionRow[]>(ADOPTION_COLUMNS);
  return row ?? null;
}

export async function adoptionBy(db: Db, practice: string, agency: string): Promise<AdoptionRow | null> {
  const [row] = await db<AdoptionRow>('practice_adoptions')
    .comment('practices.adoptionBy')
    .select<AdoptionRow[]>(ADOPTION_COLUMNS)
    .where({ practice, agency });
  return row ?? null;
}

/** Stores what came of a practice at a unit; what it said word for word before is not said again. */
export async function insertOutcome(
  db: Db,
  practice: string,
  { agency, user, at, outcome }: Act & { outcome: string },
): Promise<void> {
  await oneAtATime(db, `outcome ${practice} ${agency}`);
  const said = await db<OutcomeRow>('practice_outcomes')
    .comment('practices.sameOutcome')
    .select('practice')
    .where({ practice, agency, outcome });
  if (said.length > 0) return;
  await appendEvent(db, {
    ...{ comment: 'practices.insertOutcome', table: 'practice_outcomes', of: { practice, agency } },
    event: { at, actor: user, outcome },
  });
}
