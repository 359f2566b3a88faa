import type { Dataset } from '../../kit/load';
import { loadApplications } from './load-applications';
import { loadProcedures } from './procedures';

export const demo: Dataset = {
  name: 'demo',
  version: '1',
  load: async (db) => {
    await loadProcedures(db);
    await loadApplications(db);
  },
};
