import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { CODES_UNDER } from '../products/store';

interface Recorded {
  id: string;
  recorded_by: string;
  recorded_at: Date;
}

export interface SupplyEventRow extends Recorded {
  name: string;
  jurisdiction: string;
  venue: string;
  held_on: string;
}

export interface SalesChannelRow extends Recorded {
  name: string;
  jurisdiction: string;
  kind: 'WHOLESALE_MARKET' | 'SUPERMARKET' | 'CANTEEN' | 'ONLINE';
  operator: string;
}

export interface SupplyOfferRow extends Recorded {
  side: 'SUPPLY' | 'DEMAND';
  product: string;
  /** A decimal as text. */
  quantity_kg: string;
  month: string;
  base_id: string | null;
  channel_id: string | null;
  event_id: string | null;
  standard: string | null;
  is_withdrawn: boolean;
}

export interface CooperationProjectRow extends Recorded {
  name: string;
  jurisdiction: string;
  product: string;
  partners: string[];
  investment_ten_thousand_yuan: number;
  yearly_output_tonnes: number;
}

export interface ProjectMilestoneRow {
  project_id: string;
  title: string;
  due_on: string;
  reached_on: string | null;
}

interface Tables {
  supply_events: SupplyEventRow;
  sales_channels: SalesChannelRow;
  supply_offers: SupplyOfferRow;
  cooperation_projects: CooperationProjectRow;
}

const keyset = (name: string, column: string, direction: 'asc' | 'desc'): Keyset => ({
  ...{ name, columns: [column, 'id'], direction, maximum: 200 },
});
const KEYSETS = {
  supply_events: keyset('supplyEvents', 'held_on', 'desc'),
  sales_channels: keyset('salesChannels', 'jurisdiction', 'asc'),
  supply_offers: keyset('supplyOffers', 'month', 'desc'),
  cooperation_projects: keyset('cooperationProjects', 'jurisdiction', 'asc'),
} as const satisfies Record<keyof Tables, Keyset>;

export async function rowsById<Table extends keyof Tables>(
  db: Db,
  table: Table,
  ids: readonly string[],
): Promise<Tables[Table][]> {
  return db(table)
    .comment(`matchmaking.${table}`)
    .select('*')
    .whereIn('id', [...ids]) as unknown as Promise<Tables[Table][]>;
}

/** What lists are narrowed by. */
export interface MatchmakingFilter extends PageArgs {
  under?: string | null;
  product?: string | null;
  side?: string | null;
  month?: string | null;
}

export async function rowsIn<Table extends keyof Tables>(
  db: Db,
  table: Table,
  { under, product, side, month, ...args }: MatchmakingFilter,
): Promise<Connection<Tables[Table]>> {
  return pageIn<Tables[Table]>(db, under, {
    comment: `matchmaking.${table}In`,
    keyset: KEYSETS[table],
    args,
    rows: () => {
      const rows = db(table).select('*');
      if (under) rows.modify(inParentPlace('jurisdiction'));
      if (product) rows.whereRaw(`product IN (${CODES_UNDER})`, [product]);
      if (side) rows.where({ side });
      if (month) rows.where({ month });
      if (table === 'supply_offers') rows.whereRaw('NOT is_withdrawn');
      return rows;
    },
  });
}

/** Stores a row, or finds it there already; either way it is answered. */
export async function storeOnce<Table extends keyof Tables>(
  db: Db,
  table: Table,
  row: Tables[Table],
): Promise<{ row: Tables[Table]; isNew: boolean }> {
  const stored = await db(table)
    .comment('matchmaking.store')
    .insert({ ...row })
    .onConflict('id')
    .ignore()
    .returning('id');
  const [present] = await rowsById(db, table, [row.id]);
  if (!present) throw new Error(`${row.id} is stored and cannot be seen`);
  return { row: present, isNew: stored.length > 0 };
}

const MAXIMUM_OFFERS = 200;

/** The open offers made at each meeting, the latest month first; at most 200 a meeting. */
export async function offersOf(
  db: Db,
  events: readonly string[],
): Promise<(SupplyOfferRow & { event_id: string })[]> {
  return db.raw<SupplyOfferRow & { event_id: string }>(
    `/* matchmaking.offersOf */
     SELECT offer.* FROM unnest(?::text[]) AS wanted (event) CROSS JOIN LATERAL (
       SELECT * FROM supply_offers WHERE event_id = wanted.event AND NOT is_withdrawn
       ORDER BY month DESC, id LIMIT ${MAXIMUM_OFFERS}
     ) AS offer`,
    [[...events]],
  );
}

export async function milestonesOf(db: Db, projects: readonly string[]): Promise<ProjectMilestoneRow[]> {
  return db<ProjectMilestoneRow>('project_milestones')
    .comment('matchmaking.milestones')
    .select<ProjectMilestoneRow[]>('project_id', 'title', 'due_on', 'reached_on')
    .whereIn('project_id', [...projects])
    .orderBy(['due_on', 'title']);
}

export async function insertMilestones(
  db: Db,
  project: string,
  milestones: readonly { title: string; dueOn: string; reachedOn?: string }[],
): Promise<void> {
  await db('project_milestones')
    .comment('matchmaking.insertMilestones')
    .insert(
      milestones.map(({ title, dueOn, reachedOn }) => ({
        ...{ project_id: project, title, due_on: dueOn, reached_on: reachedOn ?? null },
      })),
    );
}

/** Takes an offer back; null when it was, or is another's. */
export async function withdraw(db: Db, id: string, agency: string): Promise<SupplyOfferRow | null> {
  const [row] = await db<SupplyOfferRow>('supply_offers')
    .comment('matchmaking.withdraw')
    .where({ id, recorded_by: agency, is_withdrawn: false })
    .update({ is_withdrawn: true })
    .returning<SupplyOfferRow[]>('*');
  return row ?? null;
}

/** Marks a milestone as reached; false when it was, or there is none of the title. */
export async function reach(db: Db, project: string, title: string, day: string): Promise<boolean> {
  const rows = await db('project_milestones')
    .comment('matchmaking.reach')
    .where({ project_id: project, title })
    .whereNull('reached_on')
    .update({ reached_on: day })
    .returning('title');
  return rows.length > 0;
}
