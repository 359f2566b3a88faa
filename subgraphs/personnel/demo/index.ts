import type { Dataset } from '../../kit/load';
import { loadLaborFlowHistory, loadLaborFlows } from './labor-flow';
import { loadLaborMarket } from './labor-market';
import { loadOfficers } from './officers';
import { loadPostings } from './postings';

export const demo: Dataset = {
  name: 'demo',
  version: '1',
  load: async (db) => {
    await loadOfficers(db);
    await loadPostings(db);
    await loadLaborFlows(db);
  },
};

export const demoLaborMarket: Dataset = { name: 'demo-labor-market', version: '1', load: loadLaborMarket };

export const demoLaborFlowHistory: Dataset = {
  name: 'demo-labor-flow-history',
  version: '1',
  load: loadLaborFlowHistory,
};
