import type { Dataset } from '../../kit/load';
import { loadSupplyBases } from './bases';
import { loadStandards } from './standards';

export const demo: Dataset = {
  name: 'demo',
  version: '1',
  load: async (db) => {
    await loadStandards(db);
    await loadSupplyBases(db);
  },
};
