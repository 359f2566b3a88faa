import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { Act } from '../secondments/store';
import type { MentorKind } from './rules';

export interface MentorRow {
  id: string;
  secondment: string;
  officer: string;
  kind: MentorKind;
  assigned_at: Date;
  relieved_at: Date | null;
}

const COLUMNS = ['id', 'secondment', 'officer', 'kind', 'assigned_at', 'relieved_at'];

/** Every mentor of each posting, former ones included, in the order in which they were assigned. */
export async function mentorsOf(db: Db, secondments: readonly string[]): Promise<MentorRow[]> {
  return db<MentorRow>('secondment_mentors')
    .comment('mentors.of')
    .select<MentorRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'assigned_at', 'id']);
}

/** Relieves who has the part; null when that is nobody, or no longer that one. */
export async function relieveMentor(db: Db, id: string, at: Date): Promise<MentorRow | null> {
  const [mentor] = await db<MentorRow>('secondment_mentors')
    .comment('mentors.relieve')
    .where({ id, relieved_at: null })
    .update({ relieved_at: at })
    .returning<MentorRow[]>(COLUMNS);
  return mentor ?? null;
}

/** Gives an officer the part; null when someone has it. */
export async function insertMentor(
  db: Db,
  mentor: Pick<MentorRow, 'secondment' | 'officer' | 'kind'>,
  { agency, at }: Act,
): Promise<MentorRow | null> {
  const [row] = await db<MentorRow & { assigned_by: string }>('secondment_mentors')
    .comment('mentors.insert')
    .insert({ id: randomUUID(), ...mentor, assigned_by: agency, assigned_at: at })
    .onConflict()
    .ignore()
    .returning<MentorRow[]>(COLUMNS);
  return row ?? null;
}
