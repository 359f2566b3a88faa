import { randomUUID } from 'node:crypto';
import {
  type Connection,
  EVERYWHERE,
  inParentPlace,
  type Keyset,
  type PageArgs,
  pagesByParent,
  placeParents,
} from '../../kit/connection';
import type { Db } from '../../kit/database';

interface OfferRow {
  id: string;
  recorded_by: string;
  external_id: string;
  place: string;
  skill: LaborSkill;
  month: string;
  recorded_at: Date;
}

export interface LaborDemandRow extends OfferRow {
  employer: string;
  sector: string;
  openings: number;
}

export interface LaborSupplyRow extends OfferRow {
  institution: string;
  sector: string | null;
  graduates: number;
}

export type LaborSkill =
  | 'WELDING'
  | 'CNC_MACHINING'
  | 'ELECTRICAL_WORK'
  | 'ELECTRONICS_ASSEMBLY'
  | 'SEWING'
  | 'WAREHOUSING'
  | 'GOODS_DRIVING'
  | 'COOKING'
  | 'ELDERLY_CARE'
  | 'DOMESTIC_SERVICE'
  | 'BUILDING'
  | 'SOFTWARE';

export interface OfferFilter extends PageArgs {
  month?: string | null;
  under?: string | null;
  sector?: string | null;
  skill?: LaborSkill | null;
}

const keyset = (name: string): Keyset => ({
  ...{ name, columns: ['month', 'place', 'id'], direction: 'asc', maximum: 200 },
});

async function pageOf<Row extends object>(
  db: Db,
  table: { name: string; count: string; list: string },
  filter: OfferFilter,
): Promise<Connection<Row>> {
  const under = filter.under ?? EVERYWHERE;
  const pages = await pagesByParent<Row>(db, {
    comment: `laborMarket.${table.list}`,
    parents: placeParents([under]),
    keyset: keyset(table.list),
    args: filter,
    rows: () => {
      const rows = db(table.name).where(table.count, '>', 0).modify(inParentPlace('place'));
      if (filter.month) rows.where({ month: filter.month });
      if (filter.sector) rows.where({ sector: filter.sector });
      if (filter.skill) rows.where({ skill: filter.skill });
      return rows;
    },
  });
  const page = pages.get(under);
  if (!page) throw new Error(`the page of ${table.list} is missing`);
  return page;
}

/** A page of openings that stand. */
export const demands = (db: Db, filter: OfferFilter): Promise<Connection<LaborDemandRow>> =>
  pageOf(db, { name: 'labor_demands', count: 'openings', list: 'laborDemands' }, filter);

/** A page of graduates who are offered. */
export const supplies = (db: Db, filter: OfferFilter): Promise<Connection<LaborSupplyRow>> =>
  pageOf(db, { name: 'labor_supplies', count: 'graduates', list: 'laborSupplies' }, filter);

/** Everything on the market in these months. */
export async function marketOf(
  db: Db,
  months: readonly string[],
): Promise<{ demands: LaborDemandRow[]; supplies: LaborSupplyRow[] }> {
  return {
    demands: await db<LaborDemandRow>('labor_demands')
      .comment('laborMarket.demandsOfMonths')
      .select<LaborDemandRow[]>('*')
      .whereIn('month', [...months])
      .where('openings', '>', 0),
    supplies: await db<LaborSupplyRow>('labor_supplies')
      .comment('laborMarket.suppliesOfMonths')
      .select<LaborSupplyRow[]>('*')
      .whereIn('month', [...months])
      .where('graduates', '>', 0),
  };
}

/** Both tables are written alike: what the unit entered before under the same external id makes room. */
const record = (db: Db, table: string, { recorded_by, external_id, ...row }: Omit<OfferRow, 'id'>) =>
  db(table)
    .comment(`laborMarket.record ${table}`)
    .insert({ id: randomUUID(), recorded_by, external_id, ...row })
    .onConflict(['recorded_by', 'external_id'])
    .merge(row);

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('what was entered is gone');
  return row;
}

/** Enters openings, in the place of what the unit entered under the same external id. */
export async function recordDemand(db: Db, row: Omit<LaborDemandRow, 'id'>): Promise<LaborDemandRow> {
  return onlyRow(await record(db, 'labor_demands', row).returning<LaborDemandRow[]>('*'));
}

/** Enters graduates, likewise. */
export async function recordSupply(db: Db, row: Omit<LaborSupplyRow, 'id'>): Promise<LaborSupplyRow> {
  return onlyRow(await record(db, 'labor_supplies', row).returning<LaborSupplyRow[]>('*'));
}
