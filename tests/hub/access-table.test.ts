import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isIntrospectionType, isObjectType } from 'graphql';
import { SUBGRAPHS } from '../../subgraphs';
import type { ItemName } from '../../subgraphs/kit/catalog';
import type { Db } from '../../subgraphs/kit/database';
import { sharingOf } from '../../subgraphs/kit/sharing';
import { buildSchema } from '../../subgraphs/kit/subgraph';
import { addDays, dayOf } from '../../subgraphs/kit/time';
import { aCase, storeCases, storeEvents } from '../grid/make';
import { useHub } from '../support/hub';

/** What an asker makes of a value: sees it, is told that it is withheld, or finds nothing. */
type Outcome = 'seen' | 'withheld' | 'absent' | 'UNAUTHENTICATED';

const ASKERS = [
  'nobody',
  'a stranger',
  'a party by name',
  'a party by place',
  'a grantee without the purpose',
  'a grantee with the purpose',
  'a grantee whose days are over',
  'a grantee that was revoked',
  'a steward of the provider',
] as const;
type Asker = (typeof ASKERS)[number];
type Outcomes = Readonly<Record<Asker, Outcome>>;

/** Conditional rows: absent for whoever may not see them. */
const ROWS: Outcomes = {
  nobody: 'UNAUTHENTICATED',
  'a stranger': 'absent',
  'a party by name': 'seen',
  'a party by place': 'seen',
  'a grantee without the purpose': 'absent',
  'a grantee with the purpose': 'seen',
  'a grantee whose days are over': 'absent',
  'a grantee that was revoked': 'absent',
  'a steward of the provider': 'seen',
};

/** What a unit has for itself alone. */
const OWN: Outcomes = { ...ROWS, 'a party by place': 'absent', 'a grantee with the purpose': 'absent' };

/** What is refused to everyone, and so shows nothing to anyone. */
const REFUSED: Outcomes = {
  ...OWN,
  ...{ 'a party by name': 'absent', 'a steward of the provider': 'absent' },
};

/** Counts of what one may see, which are numbers for everyone. */
const SUMS = Object.fromEntries(
  ASKERS.map((asker) => [asker, asker === 'nobody' ? 'UNAUTHENTICATED' : 'seen']),
) as Outcomes;

/** A conditional field of rows that everyone may see, and that makes no one a party by place. */
const FIELD: Outcomes = {
  ...ROWS,
  'a stranger': 'withheld',
  'a party by place': 'withheld',
  'a grantee without the purpose': 'withheld',
  'a grantee whose days are over': 'withheld',
  'a grantee that was revoked': 'withheld',
};

/** A withheld field of conditional rows, which no grant opens. */
const WITHHELD_FIELD: Outcomes = { ...ROWS, 'a grantee with the purpose': 'withheld' };

/** Withheld rows, which no grant opens. */
const WITHHELD_ROWS: Outcomes = { ...ROWS, 'a grantee with the purpose': 'absent' };

/** What rows that everyone may see hold of a withheld item. */
const WITHHELD_LIST: Outcomes = {
  ...FIELD,
  'a party by place': 'seen',
  'a grantee with the purpose': 'withheld',
};

/** Whose the sample of an item is, and who comes near it. */
interface Sample {
  /** The item that is granted. */
  item: ItemName;
  provider: string;
  named: string;
  place: string;
}

const PURPOSE = '访问表核对';
const GRANTEE = '310000-YRDOFFICE';
const EXPIRED = '310000-VEGGROUP';
const REVOKED = '310000-COMMERCE';
const STRANGER = '340000-AGRI';

const contact: Sample = {
  ...{ item: 'personnel.officer-contact', provider: '310118-AGRI' },
  ...{ named: '310118-AGRI', place: '310118-GOV' },
};
const flow: Sample = {
  ...{ item: 'labor-flow.reports', provider: '341225-HRSS' },
  ...{ named: '341225-HRSS', place: '330421-HRSS' },
};
const gridCase: Sample = {
  ...{ item: 'grid.cases', provider: '310118104-CITYOPS' },
  ...{ named: '320509110-SANITATION', place: '330421103-CITYOPS' },
};
const alert: Sample = { ...gridCase, named: gridCase.provider };
const patrol: Sample = { ...alert, place: '330421111-CITYOPS' };
const application: Sample = {
  ...{ item: 'tourism.applications', provider: '330421103-REVIEW' },
  ...{ named: '330421103-REVIEW', place: '310118104-TOURISM' },
};
const applicant: Sample = { ...application, place: '310118104-REVIEW' };
const conduct: Sample = {
  ...{ item: 'personnel.conduct', provider: '310118104-CITYOPS' },
  ...{ named: '341225-HRSS', place: '310118-ORG' },
};
const batch: Sample = {
  ...{ item: 'agriculture.batches', provider: '330421-AGRI' },
  ...{ named: '320000-AGRI', place: '330000-AGRI' },
};
const SAMPLES = [batch, contact, flow, gridCase, application];

/** What is said of a row that everyone may see: for the parties to it, by place too, and for grantees. */
const ASIDE: Outcomes = { ...FIELD, 'a party by place': 'seen' };

const CASE = randomUUID();
const SESSION = randomUUID();
const PATROL = randomUUID();
const CONDITION = randomUUID();
const APPLICATION = randomUUID();
const POSTING = randomUUID();
const PROGRAM = 'ACCESS-TABLE';
const LEAVE = randomUUID();
const SHEET = randomUUID();
const SCORE = randomUUID();
const BATCH = randomUUID();
const BASE = randomUUID();
const MARK = '访问表样例';

interface Probe {
  sample: Sample;
  /** Selects nothing with a value but what the coordinate holds of the sample. */
  query: string;
  outcomes: Outcomes;
}

const probesOf = (
  sample: Sample,
  outcomes: Outcomes,
  queries: Record<string, string>,
): Record<string, Probe> =>
  Object.fromEntries(
    Object.entries(queries).map(([coordinate, query]) => [coordinate, { sample, query, outcomes }]),
  );

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
const mutation = (name: string, input: string, noun: string) =>
  `mutation { ${name}(input: { ${input} }) { ${noun} { id } } }`;
const pascal = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const bothOf = (name: string, query: string) => ({
  [`Mutation.${name}`]: query,
  [`${pascal(name)}Payload`]: query,
});
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
const ofLeave = (selection: string) => `{ leaveRequest(id: "${LEAVE}") { ${selection} } }`;
// Where no leave of the demo is taken.
const leavePage = (selection: string) => `{ leaveRequests(hostUnder: "330421102") { ${selection} } }`;
const deputiesPage = (selection: string) => `{ leaveDeputies { ${selection} } }`;
/** Actions about a posting's conduct, each about something that is not there. */
const CONDUCT_ACTIONS: Record<string, [noun: string, input: string]> = {
  requestLeave: [
    'leaveRequest',
    'secondmentId: "none", startsOn: "2026-10-12", endsOn: "2026-10-12", reason: "x"',
  ],
  decideLeave: ['leaveRequest', 'leaveRequestId: "none", decision: APPROVE'],
  withdrawLeave: ['leaveRequest', 'leaveRequestId: "none"'],
  returnFromLeave: ['leaveRequest', 'leaveRequestId: "none", returnedOn: "2026-10-12"'],
  appointLeaveDeputy: [
    'leaveDeputy',
    'role: TEAM_LEADER, deputy: "x", startsOn: "2026-10-12", endsOn: "2026-10-12"',
  ],
  endLeaveDeputy: ['leaveDeputy', 'deputyId: "none", endsOn: "2026-10-12"'],
  recordAttendanceSheet: ['sheet', 'secondmentId: "none", weekOf: "2026-09-07", days: []'],
  correctAttendanceSheet: ['sheet', 'sheetId: "none", days: [], reason: "x"'],
  checkIn: ['checkIn', 'secondmentId: "none", latitude: 31, longitude: 121'],
  recordWeeklyScore: ['weeklyScore', 'secondmentId: "none", weekOf: "2026-09-07", deductions: []'],
  correctWeeklyScore: ['weeklyScore', 'weeklyScoreId: "none", deductions: [], reason: "x"'],
  recordSpotCheck: ['spotCheck', 'secondmentId: "none", finding: ABSENT, note: "x"'],
  recordReminderTalk: ['reminderTalk', 'secondmentId: "none", talker: "x", content: "x"'],
};
const PUBLISH_RANKING = `mutation {
  publishMonthlyRanking(input: { hostUnder: "340000", month: "2030-01" }) { monthlyRanking { month } }
}`;
const RECORD_TABLE = `mutation {
  recordAttendanceSheets(input: { weekOf: "2026-09-07", lines: [] }) { batch { weekOf } }
}`;
const ofSheet = (selection: string) => `{ attendanceSheet(id: "${SHEET}") { ${selection} } }`;
const ofScore = (selection: string) => `{ weeklyScore(id: "${SCORE}") { ${selection} } }`;
const ofMonth = (selection: string) => ofPosting(`attendance(month: "2026-09") { ${selection} }`);
/** A month of the place in which nobody but the sample was scored, without what anyone may know of it. */
const ofRanking = (selection: string) =>
  `{ monthlyRanking(hostUnder: "330421102", month: "2026-09") { ${selection} } }`;
const ofPosting = (selection: string) => `{ secondment(id: "${POSTING}") { ${selection} } }`;
const secondmentReportsPage = (selection: string) =>
  `{ secondmentReports(program: "${PROGRAM}") { ${selection} } }`;
const statement = (selection: string) =>
  `{ subsidyStatement(program: "${PROGRAM}", month: "2026-09") { ${selection} } }`;
const alertsOf = (selection: string) => `{ nominalPostingAlerts(program: "${PROGRAM}") { ${selection} } }`;
const agendaPage = (selection: string) =>
  `{ secondmentAgenda(program: "${PROGRAM}", weekOf: "2027-03-01") { ${selection} } }`;
const ofApplication = (selection: string) => `{ licenseApplication(id: "${APPLICATION}") { ${selection} } }`;
const applicationsPage = (selection: string) =>
  `{ licenseApplications(shopNameContains: "${MARK}") { ${selection} } }`;
const ofSession = (selection: string) => `{ reviewSession(id: "${SESSION}") { ${selection} } }`;
const ofScenicPatrol = (selection: string) => `{ scenicPatrol(id: "${PATROL}") { ${selection} } }`;
const conditionsPage = (selection: string) =>
  `{ decisionConditions(under: "310118104", status: OVERDUE) { ${selection} } }`;
const scenicPatrolsPage = (selection: string) =>
  `{ scenicPatrols(under: "310118104", patrolledTo: "2025-12-31") { ${selection} } }`;
const findingsPage = (selection: string) =>
  `{ patrolFindings(under: "310118104", first: 1) { ${selection} } }`;
const durationsOf = (selection: string) =>
  `{ reviewDurations(under: "310118104", decidedFrom: "2025-03-10", decidedTo: "2025-03-10") { ${selection} } }`;
const act = (name: string, input: string, noun = 'licenseApplication') => ({
  [`Mutation.${name}`]: `mutation { ${name}(input: { ${input} }) { ${noun} { id } } }`,
  [`${name[0]?.toUpperCase()}${name.slice(1)}Payload`]: `mutation { ${name}(input: { ${input} }) { ${noun} { id } } }`,
});
const reportsPage = (selection: string) =>
  `{ laborFlowReports(month: "2026-10", reportedBy: "${flow.provider}") { ${selection} } }`;
const changesPage = (selection: string) => `{ laborFlowChanges(first: 1000) { ${selection} } }`;
const consistency = (selection: string) => `{ specConsistency(baseId: "${BASE}", product: "SWEET_POTATO_MINI",
  parameter: "UNIT_WEIGHT", from: "2026-11-01", to: "2026-11-30") { ${selection} } }`;
const officersPage = (selection: string) =>
  `{ officers(agency: "${contact.provider}", first: 1) { edges { node { ${selection} } } } }`;
const ofBatch = (selection: string) => `{ supplyBatch(id: "${BATCH}") { ${selection} } }`;
const batchesPage = (selection: string) => `{ supplyBatches(code: "${MARK}") { ${selection} } }`;
const SUBMIT = `mutation {
  submitLaborFlowReports(input: {
    batchKey: "${MARK}", month: "2026-10", side: ORIGIN
    definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
    rows: [{ origin: "341225", destination: "330421", sector: "C", workers: 7 }]
  }) { batch { id } }
}`;
const WITHDRAW = `mutation {
  withdrawLaborFlowReports(input: {
    batchKey: "${MARK}撤回", month: "2026-10", side: ORIGIN
    rows: [{ origin: "341225", destination: "330421", sector: "T" }]
  }) { batch { id } }
}`;

/** Who sees what: a line for everything in the schemas that is conditional or withheld. */
const TABLE: Record<string, Probe> = {
  ...probesOf(contact, FIELD, {
    'Officer.phone': officersPage('phone'),
    'Officer.email': officersPage('email'),
  }),
  ...probesOf(conduct, WITHHELD_LIST, {
    'Secondment.assessments': ofPosting('assessments { grade }'),
    SecondmentAssessment: ofPosting('assessments { comment }'),
    'Secondment.reports': ofPosting('reports { id }'),
    SecondmentReport: ofPosting('reports { title }'),
    'Secondment.housing': ofPosting('housing { id }'),
    SecondmentHousing: ofPosting('housing { address }'),
    'Secondment.subsidies': ofPosting('subsidies { month }'),
    SecondmentSubsidy: ofPosting('subsidies { amountYuan }'),
  }),
  ...probesOf(conduct, WITHHELD_ROWS, {
    'Query.secondmentReport': `{ secondmentReport(id: "${POSTING}") { id } }`,
    'Query.secondmentReports': secondmentReportsPage('edges { node { id } }'),
    SecondmentReportEvent: `{ secondmentReport(id: "${POSTING}") { timeline { actor } } }`,
    SecondmentReportConnection: secondmentReportsPage('pageInfo { endCursor }'),
    SecondmentReportEdge: secondmentReportsPage('edges { cursor }'),
    'Query.subsidyStatement': statement('totalYuan'),
    SubsidyStatement: statement('csv'),
    SecondmentSubsidyConnection: statement('lines { pageInfo { endCursor } }'),
    SecondmentSubsidyEdge: statement('lines { edges { cursor } }'),
    'Query.nominalPostingAlerts': alertsOf('on'),
    NominalPostingAlert: alertsOf('secondment { id }'),
    NominalPostingReason: alertsOf('reasons { code }'),
    'Query.secondmentAgenda': agendaPage('edges { node { kind } }'),
    SecondmentDuty: agendaPage('edges { node { dueOn } }'),
    SecondmentDutyConnection: agendaPage('pageInfo { endCursor }'),
    SecondmentDutyEdge: agendaPage('edges { cursor }'),
  }),
  ...probesOf(conduct, WITHHELD_LIST, {
    'Secondment.leaveRequests': ofPosting('leaveRequests { id }'),
    'Secondment.attendance': ofMonth('rate'),
    AttendanceMonth: ofMonth('workingDays'),
    AttendanceConflict: ofMonth('conflicts { kind }'),
    AttendanceDay: ofMonth('days { date }'),
    AttendanceCheckIn: ofMonth('days { checkIn { id } }'),
    'Secondment.weeklyScores': ofPosting('weeklyScores(month: "2026-09") { score }'),
    'Secondment.spotChecks': ofPosting('spotChecks { id }'),
    SpotCheck: ofPosting('spotChecks { note }'),
    'Secondment.reminderTalks': ofPosting('reminderTalks { id }'),
    ReminderTalk: ofPosting('reminderTalks { content }'),
  }),
  ...probesOf(conduct, WITHHELD_ROWS, {
    'Query.attendanceSheet': ofSheet('id'),
    AttendanceSheet: ofSheet('revision'),
    AttendanceSheetDay: ofSheet('days { presence }'),
    AttendanceSheetRevision: ofSheet('history { revision }'),
    'Query.weeklyScore': ofScore('id'),
    WeeklyScore: ofScore('score'),
    ScoreDeduction: ofScore('deductions { points }'),
    WeeklyScoreRevision: ofScore('history { revision }'),
    'Query.monthlyRanking': ofRanking('red { rank }'),
    MonthlyRanking: ofRanking('edition'),
    RankingEntry: ofRanking('red { total }'),
    RankingEntryConnection: ofRanking('entries { pageInfo { endCursor } }'),
    RankingEntryEdge: ofRanking('entries { edges { cursor } }'),
    'Query.leaveRequest': ofLeave('id'),
    'Query.leaveRequests': leavePage('edges { node { id } }'),
    LeaveRequest: ofLeave('reason'),
    LeaveRequestConnection: leavePage('pageInfo { endCursor }'),
    LeaveRequestEdge: leavePage('edges { cursor }'),
    LeaveRung: ofLeave('rungs { role }'),
    LeaveDecision: ofLeave('decisions { note }'),
    LeaveReturn: ofLeave('return { daysTaken }'),
    LeaveEvent: ofLeave('timeline { kind }'),
  }),
  ...probesOf(
    conduct,
    { ...REFUSED, 'a steward of the provider': 'seen' },
    {
      'Query.leaveDeputies': deputiesPage('edges { node { id } }'),
      LeaveDeputy: deputiesPage('edges { node { deputy } }'),
      LeaveDeputyConnection: deputiesPage('pageInfo { endCursor }'),
      LeaveDeputyEdge: deputiesPage('edges { cursor }'),
    },
  ),
  ...probesOf(conduct, REFUSED, {
    ...bothOf('publishMonthlyRanking', PUBLISH_RANKING),
    ...bothOf('recordAttendanceSheets', RECORD_TABLE),
    AttendanceSheetBatch: RECORD_TABLE,
    ...Object.assign(
      {},
      ...Object.entries(CONDUCT_ACTIONS).map(([name, [noun, input]]) =>
        bothOf(name, mutation(name, input, noun)),
      ),
    ),
  }),
  ...probesOf(flow, ROWS, {
    'Query.laborFlowReports': reportsPage('edges { node { workers } }'),
    'Query.laborFlowChanges': changesPage('edges { node { workers } }'),
    LaborFlowReport: reportsPage('edges { node { revision } }'),
    LaborFlowReportConnection: reportsPage('pageInfo { endCursor }'),
    LaborFlowReportEdge: reportsPage('edges { cursor }'),
    LaborFlowChange: changesPage('edges { node { revision } }'),
    LaborFlowChangeConnection: changesPage('edges { node { month } }'),
    LaborFlowChangeEdge: changesPage('edges { cursor }'),
  }),
  ...probesOf(flow, OWN, {
    'Query.laborFlowBatch': `{ laborFlowBatch(key: "${MARK}") { id } }`,
    LaborFlowBatch: `{ laborFlowBatch(key: "${MARK}") { newRows } }`,
    // Sent again, a batch is answered as before to who sent it, and refused to everyone else.
    'Mutation.submitLaborFlowReports': SUBMIT,
    SubmitLaborFlowReportsPayload: SUBMIT,
    'Mutation.withdrawLaborFlowReports': WITHDRAW,
    WithdrawLaborFlowReportsPayload: WITHDRAW,
  }),
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
  // Sums over what the asker may see, which for a stranger are sums over nothing.
  ...probesOf(gridCase, SUMS, {
    GridBoardSummary: boardOf('overdueCount'),
    GridStageCount: boardOf('stages { count }'),
  }),
  ...probesOf(application, ROWS, {
    'Query.licenseApplication': ofApplication('id'),
    'Query.licenseApplications': applicationsPage('edges { node { id } }'),
    'Jurisdiction.licenseApplications': `{ jurisdiction(code: "310118104") {
      licenseApplications(shopNameContains: "${MARK}") { edges { node { id } } }
    } }`,
    LicenseApplication: ofApplication('shopName'),
    LicensePremises: ofApplication('premises { address }'),
    LicenseMaterial: ofApplication('materials { name }'),
    LicenseApplicationEvent: ofApplication('timeline { actor }'),
    LicenseApplicationConnection: applicationsPage('pageInfo { endCursor }'),
    LicenseApplicationEdge: applicationsPage('edges { cursor }'),
  }),
  ...probesOf(application, ROWS, {
    'Query.licensePremisesHistory': `{ licensePremisesHistory(jurisdiction: "310118104", address: "某街1号") {
      edges { node { id } } } }`,
    ReviewOpinion: ofApplication('opinions { speaker }'),
    ReviewRecusal: ofApplication('recusals { person }'),
    LicenseDecision: ofApplication('decision { outcome }'),
    LicenseCertificate: ofApplication('decision { certificate { hash } }'),
    LicenseStageDuration: ofApplication('durations { stage }'),
    LicenseTurnaround: ofApplication('turnaround { countedDays }'),
    DepartmentDuration: ofApplication('turnaround { departments { workingDays } }'),
    'Query.decisionConditions': conditionsPage('edges { node { id } }'),
    DecisionCondition: conditionsPage('edges { node { text } }'),
    DecisionConditionConnection: conditionsPage('pageInfo { endCursor }'),
    DecisionConditionEdge: conditionsPage('edges { cursor }'),
    'Query.reviewDurations': durationsOf('decided'),
    ReviewDurations: durationsOf('withinTargetShare'),
    DurationFigures: durationsOf('counted { mean }'),
    StageDurations: durationsOf('stages { stage }'),
    DepartmentDurations: durationsOf('departments { function }'),
    PendingApplications: durationsOf('pending { count }'),
    'Query.reviewDurationsByTown': `{ reviewDurationsByTown(under: "310118", decidedFrom: "2025-03-10",
      decidedTo: "2025-03-10") { decided } }`,
    'Query.scenicPatrol': ofScenicPatrol('id'),
    ScenicPatrol: ofScenicPatrol('patroller'),
    PatrolFinding: ofScenicPatrol('findings { text }'),
    ScenicPatrolLocation: ofScenicPatrol('findings { location { latitude } }'),
    'Query.scenicPatrols': scenicPatrolsPage('edges { node { id } }'),
    ScenicPatrolConnection: scenicPatrolsPage('pageInfo { endCursor }'),
    ScenicPatrolEdge: scenicPatrolsPage('edges { cursor }'),
    'Query.patrolFindings': findingsPage('edges { node { id } }'),
    PatrolFindingConnection: findingsPage('pageInfo { endCursor }'),
    PatrolFindingEdge: findingsPage('edges { cursor }'),
  }),
  ...probesOf(application, ASIDE, {
    'ReviewSession.quorum': ofSession('quorum { required }'),
    ReviewQuorum: ofSession('quorum { isMet }'),
    'ReviewSession.attendance': ofSession('attendance { function }'),
    ReviewAttendance: ofSession('attendance { isPresent }'),
    'ReviewSession.agenda': ofSession('agenda { edges { node { id } } }'),
    'ReviewSession.agendaDocument': ofSession('agendaDocument'),
    'ReviewSession.minutesDocument': ofSession('minutesDocument'),
    'ReviewSession.minutes': ofSession('minutes { openedAt }'),
    ReviewMinutes: ofSession('minutes { chair }'),
    ReviewAgendaItem: ofSession('minutes { items { position } }'),
  }),
  ...probesOf(application, REFUSED, {
    ...act(
      'submitLicenseApplication',
      `jurisdiction: "310118104", kind: RENOVATION, shopName: "", business: "BAR", proposal: ""
       premises: { address: "", floors: 0, areaSquareMeters: 0 }, applicant: { name: "", phone: "" }`,
    ),
    ...act('requestLicenseMaterials', 'applicationId: "none", materials: []'),
    ...act('supplyLicenseMaterials', 'applicationId: "none", materials: []'),
    ...act('withdrawLicenseApplication', 'applicationId: "none", reason: ""'),
    ...act('rejectLicenseApplication', 'applicationId: "none", reason: ""'),
    ...act('deferLicenseApplication', 'applicationId: "none", reason: ""'),
    ...act('recordReviewOpinion', 'applicationId: "none", function: "X", verdict: APPROVE'),
    ...act('recordReviewRecusal', 'applicationId: "none", person: "", reason: ""'),
    ...act('decideLicenseApplication', 'applicationId: "none"'),
    ...act('fulfillDecisionCondition', 'conditionId: "none", note: ""', 'condition'),
    ...act(
      'submitScenicPatrol',
      'jurisdiction: "310118104", patrolledOn: "2025-03-10", findings: [{ kind: SAFETY, text: "" }]',
      'patrol',
    ),
    ...act('rectifyPatrolFinding', 'findingId: "none", note: ""', 'finding'),
  }),
  ...probesOf(applicant, WITHHELD_ROWS, {
    'Query.licenseApplicationsByApplicant': `{ licenseApplicationsByApplicant(phone: "13800000999") {
      edges { node { id } } } }`,
  }),
  ...probesOf(batch, ROWS, {
    'Query.supplyBatch': ofBatch('id'),
    'Query.supplyBatches': batchesPage('edges { node { id } }'),
    'Query.specConsistency': consistency('samples'),
    SpecConsistency: consistency('month'),
    SupplyBatch: ofBatch('quantityKg'),
    SupplyBatchConnection: batchesPage('pageInfo { endCursor }'),
    SupplyBatchEdge: batchesPage('edges { cursor }'),
    BatchTest: ofBatch('tests { method }'),
    BatchEvent: ofBatch('events { actor }'),
    BatchTrace: ofBatch('trace { recipients }'),
    TracedBatch: ofBatch('trace { batches { distance } }'),
    BatchCompliance: ofBatch('compliance(on: "2026-11-10") { verdict }'),
    BatchCheck: ofBatch('compliance(on: "2026-11-10") { checks { explanation } }'),
  }),
  ...probesOf(applicant, WITHHELD_FIELD, {
    'LicenseApplication.applicant': ofApplication('applicant { name }'),
    LicenseApplicant: ofApplication('applicant { phone }'),
  }),
};

/** What comes as a stream: who sees what of it is in live.test.ts. */
const STREAMED = new Set(['Subscription.gridBoard', 'GridBoardEvent']);

/** Everything else in the schemas that is conditional or withheld. */
const classified = SUBGRAPHS.flatMap((definition) => {
  const schema = buildSchema(definition);
  const isClassified = (declaration: Parameters<typeof sharingOf>[1]) =>
    (sharingOf(schema, declaration)?.class ?? 'UNCONDITIONAL') !== 'UNCONDITIONAL';
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) => [
      ...(isClassified(type) ? [type.name] : []),
      ...Object.values(type.getFields())
        .filter(isClassified)
        .map((field) => `${type.name}.${field.name}`),
    ])
    .filter((coordinate) => !STREAMED.has(coordinate));
}).sort();

/** A meeting that heard the sample of applications, what it came to, and a patrol. */
async function storeReview(
  db: Db,
  owned: { application_id: string; jurisdiction: string; filed_by: string },
  procedure_id: string,
): Promise<void> {
  const { jurisdiction, filed_by: office } = owned;
  const [at, day] = ['2025-03-10T02:00:00Z', '2025-03-10'];
  const session = { session_id: SESSION };
  await db('review_sessions').insert({
    ...{
      id: SESSION,
      jurisdiction,
      planned_on: day,
      held_on: day,
      is_provisional: false,
      office,
      procedure_id,
    },
    ...{ cut_off_at: at, quorum: 1, capacity: 5, status: 'OPEN', opened_at: at, chair: '王' },
    ...{ agenda_count: 1, last_position: 1 },
  });
  await db('agenda_items').insert({
    ...{ ...owned, ...session, agenda_position: 1, round: 1, entered_at: at, result: 'PENDING' },
  });
  await db('session_attendance').insert({
    ...{ ...session, function: 'FIRE_SAFETY', jurisdiction, office, agency: office, is_present: true },
    recorded_at: at,
  });
  await db('review_opinions').insert({
    ...{ ...owned, ...session, round: 1, function: 'FIRE_SAFETY', agency: office, speaker: '王' },
    ...{ verdict: 'APPROVE', conditions: [], materials: '[]', given_at: at, waited: 60 },
  });
  await db('review_recusals').insert({
    ...{ ...owned, person: '赵', reason: '亲属', agency: office, recorded_by: '王', recorded_at: at },
  });
  await db('decisions').insert({
    ...{ ...owned, ...session, town: jurisdiction, outcome: 'APPROVED', rule: 'NOTHING_IN_THE_WAY' },
    ...{
      decided_at: at,
      decided_by: office,
      actor: '王',
      intake: 1,
      materials: 1,
      session_wait: 1,
      deciding: 1,
    },
    ...{ target_days: 3, is_within_target: true },
  });
  await db('decision_conditions').insert({
    ...{
      ...owned,
      id: CONDITION,
      ordinal: 1,
      function: 'FIRE_SAFETY',
      text: '灭火器',
      due_on: day,
      status: 'OPEN',
    },
  });
  await db('certificates').insert({
    ...{ number: '310118104-2025-L0001', town: jurisdiction, year: 2025, serial: 1 },
    ...{ application_id: owned.application_id, content: '{}', hash: '0'.repeat(64) },
  });
  await db('scenic_patrols').insert({
    ...{ id: PATROL, jurisdiction, agency: office, patrolled_on: day, patroller: '王', submitted_at: at },
    digest: 'x',
  });
  await db('patrol_findings').insert({
    ...{ id: randomUUID(), patrol_id: PATROL, jurisdiction, agency: office, ordinal: 1, kind: 'SAFETY' },
    ...{ text: '青苔', latitude: 31, longitude: 120, photos: [], due_on: day, status: 'OPEN' },
  });
}

/** Every value in an answer that is neither null nor a list or an object. */
const valuesIn = (data: unknown): unknown[] => {
  if (data === null || data === undefined) return [];
  if (typeof data !== 'object') return [data];
  return Object.entries(data)
    .filter(([name]) => name !== 'hasNextPage')
    .flatMap(([, value]) => valuesIn(value));
};

describe('the access table', () => {
  const hub = useHub();

  beforeAll(async () => {
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
      // To a place that no warning of the demo is for, so that it is the only one there.
      await db('downstream_alerts').insert({
        ...{ transaction_id: 0, ordinal: 0, id: randomUUID(), case_id: CASE, jurisdiction: '330421109' },
        ...{ alerted_reach: 'TAIPU-DINGZHA', reach: 'XIANGFUDANG', distance: 1, from_place: '330421103' },
        ...{ recorded_by: agency, at: reported_at, message_zh: '水葫芦', message_en: 'hyacinth' },
      });
    });
    await hub.build('tourism', async (db) => {
      const [procedure] = await db<{ id: string }>('procedures').select('id').limit(1);
      const { provider: filed_by } = application;
      const owned = { application_id: APPLICATION, jurisdiction: '310118104', filed_by };
      const at = '2026-11-10T02:00:00Z';
      await db('applications').insert({
        ...{ id: APPLICATION, number: '310118104-2026-9001', shop_name: MARK, kind: 'RENOVATION' },
        ...{ stage: 'SUBMITTED', jurisdiction: owned.jurisdiction, address: '某街1号', floors: 1 },
        ...{ area_square_meters: 50, business: 'GUESTHOUSE', proposal: '修缮门面。', submitted_at: at },
        ...{ filed_by, procedure_id: procedure?.id, town: owned.jurisdiction, stepped_at: at },
      });
      await storeReview(db, owned, procedure?.id ?? '');
      await db('applicants').insert({ ...owned, name: '张三', phone: '13800000999' });
      await db('application_materials').insert({
        ...{ ...owned, code: 'FIRE_PLAN', name: '消防疏散图', requested_at: at },
      });
      await db('application_events').insert({
        ...{ ...owned, position: 1, kind: 'SUBMITTED', at, actor: '李', agency: filed_by },
      });
    });
    await hub.build('personnel', async (db) => {
      const { provider: host_agency, named: home_agency } = conduct;
      const officer = randomUUID();
      await db('officers').insert({ id: officer, name: MARK, title: '科员', agency: home_agency });
      await db('secondment_programs').insert({
        ...{
          code: PROGRAM,
          name: MARK,
          organizer: home_agency,
          starts_on: '2026-03-01',
          ends_on: '2027-12-31',
        },
      });
      await db('secondments').insert({
        ...{ id: POSTING, officer, program: PROGRAM, home_agency, host_agency, position: '副主任（挂职）' },
        ...{ status: 'ACTIVE', starts_on: '2026-03-02', ends_on: '2027-03-01' },
      });
      const at = new Date('2026-09-01T02:00:00Z');
      await db('secondment_reports').insert({
        ...{ id: POSTING, secondment: POSTING, kind: 'MONTHLY', month: '2026-08', title: MARK, body: MARK },
        ...{ status: 'SUBMITTED', submitted_by: host_agency, first_submitted_at: at, submitted_at: at },
      });
      await db('secondment_report_events').insert({
        ...{ report: POSTING, secondment: POSTING, ordinal: 1, status: 'SUBMITTED', at, actor: '王' },
        ...{ agency: host_agency, title: MARK, body: MARK },
      });
      await db('secondment_housing').insert({
        ...{ id: POSTING, secondment: POSTING, kind: 'CLINIC', address: MARK, lives_from: '2026-03-02' },
        ...{ recorded_by: host_agency, recorded_at: at, recorder: '王' },
      });
      await db('secondment_assessments').insert({
        ...{ id: randomUUID(), secondment: POSTING, kind: 'MIDTERM', agency: host_agency },
        ...{ grade: 'COMPETENT', comment: MARK, assessed_at: at, assessed_by: '王' },
      });
      const recorded = { secondment: POSTING, agency: host_agency, recorded_by: '王' };
      const days = JSON.stringify([{ date: '2026-09-07', presence: 'PRESENT', note: null }]);
      const sheet = { ...recorded, days, revision: 1, recorded_at: at };
      await db('attendance_sheets').insert({ ...sheet, id: SHEET, week_of: '2026-09-07' });
      await db('attendance_sheet_revisions').insert({ ...sheet, sheet: SHEET });
      await db('check_ins').insert({
        ...{ ...recorded, id: randomUUID(), day: '2026-09-07', at: '2026-09-07T01:00:00Z', host_agency },
        ...{ latitude: 32, longitude: 121, distance_meters: 100_000, is_within: false },
      });
      const deductions = JSON.stringify([{ criterion: 'DUTY', points: 1, reason: MARK }]);
      const score = { ...recorded, deductions, deducted: 1, revision: 1, recorded_at: at };
      await db('weekly_scores').insert({
        ...{
          ...score,
          id: SCORE,
          host_agency: '330421102-BUILDING',
          week_of: '2026-09-07',
          month: '2026-09',
        },
      });
      await db('weekly_score_revisions').insert({ ...score, weekly_score: SCORE });
      const ranking = randomUUID();
      await db('ranking_editions').insert({
        ...{ id: ranking, place: '330421102', month: '2026-09', edition: 1, agency: '330421102-BUILDING' },
        ...{ published_at: at, published_by: '王' },
      });
      await db('ranking_entries').insert({
        ...{ ranking, place: '330421102', rank: 1, secondment: POSTING, list: 'RED' },
        ...{ total: 99, deductions: 1, weeks: 1 },
      });
      await db('spot_checks').insert({
        ...{ ...recorded, id: randomUUID(), at, finding: 'PRESENT', note: MARK },
      });
      await db('reminder_talks').insert({
        ...{ ...recorded, id: randomUUID(), at, talker: '王', content: MARK },
      });
      await db('leave_requests').insert({
        ...{ id: LEAVE, secondment: POSTING, host_agency: '330421102-BUILDING', status: 'RETURNED' },
        ...{ starts_on: '2026-09-03', start_part: 'FULL', ends_on: '2026-09-03', end_part: 'FULL', days: 1 },
        ...{ reason: MARK, requested_at: at, requested_by: '王', agency: host_agency, decided_step: 1 },
        ...{
          starts_half: 0,
          ends_half: 1,
          returned_on: '2026-09-04',
          returned_part: 'MORNING',
          days_taken: 1,
        },
      });
      await db('leave_rungs').insert({
        ...{ leave_request: LEAVE, step: 1, secondment: POSTING, role: 'TEAM_LEADER', agency: host_agency },
        ...{ since: at, live_since: at },
      });
      await db('leave_events').insert({
        ...{ leave_request: LEAVE, ordinal: 1, kind: 'APPROVE', at, actor: '王', agency: host_agency },
        ...{ role: 'TEAM_LEADER', is_deputy: false, note: MARK },
      });
      await db('leave_deputies').insert({
        ...{ id: randomUUID(), agency: host_agency, role: 'TEAM_LEADER', deputy: '副队长' },
        ...{ starts_on: '2026-09-01', ends_on: '2026-09-30', appointed_by: '王', appointed_at: at },
      });
    });
    await hub.build('agriculture', async (db) => {
      const [day, at, agency] = ['2026-11-02', '2026-11-03T02:00:00Z', batch.provider];
      const [jurisdiction, product] = ['330421111', 'SWEET_POTATO_MINI'];
      await db('supply_bases').insert({
        ...{ id: BASE, name: MARK, jurisdiction, operator: '试验合作社', area_mu: 90 },
        ...{ registered_by: agency, registered_at: at },
      });
      await db('batches').insert({
        ...{ id: BATCH, code: MARK, base_id: BASE, base_place: jurisdiction, product, quantity_kg: 500 },
        ...{ harvested_on: day, destination: '320500', standard: 'JS-LEAFVEG', standard_issuer: batch.named },
        ...{
          applied_pesticides: ['PESTICIDE_A'],
          status: 'IN_TRANSIT',
          recorded_by: agency,
          recorded_at: at,
        },
        content_hash: '',
      });
      const event = { batch_id: BATCH, at, recorded_at: at, actor: '王', agency };
      await db('batch_events').insert([
        { ...event, id: '1', ordinal: 1, kind: 'TESTED' },
        { ...event, id: '2', ordinal: 2, kind: 'SHIPPED', recipient: '某市场' },
      ]);
      await db('batch_samples').insert({ batch_id: BATCH, event_id: '1', weights: [150] });
      await db('batch_tests').insert({
        ...{ id: randomUUID(), batch_id: BATCH, event_id: '1', parameter: 'PESTICIDE_A', value: 0.01 },
        ...{ unit: 'mg/kg', residue_definition: 'A', method: 'GB', laboratory: '某所', tested_on: day },
      });
    });
    await hub.build('personnel', (db) =>
      db('officer_contacts').whereNull('email').update({ email: 'a@b.cn' }),
    );
    await hub.build('registry', (db) =>
      db('sharing_grants').insert(
        SAMPLES.flatMap(({ item, provider }) =>
          [
            { consumer: GRANTEE, status: 'APPROVED', until: 1 },
            { consumer: EXPIRED, status: 'APPROVED', until: -1 },
            {
              consumer: REVOKED,
              status: 'REVOKED',
              until: 1,
              revoked_at: '2026-02-01',
              reason: '目的已达成',
            },
          ].map(({ until, ...grant }) => ({
            ...{ id: randomUUID(), item, provider, purpose: PURPOSE, ...grant },
            ...{ valid_from: '2026-01-01', valid_until: addDays(dayOf(new Date()), until) },
            ...{ requested_at: '2026-01-01', requested_by: '甲', decided_at: '2026-01-02', decided_by: '乙' },
          })),
        ),
      ),
    );
    const submitted = await hub.send(flow.provider, SUBMIT);
    expect(submitted.data.submitLaborFlowReports.batch).not.toBeNull();
    await sleep(600);
  });

  const ask = (asker: Asker, { provider, named, place }: Sample, query: string) => {
    switch (asker) {
      case 'nobody':
        return hub.send(null, query);
      case 'a stranger':
        return hub.sendAs(STRANGER, { purpose: PURPOSE }, query);
      case 'a party by name':
        return hub.send(named, query);
      case 'a party by place':
        return hub.send(place, query);
      case 'a grantee without the purpose':
        return hub.send(GRANTEE, query);
      case 'a grantee with the purpose':
        return hub.sendAs(GRANTEE, { purpose: PURPOSE }, query);
      case 'a grantee whose days are over':
        return hub.sendAs(EXPIRED, { purpose: PURPOSE }, query);
      case 'a grantee that was revoked':
        return hub.sendAs(REVOKED, { purpose: PURPOSE }, query);
      case 'a steward of the provider':
        return hub.sendAs(provider, { role: 'STEWARD' }, query);
    }
  };

  async function outcomeOf(asker: Asker, { sample, query }: Probe): Promise<string> {
    const { data, errors = [], extensions } = await ask(asker, sample, query);
    const values = valuesIn(data);
    const isWithheld = extensions?.withheld !== undefined;
    if (values.length > 0 && !isWithheld && errors.length === 0) return 'seen';
    if (values.length === 0 && isWithheld && errors.length === 0) return 'withheld';
    if (values.length === 0 && !isWithheld && errors.length === 0) return 'absent';
    if (values.length === 0) return errors.map((error) => error.extensions.code).join();
    return JSON.stringify({ data, errors, extensions });
  }

  it('has no line for what the schemas do not have, or what is open', () => {
    expect(Object.keys(TABLE).filter((coordinate) => !classified.includes(coordinate))).toEqual([]);
  });

  it.each(classified)('says who sees %s', async (coordinate) => {
    const probe = TABLE[coordinate];
    if (!probe) throw new Error(`${coordinate} is classified, and the table does not say who sees it`);
    const found = await Promise.all(
      ASKERS.map(async (asker) => [asker, await outcomeOf(asker, probe)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(probe.outcomes);
  });
});
