import type { Subject, Subjects } from '../kit/sharing';
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

export const personnelSubjects: Subjects = {
  Officer: { 'personnel.officer-contact': contact },
  LaborFlowReport: { 'labor-flow.reports': figure },
  LaborFlowChange: { 'labor-flow.reports': figure },
};
