import type { Dataset } from '../../kit/load';
import { loadAccreditationLives } from './accreditations';
import { loadSupplyBases } from './bases';
import { loadBatches } from './batches';
import { loadMatchmaking } from './matchmaking';
import { loadStandards } from './standards';

export const demo: readonly Dataset[] = [
  {
    name: 'demo',
    version: '1',
    load: async (db) => {
      await loadStandards(db);
      await loadSupplyBases(db);
    },
  },
  { name: 'demo-accreditations', version: '1', load: loadAccreditationLives },
  { name: 'demo-batches', version: '1', load: loadBatches },
  { name: 'demo-matchmaking', version: '1', load: loadMatchmaking },
];
