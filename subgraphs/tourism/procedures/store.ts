import type { Db } from '../../kit/database';
import { ancestorsAndSelf } from '../../kit/jurisdiction';
import type { LicenseApplicationKind, MeetingWeekday } from '../schema-types';

export interface ReviewProcedureRow {
  id: string;
  jurisdiction: string;
  version: number;
  effective_from: string;
  effective_to: string | null;
  meeting_weekday: MeetingWeekday;
  cut_off_working_days: number;
  /** `HH:MM` in Asia/Shanghai. */
  cut_off_time: string;
  quorum: number;
  capacity: number;
  derived_from: string | null;
  practice_id: string | null;
}

export interface ReviewFunctionRow {
  procedure_id: string;
  code: string;
  is_veto: boolean;
}

export interface ReviewMaterialRow {
  procedure_id: string;
  code: string;
  name: string;
  kinds: LicenseApplicationKind[];
}

const COLUMNS = [
  'id',
  'jurisdiction',
  'version',
  'effective_from',
  'effective_to',
  'meeting_weekday',
  'cut_off_working_days',
  'cut_off_time',
  'quorum',
  'capacity',
  'derived_from',
  'practice_id',
];

export async function proceduresById(db: Db, ids: readonly string[]): Promise<ReviewProcedureRow[]> {
  return db<ReviewProcedureRow>('procedures')
    .comment('procedures.byId')
    .select<ReviewProcedureRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** Every version of exactly the given places, in version order. */
export async function proceduresOf(db: Db, jurisdictions: readonly string[]): Promise<ReviewProcedureRow[]> {
  return db<ReviewProcedureRow>('procedures')
    .comment('procedures.of')
    .select<ReviewProcedureRow[]>(COLUMNS)
    .whereIn('jurisdiction', [...jurisdictions])
    .orderBy('version');
}

/** The procedure in force on a day in a place: its own, or that of the nearest place above it. Null when there is none. */
export async function procedureInForce(
  db: Db,
  place: string,
  day: string,
): Promise<ReviewProcedureRow | null> {
  const [nearest] = await db<ReviewProcedureRow>('procedures')
    .comment('procedures.inForce')
    .select<ReviewProcedureRow[]>(COLUMNS)
    .whereIn('jurisdiction', ancestorsAndSelf(place))
    .where('effective_from', '<=', day)
    .whereRaw('(effective_to IS NULL OR effective_to >= ?)', [day])
    .orderBy('jurisdiction', 'desc')
    .limit(1);
  return nearest ?? null;
}

export async function requiredFunctionsOf(
  db: Db,
  procedures: readonly string[],
): Promise<ReviewFunctionRow[]> {
  return db<ReviewFunctionRow>('procedure_functions')
    .comment('procedures.requiredFunctions')
    .select('procedure_id', 'code', 'is_veto')
    .whereIn('procedure_id', [...procedures])
    .orderBy('code');
}

export async function materialListOf(db: Db, procedures: readonly string[]): Promise<ReviewMaterialRow[]> {
  return db<ReviewMaterialRow>('procedure_materials')
    .comment('procedures.materialList')
    .select('procedure_id', 'code', 'name', 'kinds')
    .whereIn('procedure_id', [...procedures])
    .orderBy('code');
}

/** Gives a version its last day. */
export async function endProcedure(db: Db, id: string, day: string): Promise<void> {
  await db<ReviewProcedureRow>('procedures')
    .comment('procedures.end')
    .where({ id })
    .update({ effective_to: day });
}

/** Stores a version with what it lays down; null when the town has one of its number, or without an end, already. */
export async function insertProcedure(
  db: Db,
  row: ReviewProcedureRow,
  functions: readonly Omit<ReviewFunctionRow, 'procedure_id'>[],
  materials: readonly Omit<ReviewMaterialRow, 'procedure_id'>[],
): Promise<ReviewProcedureRow | null> {
  const [procedure] = await db<ReviewProcedureRow>('procedures')
    .comment('procedures.insert')
    .insert(row)
    .onConflict()
    .ignore()
    .returning<ReviewProcedureRow[]>(COLUMNS);
  if (!procedure) return null;
  const owned = { procedure_id: procedure.id };
  await db('procedure_functions')
    .comment('procedures.insertFunctions')
    .insert(functions.map((required) => ({ ...owned, ...required })));
  await db('procedure_materials')
    .comment('procedures.insertMaterials')
    .insert(materials.map((material) => ({ ...owned, ...material })));
  return procedure;
}
