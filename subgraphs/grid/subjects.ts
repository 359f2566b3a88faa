import type { Subject, Subjects } from '../kit/sharing';
import type { GridBoardEventRow } from './board/events';
import type { GridForcesRow } from './board/store';
import type { GridCaseRow } from './cases/store';
import type { GridCaseExtensionRow } from './extensions/store';
import type { FieldworkChangeRow, InspectionChangeRow } from './fieldwork/store';
import type { GridRow, GridWorkerRow } from './grids/store';
import type { HouseholdRow } from './households/store';
import type { CampaignScore, YearAssessment } from './inspections/score';
import type { InspectionCampaignRow, InspectionFindingRow } from './inspections/store';
import type { JointPatrolShiftRow } from './joint-patrols/store';
import type { LeadListRow, LeadRow } from './leads/store';
import type { PetitionReceptionRow } from './petitions/store';
import type { GridAlertRow } from './reaches/store';
import type { GridCaseReferralRow } from './referrals/store';
import type { HouseholdVisitRow } from './visits/store';
import type { Card } from './waste-stamps/card';
import type { WasteStampRow } from './waste-stamps/store';

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

/** Forces are recorded by the unit whose they are. */
const forces: Subject<GridForcesRow> = {
  id: ({ id }) => id,
  provider: ({ agency }) => agency,
};

/** An event shows what it is about; what is of other items is told by the types that show it. */
const boardEvent: Subject<GridBoardEventRow> = {
  id: ({ kind, change, cursor }) => {
    switch (kind) {
      case 'CASE_CHANGED':
        return change.case_id;
      case 'DOWNSTREAM_ALERT':
      case 'FORCES_CHANGED':
        return change.id;
      default:
        return cursor;
    }
  },
  provider: ({ kind, change }) => {
    switch (kind) {
      case 'CASE_CHANGED':
        return change.reporter;
      case 'DOWNSTREAM_ALERT':
        return change.recorded_by;
      case 'FORCES_CHANGED':
        return change.agency;
      default:
        return null;
    }
  },
};
const inspectionChange: Subject<InspectionChangeRow> = {
  id: (change) => change.finding_id ?? change.campaign_id,
  provider: ({ organizer }) => organizer,
};
const fieldworkChange: Subject<FieldworkChangeRow> = {
  id: ({ kind, subject, list_id, jurisdiction, at }) =>
    subject ?? list_id ?? `${kind} ${jurisdiction} ${at.toISOString()}`,
  provider: ({ provider }) => provider,
};

/** A campaign with all its findings and scores is the organizer's. */
const campaign: Subject<InspectionCampaignRow> = {
  id: ({ id }) => id,
  provider: ({ organizer }) => organizer,
};
const finding: Subject<InspectionFindingRow> = {
  id: ({ id }) => id,
  provider: ({ organizer }) => organizer,
};
const score: Subject<CampaignScore> = {
  id: (row) => row.campaign_id,
  provider: ({ organizer }) => organizer,
};
const assessment: Subject<YearAssessment> = {
  id: ({ agency, year }) => `${agency} ${year}`,
  provider: ({ organizer }) => organizer,
};

/** A household, its card and each stamp are recorded by the unit that did. */
const household: Subject<HouseholdRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
};
const card: Subject<Card> = {
  id: (row) => row.household.id,
  provider: (row) => row.household.recorded_by,
};
const stamp: Subject<WasteStampRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
};

/** A grid and its workers are recorded by the command that entered them. */
const grid: Subject<GridRow> = {
  id: ({ code }) => code,
  provider: (row) => row.recorded_by,
};
const worker: Subject<GridWorkerRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
  named: ({ agency }) => [agency],
  places: ({ jurisdiction }) => [jurisdiction],
};

/** A lead and its list are recorded by the unit that pushed them. */
const pushed: Subject<LeadRow | LeadListRow> = {
  id: ({ id }) => id,
  provider: (row) => row.pushed_by,
};

/** A reception, and a visit, are recorded by the unit that received or went. */
const recorded: Subject<PetitionReceptionRow | HouseholdVisitRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
};

export const gridSubjects: Subjects = {
  Grid: { 'grid.cases': grid },
  GridWorker: { 'grid.cases': worker, 'grid.people': worker },
  Lead: { 'grid.people': pushed },
  LeadList: { 'grid.people': pushed },
  PetitionReception: { 'grid.people': recorded },
  HouseholdVisit: { 'grid.people': recorded },
  Household: { 'grid.people': household },
  WasteCard: { 'grid.people': card },
  WasteStamp: { 'grid.people': stamp },
  InspectionCampaign: { 'grid.inspections': campaign },
  InspectionFinding: { 'grid.inspections': finding },
  InspectionScore: { 'grid.inspections': score },
  InspectionAssessment: { 'grid.inspections': assessment },
  RiverPatrol: { 'grid.cases': ofPatrol },
  RiverRemoval: { 'grid.cases': ofPatrol },
  JointPatrolShift: { 'grid.cases': shift },
  GridInspectionChange: { 'grid.inspections': inspectionChange },
  GridFieldworkChange: { 'grid.people': fieldworkChange },
  GridBoardEvent: { 'grid.cases': boardEvent },
  GridForces: { 'grid.cases': forces },
  GridCaseExtension: { 'grid.cases': extension },
  GridCaseReferral: { 'grid.cases': referral },
  GridAlert: { 'grid.cases': gridAlert },
  GridCase: { 'grid.cases': gridCase },
};
