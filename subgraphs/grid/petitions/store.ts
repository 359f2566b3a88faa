import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { Act } from '../life-cycle/store';
import type { PetitionEventKind, PetitionOutcome, PetitionStatus } from './rules';

export interface PetitionReceptionRow {
  id: string;
  jurisdiction: string;
  recorded_by: string;
  external_id: string | null;
  received_by: string;
  received_at: Date;
  petitioner: string;
  petitioner_phone: string | null;
  visitors: number;
  claim: string;
  statement: string | null;
  instruction: string | null;
  handler: string | null;
  due_on: string | null;
  status: PetitionStatus;
  carried_out_at: Date | null;
  outcome: PetitionOutcome | null;
  case_id: string | null;
}

export interface PetitionEventRow {
  reception_id: string;
  kind: PetitionEventKind;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

const RECEPTION = [
  'id',
  'jurisdiction',
  'recorded_by',
  'external_id',
  'received_by',
  'received_at',
  'petitioner',
  'petitioner_phone',
  'visitors',
  'claim',
  'statement',
  'instruction',
  'handler',
  'due_on',
  'status',
  'carried_out_at',
  'outcome',
  'case_id',
] as const satisfies (keyof PetitionReceptionRow)[];

const LATEST_FIRST: Keyset = {
  name: 'petitionReceptions',
  columns: ['received_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export interface PetitionFilter extends PageArgs {
  under?: string | null;
  status?: PetitionStatus | null;
  isOverdue?: boolean | null;
}

export async function receptionsById(db: Db, ids: readonly string[]): Promise<PetitionReceptionRow[]> {
  return db<PetitionReceptionRow>('petition_receptions')
    .comment('petitions.byId')
    .select(...RECEPTION)
    .whereIn('id', [...ids]);
}

/** The receptions that became the cases. */
export async function receptionsOfCases(db: Db, cases: readonly string[]): Promise<PetitionReceptionRow[]> {
  return db<PetitionReceptionRow>('petition_receptions')
    .comment('petitions.ofCases')
    .select(...RECEPTION)
    .whereIn('case_id', [...cases]);
}

/** What was done with each reception, in that order. */
export async function eventsOfReceptions(db: Db, ids: readonly string[]): Promise<PetitionEventRow[]> {
  return db<PetitionEventRow>('petition_events')
    .comment('petitions.events')
    .select('reception_id', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('reception_id', [...ids])
    .orderBy(['reception_id', 'at', 'ordinal']);
}

/** The rule `isOverdue`, for rows. */
const OVERDUE = "due_on < (coalesce(carried_out_at, ?) AT TIME ZONE 'Asia/Shanghai')::date";

export async function receptionsIn(
  db: Db,
  { under, status, isOverdue, ...args }: PetitionFilter,
  now: Date,
): Promise<Connection<PetitionReceptionRow>> {
  return pageIn<PetitionReceptionRow>(db, under, {
    comment: 'petitions.in',
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<PetitionReceptionRow>('petition_receptions')
        .select(...RECEPTION)
        .modify(inParentPlace('jurisdiction'));
      if (status) rows.where({ status });
      if (isOverdue === true) rows.whereRaw(OVERDUE, [now]);
      if (isOverdue === false) rows.whereRaw(`(${OVERDUE}) IS NOT TRUE`, [now]);
      return rows;
    },
  });
}

/** The reception that the unit recorded before under an external id; null when there is none. */
export async function receptionByExternalId(
  db: Db,
  recorded_by: string,
  external_id: string,
): Promise<PetitionReceptionRow | null> {
  const [row] = await db<PetitionReceptionRow>('petition_receptions')
    .comment('petitions.byExternalId')
    .select(...RECEPTION)
    .where({ recorded_by, external_id });
  return row ?? null;
}

/** Stores a reception; null when its external id is taken. */
export async function insertReception(
  db: Db,
  row: PetitionReceptionRow,
): Promise<PetitionReceptionRow | null> {
  const [stored] = await db('petition_receptions')
    .comment('petitions.insert')
    .insert({ ...row })
    .onConflict(['recorded_by', 'external_id'])
    .ignore()
    .returning<PetitionReceptionRow[]>([...RECEPTION]);
  return stored ?? null;
}

/** The reception that a step is about, if the viewer may see it, and when the last thing happened to it. */
export async function receptionForStep(
  db: Db,
  id: string,
): Promise<(PetitionReceptionRow & { last_at: Date }) | null> {
  const [row] = await db.raw<PetitionReceptionRow & { last_at: Date } & Record<string, unknown>>(
    `/* petitions.forStep */ SELECT ${RECEPTION.join(', ')},
       greatest(received_at, (SELECT max(at) FROM petition_events WHERE reception_id = petition_receptions.id)) AS last_at
     FROM petition_receptions WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Changes a reception that still is as it was read; null when it is not. */
export async function changeReception(
  db: Db,
  row: PetitionReceptionRow,
  change: Partial<PetitionReceptionRow>,
): Promise<PetitionReceptionRow | null> {
  const [changed] = await db<PetitionReceptionRow>('petition_receptions')
    .comment('petitions.change')
    .where({ id: row.id, status: row.status })
    .whereRaw('handler IS NOT DISTINCT FROM ?', [row.handler])
    .whereRaw('case_id IS NOT DISTINCT FROM ?', [row.case_id])
    .update(change)
    .returning<PetitionReceptionRow[]>([...RECEPTION]);
  return changed ?? null;
}

/** Enters what was done with a reception. */
export async function recordPetitionEvent(
  db: Db,
  reception_id: string,
  { kind, user, agency, at, note }: Act & { kind: PetitionEventKind; note: string },
): Promise<void> {
  await db('petition_events')
    .comment('petitions.recordEvent')
    .insert({ reception_id, kind, at, actor: user, agency, note: note || null });
}
