import type { Dataset } from '../../kit/load';
import { loadAccreditationLives } from './accreditations';
import { loadSupplyBases } from './bases';
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
];
