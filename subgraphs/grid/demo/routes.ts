import type { Db } from '../../kit/database';
import type { GridCaseRouteRow } from '../routes/store';
import { SCENES } from './scenes';
import { TOWNS } from './towns';

/** A category for which no town says who deals with it, so that there is something to route. */
const LEFT_OPEN = 'UNLICENSED_VENDING';

/** Who deals with what in each town. */
export async function loadRoutes(db: Db): Promise<void> {
  const routes = new Map<string, GridCaseRouteRow>();
  for (const { code: jurisdiction, command, duties } of TOWNS) {
    for (const { category, duty } of SCENES) {
      if (category === LEFT_OPEN) continue;
      routes.set(`${jurisdiction} ${category}`, {
        ...{ jurisdiction, category, agency: duties[duty], set_by: command },
        ...{ effective_from: '2026-01-01', effective_until: null },
      });
    }
  }
  await db<GridCaseRouteRow>('case_routes')
    .comment('demo.routes')
    .insert([...routes.values()]);
}
