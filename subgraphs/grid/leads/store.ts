import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { dayOf } from '../../kit/time';
import type { Act } from '../life-cycle/store';
import type { LeadEventKind, LeadRecord, LeadResult, LeadStatus, ResultRecord } from './rules';

export interface LeadListRow {
  id: string;
  title: string;
  jurisdiction: string;
  pushed_by: string;
  due_on: string;
  note: string | null;
  external_id: string | null;
  opened_at: Date;
  actor: string;
}

export interface LeadRow {
  id: string;
  list_id: string;
  external_id: string;
  jurisdiction: string;
  pushed_by: string;
  due_on: string;
  title: string;
  address: string | null;
  evidence: string;
  status: LeadStatus;
  agency: string | null;
  grid: string | null;
  result: LeadResult | null;
  result_note: string | null;
  photos: string[];
  checked_at: Date | null;
  case_id: string | null;
}

export interface LeadEventRow {
  lead_id: string;
  kind: LeadEventKind;
  at: Date;
  actor: string;
  agency: string;
  subject: string | null;
  result: LeadResult | null;
  note: string | null;
}

const LIST = [
  'id',
  'title',
  'jurisdiction',
  'pushed_by',
  'due_on',
  'note',
  'external_id',
  'opened_at',
  'actor',
] as const satisfies (keyof LeadListRow)[];

const LEAD = [
  'id',
  'list_id',
  'external_id',
  'jurisdiction',
  'pushed_by',
  'due_on',
  'title',
  'address',
  'evidence',
  'status',
  'agency',
  'grid',
  'result',
  'result_note',
  'photos',
  'checked_at',
  'case_id',
] as const satisfies (keyof LeadRow)[];

const LATEST_FIRST: Keyset = {
  name: 'leadLists',
  columns: ['opened_at', 'id'],
  direction: 'desc',
  maximum: 200,
};
const DUE_FIRST: Keyset = { name: 'leads', columns: ['due_on', 'id'], direction: 'asc', maximum: 200 };

export interface LeadFilter extends PageArgs {
  listId?: string | null;
  under?: string | null;
  agency?: string | null;
  gridCode?: string | null;
  status?: LeadStatus | null;
  result?: LeadResult | null;
  isOverdue?: boolean | null;
}

export async function leadListsById(db: Db, ids: readonly string[]): Promise<LeadListRow[]> {
  return db<LeadListRow>('lead_lists')
    .comment('leads.listsById')
    .select(...LIST)
    .whereIn('id', [...ids]);
}

export async function leadsById(db: Db, ids: readonly string[]): Promise<LeadRow[]> {
  return db<LeadRow>('leads')
    .comment('leads.byId')
    .select(...LEAD)
    .whereIn('id', [...ids]);
}

/** The leads that became the cases. */
export async function leadsOfCases(db: Db, cases: readonly string[]): Promise<LeadRow[]> {
  return db<LeadRow>('leads')
    .comment('leads.ofCases')
    .select(...LEAD)
    .whereIn('case_id', [...cases]);
}

/** What was done with each lead, in that order. */
export async function eventsOfLeads(db: Db, leads: readonly string[]): Promise<LeadEventRow[]> {
  return db<LeadEventRow>('lead_events')
    .comment('leads.events')
    .select('lead_id', 'kind', 'at', 'actor', 'agency', 'subject', 'result', 'note')
    .whereIn('lead_id', [...leads])
    .orderBy(['lead_id', 'at', 'ordinal']);
}

export async function leadListsIn(
  db: Db,
  { under, ...args }: PageArgs & { under?: string | null },
): Promise<Connection<LeadListRow>> {
  return pageIn<LeadListRow>(db, under, {
    comment: 'leads.lists',
    keyset: LATEST_FIRST,
    args,
    rows: () =>
      db<LeadListRow>('lead_lists')
        .select(...LIST)
        .modify(inParentPlace('jurisdiction')),
  });
}

/** The rule `isOverdue`, for rows. */
const OVERDUE = "due_on < (coalesce(checked_at, ?) AT TIME ZONE 'Asia/Shanghai')::date";

export async function leadsIn(
  db: Db,
  { listId, under, agency, gridCode, status, result, isOverdue, ...args }: LeadFilter,
  { now, maximum }: { now: Date; maximum?: number },
): Promise<Connection<LeadRow>> {
  return pageIn<LeadRow>(db, under, {
    comment: 'leads.in',
    keyset: { ...DUE_FIRST, maximum: maximum ?? DUE_FIRST.maximum },
    args,
    rows: () => {
      const rows = db<LeadRow>('leads').select(...LEAD);
      if (under) rows.modify(inParentPlace('jurisdiction'));
      if (listId) rows.where({ list_id: listId });
      if (agency) rows.where({ agency });
      if (gridCode) rows.where({ grid: gridCode });
      if (status) rows.where({ status });
      if (result) rows.where({ result });
      if (isOverdue === true) rows.whereRaw(OVERDUE, [now]);
      if (isOverdue === false) rows.whereRaw(`NOT (${OVERDUE})`, [now]);
      return rows;
    },
  });
}

export interface ProgressRow {
  list_id: string;
  total: number;
  pushed: number;
  assigned: number;
  confirmed: number;
  unfounded: number;
  unreachable: number;
  overdue: number;
  cases: number;
}

/** How far the leads of each list are. */
export async function progressOf(db: Db, lists: readonly string[], now: Date): Promise<ProgressRow[]> {
  return db.raw<ProgressRow & Record<string, unknown>>(
    `/* leads.progress */
     SELECT list_id, count(*) AS total,
       count(*) FILTER (WHERE status = 'PUSHED') AS pushed,
       count(*) FILTER (WHERE status = 'ASSIGNED') AS assigned,
       count(*) FILTER (WHERE result = 'CONFIRMED') AS confirmed,
       count(*) FILTER (WHERE result = 'UNFOUNDED') AS unfounded,
       count(*) FILTER (WHERE result = 'UNREACHABLE') AS unreachable,
       count(*) FILTER (WHERE status <> 'CHECKED' AND due_on < ?) AS overdue,
       count(case_id) AS cases
     FROM leads WHERE list_id = ANY (?::text[]) GROUP BY list_id`,
    [dayOf(now), [...lists]],
  );
}

/** The list that the unit began before under an external id; null when there is none. */
export async function leadListByExternalId(
  db: Db,
  pushed_by: string,
  external_id: string,
): Promise<LeadListRow | null> {
  const [row] = await db<LeadListRow>('lead_lists')
    .comment('leads.listByExternalId')
    .select(...LIST)
    .where({ pushed_by, external_id });
  return row ?? null;
}

/** Stores a list; null when its external id is taken. */
export async function insertLeadList(db: Db, row: LeadListRow): Promise<LeadListRow | null> {
  const [stored] = await db('lead_lists')
    .comment('leads.insertList')
    .insert({ ...row })
    .onConflict(['pushed_by', 'external_id'])
    .ignore()
    .returning<LeadListRow[]>([...LIST]);
  return stored ?? null;
}

/** Adds leads to a list, but for those that are there under their external ids; the ids of those that are new. */
export async function insertLeads(
  db: Db,
  list: LeadListRow,
  leads: readonly LeadRecord[],
  { user, agency, at }: Act,
): Promise<string[]> {
  const inserted = await db.raw<{ id: string }>(
    `/* leads.insert */
     INSERT INTO leads (id, list_id, external_id, jurisdiction, pushed_by, due_on, title, address, evidence, status)
     SELECT id, ?, external_id, jurisdiction, ?, ?, title, nullif(address, ''), evidence, 'PUSHED'
     FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
       AS row (id, external_id, jurisdiction, title, address, evidence)
     ORDER BY external_id
     ON CONFLICT (list_id, external_id) DO NOTHING RETURNING id`,
    [
      ...[list.id, list.pushed_by, list.due_on, leads.map(() => randomUUID())],
      ...[leads.map(({ externalId }) => externalId), leads.map(({ jurisdiction }) => jurisdiction)],
      ...[
        leads.map(({ title }) => title),
        leads.map(({ address }) => address),
        leads.map(({ evidence }) => evidence),
      ],
    ],
  );
  const ids = inserted.map(({ id }) => id);
  await db.raw(
    `/* leads.recordPushes */ INSERT INTO lead_events (lead_id, kind, at, actor, agency)
     SELECT id, 'PUSHED', ?, ?, ? FROM unnest(?::text[]) AS new (id)`,
    [at, user, agency, ids],
  );
  return ids;
}

/** How many leads one call splits: what a busy database does well within the time that a call has. */
const MOST_SPLIT = 20_000;

/**
 * Gives leads of a list that nobody has to a comprehensive grid of their village, in a fixed number of statements: the
 * leads of a village in the order of their addresses, those that have a grid among them, cut into as many parts as it has
 * grids, none larger by more than one. So several calls give what one would.
 */
export async function splitLeads(
  db: Db,
  list: LeadListRow,
  { user, agency, at }: Act,
): Promise<{ assigned: string[]; grids: number; left: number; isDone: boolean }> {
  const { from, below } = rangeOf(list.jurisdiction);
  const [split] = await db.raw<{ assigned: string[] | null; grids: number }>(
    `/* leads.split */
     WITH part AS (
       SELECT code, agency, jurisdiction, row_number() OVER village - 1 AS n, count(*) OVER (PARTITION BY jurisdiction) AS parts
       FROM grids WHERE kind = 'COMPREHENSIVE' AND coalesce(closed_on, 'infinity') >= ?
         AND jurisdiction >= ? AND jurisdiction < ?
       WINDOW village AS (PARTITION BY jurisdiction ORDER BY code)
     ), waiting AS (
       SELECT id, jurisdiction, status, row_number() OVER village - 1 AS n,
         count(*) OVER (PARTITION BY jurisdiction) AS total
       FROM leads WHERE list_id = ?
       WINDOW village AS (PARTITION BY jurisdiction ORDER BY address COLLATE "C", external_id)
     ), wanted AS (
       SELECT waiting.id, part.agency, part.code FROM waiting
       JOIN part ON part.jurisdiction = waiting.jurisdiction AND part.n = waiting.n * parts / total
       WHERE waiting.status = 'PUSHED' ORDER BY waiting.id LIMIT ${MOST_SPLIT}
     ), given AS (
       UPDATE leads SET status = 'ASSIGNED', agency = wanted.agency, grid = wanted.code
       FROM wanted WHERE leads.id = wanted.id AND leads.status = 'PUSHED'
       RETURNING leads.id, leads.agency, leads.grid
     ), recorded AS (
       INSERT INTO lead_events (lead_id, kind, at, actor, agency, subject)
       SELECT id, 'ASSIGNED', ?, ?, ?, agency FROM given
     )
     SELECT array_agg(id::text) AS assigned, count(DISTINCT grid) AS grids FROM given`,
    [dayOf(at), from, below, list.id, at, user, agency],
  );
  const [left] = await db.raw<{ count: number; with_grid: number }>(
    `/* leads.unassigned */ SELECT count(*), count(*) FILTER (WHERE jurisdiction IN (
       SELECT jurisdiction FROM grids WHERE kind = 'COMPREHENSIVE' AND coalesce(closed_on, 'infinity') >= ?)) AS with_grid
     FROM leads WHERE list_id = ? AND status = 'PUSHED'`,
    [dayOf(at), list.id],
  );
  return {
    ...{ assigned: split?.assigned ?? [], grids: split?.grids ?? 0 },
    ...{ left: left?.count ?? 0, isDone: left?.with_grid === 0 },
  };
}

/**
 * A lead that something is to be done with, and when somebody last did something with it: what the hub tells by itself may
 * be told after somebody has checked the lead, and before they can say so.
 */
export type LeadForStep = LeadRow & { last_at: Date };

/** The leads of a call that the viewer may see. They stay as they are until the transaction ends. */
export async function leadsForStep(db: Db, ids: readonly string[]): Promise<LeadForStep[]> {
  await db.raw(
    '/* leads.hold */ SELECT id FROM leads WHERE id = ANY (?::text[]) ORDER BY id FOR NO KEY UPDATE',
    [[...ids]],
  );
  return db.raw<LeadForStep & Record<string, unknown>>(
    `/* leads.forStep */ SELECT ${LEAD.join(', ')},
       (SELECT max(at) FROM lead_events AS event WHERE event.lead_id = leads.id AND kind <> 'ESCALATED') AS last_at
     FROM leads WHERE id = ANY (?::text[])`,
    [[...ids]],
  );
}

/** Gives leads to a unit; the ids of those that it had not. */
export async function assignTo(
  db: Db,
  ids: readonly string[],
  subject: string,
  { user, agency, at }: Act,
): Promise<string[]> {
  const given = await db.raw<{ id: string }>(
    `/* leads.assign */
     UPDATE leads SET status = 'ASSIGNED', agency = ?, grid = NULL, result = NULL, result_note = NULL, checked_at = NULL
     WHERE id = ANY (?::text[]) AND NOT (agency IS NOT DISTINCT FROM ? AND grid IS NULL) RETURNING id`,
    [subject, [...ids], subject],
  );
  const assigned = given.map(({ id }) => id);
  await db.raw(
    `/* leads.recordAssignments */ INSERT INTO lead_events (lead_id, kind, at, actor, agency, subject)
     SELECT id, 'ASSIGNED', ?, ?, ?, ? FROM unnest(?::text[]) AS given (id)`,
    [at, user, agency, subject, assigned],
  );
  return assigned;
}

/** Records what the checks of leads found; the ids of those for which it did. */
export async function storeResults(
  db: Db,
  results: readonly ResultRecord[],
  { user, agency }: Pick<Act, 'user' | 'agency'>,
): Promise<string[]> {
  const recorded = await db.raw<{ id: string }>(
    `/* leads.storeResults */
     WITH found AS (
       SELECT "leadId" AS id, result, nullif(note, '') AS note, at,
         ARRAY(SELECT jsonb_array_elements_text(photos)) AS photos
       FROM jsonb_to_recordset(?) AS row ("leadId" text, result text, note text, photos jsonb, at timestamptz)
     ), changed AS (
       UPDATE leads SET status = 'CHECKED', result = found.result, result_note = found.note, photos = found.photos,
         checked_at = found.at
       FROM found WHERE leads.id = found.id AND leads.status <> 'PUSHED' AND leads.case_id IS NULL
       RETURNING leads.id, leads.result, leads.result_note, leads.checked_at
     )
     INSERT INTO lead_events (lead_id, kind, at, actor, agency, result, note)
     SELECT id, 'CHECKED', checked_at, ?, ?, result, result_note FROM changed RETURNING lead_id AS id`,
    [JSON.stringify(results), user, agency],
  );
  return recorded.map(({ id }) => id);
}

/** Links a lead to the case that it became; false when it was linked before. */
export async function linkLead(
  db: Db,
  id: string,
  case_id: string,
  { user, agency, at }: Act,
): Promise<boolean> {
  const linked = await db<LeadRow>('leads')
    .comment('leads.link')
    .where({ id, result: 'CONFIRMED' })
    .whereNull('case_id')
    .update({ case_id })
    .returning('id');
  if (linked.length === 0) return false;
  await db('lead_events')
    .comment('leads.recordLink')
    .insert({ lead_id: id, kind: 'CASE_OPENED', at, actor: user, agency });
  return true;
}

/** A lead that may have gone a level up. */
export type LeadToEscalate = Pick<LeadRow, 'id' | 'jurisdiction' | 'due_on' | 'status' | 'agency'> & {
  escalated_level: number;
};

/** Leads that have no result on a day on which they may go a level up. Other transactions meanwhile find others. */
export async function leadsToEscalate(db: Db, today: string, most: number): Promise<LeadToEscalate[]> {
  return db.raw<LeadToEscalate & Record<string, unknown>>(
    `/* leads.toEscalate */ SELECT id, jurisdiction, due_on, status, agency, escalated_level FROM leads
     WHERE status <> 'CHECKED' AND coalesce(escalates_on, due_on + 1) <= ?
     ORDER BY coalesce(escalates_on, due_on + 1), id LIMIT ? FOR NO KEY UPDATE SKIP LOCKED`,
    [today, most],
  );
}

/** How far up a lead is by now, before whom, and on which day it may go on. */
export interface EscalationStep {
  readonly id: string;
  readonly level: number;
  /** Whether it went up. */
  readonly isNew: boolean;
  readonly receiver: string | null;
  readonly nextOn: string;
}

/** Keeps how far up leads are, and tells it on the timelines of those that went up. */
export async function storeEscalations(
  db: Db,
  steps: readonly EscalationStep[],
  { user, at }: Pick<Act, 'user' | 'at'>,
): Promise<void> {
  await db.raw(
    `/* leads.escalate */
     WITH step AS (
       SELECT * FROM jsonb_to_recordset(?) AS row (id text, level int, "isNew" boolean, receiver text, "nextOn" date)
     ), changed AS (
       UPDATE leads SET escalated_level = level, escalates_on = "nextOn" FROM step WHERE leads.id = step.id
       RETURNING leads.id, leads.pushed_by, step."isNew", receiver
     )
     INSERT INTO lead_events (lead_id, kind, at, actor, agency, subject)
     SELECT id, 'ESCALATED', ?, ?, pushed_by, receiver FROM changed WHERE "isNew"`,
    [JSON.stringify(steps), at, user],
  );
}
