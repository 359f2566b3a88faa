import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import type { ReviewFunctionRow, ReviewMaterialRow, ReviewProcedureRow } from '../procedures/store';

interface DemoProcedure extends Omit<ReviewProcedureRow, 'id' | 'derived_from'> {
  derivedFrom?: { jurisdiction: string; version: number };
  functions: Omit<ReviewFunctionRow, 'procedure_id'>[];
  materials: Omit<ReviewMaterialRow, 'procedure_id'>[];
}

const EVERY_KIND: ReviewMaterialRow['kinds'] = ['NEW_BUSINESS', 'RENOVATION', 'CHANGE_OF_BUSINESS'];
const PROPOSAL = { code: 'PROPOSAL', name: '经营（装修）方案', kinds: EVERY_KIND };
const FLOOR_PLAN = { code: 'FLOOR_PLAN', name: '平面布置图', kinds: EVERY_KIND };
const FIRE_PLAN = { code: 'FIRE_PLAN', name: '消防疏散图', kinds: EVERY_KIND };
const STRUCTURE: DemoProcedure['materials'][number] = {
  code: 'STRUCTURE',
  name: '房屋结构安全鉴定报告',
  kinds: ['NEW_BUSINESS', 'RENOVATION'],
};
const LEASE: DemoProcedure['materials'][number] = {
  code: 'LEASE',
  name: '房屋产权证明或租赁合同',
  kinds: ['NEW_BUSINESS', 'CHANGE_OF_BUSINESS'],
};

const advises = (code: string) => ({ code, is_veto: false });
const vetoes = (code: string) => ({ code, is_veto: true });

const XITANG_FIRST: DemoProcedure = {
  jurisdiction: '330421103',
  version: 1,
  effective_from: '2021-04-01',
  effective_to: '2026-10-11',
  meeting_weekday: 'TUESDAY',
  cut_off_working_days: 1,
  cut_off_time: '12:00',
  quorum: 2,
  capacity: 15,
  practice_id: null,
  functions: [advises('INVESTMENT'), vetoes('BUILDING_APPEARANCE'), advises('FIRE_SAFETY')],
  materials: [PROPOSAL, FLOOR_PLAN, LEASE, { ...FIRE_PLAN, kinds: ['NEW_BUSINESS', 'CHANGE_OF_BUSINESS'] }],
};

const XITANG: DemoProcedure = {
  ...XITANG_FIRST,
  version: 2,
  effective_from: '2026-10-12',
  effective_to: null,
  cut_off_time: '17:00',
  capacity: 12,
  functions: [advises('INVESTMENT'), vetoes('BUILDING_APPEARANCE'), vetoes('FIRE_SAFETY')],
  materials: [PROPOSAL, FLOOR_PLAN, FIRE_PLAN, STRUCTURE, LEASE],
};

/** Made from Xitang's; the town meets on another day, hears its tourism office too, and expects fewer applications. */
const JINZE: DemoProcedure = {
  ...XITANG,
  jurisdiction: '310118104',
  version: 1,
  effective_from: '2026-10-19',
  meeting_weekday: 'THURSDAY',
  capacity: 6,
  derivedFrom: { jurisdiction: '330421103', version: 2 },
  // The practice that officers posted from Jinze brought home.
  practice_id: demoId('practice', '经营准入联席会审办法'),
  functions: [...XITANG.functions, advises('TOURISM')],
};

/** The review procedures 联审办法 of the demo. An origin stands before what was made from it. */
export const PROCEDURES: readonly DemoProcedure[] = [XITANG_FIRST, XITANG, JINZE];

export const procedureId = (of: { jurisdiction: string; version: number }): string =>
  demoId('procedure', of.jurisdiction, of.version);

export async function loadProcedures(db: Db): Promise<void> {
  await db('procedures')
    .comment('demo.procedures')
    .insert(
      PROCEDURES.map(({ derivedFrom, functions, materials, ...row }) => ({
        ...row,
        id: procedureId(row),
        derived_from: derivedFrom ? procedureId(derivedFrom) : null,
      })),
    );
  await db('procedure_functions')
    .comment('demo.procedureFunctions')
    .insert(PROCEDURES.flatMap((p) => p.functions.map((f) => ({ ...f, procedure_id: procedureId(p) }))));
  await db('procedure_materials')
    .comment('demo.procedureMaterials')
    .insert(PROCEDURES.flatMap((p) => p.materials.map((m) => ({ ...m, procedure_id: procedureId(p) }))));
}
