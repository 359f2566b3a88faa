import { type Connection, inParentPlace, type Keyset, type PageArgs, pageIn } from '../../kit/connection';
import type { Db } from '../../kit/database';
import { ancestorsAndSelf } from '../../kit/jurisdiction';
import { addDays } from '../../kit/time';
import { routeOf } from './rules';

export interface GridCaseRouteRow {
  jurisdiction: string;
  category: string;
  effective_from: string;
  effective_until: string | null;
  agency: string;
  set_by: string;
}

const COLUMNS = [
  'jurisdiction',
  'category',
  'effective_from',
  'effective_until',
  'agency',
  'set_by',
] as const satisfies (keyof GridCaseRouteRow)[];

const BY_PLACE: Keyset = {
  name: 'gridCaseRoutes',
  columns: ['jurisdiction', 'category', 'effective_from'],
  direction: 'asc',
  maximum: 200,
};

export interface RouteFilter extends PageArgs {
  under?: string | null;
  on?: string | null;
}

export async function routesIn(
  db: Db,
  { under, on, ...args }: RouteFilter,
): Promise<Connection<GridCaseRouteRow>> {
  return pageIn<GridCaseRouteRow>(db, under, {
    comment: 'routes.in',
    keyset: BY_PLACE,
    args,
    rows: () => {
      const rows = db<GridCaseRouteRow>('case_routes')
        .select(...COLUMNS)
        .modify(inParentPlace('jurisdiction'));
      if (on) rows.whereRaw("effective_from <= ? AND ? <= coalesce(effective_until, 'infinity')", [on, on]);
      return rows;
    },
  });
}

/** A case as routes are chosen for it. */
export interface Routed {
  readonly place: string;
  readonly category: string;
}

/** The routes that hold on a day for several cases, in one statement, in the order of the cases. */
export async function routesFor(
  db: Db,
  cases: readonly Routed[],
  day: string,
): Promise<(GridCaseRouteRow | null)[]> {
  const places = [...new Set(cases.flatMap(({ place }) => ancestorsAndSelf(place)))];
  const codes = [...new Set(cases.map(({ category }) => category))];
  const found = await db.raw<GridCaseRouteRow & { for_category: string; major: string | null }>(
    `/* routes.for */
     SELECT ${COLUMNS.map((column) => `route.${column}`).join(', ')}, category.code AS for_category,
       category.parent_code AS major
     FROM categories AS category
     JOIN case_routes AS route ON route.category IN (category.code, category.parent_code)
     WHERE category.code = ANY (?::text[]) AND route.jurisdiction = ANY (?::text[])
       AND effective_from <= ? AND ? <= coalesce(effective_until, 'infinity')`,
    [codes, places, day, day],
  );
  return cases.map(({ place, category }) => {
    const own = found.filter((route) => route.for_category === category);
    return routeOf(own, { place, category, major: own[0]?.major ?? null });
  });
}

export async function routeFor(
  db: Db,
  { day, ...routed }: Routed & { day: string },
): Promise<GridCaseRouteRow | null> {
  const [route] = await routesFor(db, [routed], day);
  return route ?? null;
}

/** Keeps others from changing the routes of a place and category until the transaction ends. */
export async function lockRoutes(db: Db, jurisdiction: string, category: string): Promise<void> {
  await db.raw('/* routes.lock */ SELECT pg_advisory_xact_lock(hashtext(?))', [
    `route ${jurisdiction} ${category}`,
  ]);
}

/** The routes of exactly this place and category that are not over by a day, the earliest first. */
export async function routesFrom(
  db: Db,
  { jurisdiction, category }: Pick<GridCaseRouteRow, 'jurisdiction' | 'category'>,
  day: string,
): Promise<GridCaseRouteRow[]> {
  return db<GridCaseRouteRow>('case_routes')
    .comment('routes.from')
    .select(...COLUMNS)
    .where({ jurisdiction, category })
    .whereRaw("coalesce(effective_until, 'infinity') >= ?", [day])
    .orderBy('effective_from');
}

/** Sets a route from a day on: one that began before ends the day before, one of the same day is replaced. */
export async function storeRoute(
  db: Db,
  route: Omit<GridCaseRouteRow, 'effective_until'>,
): Promise<GridCaseRouteRow | null> {
  const { jurisdiction, category, effective_from, agency, set_by } = route;
  await db('case_routes')
    .comment('routes.endEarlier')
    .where({ jurisdiction, category })
    .where('effective_from', '<', effective_from)
    .whereRaw("coalesce(effective_until, 'infinity') >= ?", [effective_from])
    .update({ effective_until: addDays(effective_from, -1), set_by });
  const [stored] = await db<GridCaseRouteRow>('case_routes')
    .comment('routes.store')
    .insert({ jurisdiction, category, effective_from, effective_until: null, agency, set_by })
    .onConflict(['jurisdiction', 'category', 'effective_from'])
    .merge(['agency', 'set_by', 'effective_until'])
    .returning<GridCaseRouteRow[]>([...COLUMNS]);
  return stored ?? null;
}

/** Ends the route that began on a day; null when there is none. */
export async function endRoute(
  db: Db,
  { jurisdiction, category, effective_from }: GridCaseRouteRow,
  { until, by }: { until: string; by: string },
): Promise<GridCaseRouteRow | null> {
  const [ended] = await db<GridCaseRouteRow>('case_routes')
    .comment('routes.end')
    .where({ jurisdiction, category, effective_from })
    .update({ effective_until: until, set_by: by })
    .returning<GridCaseRouteRow[]>([...COLUMNS]);
  return ended ?? null;
}
