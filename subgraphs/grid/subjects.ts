import type { Subject, Subjects } from '../kit/sharing';
import type { GridCaseRow } from './cases/store';
import type { GridCaseExtensionRow } from './extensions/store';
import type { JointPatrolShiftRow } from './joint-patrols/store';
import type { GridAlertRow } from './reaches/store';
import type { GridCaseReferralRow } from './referrals/store';

/** A case is recorded by the unit that reported it. */
const gridCase: Subject<GridCaseRow> = {
  id: ({ id }) => id,
  provider: ({ reporter }) => reporter,
};

/** A warning is recorded by the unit whose report gave it. */
const gridAlert: Subject<GridAlertRow> = {
  id: ({ id }) => id,
  provider: (alert) => alert.recorded_by,
};

/** A request for more time is recorded by the unit that asks, a referral by the one that offers. */
const extension: Subject<GridCaseExtensionRow> = {
  id: ({ id }) => id,
  provider: ({ agency }) => agency,
};
const referral: Subject<GridCaseReferralRow> = {
  id: ({ id }) => id,
  provider: (row) => row.from_agency,
};

/** A shift is recorded by the command that keeps the attendance. */
const shift: Subject<JointPatrolShiftRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
};

/** A patrol of a river, and what it ordered, are recorded by the unit that went. */
const ofPatrol: Subject<{ id: string; recorded_by: string }> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
};

export const gridSubjects: Subjects = {
  RiverPatrol: { 'grid.cases': ofPatrol },
  RiverRemoval: { 'grid.cases': ofPatrol },
  JointPatrolShift: { 'grid.cases': shift },
  GridCaseExtension: { 'grid.cases': extension },
  GridCaseReferral: { 'grid.cases': referral },
  GridAlert: { 'grid.cases': gridAlert },
  GridCase: { 'grid.cases': gridCase },
};
