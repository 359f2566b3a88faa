import type { Subject, Subjects } from '../kit/sharing';
import type { HousingRow } from './housing/store';
import type { LaborFlowReportRow } from './labor-flow/store';
import type { NominalPosting } from './nominal-postings/find';
import type { TransferRow } from './officer-transfers/store';
import type { OfficerRow } from './officers/store';
import type { ReportRow } from './reports/store';

/** An officer's own unit holds how to reach the officer, and is the one party to it. */
const contact: Subject<OfficerRow> = {
  id: (officer) => officer.id,
  provider: (officer) => officer.agency,
};

const transfer: Subject<TransferRow> = { id: ({ id }) => id, provider: ({ proposed_by }) => proposed_by };

type Figure = Pick<
  LaborFlowReportRow,
  'month' | 'side' | 'origin' | 'destination' | 'sector' | 'reported_by'
>;

/** A figure is one row however often it was revised. */
const figure: Subject<Figure> = {
  id: ({ month, side, origin, destination, sector }) => [month, side, origin, destination, sector].join('|'),
  provider: (report) => report.reported_by,
};

/** What a unit recorded of a posting's conduct. Which rows anyone sees is the database's to decide. */
const recorded: Subject<{ id: string; agency: string }> = {
  id: ({ id }) => id,
  provider: ({ agency }) => agency,
};

const report: Subject<ReportRow> = { id: ({ id }) => id, provider: ({ submitted_by }) => submitted_by };
const housing: Subject<HousingRow> = { id: ({ id }) => id, provider: ({ recorded_by }) => recorded_by };

/** What the hub makes of a posting's conduct is the host unit's as much as what it is made of. */
const alert: Subject<NominalPosting> = {
  id: ({ posting }) => posting.id,
  provider: ({ posting }) => posting.host_agency,
};

export const personnelSubjects: Subjects = {
  SecondmentReport: { 'personnel.conduct': report },
  SecondmentHousing: { 'personnel.conduct': housing },
  NominalPostingAlert: { 'personnel.conduct': alert },
  SecondmentAssessment: { 'personnel.conduct': recorded },
  Officer: { 'personnel.officer-contact': contact },
  OfficerTransfer: { 'personnel.conduct': transfer },
  LeaveRequest: { 'personnel.conduct': recorded },
  LeaveDeputy: { 'personnel.conduct': recorded },
  AttendanceSheet: { 'personnel.conduct': recorded },
  AttendanceCheckIn: { 'personnel.conduct': recorded },
  WeeklyScore: { 'personnel.conduct': recorded },
  SpotCheck: { 'personnel.conduct': recorded },
  ReminderTalk: { 'personnel.conduct': recorded },
  LaborFlowReport: { 'labor-flow.reports': figure },
  LaborFlowChange: { 'labor-flow.reports': figure },
};
