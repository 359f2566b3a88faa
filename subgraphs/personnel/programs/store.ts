import type { Db } from '../../kit/database';
import type { NewProgram } from './rules';

export interface SecondmentProgramRow {
  code: string;
  name: string;
  organizer: string;
  starts_on: string;
  ends_on: string;
}

const COLUMNS = ['code', 'name', 'organizer', 'starts_on', 'ends_on'];

export async function programsByCode(db: Db, codes: readonly string[]): Promise<SecondmentProgramRow[]> {
  return db<SecondmentProgramRow>('secondment_programs')
    .comment('programs.byCode')
    .select<SecondmentProgramRow[]>(COLUMNS)
    .whereIn('code', [...codes]);
}

export async function allPrograms(db: Db): Promise<SecondmentProgramRow[]> {
  return db<SecondmentProgramRow>('secondment_programs')
    .comment('programs.all')
    .select<SecondmentProgramRow[]>(COLUMNS)
    .orderBy([{ column: 'starts_on', order: 'desc' }, 'code']);
}

/** Stores a program; null when there is one with the code. */
export async function insertProgram(
  db: Db,
  { code, name, startsOn, endsOn }: NewProgram,
  organizer: string,
): Promise<SecondmentProgramRow | null> {
  const [program] = await db<SecondmentProgramRow>('secondment_programs')
    .comment('programs.insert')
    .insert({ code, name, organizer, starts_on: startsOn, ends_on: endsOn })
    .onConflict()
    .ignore()
    .returning<SecondmentProgramRow[]>(COLUMNS);
  return program ?? null;
}
