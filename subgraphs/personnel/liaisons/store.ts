import { randomUUID } from 'node:crypto';
import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Db } from '../../kit/database';
import { ancestorsAndSelf, rangeOf } from '../../kit/jurisdiction';
import type { Appointment } from './rules';

export interface LiaisonRow {
  id: string;
  officer: string;
  agency: string;
  jurisdiction: string;
  topic: string;
  phone: string;
  starts_on: string;
  ends_on: string | null;
}

const COLUMNS = ['id', 'officer', 'agency', 'jurisdiction', 'topic', 'phone', 'starts_on', 'ends_on'];
const MAXIMUM = 200;

export async function liaisonsById(db: Db, ids: readonly string[]): Promise<LiaisonRow[]> {
  return db<LiaisonRow>('liaisons')
    .comment('liaisons.byId')
    .select<LiaisonRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The liaisons of a place, of those below it and of those above it; at most 200 of either. */
export async function liaisonsAround(
  db: Db,
  place: string,
  { topic, includesFormer }: { topic?: string | null; includesFormer?: boolean | null },
): Promise<LiaisonRow[]> {
  const { from, below } = rangeOf(place);
  const above = ancestorsAndSelf(place).filter((code) => code !== place);
  const parts = [
    db<LiaisonRow>('liaisons').where('jurisdiction', '>=', from).where('jurisdiction', '<', below),
    db<LiaisonRow>('liaisons').whereIn('jurisdiction', above),
  ].map((rows) => {
    rows.select(COLUMNS).limit(MAXIMUM);
    if (topic) rows.where({ topic });
    if (!includesFormer) rows.whereNull('ends_on');
    return rows.orderBy(['jurisdiction', 'agency', 'topic', { column: 'starts_on', order: 'desc' }, 'id']);
  });
  return [...(await db.raw<LiaisonRow>(`/* liaisons.around */ (?) UNION ALL (?)`, parts))];
}

/** Whether an officer is one of a unit, or in an active posting to it or to a stint at it. */
export async function servesAt(db: Db, officer: string, agency: string): Promise<boolean> {
  const [row] = await db.raw<{ serves: boolean }>(
    `/* liaisons.servesAt */
     SELECT EXISTS (SELECT FROM officers WHERE id = ? AND agency = ?) OR EXISTS (
       SELECT FROM secondments AS posting WHERE posting.officer = ? AND posting.status = 'ACTIVE' AND (
         posting.host_agency = ? OR EXISTS (
           SELECT FROM secondment_stints WHERE secondment = posting.id AND host_agency = ?))) AS serves`,
    [officer, agency, officer, agency, agency],
  );
  return row?.serves ?? false;
}

/** Stores an appointment; null when the officer has it. */
export async function insertLiaison(
  db: Db,
  officer: string,
  { topic, phone, startsOn }: Appointment,
  { agency, user }: { agency: string; user: string },
): Promise<LiaisonRow | null> {
  const [row] = await db('liaisons')
    .comment('liaisons.insert')
    .insert({
      ...{ id: randomUUID(), officer, agency, jurisdiction: jurisdictionOfAgency(agency) },
      ...{ topic, phone, starts_on: startsOn, appointed_by: user },
    })
    .onConflict()
    .ignore()
    .returning<LiaisonRow[]>(COLUMNS);
  return row ?? null;
}

/** Ends an appointment; null when it has ended. */
export async function endAppointment(
  db: Db,
  id: string,
  { endsOn, user }: { endsOn: string; user: string },
): Promise<LiaisonRow | null> {
  const [row] = await db<LiaisonRow & { ended_by: string }>('liaisons')
    .comment('liaisons.end')
    .where({ id, ends_on: null })
    .update({ ends_on: endsOn, ended_by: user })
    .returning<LiaisonRow[]>(COLUMNS);
  return row ?? null;
}
