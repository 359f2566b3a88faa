import { EVERYWHERE } from '../../kit/connection';
import { enterPolicies } from '../../kit/in-effect';
import type { Dataset } from '../../kit/load';
import { MARKET_SCORES } from './rules';

/** How near an opening is, until it is laid down otherwise. */
export const marketPolicies: Dataset = {
  name: 'labor-market-policies',
  version: '1',
  load: (db) =>
    enterPolicies(db, [
      {
        ...{ name: MARKET_SCORES, jurisdiction: EVERYWHERE, effective_from: '1900-01-01' },
        effective_until: null,
        value: { COUNTY_AND_SECTOR: 1, COUNTY: 0.9, PREFECTURE: 0.75, PROVINCE: 0.55, ANYWHERE: 0.35 },
        source: 'Default of the hub: who works nearer home and in what they were trained for stays longer',
      },
    ]),
};
