import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { Act } from '../secondments/store';
import type { AssessmentKind, Grade } from './rules';

export interface AssessmentRow {
  id: string;
  secondment: string;
  kind: AssessmentKind;
  agency: string;
  grade: Grade;
  comment: string;
  assessed_at: Date;
  assessed_by: string;
}

const COLUMNS = ['id', 'secondment', 'kind', 'agency', 'grade', 'comment', 'assessed_at', 'assessed_by'];

export async function assessmentsById(db: Db, ids: readonly string[]): Promise<AssessmentRow[]> {
  return db<AssessmentRow>('secondment_assessments')
    .comment('assessments.byId')
    .select<AssessmentRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The assessments of each posting, the earliest first. */
export async function assessmentsOf(db: Db, secondments: readonly string[]): Promise<AssessmentRow[]> {
  return db<AssessmentRow>('secondment_assessments')
    .comment('assessments.of')
    .select<AssessmentRow[]>(COLUMNS)
    .whereRaw('secondment = ANY (?::text[])', [[...secondments]])
    .orderBy(['secondment', 'assessed_at', 'id']);
}

/** The units that have assessed the officer at the end. */
export async function finalAssessors(db: Db, secondment: string): Promise<string[]> {
  const rows = await db<AssessmentRow>('secondment_assessments')
    .comment('assessments.finalAssessors')
    .select<{ agency: string }[]>('agency')
    .where({ secondment, kind: 'FINAL' });
  return rows.map(({ agency }) => agency);
}

/** Stores an assessment of a unit; null when it has made that one. */
export async function insertAssessment(
  db: Db,
  assessment: Pick<AssessmentRow, 'secondment' | 'kind' | 'grade' | 'comment'>,
  { agency, user, at }: Act,
): Promise<AssessmentRow | null> {
  const [row] = await db<AssessmentRow>('secondment_assessments')
    .comment('assessments.insert')
    .insert({ id: randomUUID(), ...assessment, agency, assessed_at: at, assessed_by: user })
    .onConflict()
    .ignore()
    .returning<AssessmentRow[]>(COLUMNS);
  return row ?? null;
}
