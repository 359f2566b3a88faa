import { randomUUID } from 'node:crypto';
import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import type { GridCaseRow } from '../cases/store';
import { recordFieldworkChanges, recordLeadChanges } from '../fieldwork/store';
import { titleOf } from '../inspections/rules';
import { takeReport } from '../life-cycle/report';
import { laterOf } from '../life-cycle/step';
import type { GridContext } from '../loaders';
import type {
  AssignLeadsInput,
  OpenGridCaseFromLeadInput,
  OpenLeadListInput,
  PushLeadsInput,
  RecordLeadResultsInput,
  SplitLeadListInput,
} from '../schema-types';
import {
  anotherWasFaster,
  checkAssignment,
  checkConversion,
  checkIds,
  checkList,
  checkPush,
  checkResult,
  checkSplit,
  isSameResult,
  noSuchLead,
  noSuchList,
} from './rules';
import {
  assignTo,
  insertLeadList,
  insertLeads,
  type LeadForStep,
  type LeadListRow,
  leadListByExternalId,
  leadListsById,
  leadsForStep,
  linkLead,
  splitLeads,
  storeResults,
} from './store';

/**
 * Begins a list. What the viewer's unit began before under the same external id is answered as it is. Throws a `Refusal`
 * with every violation.
 */
export async function openLeadList(context: GridContext, input: OpenLeadListInput): Promise<LeadListRow> {
  const { signedIn: viewer, now } = context;
  const { agency, user } = viewer;
  const list = {
    ...{
      title: input.title.trim(),
      jurisdiction: input.jurisdiction,
      dueOn: input.dueOn,
      at: input.at ?? now,
    },
    ...{ note: input.note?.trim() ?? '', externalId: input.externalId?.trim() ?? '' },
  };
  return context.writeToFeed(async (db, transactionId) => {
    const earlier = () => (list.externalId === '' ? null : leadListByExternalId(db, agency, list.externalId));
    // Sent again after its last day, it is there all the same.
    const before = await earlier();
    if (before) return before;
    checkList(list, { viewer, now }).throwIfAny();
    const stored = await insertLeadList(db, {
      ...{ id: randomUUID(), title: list.title, jurisdiction: list.jurisdiction, pushed_by: agency },
      ...{ due_on: list.dueOn, note: list.note || null, external_id: list.externalId || null },
      ...{ opened_at: list.at, actor: user },
    });
    if (!stored) return (await earlier()) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
    const { id: listId, jurisdiction } = stored;
    await recordFieldworkChanges(db, transactionId, [
      { kind: 'LEAD_LIST_OPENED', jurisdiction, provider: agency, listId, user, agency, at: list.at },
    ]);
    return stored;
  });
}

/** Adds leads to a list, all or none. Throws a `Refusal` with every violation. */
export async function pushLeads(
  context: GridContext,
  input: PushLeadsInput,
): Promise<{ pushed: number; unchanged: number }> {
  const { signedIn: viewer, now } = context;
  const { agency, user } = viewer;
  const leads = input.leads.map((lead) => ({
    ...{ externalId: lead.externalId.trim(), jurisdiction: lead.jurisdiction, title: lead.title.trim() },
    ...{ address: lead.address?.trim() ?? '', evidence: lead.evidence.trim() },
  }));
  return context.writeToFeed(async (db, transactionId) => {
    const [list] = await leadListsById(db, [input.listId]);
    if (!list) return refuse('NOT_FOUND', ['listId'], noSuchList);
    checkPush(list, leads, viewer).throwIfAny();
    const act = { user, agency, at: laterOf(now, list.opened_at) };
    const pushed = await insertLeads(db, list, leads, act);
    await recordLeadChanges(db, transactionId, pushed, { kind: 'LEADS_PUSHED', ...act });
    return { pushed: pushed.length, unchanged: leads.length - pushed.length };
  });
}

/** Gives the leads of a list to the grids of their villages. Throws a `Refusal` with every violation. */
export async function splitLeadList(
  context: GridContext,
  input: SplitLeadListInput,
): Promise<{ assigned: number; grids: number; left: number; isDone: boolean }> {
  const { signedIn: viewer, now } = context;
  const { agency, user } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const [list] = await leadListsById(db, [input.listId]);
    if (!list) return refuse('NOT_FOUND', ['listId'], noSuchList);
    const latest = laterOf(now, list.opened_at);
    const at = input.at ?? latest;
    checkSplit(list, at, { viewer, now: latest }).throwIfAny();
    const { assigned, ...split } = await splitLeads(db, list, { user, agency, at });
    await recordLeadChanges(db, transactionId, assigned, { kind: 'LEADS_ASSIGNED', user, agency, at });
    return { assigned: assigned.length, ...split };
  });
}

/** Gives leads to a unit by hand, all or none. Throws a `Refusal` with every violation. */
export async function assignLeads(
  context: GridContext,
  input: AssignLeadsInput,
): Promise<{ assigned: number; unchanged: number }> {
  const { signedIn: viewer, now } = context;
  const { agency, user } = viewer;
  const ids = [...new Set(input.leadIds)];
  return context.writeToFeed(async (db, transactionId) => {
    const violations = new Violations();
    if (!checkIds(violations, 'leadIds', ids)) violations.throwIfAny();
    const leads = byId(await leadsForStep(db, ids));
    const [unit] = await agenciesByCode(db, [input.agency]);
    if (!unit) {
      violations.add('NOT_FOUND', ['agency'], {
        en: `There is no unit ${input.agency}. Look its code up under agencies.`,
        zh: `不存在单位 ${input.agency}，请在单位列表中查询代码。`,
      });
    }
    for (const [i, id] of input.leadIds.entries()) {
      const lead = leads.get(id);
      const path = ['leadIds', i];
      if (!lead) violations.add('NOT_FOUND', path, noSuchLead);
      else if (unit) checkAssignment(violations, path, lead, { viewer, unit });
    }
    const at = input.at ?? now;
    if (at > now) refuse('INVALID', ['at'], { en: 'The time has not come.', zh: '时间尚未到来。' });
    violations.throwIfAny();
    const assigned = await assignTo(db, ids, input.agency, { user, agency, at });
    await recordLeadChanges(db, transactionId, assigned, { kind: 'LEADS_ASSIGNED', user, agency, at });
    return { assigned: assigned.length, unchanged: ids.length - assigned.length };
  });
}

const byId = (leads: readonly LeadForStep[]) => new Map(leads.map((lead) => [lead.id, lead]));

/** Says what the check of leads found, all or none. Throws a `Refusal` with every violation. */
export async function recordLeadResults(
  context: GridContext,
  input: RecordLeadResultsInput,
): Promise<{ recorded: number; unchanged: number }> {
  const { signedIn: viewer, now } = context;
  return context.writeToFeed(async (db, transactionId) => {
    const violations = new Violations();
    const ids = input.results.map(({ leadId }) => leadId);
    if (!checkIds(violations, 'results', ids)) violations.throwIfAny();
    const leads = byId(await leadsForStep(db, ids));
    const seen = new Map<string, number>();
    const results = input.results.map((line, i) => {
      const lead = leads.get(line.leadId);
      const latest = lead ? laterOf(now, lead.last_at) : now;
      const result = {
        ...{ leadId: line.leadId, result: line.result, note: line.note?.trim() ?? '', at: line.at ?? latest },
        photos: (line.photos ?? []).map((address) => address.trim()),
      };
      const path = ['results', i];
      const first = seen.get(line.leadId);
      if (first !== undefined) {
        violations.add('CONFLICT', [...path, 'leadId'], {
          en: `The lead is in line ${first} already.`,
          zh: `该线索与第 ${first} 项重复。`,
        });
      }
      seen.set(line.leadId, first ?? i);
      if (!lead) violations.add('NOT_FOUND', [...path, 'leadId'], noSuchLead);
      else if (!isSameResult(lead, result))
        checkResult(violations, path, lead, result, { viewer, now: latest, previous: lead.last_at });
      return result;
    });
    violations.throwIfAny();
    const fresh = results.filter((result) => {
      const lead = leads.get(result.leadId);
      return lead !== undefined && !isSameResult(lead, result);
    });
    const recorded = await storeResults(db, fresh, viewer);
    if (recorded.length < fresh.length) refuse('CONFLICT', ['results'], anotherWasFaster);
    const at = fresh.reduce((latest, result) => laterOf(latest, result.at), fresh[0]?.at ?? now);
    await recordLeadChanges(db, transactionId, recorded, {
      kind: 'LEADS_CHECKED',
      user: viewer.user,
      agency: viewer.agency,
      at,
    });
    return { recorded: recorded.length, unchanged: results.length - recorded.length };
  });
}

/** Makes a confirmed lead a case, by the rules of intake. Throws a `Refusal` with every violation. */
export async function openGridCaseFromLead(
  context: GridContext,
  input: OpenGridCaseFromLeadInput,
): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  const { agency, user } = viewer;
  return context.writeToFeed(async (db, transactionId) => {
    const [lead] = await leadsForStep(db, [input.leadId]);
    if (!lead) return refuse('NOT_FOUND', ['leadId'], noSuchLead);
    const latest = laterOf(now, lead.last_at);
    const at = input.at ?? latest;
    checkConversion(lead, at, { viewer, now: latest, previous: lead.last_at }).throwIfAny();
    const report = {
      ...{ jurisdiction: lead.jurisdiction, category: input.category.trim() },
      title: titleOf(input.title?.trim() ?? '', lead.title),
      description: [lead.title, lead.evidence, lead.result_note].filter(Boolean).join('\n').slice(0, 4_000),
      location: lead.address === null ? null : { latitude: null, longitude: null, address: lead.address },
      ...{ reach: '', photos: lead.photos, reportedAt: at, externalId: lead.id },
    };
    const opened = await takeReport(db, report, { source: 'LEAD', viewer, now: latest, transactionId });
    const isLinked = await linkLead(db, lead.id, opened.id, { user, agency, at });
    if (!isLinked) refuse('CONFLICT', ['leadId'], anotherWasFaster);
    await recordLeadChanges(db, transactionId, [lead.id], { kind: 'LEAD_CASE_OPENED', user, agency, at });
    return opened;
  });
}
