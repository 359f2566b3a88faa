import type { Dataset } from '../../kit/load';
import { loadApplications } from './load-applications';
import { loadPatrols } from './patrols';
import { loadProcedures } from './procedures';
import { loadReviews } from './reviews';

/** A data set a feature: a hub that has the earlier ones is given what is new. */
export const demo: readonly Dataset[] = [
  {
    name: 'demo',
    version: '1',
    load: async (db) => {
      await loadProcedures(db);
      await loadApplications(db);
    },
  },
  { name: 'demo-reviews', version: '1', load: loadReviews },
  { name: 'demo-patrols', version: '1', load: loadPatrols },
];
