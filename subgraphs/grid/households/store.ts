import { randomUUID } from 'node:crypto';
import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import type { Act } from '../life-cycle/store';
import type { HouseholdRecord } from './rules';

export interface HouseholdRow {
  id: string;
  jurisdiction: string;
  card_number: string;
  head: string;
  address: string | null;
  phone: string | null;
  members: number | null;
  moved_in_on: string | null;
  moved_out_on: string | null;
  recorded_by: string;
}

export const HOUSEHOLD_COLUMNS = [
  'id',
  'jurisdiction',
  'card_number',
  'head',
  'address',
  'phone',
  'members',
  'moved_in_on',
  'moved_out_on',
  'recorded_by',
] as const satisfies (keyof HouseholdRow)[];

const BY_CARD: Keyset = {
  name: 'households',
  columns: ['jurisdiction', 'card_number', 'id'],
  direction: 'asc',
  maximum: 200,
};

export interface HouseholdFilter extends PageArgs {
  under?: string | null;
  cardNumber?: string | null;
  isResident?: boolean | null;
}

export async function householdsById(db: Db, ids: readonly string[]): Promise<HouseholdRow[]> {
  return db<HouseholdRow>('households')
    .comment('households.byId')
    .select(...HOUSEHOLD_COLUMNS)
    .whereIn('id', [...ids]);
}

export async function householdsIn(
  db: Db,
  { under, cardNumber, isResident, ...args }: HouseholdFilter,
  {
    today,
    maximum,
    livedThere,
  }: { today: string; maximum?: number; livedThere?: { from: string; to: string } },
): Promise<Connection<HouseholdRow>> {
  return pageIn<HouseholdRow>(db, under, {
    comment: 'households.in',
    keyset: { ...BY_CARD, maximum: maximum ?? BY_CARD.maximum },
    args,
    rows: () => {
      const rows = db<HouseholdRow>('households')
        .select(...HOUSEHOLD_COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (cardNumber) rows.where({ card_number: cardNumber.trim() });
      if (isResident === true) rows.whereRaw("coalesce(moved_out_on, 'infinity') >= ?", [today]);
      if (isResident === false) rows.where('moved_out_on', '<', today);
      if (livedThere) rows.whereRaw(LIVED_THERE, [livedThere.to, livedThere.from]);
      return rows;
    },
  });
}

/** That a household lived there on a day up to the first mark's, and on one from the second's on. */
export const LIVED_THERE =
  "coalesce(moved_in_on, '-infinity') <= ? AND coalesce(moved_out_on, 'infinity') >= ?";

/**
 * Registers the households of a village whose cards are not there yet, in a fixed number of statements. Gives back the
 * positions of those that are new, and for the others how they are registered.
 */
export async function registerHouseholds(
  db: Db,
  jurisdiction: string,
  records: readonly HouseholdRecord[],
  { user, agency, at }: Act,
): Promise<{ registered: number; known: Map<string, HouseholdRow> }> {
  const inserted = await db.raw<{ card_number: string }>(
    `/* households.register */
     INSERT INTO households (id, jurisdiction, card_number, head, address, phone, members, moved_in_on, recorded_by)
     SELECT id, ?, card_number, head, nullif(address, ''), nullif(phone, ''), members, moved_in_on, ?
     FROM jsonb_to_recordset(?) AS row (
       id text, card_number text, head text, address text, phone text, members int, moved_in_on date)
     ORDER BY card_number
     ON CONFLICT (jurisdiction, card_number) DO NOTHING
     RETURNING card_number`,
    [
      jurisdiction,
      agency,
      JSON.stringify(
        records.map(({ cardNumber, head, address, phone, members, movedInOn }) => ({
          ...{ id: randomUUID(), card_number: cardNumber, head, address, phone, members },
          moved_in_on: movedInOn,
        })),
      ),
    ],
  );
  const isNew = new Set(inserted.map((row) => row.card_number));
  await db.raw(
    `/* households.recordRegistrations */
     INSERT INTO household_events (household_id, jurisdiction, kind, at, actor, recorded_by)
     SELECT id, jurisdiction, 'REGISTERED', ?, ?, ? FROM households
     WHERE jurisdiction = ? AND card_number = ANY (?::text[])`,
    [at, user, agency, jurisdiction, [...isNew]],
  );
  const others = records.flatMap(({ cardNumber }) => (isNew.has(cardNumber) ? [] : [cardNumber]));
  const known = others.length === 0 ? [] : await householdsByCard(db, jurisdiction, others);
  return { registered: isNew.size, known: new Map(known.map((row) => [row.card_number, row])) };
}

async function householdsByCard(
  db: Db,
  jurisdiction: string,
  cards: readonly string[],
): Promise<HouseholdRow[]> {
  return db<HouseholdRow>('households')
    .comment('households.byCard')
    .select(...HOUSEHOLD_COLUMNS)
    .where({ jurisdiction })
    .whereRaw('card_number = ANY (?::text[])', [[...cards]]);
}

/** What was registered of a household and is corrected. */
export type HouseholdState = Pick<
  HouseholdRow,
  'head' | 'address' | 'phone' | 'members' | 'moved_in_on' | 'moved_out_on'
>;

/** What a household was said to be before it was corrected, and who corrected it why. */
export interface HouseholdCorrectionRow {
  household_id: string;
  ordinal: number;
  before: HouseholdState;
  reason: string;
  at: Date;
  actor: string;
  recorded_by: string;
}

/** What was corrected of each household, in that order. */
export async function correctionsOf(
  db: Db,
  households: readonly string[],
): Promise<HouseholdCorrectionRow[]> {
  return db<HouseholdCorrectionRow>('household_corrections')
    .comment('households.corrections')
    .select('household_id', 'ordinal', 'before', 'reason', 'at', 'actor', 'recorded_by')
    .whereIn('household_id', [...households])
    .orderBy(['household_id', 'ordinal']);
}

/** A household that is to be corrected: how often it was, when the last thing happened to it, and the weeks of its stamps. */
export type HouseholdForCorrection = HouseholdRow & {
  corrections: number;
  last_at: Date;
  first_stamped: string | null;
  last_stamped: string | null;
};

export async function householdForCorrection(db: Db, id: string): Promise<HouseholdForCorrection | null> {
  const [row] = await db.raw<HouseholdForCorrection & Record<string, unknown>>(
    `/* households.forCorrection */ SELECT ${HOUSEHOLD_COLUMNS.join(', ')}, corrections,
       coalesce((SELECT max(at) FROM household_events AS event WHERE event.household_id = households.id), 'epoch') AS last_at,
       stamped.first AS first_stamped, stamped.last AS last_stamped
     FROM households CROSS JOIN LATERAL (
       SELECT min(week_of) AS first, max(week_of) AS last FROM waste_stamps WHERE household_id = households.id) AS stamped
     WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** Corrects a household that still is as it was read, and keeps what it was; null when it is not. */
export async function correctHousehold(
  db: Db,
  { id, jurisdiction, corrections: ordinal, ...known }: HouseholdForCorrection,
  state: HouseholdState,
  { user, agency, at, reason }: Act & { reason: string },
): Promise<HouseholdRow | null> {
  const [changed] = await db<HouseholdRow & { corrections: number }>('households')
    .comment('households.correct')
    .where({ id, corrections: ordinal })
    .whereRaw('moved_out_on IS NOT DISTINCT FROM ?', [known.moved_out_on])
    .update({ ...state, corrections: ordinal + 1 })
    .returning<HouseholdRow[]>([...HOUSEHOLD_COLUMNS]);
  if (!changed) return null;
  const { head, address, phone, members, moved_in_on, moved_out_on } = known;
  const before = JSON.stringify({ head, address, phone, members, moved_in_on, moved_out_on });
  const act = { jurisdiction, at, actor: user, recorded_by: agency };
  await db('household_corrections')
    .comment('households.keepCorrected')
    .insert({ household_id: id, ordinal, before, reason, ...act });
  await db('household_events')
    .comment('households.recordCorrection')
    .insert({ household_id: id, kind: 'CORRECTED', ...act });
  return changed;
}

/** Records that a household moved away; null when that was recorded before. */
export async function recordDeparture(
  db: Db,
  { id, jurisdiction }: HouseholdRow,
  moved_out_on: string,
  { user, agency, at }: Act,
): Promise<HouseholdRow | null> {
  const [changed] = await db<HouseholdRow>('households')
    .comment('households.depart')
    .where({ id })
    .whereNull('moved_out_on')
    .update({ moved_out_on })
    .returning<HouseholdRow[]>([...HOUSEHOLD_COLUMNS]);
  if (!changed) return null;
  await db('household_events')
    .comment('households.recordDeparture')
    .insert({ household_id: id, jurisdiction, kind: 'MOVED_AWAY', at, actor: user, recorded_by: agency });
  return changed;
}
