import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { addDays, startOfDay } from '../../kit/time';
import type { SpotCheckFinding } from './rules';

export interface SpotCheckRow {
  id: string;
  secondment: string;
  at: Date;
  finding: SpotCheckFinding;
  note: string;
  agency: string;
  recorded_by: string;
}

export interface ReminderTalkRow {
  id: string;
  secondment: string;
  at: Date;
  talker: string;
  content: string;
  agency: string;
  recorded_by: string;
}

const SPOT_CHECK_COLUMNS = ['id', 'secondment', 'at', 'finding', 'note', 'agency', 'recorded_by'];
const TALK_COLUMNS = ['id', 'secondment', 'at', 'talker', 'content', 'agency', 'recorded_by'];

/** The spot checks of each posting, the earliest first. */
export async function spotChecksOf(db: Db, secondments: readonly string[]): Promise<SpotCheckRow[]> {
  return db<SpotCheckRow>('spot_checks')
    .comment('supervision.spotChecks')
    .select<SpotCheckRow[]>(SPOT_CHECK_COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'at', 'id']);
}

/** The reminder talks of each posting, the earliest first. */
export async function talksOf(db: Db, secondments: readonly string[]): Promise<ReminderTalkRow[]> {
  return db<ReminderTalkRow>('reminder_talks')
    .comment('supervision.talks')
    .select<ReminderTalkRow[]>(TALK_COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'at', 'id']);
}

/** When spot checks, up to a day, did not find officers who had no leave then; the earliest first. */
export async function absences(
  db: Db,
  secondments: readonly string[],
  on: string,
): Promise<{ secondment: string; at: Date }[]> {
  return db.raw<{ secondment: string; at: Date }>(
    `/* supervision.absences */
     SELECT secondment, at FROM spot_checks AS visit
     WHERE secondment = ANY (?::text[]) AND finding = 'ABSENT' AND at < ?::timestamptz
       AND NOT EXISTS (
         SELECT FROM leave_requests AS leave
         WHERE leave.secondment = visit.secondment AND leave.status IN ('APPROVED', 'RETURNED')
           -- Halves of days since 1970-01-01, in Shanghai.
           AND floor(extract(epoch FROM visit.at + interval '8 hours') / 43200) BETWEEN starts_half AND ends_half)
     ORDER BY at`,
    [[...secondments], startOfDay(addDays(on, 1))],
  );
}

type Key = Pick<SpotCheckRow, 'agency' | 'secondment' | 'at'>;

/** Stores a spot check; null when the unit recorded one of that time before. */
export async function insertSpotCheck(db: Db, check: Omit<SpotCheckRow, 'id'>): Promise<SpotCheckRow | null> {
  const [row] = await db<SpotCheckRow>('spot_checks')
    .comment('supervision.insertSpotCheck')
    .insert({ id: randomUUID(), ...check })
    .onConflict(['agency', 'secondment', 'at'])
    .ignore()
    .returning<SpotCheckRow[]>(SPOT_CHECK_COLUMNS);
  return row ?? null;
}

export async function spotCheckAt(db: Db, { agency, secondment, at }: Key): Promise<SpotCheckRow | null> {
  const [row] = await db<SpotCheckRow>('spot_checks')
    .comment('supervision.spotCheckAt')
    .select<SpotCheckRow[]>(SPOT_CHECK_COLUMNS)
    .where({ agency, secondment, at });
  return row ?? null;
}

/** Stores a reminder talk; null when the unit recorded one of that time before. */
export async function insertTalk(db: Db, talk: Omit<ReminderTalkRow, 'id'>): Promise<ReminderTalkRow | null> {
  const [row] = await db<ReminderTalkRow>('reminder_talks')
    .comment('supervision.insertTalk')
    .insert({ id: randomUUID(), ...talk })
    .onConflict(['agency', 'secondment', 'at'])
    .ignore()
    .returning<ReminderTalkRow[]>(TALK_COLUMNS);
  return row ?? null;
}

export async function talkAt(db: Db, { agency, secondment, at }: Key): Promise<ReminderTalkRow | null> {
  const [row] = await db<ReminderTalkRow>('reminder_talks')
    .comment('supervision.talkAt')
    .select<ReminderTalkRow[]>(TALK_COLUMNS)
    .where({ agency, secondment, at });
  return row ?? null;
}
