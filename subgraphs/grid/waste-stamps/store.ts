import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { HOUSEHOLD_COLUMNS, type HouseholdRow, LIVED_THERE } from '../households/store';
import type { Act } from '../life-cycle/store';
import type { WasteStampKind } from './rules';

export interface WasteStampRow {
  id: string;
  household_id: string;
  jurisdiction: string;
  week_of: string;
  kind: WasteStampKind;
  stamped_at: Date;
  recorded_by: string;
}

export interface WasteStampRevisionRow {
  stamp_id: string;
  ordinal: number;
  kind: WasteStampKind;
  reason: string | null;
  at: Date;
  actor: string;
  recorded_by: string;
}

export interface WasteRewardHandOutRow {
  household_id: string;
  month: string;
  jurisdiction: string;
  reward: string;
  reward_name: string;
  points: number;
  recipient: string;
  at: Date;
  actor: string;
  recorded_by: string;
}

const STAMP = [
  'id',
  'household_id',
  'jurisdiction',
  'week_of',
  'kind',
  'stamped_at',
  'recorded_by',
] as const satisfies (keyof WasteStampRow)[];

const HAND_OUT = [
  'household_id',
  'month',
  'jurisdiction',
  'reward',
  'reward_name',
  'points',
  'recipient',
  'at',
  'actor',
  'recorded_by',
] as const satisfies (keyof WasteRewardHandOutRow)[];

/** The first and the last Monday of a month. */
export interface Weeks {
  readonly first: string;
  readonly last: string;
}

export async function stampsById(db: Db, ids: readonly string[]): Promise<WasteStampRow[]> {
  return db<WasteStampRow>('waste_stamps')
    .comment('wasteStamps.byId')
    .select(...STAMP)
    .whereIn('id', [...ids]);
}

/** The stamps of households between two Mondays, the earliest week first. */
export async function stampsOf(
  db: Db,
  households: readonly string[],
  { first, last }: Weeks,
): Promise<WasteStampRow[]> {
  return db<WasteStampRow>('waste_stamps')
    .comment('wasteStamps.of')
    .select(...STAMP)
    .whereIn('household_id', [...households])
    .whereBetween('week_of', [first, last])
    .orderBy(['household_id', 'week_of']);
}

/** How each stamp was put, and what it was corrected to. */
export async function revisionsOf(db: Db, stamps: readonly string[]): Promise<WasteStampRevisionRow[]> {
  return db<WasteStampRevisionRow>('waste_stamp_revisions')
    .comment('wasteStamps.revisions')
    .select('stamp_id', 'ordinal', 'kind', 'reason', 'at', 'actor', 'recorded_by')
    .whereIn('stamp_id', [...stamps])
    .orderBy(['stamp_id', 'ordinal']);
}

/** What was handed out to households for a month. */
export async function handOutsOf(
  db: Db,
  households: readonly string[],
  month: string,
): Promise<WasteRewardHandOutRow[]> {
  return db<WasteRewardHandOutRow>('waste_reward_hand_outs')
    .comment('wasteStamps.handOuts')
    .select(...HAND_OUT)
    .whereIn('household_id', [...households])
    .where({ month });
}

/** A stamp and when it was last put or corrected, if the viewer may see it. */
export async function stampForCorrection(
  db: Db,
  id: string,
): Promise<(WasteStampRow & { last_at: Date; revisions: number }) | null> {
  const [row] = await db.raw<WasteStampRow & { last_at: Date; revisions: number } & Record<string, unknown>>(
    `/* wasteStamps.forCorrection */ SELECT ${STAMP.map((column) => `stamp.${column}`).join(', ')},
       greatest(stamped_at, revision.last_at) AS last_at, revision.count AS revisions
     FROM waste_stamps AS stamp CROSS JOIN LATERAL (
       SELECT max(at) AS last_at, count(*) FROM waste_stamp_revisions WHERE stamp_id = stamp.id) AS revision
     WHERE stamp.id = ?`,
    [id],
  );
  return row ?? null;
}

/** Replaces a stamp that still is as it was read; null when it is not. */
export async function correctStamp(
  db: Db,
  stamp: WasteStampRow & { revisions: number },
  { kind, reason, user, agency, at }: Act & { kind: WasteStampKind; reason: string },
): Promise<WasteStampRow | null> {
  const { id, jurisdiction, revisions: ordinal } = stamp;
  const [changed] = await db<WasteStampRow>('waste_stamps')
    .comment('wasteStamps.correct')
    .where({ id, kind: stamp.kind })
    .update({ kind })
    .returning<WasteStampRow[]>([...STAMP]);
  if (!changed) return null;
  const recorded = await db('waste_stamp_revisions')
    .comment('wasteStamps.recordCorrection')
    .insert({
      ...{ stamp_id: id, ordinal, jurisdiction, kind, reason, at, actor: user, recorded_by: agency },
    })
    .onConflict(['stamp_id', 'ordinal'])
    .ignore()
    .returning('ordinal');
  return recorded.length > 0 ? changed : null;
}

/** A line of a round as it is looked for. */
export interface WantedLine {
  readonly householdId: string | null;
  readonly cardNumber: string | null;
}

/** The households of lines in a place, each with the position of its line; those that are not there are left out. */
export async function householdsOfLines(
  db: Db,
  place: string,
  lines: readonly WantedLine[],
): Promise<(HouseholdRow & { line: number })[]> {
  const { from, below } = rangeOf(place);
  const columns = HOUSEHOLD_COLUMNS.map((column) => `household.${column}`).join(', ');
  return db.raw<HouseholdRow & { line: number } & Record<string, unknown>>(
    `/* wasteStamps.householdsOfLines */
     WITH line AS (SELECT * FROM jsonb_to_recordset(?) AS given (line int, id text, card_number text))
     SELECT line, ${columns} FROM line JOIN households AS household ON household.id = line.id
       WHERE household.jurisdiction >= ? AND household.jurisdiction < ?
     UNION ALL
     SELECT line, ${columns} FROM line JOIN households AS household ON household.card_number = line.card_number
       WHERE line.id IS NULL AND household.jurisdiction >= ? AND household.jurisdiction < ?
     ORDER BY line`,
    [
      JSON.stringify(
        lines.map(({ householdId, cardNumber }, line) => ({
          line,
          id: householdId,
          card_number: cardNumber,
        })),
      ),
      ...[from, below, from, below],
    ],
  );
}

/** A stamp as it is to be put. */
export interface NewStamp {
  readonly household: string;
  readonly kind: WasteStampKind;
}

/**
 * Puts the stamps of a week on the cards that have none for it yet, of households that live there, in a fixed number of
 * statements. Gives back the stamps that are new.
 */
export async function insertStamps(
  db: Db,
  weekOf: string,
  stamps: readonly NewStamp[],
  { user, agency, at }: Act,
): Promise<WasteStampRow[]> {
  const inserted = await db.raw<WasteStampRow & Record<string, unknown>>(
    `/* wasteStamps.insert */
     INSERT INTO waste_stamps (${STAMP.join(', ')})
     SELECT row.id, household.id, household.jurisdiction, ?, row.kind, ?, ?
     FROM unnest(?::text[], ?::text[], ?::text[]) AS row (id, household, kind)
     JOIN households AS household ON household.id = row.household
     WHERE coalesce(moved_out_on, 'infinity') >= ?
     ORDER BY household.id
     ON CONFLICT (household_id, week_of) DO NOTHING
     RETURNING ${STAMP.join(', ')}`,
    [
      ...[weekOf, at, agency],
      ...[
        stamps.map(() => randomUUID()),
        stamps.map(({ household }) => household),
        stamps.map(({ kind }) => kind),
      ],
      weekOf,
    ],
  );
  await db.raw(
    `/* wasteStamps.recordStamps */
     INSERT INTO waste_stamp_revisions (stamp_id, ordinal, jurisdiction, kind, at, actor, recorded_by)
     SELECT id, 0, jurisdiction, kind, stamped_at, ?, recorded_by
     FROM unnest(?::text[]) AS new (id) JOIN waste_stamps USING (id)`,
    [user, inserted.map(({ id }) => id)],
  );
  return inserted;
}

/** Records what was handed out; null when something was, for the same household and month. */
export async function insertHandOut(
  db: Db,
  row: WasteRewardHandOutRow,
): Promise<WasteRewardHandOutRow | null> {
  const [stored] = await db('waste_reward_hand_outs')
    .comment('wasteStamps.handOut')
    .insert({ ...row })
    .onConflict(['household_id', 'month'])
    .ignore()
    .returning<WasteRewardHandOutRow[]>([...HAND_OUT]);
  return stored ?? null;
}

/** Households of a place whose cards of a month are alike. */
export interface CardGroup {
  jurisdiction: string;
  red: number;
  empty: number;
  black: number;
  /** What was handed out to them, with its name; null for nothing. */
  handed_out: string | null;
  handed_out_name: string | null;
  recorded_by: string;
  households: number;
}

/** The cards of a place's households in a month, grouped by what they hold: a few groups, however many households. */
export async function cardGroups(
  db: Db,
  place: string,
  month: string,
  { first, last }: Weeks,
): Promise<CardGroup[]> {
  const { from, below } = rangeOf(place);
  return db.raw<CardGroup & Record<string, unknown>>(
    `/* wasteStamps.cardGroups */
     SELECT jurisdiction, red, empty, black, handed_out, handed_out_name, recorded_by, count(*) AS households FROM (
       SELECT households.jurisdiction, households.recorded_by,
         count(*) FILTER (WHERE kind = 'RED') AS red,
         count(*) FILTER (WHERE kind = 'EMPTY') AS empty,
         count(*) FILTER (WHERE kind = 'BLACK') AS black,
         max(given.reward) AS handed_out, max(given.reward_name) AS handed_out_name
       FROM households
       LEFT JOIN waste_stamps AS stamp ON stamp.household_id = households.id AND week_of BETWEEN ? AND ?
       LEFT JOIN waste_reward_hand_outs AS given ON given.household_id = households.id AND given.month = ?
       WHERE households.jurisdiction >= ? AND households.jurisdiction < ? AND ${LIVED_THERE}
       GROUP BY households.id
     ) AS card
     GROUP BY jurisdiction, red, empty, black, handed_out, handed_out_name, recorded_by
     ORDER BY jurisdiction, red DESC, empty DESC, black DESC, recorded_by`,
    [first, last, month, from, below, `${last}`, first],
  );
}
