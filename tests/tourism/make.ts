import { randomUUID } from 'node:crypto';
import type {
  LicenseApplicantRow,
  LicenseApplicationEventRow,
  LicenseApplicationRow,
  LicenseMaterialRow,
} from '../../subgraphs/tourism/applications/store';
import type {
  ReviewFunctionRow,
  ReviewMaterialRow,
  ReviewProcedureRow,
} from '../../subgraphs/tourism/procedures/store';
import type { SubgraphWorld } from '../support/subgraph';

let towns = 500;

/** A town that no other test of the file uses. */
export const aTown = (): string => `330421${++towns}`;

type Ours<Row> = Omit<Row, 'procedure_id' | 'application_id'>;

/** Rows as a test needs them; what it does not say does not matter to it. */
export const makeIn = (world: SubgraphWorld) => {
  const procedure = async ({
    functions = [],
    materials = [],
    ...given
  }: Partial<ReviewProcedureRow> & {
    functions?: Ours<ReviewFunctionRow>[];
    materials?: Ours<ReviewMaterialRow>[];
  } = {}): Promise<ReviewProcedureRow> => {
    const row: ReviewProcedureRow = {
      id: randomUUID(),
      jurisdiction: aTown(),
      version: 1,
      effective_from: '2026-01-01',
      effective_to: null,
      meeting_weekday: 'TUESDAY',
      cut_off_working_days: 1,
      cut_off_time: '17:00',
      quorum: 2,
      capacity: 10,
      derived_from: null,
      practice_id: null,
      ...given,
    };
    await world.build(async (db) => {
      const owned = { procedure_id: row.id };
      await db<ReviewProcedureRow>('procedures').insert(row);
      if (functions.length)
        await db('procedure_functions').insert(functions.map((f) => ({ ...owned, ...f })));
      if (materials.length)
        await db('procedure_materials').insert(materials.map((m) => ({ ...owned, ...m })));
    });
    return row;
  };

  const application = async ({
    applicant = { name: '张三', phone: '13800000999' },
    materials = [],
    events = [],
    ...given
  }: Partial<LicenseApplicationRow> & {
    applicant?: Ours<LicenseApplicantRow>;
    materials?: Ours<LicenseMaterialRow>[];
    events?: Omit<Ours<LicenseApplicationEventRow>, 'position'>[];
  } = {}): Promise<LicenseApplicationRow> => {
    const town = given.jurisdiction ?? aTown();
    const row: LicenseApplicationRow = {
      id: randomUUID(),
      number: `${town}-2026-${randomUUID().slice(0, 8)}`,
      shop_name: '某店',
      kind: 'RENOVATION',
      stage: 'SUBMITTED',
      jurisdiction: town,
      address: '某街1号',
      floors: 1,
      area_square_meters: 50,
      business: 'GUESTHOUSE',
      proposal: '修缮门面。',
      submitted_at: new Date('2026-11-10T02:00:00Z'),
      filed_by: `${town}-REVIEW`,
      procedure_id: given.procedure_id ?? (await procedure()).id,
      town: town.slice(0, 9),
      round: 1,
      stepped_at: given.submitted_at ?? new Date('2026-11-10T02:00:00Z'),
      complete_at: null,
      noticed_at: null,
      session_id: null,
      refiling_of: null,
      external_id: null,
      spent_intake: 0,
      spent_materials: 0,
      spent_session_wait: 0,
      spent_deciding: 0,
      ...given,
    };
    await world.build(async (db) => {
      const owned = { application_id: row.id, jurisdiction: row.jurisdiction, filed_by: row.filed_by };
      await db<LicenseApplicationRow>('applications').insert(row);
      await db('applicants').insert({ ...owned, ...applicant });
      if (materials.length)
        await db('application_materials').insert(materials.map((m) => ({ ...owned, ...m })));
      if (events.length)
        await db('application_events').insert(events.map((e, i) => ({ ...owned, position: i + 1, ...e })));
    });
    return row;
  };

  return { procedure, application };
};
