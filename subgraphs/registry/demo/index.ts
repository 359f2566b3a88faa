import type { Dataset } from '../../kit/load';
import { loadAgencies } from './agencies';
import { loadCorrections } from './corrections';
import { loadGrants } from './grants';
import { loadReceipts } from './receipts';

export const demo: Dataset = {
  name: 'demo',
  version: '1',
  load: async (db) => {
    await loadAgencies(db);
    await loadGrants(db);
    await loadCorrections(db);
  },
};

export const demoReceipts: Dataset = { name: 'demo-receipts', version: '1', load: loadReceipts };
