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
import { HOLDING_STATUSES, type StoredAccreditationStatus } from './rules';

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

/** The accreditations of each base, the latest application first. */
export async function accreditationsOfBases(db: Db, bases: readonly string[]): Promise<AccreditationRow[]> {
  return db<AccreditationRow>('accreditations')
    .comment('accreditations.ofBases')
    .select<AccreditationRow[]>(
      'id',
      'base_id',
      'standard_id',
      'status',
      'score',
      'visited_on',
      'valid_until',
      'applied_at',
      'decided_at',
    )
    .whereIn('base_id', [...bases])
    .orderBy([{ column: 'applied_at', order: 'desc' }, { column: 'id' }]);
}
