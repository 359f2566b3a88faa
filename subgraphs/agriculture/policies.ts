import { EVERYWHERE } from '../kit/connection';
import { enterPolicies } from '../kit/in-effect';
import type { Dataset } from '../kit/load';
import { YIELD_POLICY } from './batches/rules';

/** What holds wherever a place has laid down nothing of its own. */
export const agriculturePolicies: Dataset = {
  name: 'policies',
  version: '1',
  load: (db) =>
    enterPolicies(db, [
      {
        ...{ name: YIELD_POLICY, jurisdiction: EVERYWHERE },
        ...{ effective_from: '2020-01-01', effective_until: null },
        value: { '*': 8_000, ROOT_VEGETABLES: 5_000, SWEET_POTATO_MINI: 3_500 },
        source: '单季每亩产量上限，用于发现批次数量有误；示例值',
      },
    ]),
};
