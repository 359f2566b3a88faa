import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import type { LicenseApplicationEventKind } from '../schema-types';
import {
  type Act,
  applicationsById,
  COLUMNS,
  type LicenseApplicantRow,
  type LicenseApplicationRow,
} from './store';

/*
 * The store's other half: what changes applications. Whatever belongs to an application repeats the columns that make
 * its parties.
 */

type Owner = Pick<LicenseApplicationRow, 'id' | 'jurisdiction' | 'filed_by'>;

/** The columns by which a row belongs to an application. */
export const ownedBy = ({ id, jurisdiction, filed_by }: Owner) => ({
  application_id: id,
  jurisdiction,
  filed_by,
});

export async function applicationById(db: Db, id: string): Promise<LicenseApplicationRow | null> {
  const [row] = await applicationsById(db, [id]);
  return row ?? null;
}

/** The application that a unit filed under an id of its own; null when it filed none. */
export async function applicationByExternalId(
  db: Db,
  filed_by: string,
  external_id: string,
): Promise<LicenseApplicationRow | null> {
  const [row] = await db<LicenseApplicationRow>('applications')
    .comment('applications.byExternalId')
    .select<LicenseApplicationRow[]>(COLUMNS)
    .where({ filed_by, external_id });
  return row ?? null;
}

/** Those of the given applications that were filed again, with what files each again. */
export async function refilingsOf(db: Db, ids: readonly string[]): Promise<LicenseApplicationRow[]> {
  return db<LicenseApplicationRow>('applications')
    .comment('applications.refilings')
    .select<LicenseApplicationRow[]>(COLUMNS)
    .whereIn('refiling_of', [...ids]);
}

/**
 * The next number of a town's series and year, from 1. Who else wants one waits until the transaction ends, and gets
 * the same number when it is rolled back.
 */
export async function nextNumber(
  db: Db,
  town: string,
  series: 'APPLICATION' | 'CERTIFICATE',
  year: number,
): Promise<number> {
  const [counter] = await db.raw<{ last: number }>(
    `/* applications.nextNumber */
     INSERT INTO counters (town, series, year, last) VALUES (?, ?, ?, 1)
     ON CONFLICT (town, series, year) DO UPDATE SET last = counters.last + 1
     RETURNING last`,
    [town, series, year],
  );
  if (!counter) throw new Error(`the counter of ${town} gave no number`);
  return counter.last;
}

/** Stores an application; null when its external id is used or what it files again was filed again already. */
export async function insertApplication(
  db: Db,
  row: Omit<
    LicenseApplicationRow,
    | 'id'
    | 'round'
    | 'complete_at'
    | 'noticed_at'
    | 'session_id'
    | 'spent_intake'
    | 'spent_materials'
    | 'spent_session_wait'
    | 'spent_deciding'
  >,
  applicant: Omit<LicenseApplicantRow, 'application_id'>,
): Promise<LicenseApplicationRow | null> {
  const [application] = await db<LicenseApplicationRow>('applications')
    .comment('applications.insert')
    .insert({ id: randomUUID(), ...row })
    .onConflict()
    .ignore()
    .returning<LicenseApplicationRow[]>(COLUMNS);
  if (!application) return null;
  await db('applicants')
    .comment('applications.insertApplicant')
    .insert({ ...ownedBy(application), ...applicant });
  return application;
}

/** Changes an application that is still as it was read; null when another was faster. */
export async function changeApplication(
  db: Db,
  { id, stage, round, stepped_at, session_id }: LicenseApplicationRow,
  change: Partial<LicenseApplicationRow>,
): Promise<LicenseApplicationRow | null> {
  const [application] = await db<LicenseApplicationRow>('applications')
    .comment('applications.change')
    .where({ id, stage, round, stepped_at, session_id })
    .update(change)
    .returning<LicenseApplicationRow[]>(COLUMNS);
  return application ?? null;
}

/** Writes a step into the timeline. Callers hold the application's row, so that no two take the same position. */
export async function recordEvent(
  db: Db,
  application: Owner,
  kind: LicenseApplicationEventKind,
  { user, agency, at }: Act,
  note: string | null = null,
): Promise<void> {
  const { application_id, jurisdiction, filed_by } = ownedBy(application);
  await db.raw(
    `/* applications.recordEvent */
     INSERT INTO application_events (application_id, jurisdiction, filed_by, position, kind, at, actor, agency, note)
     SELECT ?, ?, ?, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ? FROM application_events WHERE application_id = ?`,
    [application_id, jurisdiction, filed_by, kind, at, user, agency, note, application_id],
  );
}

/** A material that an application has or owes. */
export interface MaterialChange {
  readonly code: string;
  readonly name: string;
  readonly url: string | null;
}

/** Stores materials that are handed in at `at`; what was owed or replaced keeps the time at which it was asked for. */
export async function supplyMaterials(
  db: Db,
  application: Owner,
  materials: readonly MaterialChange[],
  at: Date,
): Promise<void> {
  if (materials.length === 0) return;
  await db('application_materials')
    .comment('applications.supplyMaterials')
    .insert(materials.map((material) => ({ ...ownedBy(application), ...material, supplied_at: at })))
    .onConflict(['application_id', 'code'])
    .merge(['url', 'supplied_at']);
}

/** Stores what is owed from `at` on. What was handed in under the same code does not do. */
export async function oweMaterials(
  db: Db,
  application: Owner,
  materials: readonly Omit<MaterialChange, 'url'>[],
  at: Date,
): Promise<void> {
  if (materials.length === 0) return;
  await db('application_materials')
    .comment('applications.oweMaterials')
    .insert(
      materials.map(({ code, name }) => ({
        ...{ ...ownedBy(application), code, name, url: null, supplied_at: null, requested_at: at },
      })),
    )
    .onConflict(['application_id', 'code'])
    .merge(['name', 'url', 'supplied_at', 'requested_at']);
}
