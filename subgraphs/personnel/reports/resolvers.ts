import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { ofConduct } from '../secondments/conduct';
import { stepReport } from './step';
import { searchReports } from './store';
import { submitReport } from './submit';

export const reports: Resolvers = {
  Query: {
    secondmentReport: (_, { id }, { loaders }) => loaders.report.load(id),
    secondmentReports: (_, filter, { db }) => searchReports(db, filter),
  },
  Mutation: {
    submitSecondmentReport: (_, { input }, context) =>
      payload('report', context, submitReport(context, input)),
    resubmitSecondmentReport: (_, { input }, context) =>
      payload('report', context, stepReport(context, 'RESUBMIT', input)),
    annotateSecondmentReport: (_, { input }, context) =>
      payload('report', context, stepReport(context, input.decision, input)),
  },
  Secondment: {
    reports: (posting, _, context) =>
      ofConduct('Secondment.reports', posting, context, () =>
        context.loaders.reportsBySecondment.load(posting.id),
      ),
  },
  SecondmentReport: {
    __resolveReference: ({ id }, { loaders }) => loaders.report.load(id),
    secondment: (report, _, { loaders }) => loadExisting(loaders.secondment, report.secondment),
    month: (report) => report.month || null,
    editorNote: (report) => report.editor_note,
    submittedBy: (report) => ({ code: report.submitted_by }),
    submittedAt: (report) => report.submitted_at,
    decidedBy: ({ decided_by: code }) => (code === null ? null : { code }),
    decidedAt: (report) => report.decided_at,
    timeline: (report, _, { loaders }) => loaders.eventsByReport.load(report.id),
  },
  SecondmentReportEvent: {
    agency: (event) => ({ code: event.agency }),
    editorNote: (event) => event.editor_note,
  },
};
