import { randomUUID } from 'node:crypto';
import {
  type Connection,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';
import { nameContaining } from '../../kit/search';
import { CODES_UNDER, type ProductRow } from '../products/store';
import {
  type AccreditationEventKind,
  type AccreditationStep,
  type DecisionGrounds,
  HOLDING_STATUSES,
  STEPS,
  type StoredAccreditationStatus,
  type SupplyBaseRecord,
  type VisitCheckRecord,
  type VisitRecord,
} from './rules';

export interface SupplyBaseRow {
  id: string;
  name: string;
  jurisdiction: string;
  operator: string;
  /** A decimal as text, like every `numeric`. */
  area_mu: string;
  latitude: number | null;
  longitude: number | null;
  registered_by: string;
  registered_at: Date;
}

export interface AccreditationRow {
  id: string;
  base_id: string;
  standard_id: string;
  status: StoredAccreditationStatus;
  /** A decimal as text. */
  score: string | null;
  visited_on: string | null;
  valid_until: string | null;
  applied_at: Date;
  decided_at: Date | null;
}

export interface SupplyBaseFilter extends PageArgs {
  product?: string | null;
  accreditedTo?: string | null;
  nameContains?: string | null;
}

const COLUMNS = [
  'id',
  'name',
  'jurisdiction',
  'operator',
  'area_mu',
  'latitude',
  'longitude',
  'registered_by',
  'registered_at',
];
const BY_PLACE: Keyset = {
  name: 'supplyBases',
  columns: ['jurisdiction', 'id'],
  direction: 'asc',
  maximum: 200,
};

export async function basesById(db: Db, ids: readonly string[]): Promise<SupplyBaseRow[]> {
  return db<SupplyBaseRow>('supply_bases')
    .comment('supplyBases.byId')
    .select<SupplyBaseRow[]>(COLUMNS)
    .whereIn('id', [...ids]);
}

/** A page of the bases in each of `places` and below. Accreditations count as they stand on the day `today`. */
export async function basesIn(
  db: Db,
  today: string,
  places: readonly string[],
  filter: SupplyBaseFilter,
): Promise<Map<string, Connection<SupplyBaseRow>>> {
  return pagesByParent(db, {
    comment: 'supplyBases.in',
    parents: placeParents(places),
    keyset: BY_PLACE,
    args: filter,
    rows: () => {
      const rows = db<SupplyBaseRow>('supply_bases').select(COLUMNS).modify(inParentPlace('jurisdiction'));
      if (filter.product) rows.whereIn('id', suppliersOf(db, filter.product));
      if (filter.accreditedTo) rows.whereIn('id', accreditedTo(db, filter.accreditedTo, today));
      if (filter.nameContains) rows.modify(nameContaining(filter.nameContains));
      return rows;
    },
  });
}

/** The ids of the bases that supply a product or something below it. */
const suppliersOf = (db: Db, product: string) =>
  db('supply_base_products').select('base_id').whereRaw(`product IN (${CODES_UNDER})`, [product]);

/** The ids of the bases that hold an accreditation to some version of a standard on a day. */
const accreditedTo = (db: Db, standard: string, day: string) =>
  db('accreditations')
    .select('accreditations.base_id')
    .join('supply_standards', 'supply_standards.id', 'accreditations.standard_id')
    .where('supply_standards.code', standard)
    .whereIn('accreditations.status', [...HOLDING_STATUSES])
    .where('accreditations.valid_until', '>=', day);

/** What each base supplies, in the order of the food tree. */
export async function productsOfBases(
  db: Db,
  bases: readonly string[],
): Promise<(ProductRow & { base_id: string })[]> {
  return db<ProductRow & { base_id: string }>('supply_base_products')
    .comment('supplyBases.products')
    .join('products', 'products.code', 'supply_base_products.product')
    .select('base_id', 'code', 'name', 'path', 'lineage')
    .whereIn('base_id', [...bases])
    .orderBy('path');
}

const ACCREDITATION = [
  'id',
  'base_id',
  'standard_id',
  'status',
  'score',
  'visited_on',
  'valid_until',
  'applied_at',
  'decided_at',
] as const satisfies (keyof AccreditationRow)[];

/** The accreditations of each base, the latest application first. */
export async function accreditationsOfBases(db: Db, bases: readonly string[]): Promise<AccreditationRow[]> {
  return db<AccreditationRow>('accreditations')
    .comment('accreditations.ofBases')
    .select<AccreditationRow[]>(...ACCREDITATION)
    .whereIn('base_id', [...bases])
    .orderBy([{ column: 'applied_at', order: 'desc' }, { column: 'id' }]);
}

/** The most bases that a map shows. */
export const MAXIMUM_ON_MAP = 2_000;

export interface MapRow {
  id: string;
  name: string;
  jurisdiction: string;
  operator: string;
  area_mu: string;
  latitude: number;
  longitude: number;
  products: string[];
  standards: string[];
}

/** The bases of a range of places that have a location, with what they supply and what they are accredited to on a day. */
export async function basesOnMap(
  db: Db,
  today: string,
  { from, below }: { from: string; below: string },
  filter: { product?: string | null; accreditedTo?: string | null },
): Promise<MapRow[]> {
  return db.raw<MapRow & Record<string, unknown>>(
    `/* supplyBases.onMap */
     SELECT id, name, jurisdiction, operator, area_mu, latitude, longitude,
       ARRAY (SELECT product::text FROM supply_base_products WHERE base_id = base.id ORDER BY product) AS products,
       ARRAY (SELECT DISTINCT held.code::text FROM accreditations JOIN supply_standards AS held ON held.id = standard_id
         WHERE base_id = base.id AND status = ANY (?) AND valid_until >= ? ORDER BY 1) AS standards
     FROM supply_bases AS base
     WHERE jurisdiction >= ? AND jurisdiction < ? AND latitude IS NOT NULL
       ${filter.product ? 'AND id IN (?)' : ''} ${filter.accreditedTo ? 'AND id IN (?)' : ''}
     ORDER BY jurisdiction, id LIMIT ${MAXIMUM_ON_MAP + 1}`,
    [
      ...[[...HOLDING_STATUSES], today, from, below],
      ...(filter.product ? [suppliersOf(db, filter.product)] : []),
      ...(filter.accreditedTo ? [accreditedTo(db, filter.accreditedTo, today)] : []),
    ],
  );
}

export interface AccreditationVisitRow {
  accreditation_id: string;
  visited_on: string;
  inspectors: string[];
  score: string;
  checklist: VisitCheckRecord[];
  remark: string | null;
  recorded_by: string;
}

export interface AccreditationEventRow {
  accreditation_id: string;
  kind: AccreditationEventKind;
  at: Date;
  actor: string;
  agency: string;
  note: string | null;
}

/** Who does something, and when it happened. */
interface Act {
  user: string;
  agency: string;
  at: Date;
}

/** The visits of each accreditation, the latest first. */
export async function visitsOf(db: Db, accreditations: readonly string[]): Promise<AccreditationVisitRow[]> {
  return db<AccreditationVisitRow>('accreditation_visits')
    .comment('accreditations.visits')
    .select<AccreditationVisitRow[]>(
      ...['accreditation_id', 'visited_on', 'inspectors', 'score', 'checklist', 'remark', 'recorded_by'],
    )
    .whereIn('accreditation_id', [...accreditations])
    .orderBy([
      { column: 'visited_on', order: 'desc' },
      { column: 'recorded_at', order: 'desc' },
    ]);
}

export async function latestVisit(db: Db, accreditation: string): Promise<AccreditationVisitRow | null> {
  const [latest] = await visitsOf(db, [accreditation]);
  return latest ?? null;
}

/** The steps of each accreditation, the earliest first. */
export async function eventsOfAccreditations(
  db: Db,
  accreditations: readonly string[],
): Promise<AccreditationEventRow[]> {
  return db<AccreditationEventRow>('accreditation_events')
    .comment('accreditations.events')
    .select<AccreditationEventRow[]>('accreditation_id', 'kind', 'at', 'actor', 'agency', 'note')
    .whereIn('accreditation_id', [...accreditations])
    .orderBy(['accreditation_id', 'ordinal']);
}

/** Keeps a unit from registering two bases at once, so that the same one sent twice arrives once. */
export async function lockBases(db: Db, agency: string): Promise<void> {
  await db.raw('/* supplyBases.lock */ SELECT pg_advisory_xact_lock(hashtext(?))', [`bases of ${agency}`]);
}

/** The base of a name that a unit registered in a place, with the codes of its products. */
export async function registeredBase(
  db: Db,
  agency: string,
  { jurisdiction, name }: Pick<SupplyBaseRecord, 'jurisdiction' | 'name'>,
): Promise<{ row: SupplyBaseRow; products: string[] } | null> {
  const [row] = await db<SupplyBaseRow>('supply_bases')
    .comment('supplyBases.registered')
    .select<SupplyBaseRow[]>(COLUMNS)
    .where({ jurisdiction, name, registered_by: agency });
  if (!row) return null;
  return { row, products: (await productsOfBases(db, [row.id])).map(({ code }) => code) };
}

export async function insertBase(db: Db, base: SupplyBaseRecord, agency: string): Promise<SupplyBaseRow> {
  const [row] = await db<SupplyBaseRow>('supply_bases')
    .comment('supplyBases.insert')
    .insert({
      ...{ id: randomUUID(), name: base.name, jurisdiction: base.jurisdiction, operator: base.operator },
      ...{ area_mu: String(base.areaMu), latitude: base.location?.latitude ?? null },
      ...{ longitude: base.location?.longitude ?? null, registered_by: agency, registered_at: base.at },
    })
    .returning<SupplyBaseRow[]>(COLUMNS);
  if (!row) throw new Error('the base was not stored');
  await db('supply_base_products')
    .comment('supplyBases.insertProducts')
    .insert(base.products.map((product) => ({ base_id: row.id, product })));
  return row;
}

/** A base's accreditations to any version of a standard. */
export async function accreditationsTo(db: Db, base: string, standard: string): Promise<AccreditationRow[]> {
  return db<AccreditationRow>('accreditations')
    .comment('accreditations.to')
    .join('supply_standards', 'supply_standards.id', 'accreditations.standard_id')
    .select<AccreditationRow[]>(ACCREDITATION.map((column) => `accreditations.${column}`))
    .where({ base_id: base, 'supply_standards.code': standard });
}

/** Stores an application; null when one to the same version waits already. */
export async function insertApplication(
  db: Db,
  { base, standard, ...act }: Act & { base: string; standard: string },
): Promise<AccreditationRow | null> {
  const [row] = await db('accreditations')
    .comment('accreditations.apply')
    .insert({
      ...{ id: randomUUID(), base_id: base, standard_id: standard, status: 'APPLIED' },
      ...{ applied_at: act.at, applied_by: act.agency },
    })
    .onConflict()
    .ignore()
    .returning<AccreditationRow[]>([...ACCREDITATION]);
  if (row) await recordEvent(db, row.id, { ...act, kind: 'APPLIED', note: null });
  return row ?? null;
}

/** An accreditation with the issuer of its standard and the time of its last event. */
export type AccreditationOfIssuer = AccreditationRow & { issuer: string; latest: Date };

export async function heldAccreditation(db: Db, id: string): Promise<AccreditationOfIssuer | null> {
  const [row] = await db.raw<AccreditationOfIssuer & Record<string, unknown>>(
    `/* accreditations.held */
     SELECT ${ACCREDITATION.map((column) => `held.${column}`).join(', ')}, standard.issuer,
       coalesce((SELECT max(at) FROM accreditation_events WHERE accreditation_id = held.id), decided_at, applied_at) AS latest
     FROM accreditations AS held JOIN supply_standards AS standard ON standard.id = held.standard_id WHERE held.id = ?`,
    [id],
  );
  return row ?? null;
}

export async function insertVisit(
  db: Db,
  accreditation: string,
  { score, user, agency, ...visit }: VisitRecord & { score: string; user: string; agency: string },
): Promise<void> {
  await db('accreditation_visits')
    .comment('accreditations.insertVisit')
    .insert({
      ...{ id: randomUUID(), accreditation_id: accreditation, visited_on: visit.visitedOn },
      ...{ inspectors: [...visit.inspectors], score, checklist: JSON.stringify(visit.checklist) },
      ...{ remark: visit.remark || null, recorded_by: agency, recorded_at: visit.at },
    });
  const note = visit.remark || null;
  await recordEvent(db, accreditation, { user, agency, at: visit.at, kind: 'VISITED', note });
}

/** Takes a step; null when the status is no longer the one that it was. */
export async function takeStep(
  db: Db,
  held: AccreditationRow,
  { step, note, grounds, ...act }: Act & { step: AccreditationStep; note: string; grounds: DecisionGrounds },
): Promise<AccreditationRow | null> {
  const { to, kind } = STEPS[step];
  const decided = { decided_at: act.at };
  const granted = {
    ...{ ...decided, score: grounds.score === null ? null : String(grounds.score) },
    ...{ visited_on: grounds.visitedOn },
  };
  const change: Partial<AccreditationRow> =
    step === 'ACCREDIT' ? { ...granted, valid_until: grounds.validUntil } : step === 'REJECT' ? granted : {};
  const [row] = await db<AccreditationRow>('accreditations')
    .comment('accreditations.takeStep')
    .where({ id: held.id, status: held.status })
    .update({ status: to, ...change })
    .returning<AccreditationRow[]>([...ACCREDITATION]);
  if (row) await recordEvent(db, row.id, { ...act, kind, note: note || null });
  return row ?? null;
}

async function recordEvent(
  db: Db,
  accreditation: string,
  { kind, at, user, agency, note }: Act & { kind: AccreditationEventKind; note: string | null },
): Promise<void> {
  await db.raw(
    `/* accreditations.recordEvent */
     INSERT INTO accreditation_events (accreditation_id, ordinal, kind, at, actor, agency, note)
     SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ?, ?, ?, ? FROM accreditation_events WHERE accreditation_id = ?`,
    [accreditation, kind, at, user, agency, note, accreditation],
  );
}
