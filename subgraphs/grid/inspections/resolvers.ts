import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import type { Resolvers } from '../schema-types';
import { closeInspectionCampaign, openInspectionCampaign } from './campaign';
import { drawAssignments } from './draw';
import { exportFindings, exportScores } from './export';
import {
  openGridCaseFromInspectionFinding,
  resubmitInspectionFinding,
  reviewInspectionFinding,
  submitInspectionFinding,
  withdrawInspectionFinding,
} from './finding';
import { drawFault } from './rules';
import { inspectionAssessments, inspectionScores, scoresOf } from './score';
import { campaignsIn, findingsIn } from './store';

export const gridInspections: Resolvers = {
  Query: {
    drawInspectionAssignments: (_, { units, seed }) => {
      const fault = drawFault(units, seed);
      if (fault) throw fault;
      return drawAssignments(units, seed);
    },
    inspectionCampaign: (_, { id }, { loaders }) => loaders.inspectionCampaign.load(id),
    inspectionCampaigns: (_, filter, { db }) => campaignsIn(db, filter),
    inspectionFinding: (_, { id }, { loaders }) => loaders.inspectionFinding.load(id),
    inspectionFindings: (_, filter, { db }) => findingsIn(db, filter),
    inspectionScores: (_, { campaignId }, context) => inspectionScores(context, campaignId),
    inspectionAssessments: (_, filter, context) => inspectionAssessments(context, filter),
    inspectionFindingExport: (_, args, context) => exportFindings(context, args),
    inspectionScoreExport: (_, { campaignId }, context) => exportScores(context, campaignId),
  },
  Mutation: {
    openInspectionCampaign: (_, { input }, context) =>
      payload('campaign', context, openInspectionCampaign(context, input)),
    closeInspectionCampaign: (_, { input }, context) =>
      payload('campaign', context, closeInspectionCampaign(context, input)),
    submitInspectionFinding: (_, { input }, context) =>
      payload('finding', context, submitInspectionFinding(context, input)),
    reviewInspectionFinding: (_, { input }, context) =>
      payload('finding', context, reviewInspectionFinding(context, input)),
    resubmitInspectionFinding: (_, { input }, context) =>
      payload('finding', context, resubmitInspectionFinding(context, input)),
    withdrawInspectionFinding: (_, { input }, context) =>
      payload('finding', context, withdrawInspectionFinding(context, input)),
    openGridCaseFromInspectionFinding: (_, { input }, context) =>
      payload('gridCase', context, openGridCaseFromInspectionFinding(context, input)),
  },
  GridCase: {
    inspectionFinding: ({ id }, _, { loaders }) => loaders.inspectionFindingOfGridCase.load(id),
  },
  InspectionAssignment: {
    inspector: ({ inspector }) => ({ code: inspector }),
    inspected: ({ inspected }) => ({ code: inspected }),
  },
  InspectionCampaign: {
    __resolveReference: ({ id }, { loaders }) => loaders.inspectionCampaign.load(id),
    organizer: ({ organizer }) => ({ code: organizer }),
    bonusPerFinding: (campaign) => campaign.bonus_per_finding,
    bonusCap: (campaign) => campaign.bonus_cap,
    capBasis: (campaign) => campaign.cap_basis,
    assignments: ({ id }, _, { loaders }) => loaders.assignmentsByInspectionCampaign.load(id),
    scores: (campaign, _, context) => scoresOf(context, campaign),
    openedAt: (campaign) => campaign.opened_at,
    closedAt: (campaign) => campaign.closed_at,
    timeline: ({ id }, _, { loaders }) => loaders.eventsByInspectionCampaign.load(id),
  },
  InspectionFinding: {
    __resolveReference: ({ id }, { loaders }) => loaders.inspectionFinding.load(id),
    campaign: (finding, _, { loaders }) => loadExisting(loaders.inspectionCampaign, finding.campaign_id),
    inspector: ({ inspector }) => ({ code: inspector }),
    inspected: ({ inspected }) => ({ code: inspected }),
    category: ({ category }, _, { loaders }) => loadExisting(loaders.gridCaseCategory, category),
    responsiblePerson: (finding) => finding.responsible_person,
    responsiblePhone: (finding) => finding.responsible_phone,
    location: ({ latitude, longitude, road }) => ({ latitude, longitude, road }),
    foundAt: (finding) => finding.found_at,
    submittedAt: (finding) => finding.submitted_at,
    reviewedAt: (finding) => finding.reviewed_at,
    returnReason: (finding) => finding.return_reason,
    gridCase: (finding, _, { loaders }) =>
      finding.case_id === null ? null : loaders.gridCase.load(finding.case_id),
    timeline: ({ id }, _, { loaders }) => loaders.eventsByInspectionFinding.load(id),
  },
  InspectionEvent: {
    agency: ({ agency }) => ({ code: agency }),
  },
  InspectionScore: {
    agency: ({ agency }) => ({ code: agency }),
    foundAgainst: (score) => score.found_against,
  },
  InspectionAssessment: {
    agency: ({ agency }) => ({ code: agency }),
    foundAgainst: (assessment) => assessment.found_against,
  },
};
