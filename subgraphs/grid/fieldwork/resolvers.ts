import type { Resolvers } from '../schema-types';
import { rowAt, subjectOf } from './rules';

export const gridFieldwork: Resolvers = {
  GridBoardEvent: {
    inspection: (event) => (event.kind === 'INSPECTION_CHANGED' ? event.change : null),
    fieldwork: (event) => (event.kind === 'FIELDWORK_CHANGED' ? event.change : null),
  },
  GridInspectionChange: {
    agency: ({ agency }) => ({ code: agency }),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    unit: ({ unit }) => (unit === null ? null : { code: unit }),
    campaign: (change, _, { loaders }) => loaders.inspectionCampaign.load(change.campaign_id),
    finding: async ({ finding_id, kept }, _, { loaders }) => {
      const finding = finding_id === null ? null : await loaders.inspectionFinding.load(finding_id);
      return finding && rowAt(finding, kept);
    },
  },
  GridFieldworkChange: {
    agency: ({ agency }) => ({ code: agency }),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    weekOf: (change) => change.week_of,
    leadList: (change, _, { loaders }) =>
      change.list_id === null ? null : loaders.leadList.load(change.list_id),
    lead: async ({ kind, subject, kept }, _, { loaders }) => {
      const lead = subject !== null && subjectOf(kind) === 'lead' ? await loaders.lead.load(subject) : null;
      return lead && rowAt(lead, kept);
    },
    household: async ({ kind, subject, kept }, _, { loaders }) => {
      if (subject === null || subjectOf(kind) !== 'household') return null;
      const household = await loaders.household.load(subject);
      return household && rowAt(household, kept);
    },
    stamp: async ({ kind, subject, kept }, _, { loaders }) => {
      const stamp =
        subject !== null && subjectOf(kind) === 'stamp' ? await loaders.stamp.load(subject) : null;
      return stamp && rowAt(stamp, kept);
    },
    reception: async ({ kind, subject, kept }, _, { loaders }) => {
      if (subject === null || subjectOf(kind) !== 'reception') return null;
      const reception = await loaders.petitionReception.load(subject);
      return reception && rowAt(reception, kept);
    },
    visit: async ({ kind, subject, kept }, _, { loaders }) => {
      const visit =
        subject !== null && subjectOf(kind) === 'visit' ? await loaders.householdVisit.load(subject) : null;
      return visit && rowAt(visit, kept);
    },
  },
};
