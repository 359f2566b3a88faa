import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { Viewer } from '../../subgraphs/kit/viewer';

/** A viewer of a unit: by default an officer who may act in the unit's own jurisdiction and below. */
export const viewer = (agency: string, more: Partial<Viewer> = {}): Viewer => ({
  user: 'tester',
  roles: ['OFFICER'],
  agency,
  jurisdiction: jurisdictionOfAgency(agency),
  functions: [],
  remit: [jurisdictionOfAgency(agency)],
  purpose: null,
  grants: [],
  grantsAsOf: Date.now(),
  collects: true,
  ...more,
});
