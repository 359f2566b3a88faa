import { EVERYWHERE } from '../../kit/connection';
import { enterPolicies } from '../../kit/in-effect';
import type { Dataset } from '../../kit/load';
import type { LadderStep } from './rules';

export const LEAVE_POLICIES = ['LEAVE_LADDER', 'LEAVE_CLIMBS_AFTER_WORKING_DAYS'] as const;

const LADDER: readonly LadderStep[] = [
  { role: 'TEAM_LEADER', upToDays: 1 },
  { role: 'TOWNSHIP_PARTY_SECRETARY', upToDays: 3 },
  { role: 'COUNTY_ORGANIZATION_DEPARTMENT', upToDays: null },
];

const SINCE_EVER = { jurisdiction: EVERYWHERE, effective_from: '1900-01-01', effective_until: null } as const;

/** How leave is decided where nothing else was laid down. */
export const leavePolicies: Dataset = {
  name: 'leave-policies',
  version: '1',
  load: (db) =>
    enterPolicies(db, [
      {
        ...{ name: 'LEAVE_LADDER', ...SINCE_EVER, value: LADDER },
        source:
          'Practice of the exchange of officers among the border towns since 2020: up to one day the team leader, up to three the party secretary, else the organization department.',
      },
      {
        ...{ name: 'LEAVE_CLIMBS_AFTER_WORKING_DAYS', ...SINCE_EVER, value: 3 },
        source: 'Default of this hub: what a rung leaves unanswered for three working days goes to the next.',
      },
    ]),
};
