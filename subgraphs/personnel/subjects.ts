import type { Subject, Subjects } from '../kit/sharing';
import type { AssessmentRow } from './assessments/store';
import type { LaborFlowReportRow } from './labor-flow/store';
import type { OfficerRow } from './officers/store';

/** An officer's own unit holds how to reach the officer, and is the one party to it. */
const contact: Subject<OfficerRow> = {
  id: (officer) => officer.id,
  provider: (officer) => officer.agency,
};

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
const assessment: Subject<AssessmentRow> = { id: ({ id }) => id, provider: ({ agency }) => agency };

export const personnelSubjects: Subjects = {
  SecondmentAssessment: { 'personnel.conduct': assessment },
  Officer: { 'personnel.officer-contact': contact },
  LaborFlowReport: { 'labor-flow.reports': figure },
  LaborFlowChange: { 'labor-flow.reports': figure },
};
