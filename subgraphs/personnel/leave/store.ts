import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { appendEvent } from '../events';
import type { LeaveDayPart, LeaveRole, LeaveStatus, LeaveStep, Rung } from './rules';
import { STEPS } from './rules';

export interface LeaveRequestRow {
  id: string;
  secondment: string;
  host_agency: string;
  status: LeaveStatus;
  starts_on: string;
  start_part: LeaveDayPart;
  ends_on: string;
  end_part: LeaveDayPart;
  days: number;
  reason: string;
  requested_at: Date;
  requested_by: string;
  agency: string;
  /** The step of the rung that decided it. */
  decided_step: number | null;
  starts_half: number;
  ends_half: number;
  returned_on: string | null;
  returned_part: 'MORNING' | 'AFTERNOON' | null;
  days_taken: number | null;
}

export interface LeaveRungRow {
  leave_request: string;
  step: number;
  secondment: string;
  role: LeaveRole;
  agency: string;
  since: Date;
  live_since: Date;
}

export interface LeaveEventRow {
  leave_request: string;
  kind: 'REQUEST' | LeaveStep;
  at: Date;
  actor: string;
  agency: string;
  role: LeaveRole | null;
  is_deputy: boolean;
  note: string | null;
}

/** Who does something, and when it happened. */
export interface Act {
  readonly user: string;
  readonly agency: string;
  readonly at: Date;
}

export interface LeaveSearch extends PageArgs {
  hostUnder?: string | null;
  status?: LeaveStatus | null;
  isAwaitingOwnUnit?: boolean | null;
}

const COLUMNS = [
  'id',
  'secondment',
  'host_agency',
  'status',
  'starts_on',
  'start_part',
  'ends_on',
  'end_part',
  'days',
  'reason',
  'requested_at',
  'requested_by',
  'agency',
  'decided_step',
  'starts_half',
  'ends_half',
  'returned_on',
  'returned_part',
  'days_taken',
];
const RUNG_COLUMNS = ['leave_request', 'step', 'secondment', 'role', 'agency', 'since', 'live_since'];
const LATEST_FIRST: Keyset = {
  name: 'leaveRequests',
  columns: ['requested_at', 'id'],
  direction: 'desc',
  maximum: 200,
};
/** Requests that stand, or stood: what was rejected or withdrawn keeps nobody from work. */
const OFF_WORK: readonly LeaveStatus[] = ['APPROVED', 'RETURNED'];

export async function leaveById(db: Db, ids: readonly string[]): Promise<LeaveRequestRow[]> {
  return db<LeaveRequestRow>('leave_requests')
    .comment('leave.byId')
    .select<LeaveRequestRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** The requests of each posting, the earliest leave first. */
export async function leaveOf(db: Db, secondments: readonly string[]): Promise<LeaveRequestRow[]> {
  return db<LeaveRequestRow>('leave_requests')
    .comment('leave.of')
    .select<LeaveRequestRow[]>(COLUMNS)
    .whereIn('secondment', [...secondments])
    .orderBy(['secondment', 'starts_half', 'requested_at', 'id']);
}

/** What the officers of postings were given off that touches a stretch of halves. */
export async function leaveTaken(
  db: Db,
  secondments: readonly string[],
  { from, to }: { from: number; to: number },
): Promise<Pick<LeaveRequestRow, 'secondment' | 'starts_half' | 'ends_half'>[]> {
  return db<LeaveRequestRow>('leave_requests')
    .comment('leave.taken')
    .select('secondment', 'starts_half', 'ends_half')
    .whereRaw('secondment = ANY (?::text[])', [[...secondments]])
    .whereIn('status', [...OFF_WORK])
    .where('starts_half', '<=', to)
    .where('ends_half', '>=', from);
}

/** A page of the requests of officers who work in a place (or `EVERYWHERE`), or that wait for a unit at `now`. */
export async function searchLeave(
  db: Db,
  place: string,
  { status, isAwaitingOwnUnit, ...search }: LeaveSearch,
  { agency, now }: { agency: string; now: Date },
): Promise<Connection<LeaveRequestRow>> {
  return pageIn<LeaveRequestRow>(db, place, {
    comment: 'leave.search',
    keyset: LATEST_FIRST,
    args: search,
    rows: () => {
      const rows = db<LeaveRequestRow>('leave_requests').select(COLUMNS).modify(inParentPlace('host_agency'));
      if (status) rows.where({ status });
      if (isAwaitingOwnUnit) {
        rows.where({ status: 'PENDING' }).whereRaw(
          `id IN (SELECT leave_request FROM leave_rungs AS own WHERE own.agency = ? AND own.live_since <= ?
             AND NOT EXISTS (SELECT FROM leave_rungs AS next WHERE next.leave_request = own.leave_request
               AND next.step = own.step + 1 AND next.live_since <= ?))`,
          [agency, now, now],
        );
      }
      return rows;
    },
  });
}

/** A request that waits, with the rung that it is before. */
export interface WaitingLeaveRow {
  id: string;
  secondment: string;
  starts_on: string;
  step: number;
  agency: string;
  live_since: Date;
  /** When it comes before the next rung; null when this one is the last. */
  climbs_at: Date | null;
}

/** The requests of postings that wait at `now`, each with the rung that it is before then. */
export async function waitingLeaveOf(
  db: Db,
  secondments: readonly string[],
  now: Date,
): Promise<WaitingLeaveRow[]> {
  return db.raw<WaitingLeaveRow>(
    `/* leave.waiting */
     SELECT request.id, request.secondment, request.starts_on, rung.step, rung.agency, rung.live_since,
       next.live_since AS climbs_at
     FROM leave_requests AS request
     JOIN leave_rungs AS rung ON rung.leave_request = request.id AND rung.live_since <= ?
     LEFT JOIN leave_rungs AS next ON next.leave_request = request.id AND next.step = rung.step + 1
     WHERE request.status = 'PENDING' AND request.secondment = ANY (?::text[])
       AND (next.live_since IS NULL OR next.live_since > ?)
     ORDER BY request.secondment, request.id`,
    [now, [...secondments], now],
  );
}

/** The rungs of each request, the lowest first. */
export async function rungsOf(db: Db, requests: readonly string[]): Promise<LeaveRungRow[]> {
  return db<LeaveRungRow>('leave_rungs')
    .comment('leave.rungs')
    .select<LeaveRungRow[]>(RUNG_COLUMNS)
    .whereIn('leave_request', [...requests])
    .orderBy(['leave_request', 'step']);
}

/** What was done about each request, the earliest first. */
export async function leaveEventsOf(db: Db, requests: readonly string[]): Promise<LeaveEventRow[]> {
  return db<LeaveEventRow>('leave_events')
    .comment('leave.events')
    .select<LeaveEventRow[]>('leave_request', 'kind', 'at', 'actor', 'agency', 'role', 'is_deputy', 'note')
    .whereIn('leave_request', [...requests])
    .orderBy(['leave_request', 'ordinal']);
}

type NewLeave = Pick<
  LeaveRequestRow,
  | 'secondment'
  | 'host_agency'
  | 'starts_on'
  | 'start_part'
  | 'ends_on'
  | 'end_part'
  | 'days'
  | 'reason'
  | 'starts_half'
  | 'ends_half'
>;

/** Stores a request with its rungs; null when it overlaps another of the posting. */
export async function insertLeave(
  db: Db,
  leave: NewLeave,
  rungs: readonly Rung[],
  act: Act,
): Promise<LeaveRequestRow | null> {
  const { at, user, agency } = act;
  const [request] = await db<LeaveRequestRow>('leave_requests')
    .comment('leave.insert')
    .insert({
      ...{ id: randomUUID(), ...leave, status: 'PENDING' },
      ...{ requested_at: at, requested_by: user, agency },
    })
    .onConflict()
    .ignore()
    .returning<LeaveRequestRow[]>(COLUMNS);
  if (!request) return null;
  await db<LeaveRungRow>('leave_rungs')
    .comment('leave.insertRungs')
    .insert(
      rungs.map(({ role, agency: holder, since, liveSince }, i) => ({
        ...{ leave_request: request.id, step: i + 1, secondment: request.secondment },
        ...{ role, agency: holder, since, live_since: liveSince },
      })),
    );
  await recordEvent(db, request.id, { kind: 'REQUEST', role: null, isDeputy: false, note: null }, act);
  return request;
}

/** Takes a step; null when the status is no longer one that the step is from. */
export async function takeLeaveStep(
  db: Db,
  id: string,
  taken: {
    step: LeaveStep;
    change: Partial<
      Pick<LeaveRequestRow, 'decided_step' | 'ends_half' | 'returned_on' | 'returned_part' | 'days_taken'>
    >;
    role: LeaveRole | null;
    isDeputy: boolean;
    note: string | null;
    /** The status that the step was judged in. */
    seen: LeaveStatus;
  },
  act: Act,
): Promise<LeaveRequestRow | null> {
  const { step, change, seen } = taken;
  const [request] = await db<LeaveRequestRow>('leave_requests')
    .comment('leave.takeStep')
    .where({ id, status: seen })
    .update({ status: STEPS[step].to, ...change })
    .returning<LeaveRequestRow[]>(COLUMNS);
  if (request) await recordEvent(db, id, { ...taken, kind: step }, act);
  return request ?? null;
}

async function recordEvent(
  db: Db,
  request: string,
  event: { kind: 'REQUEST' | LeaveStep; role: LeaveRole | null; isDeputy: boolean; note: string | null },
  { at, user, agency }: Act,
): Promise<void> {
  const { kind, role, isDeputy, note } = event;
  await appendEvent(db, {
    ...{ comment: 'leave.recordEvent', table: 'leave_events', of: { leave_request: request } },
    event: { kind, at, actor: user, agency, role, is_deputy: isDeputy, note },
  });
}
