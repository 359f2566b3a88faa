import type { Db } from '../../kit/database';
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
