import { randomUUID } from 'node:crypto';
import type { Db } from '../../../subgraphs/kit/database';
import { aCase, storeCases, storeEvents } from '../../grid/make';
import {
  bothOf,
  type Domain,
  mutation,
  OWN,
  probesOf,
  REFUSED,
  ROWS,
  type Sample,
  SUMS,
  WITHHELD_FIELD,
  WITHHELD_ROWS,
} from './outcomes';

const gridCase: Sample = {
  ...{ item: 'grid.cases', provider: '310118104-CITYOPS' },
  ...{ named: '320509110-SANITATION', place: '330421103-CITYOPS' },
};
const alert: Sample = { ...gridCase, named: gridCase.provider };
const patrol: Sample = { ...alert, place: '330421111-CITYOPS' };
const CASE = randomUUID();
const MARK = '访问表样例';
const ofCase = (selection: string) => `{ gridCase(id: "${CASE}") { ${selection} } }`;
const casesPage = (selection: string) => `{ gridCases(titleContains: "${MARK}") { ${selection} } }`;
const referralsPage = (selection: string) => `{ gridCaseReferrals { ${selection} } }`;
const REPORT_CASE = `mutation {
  reportGridCase(input: {
    jurisdiction: "310118104", source: GRID_PATROL, category: "EXPOSED_GARBAGE", title: "上报", externalId: "${MARK}"
  }) { gridCase { id } }
}`;
/** Every step of a case, of one that is not there. */
const GRID_STEPS: Record<string, string> = {
  fileGridCase: '',
  declineGridCase: 'reason: "x"',
  dispatchGridCase: '',
  recallGridCaseTask: 'reason: "x"',
  acceptGridCaseTask: '',
  returnGridCaseTask: 'reason: "x", basis: "x"',
  resolveGridCase: 'note: "x"',
  verifyGridCase: 'result: PASS',
  reopenGridCase: 'reason: "x"',
  superviseGridCase: 'note: "x"',
  endGridCaseSupervision: '',
  linkGridCaseDuplicate: 'duplicateOf: "none"',
  referGridCase: 'toAgency: "310118104-CITYOPS", reason: "x"',
};
const WITHIN = 'under: "330421103", from: "2026-11-16", to: "2026-11-16"';
const monthReport = (selection: string) =>
  `{ gridReport(under: "330421103", month: "2026-11") { ${selection} } }`;
/** The header of an export is there for everyone who asks. */
const exported = `{ gridCaseExport(list: ALL, format: TABLE, ${WITHIN}) { pageInfo { endCursor } } }`;
const shiftsPage = (selection: string) => `{ jointPatrolShifts(${WITHIN}) { ${selection} } }`;
const RECORD_SHIFT = `mutation {
  recordJointPatrolShift(input: {
    jurisdiction: "310118104", member: "顾海燕", startsAt: "2026-11-16T00:00:00Z", endsAt: "2026-11-16T04:00:00Z"
  }) { shift { id } }
}`;
const patrolsPage = (selection: string) => `{ riverPatrols(reach: "TAIPU-DINGZHA") { ${selection} } }`;
const removalsPage = (selection: string) => `{ riverRemovals(under: "330421111") { ${selection} } }`;
const ofPatrol = (selection: string) => patrolsPage(`edges { node { ${selection} } }`);
const RECORD_PATROL = `mutation {
  recordRiverPatrol(input: {
    reach: "TAIPU-JINZE", startedAt: "2026-11-16T00:00:00Z", endedAt: "2026-11-16T04:00:00Z", members: ["姚水根"]
  }) { patrol { id } }
}`;
const boardOf = (selection: string) => `{ gridBoardSummary(under: "330421103999") { ${selection} } }`;
const alertsPage = (selection: string) => `{ gridAlerts(under: "330421109") { ${selection} } }`;

const inspection: Sample = {
  ...{ item: 'grid.inspections', provider: '330421-URBAN' },
  ...{ named: '310118104-CITYOPS', place: '330421103-CITYOPS' },
};
const people: Sample = {
  ...{ item: 'grid.people', provider: '330421-URBAN' },
  ...{ named: '330421-URBAN', place: '330421103-CITYOPS' },
};
const VILLAGE = '330421103998';
const HOUSEHOLD = randomUUID();
const STAMP = randomUUID();
const ofHousehold = (selection: string) => `{ household(id: "${HOUSEHOLD}") { ${selection} } }`;
const ofCard = (selection: string) => ofHousehold(`wasteCard(month: "2019-01") { ${selection} }`);
const householdsPage = (selection: string) => `{ households(under: "${VILLAGE}") { ${selection} } }`;
const statement = `{ wasteStatement(under: "${VILLAGE}", month: "2019-01") { households } }`;
const exportedStatement = `{ wasteStatementExport(under: "${VILLAGE}", month: "2019-01") { pageInfo { endCursor } } }`;
const storeHousehold = async (db: Db) => {
  const own = { jurisdiction: VILLAGE, recorded_by: people.provider };
  const at = '2019-01-08T01:00:00Z';
  await db('households').insert({ ...own, id: HOUSEHOLD, card_number: MARK, head: '甲' });
  await db('waste_stamps').insert({
    ...{ ...own, id: STAMP, household_id: HOUSEHOLD, week_of: '2019-01-07', kind: 'RED', stamped_at: at },
  });
  await db('waste_stamp_revisions').insert({
    ...own,
    stamp_id: STAMP,
    ordinal: 0,
    kind: 'RED',
    at,
    actor: '甲',
  });
  await db('waste_reward_hand_outs').insert({
    ...{ ...own, household_id: HOUSEHOLD, month: '2019-01', reward: 'X', reward_name: 'X', points: 4 },
    ...{ recipient: '甲', at, actor: '乙' },
  });
};
const GRID = '330421103997-01';
const LEAD_LIST = randomUUID();
const LEAD = randomUUID();
const PETITION = randomUUID();
const VISIT = randomUUID();
const ofGrid = (selection: string) => `{ grid(code: "${GRID}") { ${selection} } }`;
const gridsPage = (selection: string) => `{ grids(under: "330421103997") { ${selection} } }`;
const workersPage = (selection: string) => `{ gridWorkers(under: "330421103997") { ${selection} } }`;
const network = '{ gridNetwork(under: "330421103997") { workers } }';
const exportedGrids = '{ gridExport(under: "330421103997") { pageInfo { endCursor } } }';
const ofLead = (selection: string) => `{ lead(id: "${LEAD}") { ${selection} } }`;
const leadsPage = (selection: string) => `{ leads(listId: "${LEAD_LIST}") { ${selection} } }`;
const ofLeadList = (selection: string) => `{ leadList(id: "${LEAD_LIST}") { ${selection} } }`;
const leadListsPage = (selection: string) => `{ leadLists(under: "330421103997") { ${selection} } }`;
const exportedLeads = `{ leadExport(listId: "${LEAD_LIST}") { pageInfo { endCursor } } }`;
const ofPetition = (selection: string) => `{ petitionReception(id: "${PETITION}") { ${selection} } }`;
const petitionsPage = (selection: string) => `{ petitionReceptions(under: "330421103997") { ${selection} } }`;
const ofVisit = (selection: string) => `{ householdVisit(id: "${VISIT}") { ${selection} } }`;
const visitsPage = (selection: string) => `{ householdVisits(under: "330421103998") { ${selection} } }`;
const storeFieldwork = async (db: Db) => {
  const [jurisdiction, at] = ['330421103997', '2019-01-08T01:00:00Z'];
  const ofTown = { jurisdiction, recorded_by: gridCase.provider, agency: gridCase.named };
  await db('grids').insert({
    ...{ ...ofTown, code: GRID, name: MARK, kind: 'COMPREHENSIVE', people: 1, places: 0, things: 0 },
  });
  await db('grid_workers').insert({
    ...{ ...ofTown, id: randomUUID(), grid: GRID, number: '1', name: '甲', role: 'LEADER', phone: '1' },
    ...{ duty_weekdays: [1], duty_begins: '08:30', duty_ends: '17:30' },
  });
  const { provider: pushed_by } = people;
  const list = { jurisdiction, pushed_by, due_on: '2019-01-10' };
  await db('lead_lists').insert({ ...list, id: LEAD_LIST, title: MARK, opened_at: at, actor: '甲' });
  await db('leads').insert([
    {
      ...{ ...list, id: LEAD, list_id: LEAD_LIST, external_id: '1', title: MARK, evidence: 'x', grid: GRID },
      ...{ status: 'CHECKED', agency: pushed_by, result: 'CONFIRMED', checked_at: at, case_id: CASE },
    },
    {
      ...{ ...list, id: randomUUID(), list_id: LEAD_LIST, external_id: '2', title: MARK, evidence: 'x' },
      ...{ grid: null, status: 'ASSIGNED', agency: pushed_by, result: null, checked_at: null, case_id: null },
    },
  ]);
  await db('lead_events').insert({ lead_id: LEAD, kind: 'PUSHED', at, actor: '甲', agency: pushed_by });
  await db('petition_receptions').insert({
    ...{
      id: PETITION,
      jurisdiction,
      recorded_by: pushed_by,
      received_by: '甲',
      received_at: at,
      petitioner: '乙',
    },
    ...{ visitors: 1, claim: 'x', status: 'RECEIVED', case_id: CASE },
  });
  await db('petition_events').insert({
    reception_id: PETITION,
    kind: 'RECEIVED',
    at,
    actor: '甲',
    agency: pushed_by,
  });
  const visited = { jurisdiction: VILLAGE, recorded_by: pushed_by };
  await db('household_visits').insert({
    ...{ ...visited, id: VISIT, household_id: HOUSEHOLD, visited_at: at, visitors: ['甲'], status: 'DONE' },
    needs: JSON.stringify([{ kind: 'WORK', description: 'x', isMet: false }]),
  });
  await db('household_visit_follow_ups').insert({
    ...visited,
    visit_id: VISIT,
    note: 'x',
    is_done: true,
    at,
    actor: '甲',
  });
  const corrected = { ...visited, ordinal: 0, reason: 'x', at, actor: '甲' };
  await db('household_visit_corrections').insert({
    ...{ ...corrected, visit_id: VISIT },
    before: JSON.stringify({ visited_at: at, visitors: ['乙'], needs: [], help: null, follow_up_on: null }),
  });
  await db('household_corrections').insert({
    ...{ ...corrected, household_id: HOUSEHOLD },
    before: JSON.stringify({ head: '乙', address: null, phone: null, members: null }),
  });
};
const CAMPAIGN = randomUUID();
const FINDING = randomUUID();
const ofCampaign = (selection: string) => `{ inspectionCampaign(id: "${CAMPAIGN}") { ${selection} } }`;
const campaignsPage = (selection: string) => `{ inspectionCampaigns(month: "2019-01") { ${selection} } }`;
const ofFinding = (selection: string) => `{ inspectionFinding(id: "${FINDING}") { ${selection} } }`;
const findingsPage = (selection: string) =>
  `{ inspectionFindings(campaignId: "${CAMPAIGN}") { ${selection} } }`;
const assessed = (selection: string) =>
  `{ inspectionAssessments(organizer: "${inspection.provider}", year: 2019) { ${selection} } }`;
const exportedFindings = `{ inspectionFindingExport(campaignId: "${CAMPAIGN}") { pageInfo { endCursor } } }`;
const exportedScores = `{ inspectionScoreExport(campaignId: "${CAMPAIGN}") { count } }`;
const storeInspection = async (db: Db) => {
  const { provider: organizer, named: inspector } = inspection;
  const inspected = '330421103-TOURISM';
  const [opened_at, closed_at] = ['2019-01-01T01:00:00Z', '2019-02-01T01:00:00Z'];
  await db('inspection_units').insert([
    { campaign_id: CAMPAIGN, organizer, agency: inspector, jurisdiction: '310118104' },
    { campaign_id: CAMPAIGN, organizer, agency: inspected, jurisdiction: '330421103' },
  ]);
  await db('inspection_campaigns').insert({
    ...{
      id: CAMPAIGN,
      name: MARK,
      month: '2019-01',
      status: 'CLOSED',
      organizer,
      floor: 1,
      bonus_per_finding: 1,
    },
    ...{ bonus_cap: 1, cap_basis: 'ABOVE_FLOOR', seed: 'x', opened_at, closed_at },
  });
  await db('inspection_assignments').insert({
    ...{ campaign_id: CAMPAIGN, inspector, inspected, jurisdiction: '330421103' },
  });
  await db('inspection_findings').insert({
    ...{ id: FINDING, campaign_id: CAMPAIGN, organizer, inspector, inspected, jurisdiction: '330421103' },
    ...{ category: 'EXPOSED_GARBAGE', description: MARK, responsible_person: '甲', responsible_phone: '1' },
    ...{
      photos: ['https://a.cn/1.jpg'],
      latitude: 30.9,
      longitude: 120.9,
      road: '西苑路',
      found_at: opened_at,
    },
    ...{ status: 'ACCEPTED', submitted_at: opened_at, reviewed_at: opened_at, case_id: CASE },
  });
  const event = { campaign_id: CAMPAIGN, at: opened_at, actor: '姚', agency: organizer };
  await db('inspection_events').insert([
    { ...event, kind: 'OPENED', finding_id: null },
    { ...event, kind: 'SUBMITTED', finding_id: FINDING },
  ]);
};

/** Who sees what of the domain. */
const table: Domain['table'] = {
  ...probesOf(gridCase, ROWS, {
    'Query.gridCase': ofCase('id'),
    'Query.gridCases': casesPage('edges { node { id } }'),
    'Jurisdiction.gridCases': `{ jurisdiction(code: "330421103") {
      gridCases(titleContains: "${MARK}") { edges { node { id } } }
    } }`,
    GridCase: ofCase('title'),
    GridCaseTask: ofCase('currentTask { dispatchedAt }'),
    GridCaseLocation: ofCase('location { address }'),
    GridCaseEvent: ofCase('timeline { actor }'),
    GridCaseConnection: casesPage('pageInfo { endCursor }'),
    GridCaseEdge: casesPage('edges { cursor }'),
  }),
  ...probesOf(gridCase, ROWS, {
    GridCaseClock: ofCase('clocks { workingMinutes }'),
    GridCaseExtension: ofCase('extensions { status }'),
    GridCaseReferral: ofCase('referrals { status }'),
  }),
  ...probesOf(gridCase, OWN, {
    'Query.gridCaseReferrals': referralsPage('edges { node { id } }'),
    GridCaseReferralConnection: referralsPage('pageInfo { endCursor }'),
    GridCaseReferralEdge: referralsPage('edges { cursor }'),
  }),
  ...probesOf(gridCase, ROWS, {
    'Query.gridCasesDue': `{ gridCasesDue(${WITHIN}) { edges { node { id } } } }`,
    'Query.gridCaseWorkList': `{ gridCaseWorkList(list: ALL, ${WITHIN}) { edges { node { id } } } }`,
    'Query.gridCaseExport': exported,
    GridCaseExport: exported,
    // Rates of nothing are null.
    'Query.gridReport': monthReport('closingRate'),
    GridReport: monthReport('onTimeClosingRate'),
    GridAgencyReport: monthReport('byAgency { score }'),
    GridCategoryReport: monthReport('byCategory { received }'),
    JointPatrolAttendance: monthReport('attendance { member }'),
    'Query.jointPatrolShifts': shiftsPage('edges { node { id } }'),
    JointPatrolShift: shiftsPage('edges { node { member } }'),
    JointPatrolShiftConnection: shiftsPage('pageInfo { endCursor }'),
    JointPatrolShiftEdge: shiftsPage('edges { cursor }'),
  }),
  ...probesOf(alert, OWN, bothOf('recordJointPatrolShift', RECORD_SHIFT)),
  ...probesOf(patrol, ROWS, {
    'Query.riverPatrols': patrolsPage('edges { node { id } }'),
    RiverPatrol: ofPatrol('members'),
    RiverConfiscation: ofPatrol('confiscations { thing }'),
    RiverRemoval: ofPatrol('removals { thing }'),
    RiverRemovalGrace: ofPatrol('removals { graces { reason } }'),
    RiverPatrolConnection: patrolsPage('pageInfo { endCursor }'),
    RiverPatrolEdge: patrolsPage('edges { cursor }'),
    'Query.riverRemovals': removalsPage('edges { node { id } }'),
    RiverRemovalConnection: removalsPage('pageInfo { endCursor }'),
    RiverRemovalEdge: removalsPage('edges { cursor }'),
  }),
  ...probesOf(alert, OWN, bothOf('recordRiverPatrol', RECORD_PATROL)),
  ...probesOf(gridCase, REFUSED, {
    ...bothOf(
      'grantRiverRemovalGrace',
      mutation(
        'grantRiverRemovalGrace',
        'removalId: "none", graceUntil: "2026-12-01", grantedBy: "x", reason: "x"',
        'removal',
      ),
    ),
    ...bothOf('completeRiverRemoval', mutation('completeRiverRemoval', 'removalId: "none"', 'removal')),
  }),
  // Every unit that may act in the place has its report taken, and sees it; one of the grantees may, a grant or not.
  ...probesOf(alert, { ...OWN, 'a grantee that was revoked': 'seen' }, bothOf('reportGridCase', REPORT_CASE)),
  ...probesOf(gridCase, REFUSED, {
    ...Object.assign(
      {},
      ...Object.entries(GRID_STEPS).map(([name, input]) =>
        bothOf(name, mutation(name, `caseId: "none", ${input}`, 'gridCase')),
      ),
    ),
    ...bothOf(
      'requestGridCaseExtension',
      mutation(
        'requestGridCaseExtension',
        'caseId: "none", until: "2026-12-01T00:00:00Z", reason: "x"',
        'extension',
      ),
    ),
    ...bothOf(
      'decideGridCaseExtension',
      mutation('decideGridCaseExtension', 'extensionId: "none", decision: APPROVE', 'extension'),
    ),
    ...bothOf(
      'decideGridCaseReferral',
      mutation('decideGridCaseReferral', 'referralId: "none", decision: ACCEPT', 'gridCase'),
    ),
  }),
  ...probesOf(alert, ROWS, {
    'Query.gridAlerts': alertsPage('edges { node { id } }'),
    GridAlert: alertsPage('edges { node { distance } }'),
    GridAlertConnection: alertsPage('pageInfo { endCursor }'),
    GridAlertEdge: alertsPage('edges { cursor }'),
  }),
  ...probesOf(
    alert,
    { ...OWN, 'a grantee that was revoked': 'seen' },
    bothOf(
      'reportGridForces',
      'mutation { reportGridForces(input: { jurisdiction: "310118104", people: 1 }) { forces { id } } }',
    ),
  ),
  ...probesOf(alert, ROWS, {
    'Query.gridBoardSummary': boardOf('forces { id }'),
    GridForces: boardOf('forces { people }'),
  }),
  ...probesOf(gridCase, ROWS, {
    GridDepartment: boardOf('departments { openCount }'),
    GridDepartmentPerformance: boardOf('departments { today { day } }'),
  }),
  ...probesOf(inspection, ROWS, {
    'Query.inspectionCampaign': ofCampaign('id'),
    InspectionCampaign: ofCampaign('seed'),
    InspectionEvent: ofCampaign('timeline { actor }'),
    InspectionScore: ofCampaign('scores { accepted }'),
    'Query.inspectionCampaigns': campaignsPage('edges { node { id } }'),
    InspectionCampaignConnection: campaignsPage('pageInfo { endCursor }'),
    InspectionCampaignEdge: campaignsPage('edges { cursor }'),
    'Query.inspectionFinding': ofFinding('id'),
    InspectionFinding: ofFinding('responsiblePhone'),
    InspectionLocation: ofFinding('location { road }'),
    'Query.inspectionFindings': findingsPage('edges { node { id } }'),
    InspectionFindingConnection: findingsPage('pageInfo { endCursor }'),
    InspectionFindingEdge: findingsPage('edges { cursor }'),
    'Query.inspectionScores': `{ inspectionScores(campaignId: "${CAMPAIGN}") { bonus } }`,
    'Query.inspectionAssessments': assessed('edges { node { bonus } }'),
    InspectionAssessment: assessed('edges { node { accepted } }'),
    InspectionAssessmentConnection: assessed('pageInfo { endCursor }'),
    InspectionAssessmentEdge: assessed('edges { cursor }'),
    'Query.inspectionFindingExport': exportedFindings,
    InspectionExport: exportedFindings,
    'Query.inspectionScoreExport': exportedScores,
    // Of a case that the asker may read, too.
    'InspectionFinding.gridCase': ofFinding('gridCase { title }'),
    'GridCase.inspectionFinding': ofFinding('gridCase { inspectionFinding { id } }'),
  }),
  ...probesOf(gridCase, ROWS, {
    'Query.grid': ofGrid('name'),
    Grid: ofGrid('people'),
    GridCommandLevel: ofGrid('command { level }'),
    'Query.grids': gridsPage('edges { node { name } }'),
    GridConnection: gridsPage('pageInfo { endCursor }'),
    GridEdge: gridsPage('edges { cursor }'),
    'Query.gridWorkers': workersPage('edges { node { id } }'),
    GridWorker: workersPage('edges { node { name } }'),
    GridWorkerConnection: workersPage('pageInfo { endCursor }'),
    GridWorkerEdge: workersPage('edges { cursor }'),
    'Query.gridExport': exportedGrids,
    GridExport: exportedGrids,
  }),
  ...probesOf(gridCase, WITHHELD_FIELD, { 'GridWorker.phone': workersPage('edges { node { phone } }') }),
  ...probesOf(gridCase, SUMS, { 'Query.gridNetwork': network, GridNetwork: network }),
  ...probesOf(gridCase, REFUSED, {
    ...bothOf('importGrids', 'mutation { importGrids(input: { grids: [] }) { importation { added } } }'),
    ...bothOf(
      'importGridWorkers',
      'mutation { importGridWorkers(input: { workers: [] }) { importation { added } } }',
    ),
    GridImportation: 'mutation { importGrids(input: { grids: [] }) { importation { changed } } }',
  }),
  ...probesOf(people, WITHHELD_ROWS, {
    'Query.lead': ofLead('id'),
    Lead: ofLead('evidence'),
    LeadEvent: ofLead('timeline { actor }'),
    LeadEscalation: leadsPage('edges { node { escalation { level } } }'),
    'Lead.servingGrid': ofLead('servingGrid { name }'),
    'Lead.gridCase': ofLead('gridCase { title }'),
    'GridCase.sourceLead': ofLead('gridCase { sourceLead { id } }'),
    'Query.leads': leadsPage('edges { node { id } }'),
    LeadConnection: leadsPage('pageInfo { endCursor }'),
    LeadEdge: leadsPage('edges { cursor }'),
    'Query.leadList': ofLeadList('id'),
    LeadList: ofLeadList('title'),
    LeadProgress: ofLeadList('progress { total }'),
    'Query.leadLists': leadListsPage('edges { node { id } }'),
    LeadListConnection: leadListsPage('pageInfo { endCursor }'),
    LeadListEdge: leadListsPage('edges { cursor }'),
    'Query.leadExport': exportedLeads,
    LeadExport: exportedLeads,
    'Query.petitionReception': ofPetition('id'),
    PetitionReception: ofPetition('petitioner'),
    PetitionEvent: ofPetition('timeline { actor }'),
    'PetitionReception.gridCase': ofPetition('gridCase { title }'),
    'GridCase.petitionReception': ofPetition('gridCase { petitionReception { id } }'),
    'Query.petitionReceptions': petitionsPage('edges { node { id } }'),
    PetitionReceptionConnection: petitionsPage('pageInfo { endCursor }'),
    PetitionReceptionEdge: petitionsPage('edges { cursor }'),
    'Query.householdVisit': ofVisit('id'),
    HouseholdVisit: ofVisit('visitors'),
    HouseholdNeed: ofVisit('needs { description }'),
    HouseholdVisitFollowUp: ofVisit('followUps { note }'),
    HouseholdVisitCorrection: ofVisit('corrections { reason }'),
    HouseholdVisitBefore: ofVisit('corrections { before { visitors } }'),
    'Query.householdVisits': visitsPage('edges { node { id } }'),
    HouseholdVisitConnection: visitsPage('pageInfo { endCursor }'),
    HouseholdVisitEdge: visitsPage('edges { cursor }'),
  }),
  ...probesOf(people, REFUSED, {
    ...bothOf(
      'openLeadList',
      mutation('openLeadList', 'title: "", jurisdiction: "330421103", dueOn: "2019-01-01"', 'list'),
    ),
    ...bothOf(
      'pushLeads',
      'mutation { pushLeads(input: { listId: "none", leads: [] }) { push { pushed } } }',
    ),
    LeadPush: 'mutation { pushLeads(input: { listId: "none", leads: [] }) { push { unchanged } } }',
    ...bothOf(
      'splitLeadList',
      'mutation { splitLeadList(input: { listId: "none" }) { split { assigned } } }',
    ),
    LeadSplit: 'mutation { splitLeadList(input: { listId: "none" }) { split { left } } }',
    ...bothOf(
      'assignLeads',
      'mutation { assignLeads(input: { leadIds: [], agency: "330421-URBAN" }) { assignment { assigned } } }',
    ),
    LeadAssignment:
      'mutation { assignLeads(input: { leadIds: [], agency: "330421-URBAN" }) { assignment { unchanged } } }',
    ...bothOf(
      'recordLeadResults',
      'mutation { recordLeadResults(input: { results: [] }) { record { recorded } } }',
    ),
    LeadResultRecord: 'mutation { recordLeadResults(input: { results: [] }) { record { unchanged } } }',
    ...bothOf(
      'openGridCaseFromLead',
      mutation('openGridCaseFromLead', 'leadId: "none", category: "EXPOSED_GARBAGE"', 'gridCase'),
    ),
    ...bothOf(
      'recordPetitionReception',
      mutation(
        'recordPetitionReception',
        'jurisdiction: "330421103", receivedBy: "", petitioner: "", claim: ""',
        'reception',
      ),
    ),
    ...bothOf(
      'stateOnPetition',
      mutation('stateOnPetition', 'receptionId: "none", statement: "x"', 'reception'),
    ),
    ...bothOf(
      'instructOnPetition',
      mutation(
        'instructOnPetition',
        'receptionId: "none", instruction: "x", toAgency: "330421-URBAN", dueOn: "2026-12-01"',
        'reception',
      ),
    ),
    ...bothOf(
      'followUpOnPetition',
      mutation('followUpOnPetition', 'receptionId: "none", note: "x"', 'reception'),
    ),
    ...bothOf(
      'closePetition',
      mutation('closePetition', 'receptionId: "none", outcome: SETTLED, note: "x"', 'reception'),
    ),
    ...bothOf(
      'openGridCaseFromPetition',
      mutation(
        'openGridCaseFromPetition',
        'receptionId: "none", category: "EXPOSED_GARBAGE", title: "x"',
        'gridCase',
      ),
    ),
    ...bothOf(
      'recordHouseholdVisit',
      mutation('recordHouseholdVisit', 'householdId: "none", visitors: ["x"]', 'visit'),
    ),
    ...bothOf(
      'correctHouseholdVisit',
      mutation('correctHouseholdVisit', 'visitId: "none", reason: "x"', 'visit'),
    ),
    ...bothOf(
      'followUpOnHouseholdVisit',
      mutation('followUpOnHouseholdVisit', 'visitId: "none", note: "x", isDone: false', 'visit'),
    ),
  }),
  ...probesOf(people, WITHHELD_ROWS, {
    'Query.household': ofHousehold('id'),
    Household: ofHousehold('head'),
    HouseholdCorrection: ofHousehold('corrections { reason }'),
    HouseholdBefore: ofHousehold('corrections { before { head } }'),
    'Query.households': householdsPage('edges { node { id } }'),
    HouseholdConnection: householdsPage('pageInfo { endCursor }'),
    HouseholdEdge: householdsPage('edges { cursor }'),
    WasteCard: ofCard('points'),
    WasteStamp: ofCard('stamps { kind }'),
    WasteStampRevision: ofCard('stamps { revisions { actor } }'),
    WasteRewardHandOut: ofCard('handOut { recipient }'),
    'Query.wasteStatementExport': exportedStatement,
    WasteStatementExport: exportedStatement,
  }),
  ...probesOf(people, SUMS, { 'Query.wasteStatement': statement, WasteStatement: statement }),
  // The rewards of a place are laid down for all; how many households earn them is a sum.
  ...probesOf(people, SUMS, {
    WasteRewardCount: `{ wasteStatement(under: "${VILLAGE}", month: "2019-01") { rewards { earned } } }`,
  }),
  ...probesOf(people, REFUSED, {
    ...bothOf(
      'registerHouseholds',
      `mutation { registerHouseholds(input: { jurisdiction: "330421103", households: [] }) { registration { registered } } }`,
    ),
    HouseholdRegistration: `mutation { registerHouseholds(input: { jurisdiction: "330421103", households: [] }) { registration { unchanged } } }`,
    ...bothOf(
      'correctHousehold',
      mutation('correctHousehold', 'householdId: "none", reason: "x"', 'household'),
    ),
    ...bothOf(
      'recordHouseholdDeparture',
      mutation('recordHouseholdDeparture', 'householdId: "none"', 'household'),
    ),
    ...bothOf(
      'recordWasteStamp',
      mutation('recordWasteStamp', 'householdId: "none", weekOf: "2026-11-16", kind: RED', 'stamp'),
    ),
    ...bothOf(
      'recordWasteRound',
      `mutation { recordWasteRound(input: { jurisdiction: "330421103", weekOf: "2026-11-16", stamps: [] }) { round { recorded } } }`,
    ),
    WasteRound: `mutation { recordWasteRound(input: { jurisdiction: "330421103", weekOf: "2026-11-16", stamps: [] }) { round { unchanged } } }`,
    ...bothOf(
      'correctWasteStamp',
      mutation('correctWasteStamp', 'stampId: "none", kind: RED, reason: "x"', 'stamp'),
    ),
    ...bothOf(
      'handOutWasteReward',
      `mutation { handOutWasteReward(input: { householdId: "none", month: "2026-10" }) { card { points } } }`,
    ),
  }),
  ...probesOf(inspection, REFUSED, {
    ...bothOf(
      'openInspectionCampaign',
      mutation('openInspectionCampaign', 'month: "2026-11", units: ["330421103-TOURISM"]', 'campaign'),
    ),
    ...bothOf(
      'closeInspectionCampaign',
      mutation('closeInspectionCampaign', 'campaignId: "none"', 'campaign'),
    ),
    ...bothOf(
      'submitInspectionFinding',
      mutation(
        'submitInspectionFinding',
        `campaignId: "none", inspected: "330421103-TOURISM", category: "EXPOSED_GARBAGE", description: "x",
         responsiblePerson: "x", responsiblePhone: "1", photos: [],
         location: { latitude: 30.9, longitude: 120.9, road: "x" }`,
        'finding',
      ),
    ),
    ...bothOf(
      'reviewInspectionFinding',
      mutation('reviewInspectionFinding', 'findingId: "none", decision: ACCEPT', 'finding'),
    ),
    ...bothOf(
      'withdrawInspectionFinding',
      mutation('withdrawInspectionFinding', 'findingId: "none", reason: "x"', 'finding'),
    ),
    ...bothOf(
      'resubmitInspectionFinding',
      mutation('resubmitInspectionFinding', 'findingId: "none"', 'finding'),
    ),
    ...bothOf(
      'openGridCaseFromInspectionFinding',
      mutation('openGridCaseFromInspectionFinding', 'findingId: "none"', 'gridCase'),
    ),
  }),
  // Sums over what the asker may see, which for a stranger are sums over nothing.
  ...probesOf(gridCase, SUMS, {
    GridBoardSummary: boardOf('overdueCount'),
    GridStageCount: boardOf('stages { count }'),
  }),
};

const store: Domain['store'] = async (hub) => {
  await hub.build('grid', async (db) => {
    const sample = aCase({
      ...{ id: CASE, number: '330421103-20261116-9001', title: MARK, stage: 'DISPATCHED' },
      ...{ jurisdiction: '330421103', address: '西街1号' },
      ...{ reporter: gridCase.provider, task_agency: gridCase.named },
    });
    await storeCases(db, sample);
    const { reported_at, reporter: agency } = sample;
    const step = { at: reported_at, actor: '王', agency };
    await storeEvents(
      db,
      sample,
      { ...step, kind: 'RECEIVED', stage: 'RECEIVED' },
      { ...step, kind: 'FILED', stage: 'FILED' },
    );
    await db('case_extensions').insert({
      ...{ id: randomUUID(), case_id: CASE, jurisdiction: '330421103', agency, dispatcher: agency },
      ...{
        until: reported_at,
        reason: '待料',
        status: 'LAPSED',
        requested_at: reported_at,
        requested_by: '王',
      },
    });
    await db('case_referrals').insert({
      ...{
        id: randomUUID(),
        case_id: CASE,
        jurisdiction: '330421103',
        to_place: '320509110',
        from_agency: agency,
      },
      ...{
        to_agency: gridCase.named,
        reason: '漂移',
        status: 'OFFERED',
        offered_at: reported_at,
        offered_by: '王',
      },
    });
    await db('joint_patrol_shifts').insert({
      ...{ id: randomUUID(), jurisdiction: '330421103', member: '俞晓峰', agency: gridCase.named },
      ...{
        starts_at: reported_at,
        ends_at: '2026-11-16T09:00:00Z',
        is_excused: false,
        recorded_by: agency,
      },
    });
    const patrolled = { reach: 'TAIPU-DINGZHA', jurisdiction: '330421111', recorded_by: agency };
    await db('river_patrols').insert({
      ...{
        id: CASE,
        ...patrolled,
        started_at: reported_at,
        ended_at: reported_at,
        members: ['甲'],
        photos: [],
      },
      confiscations: JSON.stringify([{ thing: '地笼', quantity: 1, unit: '只', note: null }]),
    });
    await db('river_removals').insert({
      ...{ id: CASE, patrol_id: CASE, ordinal: 0, ...patrolled, thing: '簖', ordered_on: '2026-11-16' },
      ...{ remove_until: '2026-11-20', due_on: '2026-11-30' },
    });
    await db('river_removal_graces').insert({
      ...{
        removal_id: CASE,
        grace_until: '2026-11-30',
        granted_by: '河长',
        agency,
        granted_at: reported_at,
        reason: '住院',
      },
    });
    // In a place that the demo does not know, so that the sample is all that there is.
    const place = '330421103999';
    const placed = aCase({
      ...sample,
      id: randomUUID(),
      number: '330421103-20261116-9002',
      jurisdiction: place,
    });
    await storeCases(db, placed);
    await db('forces').insert({
      ...{
        id: randomUUID(),
        agency,
        jurisdiction: place,
        people: 3,
        vehicles: 0,
        boats: 0,
        at: reported_at,
      },
    });
    await storeInspection(db);
    await storeHousehold(db);
    await storeFieldwork(db);
    // To a place that no warning of the demo is for, so that it is the only one there.
    await db('downstream_alerts').insert({
      ...{ transaction_id: 0, ordinal: 0, id: randomUUID(), case_id: CASE, jurisdiction: '330421109' },
      ...{ alerted_reach: 'TAIPU-DINGZHA', reach: 'XIANGFUDANG', distance: 1, from_place: '330421103' },
      ...{ recorded_by: agency, at: reported_at, message_zh: '水葫芦', message_en: 'hyacinth' },
    });
  });
};

export const grid: Domain = { samples: [gridCase, inspection, people], table, store };
