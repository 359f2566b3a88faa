import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { enterFeed } from '../../kit/feed';
import { storeForces } from '../board/store';
import { TOWNS } from './towns';

/** When the shifts of the demo data began. */
const SHIFT = new Date('2026-11-20T00:30:00Z');

/** What the units of the border towns have on duty: those by the water with boats. */
export async function loadForces(db: Db): Promise<void> {
  for (const [i, town] of TOWNS.entries()) {
    const onDuty = [
      { agency: town.command, people: 6 + i, vehicles: 2, boats: 0, note: '网格值守' },
      { agency: town.duties.SANITATION, people: 14 + 3 * i, vehicles: 5 + i, boats: 0, note: '日常保洁' },
      { agency: town.riverPatrol, people: 8, vehicles: 1, boats: 2 + (i % 2), note: '水葫芦打捞' },
    ];
    const units = new Map(onDuty.map((row) => [row.agency, row]));
    for (const row of units.values()) {
      const forces = {
        ...{ ...row, id: demoId('forces', town.code, row.agency) },
        ...{ jurisdiction: town.code, at: SHIFT },
      };
      await enterFeed(db, (transactionId) => storeForces(db, forces, { transactionId, actor: '值班长' }));
    }
  }
}
