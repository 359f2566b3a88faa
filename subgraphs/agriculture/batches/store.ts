import { randomUUID } from 'node:crypto';
import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pageOf,
  placeParent,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { rangeOf } from '../../kit/jurisdiction';
import { CODES_UNDER } from '../products/store';
import {
  type BatchEventKind,
  type BatchStatus,
  type EventContent,
  eventId,
  type Measurements,
} from './rules';

export interface SupplyBatchRow {
  id: string;
  code: string;
  base_id: string | null;
  base_place: string;
  product: string;
  /** A decimal as text, like every `numeric`. */
  quantity_kg: string;
  harvested_on: string;
  destination: string;
  standard: string | null;
  standard_issuer: string | null;
  applied_pesticides: string[];
  status: BatchStatus;
  received_on: string | null;
  recorded_by: string;
  recorded_at: Date;
  content_hash: string;
}

export interface BatchTestRow {
  id: string;
  batch_id: string;
  event_id: string;
  parameter: string;
  value: string | null;
  unit: string;
  limit_of_quantification: string | null;
  uncertainty: string | null;
  residue_definition: string | null;
  method: string;
  laboratory: string;
  tested_on: string;
  is_struck: boolean;
}

export interface BatchEventRow {
  id: string;
  batch_id: string;
  ordinal: number;
  kind: BatchEventKind;
  at: Date;
  recorded_at: Date;
  actor: string;
  agency: string;
  reason: string | null;
  error: BatchEventError | null;
  quantity_kg: string | null;
  recipient: string | null;
  corrects: string | null;
  /** The id under which it came from elsewhere, in an EPCIS document. */
  epcis_id: string | null;
}

export type BatchEventError = 'DID_NOT_OCCUR' | 'INCORRECT_DATA';

export interface SupplyBatchFilter extends PageArgs {
  under?: string | null;
  destination?: string | null;
  base?: string | null;
  product?: string | null;
  status?: BatchStatus | null;
  code?: string | null;
}

/** Who does something, when it happened, and when it is recorded. */
export interface Act {
  user: string;
  agency: string;
  at: Date;
  now: Date;
  /** The id under which it came from elsewhere. */
  epcisId?: string | null;
}

const BATCH = [
  'id',
  'code',
  'base_id',
  'base_place',
  'product',
  'quantity_kg',
  'harvested_on',
  'destination',
  'standard',
  'standard_issuer',
  'applied_pesticides',
  'status',
  'received_on',
  'recorded_by',
  'recorded_at',
  'content_hash',
] as const satisfies (keyof SupplyBatchRow)[];

const LATEST_FIRST: Keyset = {
  name: 'supplyBatches',
  columns: ['harvested_on', 'id'],
  direction: 'desc',
  maximum: 200,
};

export async function batchesById(db: Db, ids: readonly string[]): Promise<SupplyBatchRow[]> {
  return db<SupplyBatchRow>('batches')
    .comment('batches.byId')
    .select<SupplyBatchRow[]>(...BATCH)
    .whereIn('id', [...ids]);
}

export async function batchesIn(
  db: Db,
  { under, destination, base, product, status, code, ...args }: SupplyBatchFilter,
): Promise<Connection<SupplyBatchRow> | null> {
  const place = under ?? EVERYWHERE;
  return pageOf<SupplyBatchRow>(db, {
    comment: 'batches.in',
    parent: placeParent(place),
    keyset: LATEST_FIRST,
    args,
    rows: () => {
      const rows = db<SupplyBatchRow>('batches').select(...BATCH);
      if (under) rows.modify(inParentPlace('base_place'));
      if (destination) {
        const range = rangeOf(destination);
        rows.where('destination', '>=', range.from).where('destination', '<', range.below);
      }
      if (base) rows.where({ base_id: base });
      if (product) rows.whereRaw(`product IN (${CODES_UNDER})`, [product]);
      if (status) rows.where({ status });
      if (code) rows.where({ code });
      return rows;
    },
  });
}

export async function testsOf(db: Db, batches: readonly string[]): Promise<BatchTestRow[]> {
  return db<BatchTestRow>('batch_tests')
    .comment('batches.tests')
    .select<BatchTestRow[]>(
      ...['id', 'batch_id', 'event_id', 'parameter', 'value', 'unit', 'limit_of_quantification'],
      ...['uncertainty', 'residue_definition', 'method', 'laboratory', 'tested_on', 'is_struck'],
    )
    .whereIn('batch_id', [...batches])
    .orderBy(['tested_on', 'parameter', 'id']);
}

/** The weights sampled of each batch, in g, as decimals; struck ones left out. */
export async function weightsOf(
  db: Db,
  batches: readonly string[],
): Promise<{ batch_id: string; weights: string[] }[]> {
  return db.raw<{ batch_id: string; weights: string[] }>(
    `/* batches.weights */
     SELECT batch_id, weights::text[] AS weights FROM batch_samples
     WHERE batch_id = ANY (?) AND NOT is_struck ORDER BY batch_id, event_id`,
    [[...batches]],
  );
}

export async function eventsOf(db: Db, batches: readonly string[]): Promise<BatchEventRow[]> {
  return db<BatchEventRow>('batch_events')
    .comment('batches.events')
    .select<BatchEventRow[]>(
      ...['id', 'batch_id', 'ordinal', 'kind', 'at', 'recorded_at', 'actor', 'agency', 'reason', 'error'],
      ...['quantity_kg', 'recipient', 'corrects', 'epcis_id'],
    )
    .whereIn('batch_id', [...batches])
    .orderBy(['batch_id', 'ordinal']);
}

/** The batches directly before or behind each, in the order of their codes. */
export async function neighborsOf(
  db: Db,
  batches: readonly string[],
  side: 'parent' | 'child',
): Promise<(SupplyBatchRow & { of: string })[]> {
  const own = side === 'parent' ? 'child' : 'parent';
  return db('batch_links as link')
    .comment(`batches.${side}s`)
    .join('batches as batch', 'batch.id', `link.${side}_id`)
    .select<(SupplyBatchRow & { of: string })[]>(
      { of: `link.${own}_id` },
      ...BATCH.map((column) => `batch.${column}`),
    )
    .whereIn(`link.${own}_id`, [...batches])
    .orderBy(['batch.code', 'batch.id']);
}

/** Every batch that a batch was made of, or that was made of it, with its distance; itself first. */
export async function traceOf(
  db: Db,
  batch: string,
  direction: 'FORWARD' | 'BACK',
): Promise<(SupplyBatchRow & { distance: number })[]> {
  const [from, to] = direction === 'FORWARD' ? ['parent_id', 'child_id'] : ['child_id', 'parent_id'];
  return db.raw<SupplyBatchRow & { distance: number }>(
    `/* batches.trace */
     WITH RECURSIVE reached AS (
       SELECT id, 0 AS distance FROM batches WHERE id = ?
       UNION
       SELECT link.${to}, reached.distance + 1 FROM reached JOIN batch_links AS link ON link.${from} = reached.id
     )
     SELECT ${BATCH.map((column) => `batch.${column}`).join(', ')}, reached.distance
     FROM (SELECT id, min(distance) AS distance FROM reached GROUP BY id) AS reached JOIN batches AS batch USING (id)
     ORDER BY reached.distance, batch.code, batch.id`,
    [batch],
  );
}

/** Who received the batches, by their events that were not struck. */
export async function recipientsOf(db: Db, batches: readonly string[]): Promise<string[]> {
  const rows = await db.raw<{ recipient: string }>(
    `/* batches.recipients */
     SELECT DISTINCT recipient FROM batch_events AS event
     WHERE batch_id = ANY (?) AND kind = 'SHIPPED' AND recipient IS NOT NULL AND NOT EXISTS (
       SELECT FROM batch_events AS correction WHERE correction.batch_id = event.batch_id AND correction.corrects = event.id)
     ORDER BY recipient`,
    [[...batches]],
  );
  return rows.map(({ recipient }) => recipient);
}

/** A batch with the time of its last event, locked until the transaction ends; null for who may not see it. */
export async function lockedBatches(
  db: Db,
  ids: readonly string[],
): Promise<(SupplyBatchRow & { latest: Date })[]> {
  return db.raw<SupplyBatchRow & { latest: Date }>(
    `/* batches.lock */
     SELECT ${BATCH.join(', ')}, (SELECT max(at) FROM batch_events WHERE batch_id = batches.id) AS latest
     FROM batches WHERE id = ANY (?) ORDER BY id FOR UPDATE`,
    [[...ids]],
  );
}

/** The batch of a code that a unit recorded. */
export async function batchOfCode(db: Db, agency: string, code: string): Promise<SupplyBatchRow | null> {
  const [row] = await db<SupplyBatchRow>('batches')
    .comment('batches.ofCode')
    .select<SupplyBatchRow[]>(...BATCH)
    .where({ recorded_by: agency, code });
  return row ?? null;
}

/** Stores a batch with its first event; null when its recorder has one of the code. */
export async function insertBatch(
  db: Db,
  batch: Omit<SupplyBatchRow, 'id' | 'status' | 'received_on' | 'recorded_by' | 'recorded_at'>,
  act: Act,
  id: string = randomUUID(),
): Promise<SupplyBatchRow | null> {
  const [row] = await db<SupplyBatchRow>('batches')
    .comment('batches.insert')
    .insert({
      ...{ ...batch, id, status: 'RECORDED' },
      ...{ applied_pesticides: [...batch.applied_pesticides], recorded_by: act.agency, recorded_at: act.at },
    })
    .onConflict(['recorded_by', 'code'])
    .ignore()
    .returning<SupplyBatchRow[]>([...BATCH]);
  if (row) await insertEvent(db, row.id, { kind: 'RECORDED', quantityKg: row.quantity_kg }, act);
  return row ?? null;
}

export type EventDetails = Pick<EventContent, 'kind'> &
  Partial<Omit<EventContent, 'kind' | 'batch' | 'at' | 'agency'>> & { error?: BatchEventError };

/** The id that an event has, from what it says. */
export const idOfEvent = (batch: string, details: EventDetails, { at, agency }: Act): string =>
  eventId({
    ...{ reason: null, quantityKg: null, recipient: null, corrects: null, detail: details.error },
    ...{ ...details, batch, at, agency },
  });

/** Adds an event to a batch's history; null when it is there already. */
export async function insertEvent(
  db: Db,
  batch: string,
  details: EventDetails,
  act: Act,
): Promise<string | null> {
  const id = idOfEvent(batch, details, act);
  const { kind, reason = null, error = null, quantityKg = null, recipient = null, corrects = null } = details;
  const rows = await db.raw(
    `/* batches.insertEvent */
     INSERT INTO batch_events (id, batch_id, ordinal, kind, at, recorded_at, actor, agency, reason, error, quantity_kg,
       recipient, corrects, epcis_id)
     SELECT ?, ?, coalesce(max(ordinal), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM batch_events WHERE batch_id = ?
     ON CONFLICT (batch_id, id) DO NOTHING RETURNING id`,
    [
      ...[id, batch, kind, act.at, act.now, act.user, act.agency, reason, error, quantityKg, recipient],
      ...[corrects, act.epcisId ?? null, batch],
    ],
  );
  return rows.length > 0 ? id : null;
}

/** Whether a batch has an event. */
export async function hasEvent(db: Db, batch: string, id: string): Promise<boolean> {
  return (await db('batch_events').comment('batches.hasEvent').where({ batch_id: batch, id })).length > 0;
}

const text = (amount: number | null): string | null => (amount === null ? null : String(amount));

/** Stores what was measured, under the event that says so. */
export async function insertMeasurements(
  db: Db,
  batch: string,
  event: string,
  { tests, weights }: Measurements,
): Promise<void> {
  if (tests.length > 0) {
    await db('batch_tests')
      .comment('batches.insertTests')
      .insert(
        tests.map((test) => ({
          ...{ id: randomUUID(), batch_id: batch, event_id: event, parameter: test.parameter },
          ...{ value: text(test.value), unit: test.unit },
          ...{ limit_of_quantification: text(test.limitOfQuantification) },
          ...{ uncertainty: text(test.uncertainty), residue_definition: test.residueDefinition },
          ...{ method: test.method, laboratory: test.laboratory, tested_on: test.testedOn },
        })),
      );
  }
  if (weights.length > 0) {
    await db('batch_samples')
      .comment('batches.insertSamples')
      .insert({ batch_id: batch, event_id: event, weights: weights.map(String) });
  }
}

/** Changes a batch; null when its status is no longer the one that it was. */
export async function changeBatch(
  db: Db,
  { id, status }: Pick<SupplyBatchRow, 'id' | 'status'>,
  change: Partial<Pick<SupplyBatchRow, 'status' | 'destination' | 'quantity_kg' | 'received_on'>>,
): Promise<SupplyBatchRow | null> {
  const [row] = await db<SupplyBatchRow>('batches')
    .comment('batches.change')
    .where({ id, status })
    .update({ ...change, status: change.status ?? status })
    .returning<SupplyBatchRow[]>([...BATCH]);
  return row ?? null;
}

/** Strikes what was measured under an event, in the batch and in all that was made of it. */
export async function strike(db: Db, event: string): Promise<void> {
  for (const table of ['batch_tests', 'batch_samples']) {
    await db(table).comment('batches.strike').where({ event_id: event }).update({ is_struck: true });
  }
}

/** Writes down what a batch was made of, which makes its parents' parties its own, and what was measured of them. */
export async function inherit(db: Db, child: string, parents: readonly string[]): Promise<void> {
  const of = [child, [...parents]];
  await db.raw(
    '/* batches.link */ INSERT INTO batch_links (child_id, parent_id) SELECT ?, unnest(?::text[])',
    of,
  );
  await db.raw(
    `/* batches.inheritTests */
     INSERT INTO batch_tests (id, batch_id, event_id, parameter, value, unit, limit_of_quantification, uncertainty,
       residue_definition, method, laboratory, tested_on, is_struck)
     SELECT gen_random_uuid()::text, ?, event_id, parameter, value, unit, limit_of_quantification, uncertainty,
       residue_definition, method, laboratory, tested_on, is_struck FROM batch_tests WHERE batch_id = ANY (?)`,
    of,
  );
  await db.raw(
    `/* batches.inheritSamples */
     INSERT INTO batch_samples (batch_id, event_id, weights, is_struck)
     SELECT DISTINCT ON (event_id) ?, event_id, weights, is_struck FROM batch_samples WHERE batch_id = ANY (?)`,
    of,
  );
}
