import { randomUUID } from 'node:crypto';
import {
  type Connection,
  inParentPlace,
  type Keyset,
  keyParents,
  PARENT,
  type PageArgs,
  pageOf,
  pagesByParent,
  placeParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { COLUMNS as APPLICATION_COLUMNS, type LicenseApplicationRow, ownedBy } from '../applications/store';
import type { ReviewAgendaResult, ReviewSessionStatus } from '../schema-types';
import type { MeetingDay } from './rules';

export interface ReviewSessionRow {
  id: string;
  jurisdiction: string;
  planned_on: string;
  held_on: string;
  is_provisional: boolean;
  /** The review office, which provides what is said of the meeting. */
  office: string;
  procedure_id: string;
  cut_off_at: Date;
  quorum: number;
  capacity: number;
  status: ReviewSessionStatus;
  agenda_count: number;
  last_position: number;
  opened_at: Date | null;
  closed_at: Date | null;
  chair: string | null;
  note: string | null;
}

export interface AgendaItemRow {
  application_id: string;
  jurisdiction: string;
  filed_by: string;
  session_id: string;
  agenda_position: number;
  round: number;
  entered_at: Date;
  result: ReviewAgendaResult;
  left_at: Date | null;
  note: string | null;
}

export interface AttendanceRow {
  session_id: string;
  function: string;
  jurisdiction: string;
  office: string;
  agency: string;
  is_present: boolean;
  representative: string | null;
  recorded_at: Date;
}

const COLUMNS = [
  'id',
  'jurisdiction',
  'planned_on',
  'held_on',
  'is_provisional',
  'office',
  'procedure_id',
  'cut_off_at',
  'quorum',
  'capacity',
  'status',
  'agenda_count',
  'last_position',
  'opened_at',
  'closed_at',
  'chair',
  'note',
] as const satisfies (keyof ReviewSessionRow)[];

const ITEM_COLUMNS = [
  'application_id',
  'jurisdiction',
  'filed_by',
  'session_id',
  'agenda_position',
  'round',
  'entered_at',
  'result',
  'left_at',
  'note',
] as const satisfies (keyof AgendaItemRow)[];

export async function sessionsById(db: Db, ids: readonly string[]): Promise<ReviewSessionRow[]> {
  return db<ReviewSessionRow>('review_sessions')
    .comment('sessions.byId')
    .select<ReviewSessionRow[]>(...COLUMNS)
    .whereIn('id', [...ids]);
}

/** A town's meetings that stand, from a day on. */
export async function sessionsFrom(db: Db, town: string, from: string): Promise<ReviewSessionRow[]> {
  return db<ReviewSessionRow>('review_sessions')
    .comment('sessions.from')
    .select<ReviewSessionRow[]>(...COLUMNS)
    .where({ jurisdiction: town })
    .where('held_on', '>=', from)
    .whereNot({ status: 'CANCELLED' })
    .orderBy(['held_on', 'id']);
}

export interface ReviewSessionFilter extends PageArgs {
  heldFrom?: string | null;
  heldTo?: string | null;
  status?: ReviewSessionStatus | null;
}

const LATEST_FIRST: Keyset = {
  name: 'reviewSessions',
  columns: ['held_on', 'id'],
  direction: 'desc',
  maximum: 200,
};

/** A page of the meetings of a place and of everything below it. */
export async function sessionsIn(
  db: Db,
  place: string,
  filter: ReviewSessionFilter,
): Promise<Connection<ReviewSessionRow> | null> {
  const { heldFrom, heldTo, status } = filter;
  return pageOf<ReviewSessionRow>(db, {
    comment: 'sessions.in',
    parent: placeParent(place),
    keyset: LATEST_FIRST,
    args: filter,
    rows: () => {
      const rows = db<ReviewSessionRow>('review_sessions')
        .select(...COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (heldFrom) rows.where('held_on', '>=', heldFrom);
      if (heldTo) rows.where('held_on', '<=', heldTo);
      if (status) rows.where({ status });
      return rows;
    },
  });
}

const IN_ORDER: Keyset = { name: 'agenda', columns: ['agenda_position'], direction: 'asc', maximum: 200 };

/** A page of each meeting's agenda: what is or was heard there, and what it carried over. */
export async function agendaOf(
  db: Db,
  sessions: readonly string[],
  args: PageArgs,
): Promise<Map<string, Connection<LicenseApplicationRow>>> {
  return pagesByParent(db, {
    comment: 'sessions.agenda',
    parents: keyParents(sessions),
    keyset: IN_ORDER,
    args,
    rows: () =>
      db('agenda_items')
        .join('applications', 'applications.id', 'agenda_items.application_id')
        .select('agenda_position', ...APPLICATION_COLUMNS.map((column) => `applications.${column}`))
        .whereRaw(`agenda_items.session_id = ${PARENT.key}`)
        .whereNot({ result: 'REMOVED' }),
  });
}

/** Everything that was on the agendas of meetings, in their order. */
export async function agendaItemsOf(db: Db, sessions: readonly string[]): Promise<AgendaItemRow[]> {
  return db<AgendaItemRow>('agenda_items')
    .comment('sessions.items')
    .select<AgendaItemRow[]>(...ITEM_COLUMNS)
    .whereIn('session_id', [...sessions])
    .orderBy(['session_id', 'agenda_position']);
}

export async function attendanceOf(db: Db, sessions: readonly string[]): Promise<AttendanceRow[]> {
  return db<AttendanceRow>('session_attendance')
    .comment('sessions.attendance')
    .whereIn('session_id', [...sessions])
    .orderBy('function');
}

/** Takes a place on a meeting's agenda; null when it has none left, or is over by now. */
export async function takePlace(db: Db, id: string): Promise<ReviewSessionRow | null> {
  const [session] = await db.raw<ReviewSessionRow>(
    `/* sessions.takePlace */
     UPDATE review_sessions SET agenda_count = agenda_count + 1, last_position = last_position + 1
     WHERE id = ? AND agenda_count < capacity AND status NOT IN ('LAPSED', 'CANCELLED')
     RETURNING ${COLUMNS.join(', ')}`,
    [id],
  );
  return session ?? null;
}

/** Convenes a meeting with a first place taken; takes one of it when another has convened it meanwhile. */
export async function convene(
  db: Db,
  town: string,
  office: string,
  { procedure, plannedOn, heldOn, cutOffAt, isProvisional }: MeetingDay,
): Promise<ReviewSessionRow | null> {
  const [session] = await db.raw<ReviewSessionRow>(
    `/* sessions.convene */
     INSERT INTO review_sessions (id, jurisdiction, planned_on, held_on, is_provisional, office, procedure_id, cut_off_at,
       quorum, capacity, status, agenda_count, last_position)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PLANNED', 1, 1)
     ON CONFLICT (jurisdiction, planned_on) WHERE status <> 'CANCELLED' DO UPDATE
       SET agenda_count = review_sessions.agenda_count + 1, last_position = review_sessions.last_position + 1
       WHERE review_sessions.agenda_count < review_sessions.capacity AND review_sessions.status <> 'LAPSED'
     RETURNING ${COLUMNS.join(', ')}`,
    [
      ...[randomUUID(), town, plannedOn, heldOn, isProvisional, office, procedure.id, cutOffAt],
      ...[procedure.quorum, procedure.capacity],
    ],
  );
  return session ?? null;
}

/** Gives back a place on a meeting's agenda. */
export async function givePlaceBack(db: Db, id: string): Promise<void> {
  await db.raw(
    '/* sessions.givePlaceBack */ UPDATE review_sessions SET agenda_count = agenda_count - 1 WHERE id = ?',
    [id],
  );
}

export async function enterAgenda(
  db: Db,
  session: ReviewSessionRow,
  application: LicenseApplicationRow,
  entered_at: Date,
): Promise<void> {
  await db('agenda_items')
    .comment('sessions.enterAgenda')
    .insert({
      ...ownedBy(application),
      ...{ session_id: session.id, agenda_position: session.last_position, round: application.round },
      ...{ entered_at, result: 'PENDING' },
    });
}

/** Says what became of an application on its meeting's agenda. */
export async function leaveAgenda(
  db: Db,
  application_id: string,
  result: Exclude<ReviewAgendaResult, 'PENDING'>,
  at: Date,
  note: string | null,
): Promise<void> {
  await db.raw(
    `/* sessions.leaveAgenda */
     UPDATE agenda_items SET result = ?, left_at = greatest(entered_at, ?::timestamptz), note = ?
     WHERE application_id = ? AND result = 'PENDING'`,
    [result, at, note, application_id],
  );
}

/** The applications that wait to be heard by a meeting, those first that were complete first. */
export async function waitingIn(db: Db, session_id: string): Promise<LicenseApplicationRow[]> {
  return db<LicenseApplicationRow>('applications')
    .comment('sessions.waiting')
    .select<LicenseApplicationRow[]>(APPLICATION_COLUMNS)
    .whereIn('id', db('agenda_items').select('application_id').where({ session_id, result: 'PENDING' }))
    .where({ stage: 'SCHEDULED', session_id })
    .orderBy(['complete_at', 'id']);
}

/** Of the applications that wait for a town's later meetings the first that this one could hear; null when there is none. */
export async function nextInLine(
  db: Db,
  { jurisdiction, held_on, cut_off_at }: ReviewSessionRow,
): Promise<LicenseApplicationRow | null> {
  const [row] = await db<LicenseApplicationRow>('applications')
    .comment('sessions.nextInLine')
    .select<LicenseApplicationRow[]>(APPLICATION_COLUMNS)
    .where({ town: jurisdiction, stage: 'SCHEDULED' })
    .where('complete_at', '<=', cut_off_at)
    .whereIn(
      'session_id',
      db('review_sessions')
        .select('id')
        .where({ jurisdiction, status: 'PLANNED' })
        .where('held_on', '>', held_on),
    )
    .orderBy(['complete_at', 'id'])
    .limit(1);
  return row ?? null;
}

/** Changes a meeting that is in one of the statuses; null when it is not, or no longer. */
export async function changeSession(
  db: Db,
  id: string,
  from: readonly ReviewSessionStatus[],
  change: Partial<ReviewSessionRow>,
): Promise<ReviewSessionRow | null> {
  const [session] = await db<ReviewSessionRow>('review_sessions')
    .comment('sessions.change')
    .where({ id })
    .whereIn('status', [...from])
    .update(change)
    .returning<ReviewSessionRow[]>([...COLUMNS]);
  return session ?? null;
}

export async function recordAttendance(db: Db, rows: readonly AttendanceRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db('session_attendance')
    .comment('sessions.recordAttendance')
    .insert(rows.map((row) => ({ ...row })))
    .onConflict(['session_id', 'function'])
    .merge(['is_present', 'representative', 'agency', 'recorded_at']);
}
