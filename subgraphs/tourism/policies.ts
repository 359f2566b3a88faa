import { EVERYWHERE } from '../kit/connection';
import { enterPolicies } from '../kit/in-effect';
import type { Dataset } from '../kit/load';
import { CONDITION_POLICY } from './decisions/rules';
import { TARGET_POLICY } from './durations/rules';
import { RECTIFICATION_POLICY } from './patrols/rules';

const always = {
  ...{ jurisdiction: EVERYWHERE, effective_from: '2020-01-01', effective_until: null },
} as const;

/** How many working days there are for what; a town may lay down its own. */
export const reviewPolicies: Dataset = {
  name: 'review-policies',
  version: '1',
  load: (db) =>
    enterPolicies(db, [
      { ...always, name: TARGET_POLICY, value: 3, source: '联审目标时限（默认值，可由各镇另行规定）' },
      {
        ...always,
        name: CONDITION_POLICY,
        value: 20,
        source: '决定条件落实期限（默认值，可由各镇另行规定）',
      },
      {
        ...always,
        name: RECTIFICATION_POLICY,
        value: 3,
        source: '巡查发现整改期限（默认值，可由各镇另行规定）',
      },
    ]),
};
