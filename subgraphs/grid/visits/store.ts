import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { dayOf } from '../../kit/time';
import type { Act } from '../life-cycle/store';
import type { HouseholdVisitStatus, Need } from './rules';

export interface HouseholdVisitRow {
  id: string;
  household_id: string;
  jurisdiction: string;
  recorded_by: string;
  external_id: string | null;
  visited_at: Date;
  visitors: string[];
  needs: Need[];
  help: string | null;
  status: HouseholdVisitStatus;
  follow_up_on: string | null;
}

export interface HouseholdVisitFollowUpRow {
  visit_id: string;
  jurisdiction: string;
  recorded_by: string;
  note: string;
  is_done: boolean;
  at: Date;
  actor: string;
}

const VISIT = [
  'id',
  'household_id',
  'jurisdiction',
  'recorded_by',
  'external_id',
  'visited_at',
  'visitors',
  'needs',
  'help',
  'status',
  'follow_up_on',
] as const satisfies (keyof HouseholdVisitRow)[];

const LATEST_FIRST: Keyset = {
  name: 'householdVisits',
  columns: ['visited_at', 'id'],
  direction: 'desc',
  maximum: 200,
};

export interface HouseholdVisitFilter extends PageArgs {
  under?: string | null;
  householdId?: string | null;
  status?: HouseholdVisitStatus | null;
  isOverdue?: boolean | null;
}

export async function visitsById(db: Db, ids: readonly string[]): Promise<HouseholdVisitRow[]> {
  return db<HouseholdVisitRow>('household_visits')
    .comment('visits.byId')
    .select(...VISIT)
    .whereIn('id', [...ids]);
}

/** What was done about the needs of each visit, in that order. */
export async function followUpsOf(db: Db, visits: readonly string[]): Promise<HouseholdVisitFollowUpRow[]> {
  return db<HouseholdVisitFollowUpRow>('household_visit_follow_ups')
    .comment('visits.followUps')
    .select('visit_id', 'jurisdiction', 'recorded_by', 'note', 'is_done', 'at', 'actor')
    .whereIn('visit_id', [...visits])
    .orderBy(['visit_id', 'at', 'ordinal']);
}

/** The rule `isOverdue`, for rows. */
const OVERDUE = "status = 'OPEN' AND follow_up_on < ?";

export async function visitsIn(
  db: Db,
  { under, householdId, status, isOverdue, ...args }: HouseholdVisitFilter,
  now: Date,
): Promise<Connection<HouseholdVisitRow>> {
  return pageIn<HouseholdVisitRow>(db, under, {
    comment: 'visits.in',
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<HouseholdVisitRow>('household_visits')
        .select(...VISIT)
        .modify(inParentPlace('jurisdiction'));
      if (householdId) rows.where({ household_id: householdId });
      if (status) rows.where({ status });
      if (isOverdue === true) rows.whereRaw(OVERDUE, [dayOf(now)]);
      if (isOverdue === false) rows.whereRaw(`(${OVERDUE}) IS NOT TRUE`, [dayOf(now)]);
      return rows;
    },
  });
}

/** The visit that the unit recorded before under an external id; null when there is none. */
export async function visitByExternalId(
  db: Db,
  recorded_by: string,
  external_id: string,
): Promise<HouseholdVisitRow | null> {
  const [row] = await db<HouseholdVisitRow>('household_visits')
    .comment('visits.byExternalId')
    .select(...VISIT)
    .where({ recorded_by, external_id });
  return row ?? null;
}

/** Stores a visit; null when its external id is taken. */
export async function insertVisit(db: Db, row: HouseholdVisitRow): Promise<HouseholdVisitRow | null> {
  const [stored] = await db('household_visits')
    .comment('visits.insert')
    .insert({ ...row, needs: JSON.stringify(row.needs) })
    .onConflict(['recorded_by', 'external_id'])
    .ignore()
    .returning<HouseholdVisitRow[]>([...VISIT]);
  return stored ?? null;
}

/** What was recorded of a visit and is corrected. */
export type HouseholdVisitState = Pick<
  HouseholdVisitRow,
  'visited_at' | 'visitors' | 'needs' | 'help' | 'follow_up_on'
>;

/** What was recorded of a visit as JSON keeps it: the instant is text. */
export type HouseholdVisitBeforeRow = Omit<HouseholdVisitState, 'visited_at'> & { visited_at: string };

/** What a visit was said to be before it was corrected, and who corrected it why. */
export interface HouseholdVisitCorrectionRow {
  visit_id: string;
  ordinal: number;
  before: HouseholdVisitBeforeRow;
  reason: string;
  at: Date;
  actor: string;
  recorded_by: string;
}

/** What was corrected of each visit, in that order. */
export async function correctionsOfVisits(
  db: Db,
  visits: readonly string[],
): Promise<HouseholdVisitCorrectionRow[]> {
  return db<HouseholdVisitCorrectionRow>('household_visit_corrections')
    .comment('visits.corrections')
    .select('visit_id', 'ordinal', 'before', 'reason', 'at', 'actor', 'recorded_by')
    .whereIn('visit_id', [...visits])
    .orderBy(['visit_id', 'ordinal']);
}

/** A visit that is to be corrected: how often it was, and when. */
export type HouseholdVisitForCorrection = HouseholdVisitRow & {
  corrections: number;
  corrected_at: Date | null;
  /** When it was first followed up: it was before that. */
  followed_up_at: Date | null;
};

export async function visitForCorrection(db: Db, id: string): Promise<HouseholdVisitForCorrection | null> {
  const [row] = await db.raw<HouseholdVisitForCorrection & Record<string, unknown>>(
    `/* visits.forCorrection */ SELECT ${VISIT.join(', ')}, corrections,
       (SELECT max(at) FROM household_visit_corrections WHERE visit_id = household_visits.id) AS corrected_at,
       (SELECT min(at) FROM household_visit_follow_ups WHERE visit_id = household_visits.id) AS followed_up_at
     FROM household_visits WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Corrects a visit that still is as it was read, and keeps what it was; null when it is not. */
export async function correctVisit(
  db: Db,
  { id, jurisdiction, corrections: ordinal, ...known }: HouseholdVisitForCorrection,
  state: HouseholdVisitState & { status: HouseholdVisitStatus },
  { user, agency, at, reason }: Act & { reason: string },
): Promise<HouseholdVisitRow | null> {
  const [changed] = await db('household_visits')
    .comment('visits.correct')
    .where({ id, corrections: ordinal, status: known.status })
    .whereRaw('follow_up_on IS NOT DISTINCT FROM ?', [known.follow_up_on])
    .update({ ...state, needs: JSON.stringify(state.needs), corrections: ordinal + 1 })
    .returning<HouseholdVisitRow[]>([...VISIT]);
  if (!changed) return null;
  const { visited_at, visitors, needs, help, follow_up_on } = known;
  await db('household_visit_corrections')
    .comment('visits.keepCorrected')
    .insert({
      ...{ visit_id: id, ordinal, jurisdiction, reason, at, actor: user, recorded_by: agency },
      before: JSON.stringify({ visited_at, visitors, needs, help, follow_up_on }),
    });
  return changed;
}

/** The visit that is to be followed up, if the viewer may see it, and when the last thing happened to it. */
export async function visitForFollowUp(
  db: Db,
  id: string,
): Promise<(HouseholdVisitRow & { last_at: Date }) | null> {
  const [row] = await db.raw<HouseholdVisitRow & { last_at: Date } & Record<string, unknown>>(
    `/* visits.forFollowUp */ SELECT ${VISIT.join(', ')},
       greatest(visited_at, (SELECT max(at) FROM household_visit_follow_ups WHERE visit_id = household_visits.id)) AS last_at
     FROM household_visits WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Records what was done about the needs of a visit that still has open ones; null when it has none any more. */
export async function followUp(
  db: Db,
  { id }: HouseholdVisitRow,
  change: { status: HouseholdVisitStatus; follow_up_on: string | null },
  row: HouseholdVisitFollowUpRow,
): Promise<HouseholdVisitRow | null> {
  const [changed] = await db<HouseholdVisitRow>('household_visits')
    .comment('visits.followUp')
    .where({ id, status: 'OPEN' })
    .update(change)
    .returning<HouseholdVisitRow[]>([...VISIT]);
  if (!changed) return null;
  await db('household_visit_follow_ups')
    .comment('visits.recordFollowUp')
    .insert({ ...row });
  return changed;
}
