import DataLoader from 'dataloader';
import type { Db } from '../../kit/database';
import { type PolicyRow, policiesOf } from '../../kit/in-effect';
import { type Agreement, RECONCILIATION_POLICIES } from './reconcile';
import { agreementsOf } from './store';

export const laborStatisticsLoaders = (db: Db) => ({
  /** By place: the policies that reconciling may need there, and perhaps more. */
  reconciliationPolicies: new DataLoader<string, PolicyRow[]>(async (places) => {
    const rows = await policiesOf(db, Object.values(RECONCILIATION_POLICIES), places);
    return places.map(() => rows);
  }),
  /** By month and reporters, separated by spaces: the pairs by which those are judged in that month, and perhaps more. */
  agreements: new DataLoader<string, Agreement[]>(async (keys) => {
    const asked = new Map<string, Set<string>>();
    for (const key of keys) {
      const [month = '', ...reporters] = key.split(' ');
      asked.set(month, new Set([...(asked.get(month) ?? []), ...reporters]));
    }
    const found = await agreementsOf(
      db,
      [...asked].map(([month, reporters]) => ({ month, reporters: [...reporters] })),
    );
    return keys.map((key) => found.filter(({ month }) => key.startsWith(`${month} `)));
  }),
});
