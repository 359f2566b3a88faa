import { policyValue } from '../../kit/in-effect';
import { loadExisting } from '../../kit/loaders';
import { payload } from '../../kit/payload';
import { dayOf } from '../../kit/time';
import type { GridContext } from '../loaders';
import type { Resolvers } from '../schema-types';
import { exportLeads } from './export';
import { ESCALATION_POLICY, escalationOf, escalationPolicy, isOverdue, receiverOf } from './rules';
import { type LeadRow, leadListsIn, leadsIn } from './store';
import {
  assignLeads,
  openGridCaseFromLead,
  openLeadList,
  pushLeads,
  recordLeadResults,
  splitLeadList,
} from './work';

/** To whom an overdue lead has gone. */
export interface Escalation {
  level: number;
  sinceOn: string;
  agency: string | null;
}

/** To whom a lead has gone since it is overdue; null for one that is in time, or has a result. */
async function escalation(lead: LeadRow, { loaders, now }: GridContext): Promise<Escalation | null> {
  if (lead.status === 'CHECKED') return null;
  const place = lead.jurisdiction;
  const policies = await loaders.policies.load(`${ESCALATION_POLICY} ${place}`);
  const days = policyValue(policies, ESCALATION_POLICY, { place, day: lead.due_on }, escalationPolicy);
  const reached = escalationOf(lead, dayOf(now), days);
  if (!reached) return null;
  const above = await loaders.gridCommandsAbove.load(place);
  return { ...reached, agency: receiverOf(lead, reached.level, above) };
}

export const leads: Resolvers = {
  Query: {
    lead: (_, { id }, { loaders }) => loaders.lead.load(id),
    leads: (_, filter, { db, now }) => leadsIn(db, filter, { now }),
    leadList: (_, { id }, { loaders }) => loaders.leadList.load(id),
    leadLists: (_, filter, { db }) => leadListsIn(db, filter),
    leadExport: (_, args, context) => exportLeads(context, args),
  },
  Mutation: {
    openLeadList: (_, { input }, context) => payload('list', context, openLeadList(context, input)),
    pushLeads: (_, { input }, context) => payload('push', context, pushLeads(context, input)),
    splitLeadList: (_, { input }, context) => payload('split', context, splitLeadList(context, input)),
    assignLeads: (_, { input }, context) => payload('assignment', context, assignLeads(context, input)),
    recordLeadResults: (_, { input }, context) =>
      payload('record', context, recordLeadResults(context, input)),
    openGridCaseFromLead: (_, { input }, context) =>
      payload('gridCase', context, openGridCaseFromLead(context, input)),
  },
  GridCase: {
    sourceLead: ({ id }, _, { loaders }) => loaders.leadOfGridCase.load(id),
  },
  Lead: {
    __resolveReference: ({ id }, { loaders }) => loaders.lead.load(id),
    list: (lead, _, { loaders }) => loadExisting(loaders.leadList, lead.list_id),
    externalId: (lead) => lead.external_id,
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    dueOn: (lead) => lead.due_on,
    isOverdue: (lead, _, { now }) => isOverdue(lead, now),
    agency: ({ agency }) => (agency === null ? null : { code: agency }),
    gridCode: ({ grid }) => grid,
    servingGrid: ({ grid }, _, { loaders }) => (grid === null ? null : loaders.grid.load(grid)),
    escalation: (lead, _, context) => escalation(lead, context),
    resultNote: (lead) => lead.result_note,
    checkedAt: (lead) => lead.checked_at,
    gridCase: (lead, _, { loaders }) => (lead.case_id === null ? null : loaders.gridCase.load(lead.case_id)),
    timeline: ({ id }, _, { loaders }) => loaders.eventsByLead.load(id),
  },
  LeadEscalation: {
    agency: ({ agency }) => (agency === null ? null : { code: agency }),
  },
  LeadEvent: {
    agency: ({ agency }) => ({ code: agency }),
    subject: ({ subject }) => (subject === null ? null : { code: subject }),
  },
  LeadList: {
    __resolveReference: ({ id }, { loaders }) => loaders.leadList.load(id),
    jurisdiction: ({ jurisdiction }) => ({ code: jurisdiction }),
    pushedBy: (list) => ({ code: list.pushed_by }),
    dueOn: (list) => list.due_on,
    openedAt: (list) => list.opened_at,
    progress: ({ id }, _, { loaders }) => loaders.progressOfLeadList.load(id),
  },
};
