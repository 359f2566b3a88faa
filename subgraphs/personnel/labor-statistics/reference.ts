import { EVERYWHERE } from '../../kit/connection';
import { enterPolicies } from '../../kit/in-effect';
import type { Dataset } from '../../kit/load';
import { RECONCILIATION_POLICIES } from './reconcile';

const everywhereAlways = {
  jurisdiction: EVERYWHERE,
  effective_from: '1900-01-01',
  effective_until: null,
} as const;

/** What reconciling goes by until a place lays down otherwise. */
export const reconciliationPolicies: Dataset = {
  name: 'reconciliation-policies',
  version: '1',
  load: (db) =>
    enterPolicies(db, [
      {
        ...everywhereAlways,
        name: RECONCILIATION_POLICIES.DURATION_FACTORS,
        value: { 0: 0.53, 3: 0.63, 6: 0.73, 12: 1, 60: 2.26 },
        source:
          'Raymer, Wiśniowski, Forster, Smith, Bijak: Integrated Modeling of European Migration (2013), factors by minimum stay relative to twelve months; "permanent" is taken as 60 months. European values: replace them once the delta has its own',
      },
      {
        ...everywhereAlways,
        name: RECONCILIATION_POLICIES.FLEXIBLE_SHARE,
        value: 0.27,
        source:
          '国家统计局：2021年末灵活就业人员约2亿人，全国就业人员74652万人（2021年国民经济和社会发展统计公报）; 2.0 / 7.4652 = 0.27',
      },
      {
        ...everywhereAlways,
        name: RECONCILIATION_POLICIES.TOLERANCE,
        value: 1.1,
        source: 'Default of the hub: counts that differ by no more than a tenth are taken to agree',
      },
      {
        ...everywhereAlways,
        name: RECONCILIATION_POLICIES.UNKNOWN_RELIABILITY,
        value: 0.5,
        source: 'Default of the hub: of a unit without any other flow to compare nothing is known',
      },
    ]),
};
