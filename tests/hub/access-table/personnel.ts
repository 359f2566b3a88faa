import { randomUUID } from 'node:crypto';
import {
  bothOf,
  type Domain,
  FIELD,
  mutation,
  OWN,
  probesOf,
  REFUSED,
  ROWS,
  type Sample,
  WITHHELD_LIST,
  WITHHELD_ROWS,
} from './outcomes';

const contact: Sample = {
  ...{ item: 'personnel.officer-contact', provider: '310118-AGRI' },
  ...{ named: '310118-AGRI', place: '310118-GOV' },
};
const flow: Sample = {
  ...{ item: 'labor-flow.reports', provider: '341225-HRSS' },
  ...{ named: '341225-HRSS', place: '330421-HRSS' },
};
const conduct: Sample = {
  ...{ item: 'personnel.conduct', provider: '310118104-CITYOPS' },
  ...{ named: '341225-HRSS', place: '310118-ORG' },
};
const POSTING = randomUUID();
const PROGRAM = 'ACCESS-TABLE';
const LEAVE = randomUUID();
const TRANSFER = randomUUID();
const SHEET = randomUUID();
const SCORE = randomUUID();
const MARK = '访问表样例';
const ofLeave = (selection: string) => `{ leaveRequest(id: "${LEAVE}") { ${selection} } }`;
// Where no leave of the demo is taken.
const ofTransfer = (selection: string) => `{ officerTransfer(id: "${TRANSFER}") { ${selection} } }`;
/** Of all that the caller may see of transfers: in the demo the asked units have none but the sample. */
const transfersPage = (selection: string) => `{ officerTransfers(status: REFUSED) { ${selection} } }`;
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
/** Actions about officers' transfers, each about something that is not there. */
const TRANSFER_ACTIONS: Record<string, [noun: string, input: string]> = {
  proposeOfficerTransfer: ['transfer', 'officerId: "none", toAgency: "310118-ORG", reason: "x"'],
  answerOfficerTransfer: ['transfer', 'transferId: "none", decision: AGREE'],
  withdrawOfficerTransfer: ['transfer', 'transferId: "none"'],
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
const conflictsPage = (selection: string) =>
  `{ attendanceConflicts(month: "2026-09", program: "${PROGRAM}") { ${selection} } }`;
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
const reportsPage = (selection: string) =>
  `{ laborFlowReports(month: "2026-10", reportedBy: "${flow.provider}") { ${selection} } }`;
const changesPage = (selection: string) => `{ laborFlowChanges(first: 1000) { ${selection} } }`;
const officersPage = (selection: string) =>
  `{ officers(agency: "${contact.provider}", first: 1) { edges { node { ${selection} } } } }`;
const SUBMIT = `mutation {
  submitLaborFlowReports(input: {
    batchKey: "${MARK}", month: "2026-10", side: ORIGIN
    definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
    rows: [{ origin: "341225", destination: "330421", sector: "C", workers: 7 }]
  }) { batch { id } }
}`;
const SUBMIT_LINES = `mutation {
  submitLaborFlowLines(input: {
    batchKey: "${MARK}批量", month: "2026-10", side: ORIGIN
    definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
    lines: "341225,330421,D,7"
  }) { batch { id } }
}`;
const WITHDRAW = `mutation {
  withdrawLaborFlowReports(input: {
    batchKey: "${MARK}撤回", month: "2026-10", side: ORIGIN
    rows: [{ origin: "341225", destination: "330421", sector: "T" }]
  }) { batch { id } }
}`;

/** Who sees what of the domain. */
const table: Domain['table'] = {
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
    'Query.attendanceConflicts': conflictsPage('edges { node { kind } }'),
    AttendanceConflictConnection: conflictsPage('pageInfo { endCursor }'),
    AttendanceConflictEdge: conflictsPage('edges { cursor }'),
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
    'Query.officerTransfer': ofTransfer('id'),
    'Query.officerTransfers': transfersPage('edges { node { id } }'),
    OfficerTransfer: ofTransfer('reason'),
    OfficerTransferConnection: transfersPage('pageInfo { endCursor }'),
    OfficerTransferEdge: transfersPage('edges { cursor }'),
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
      ...Object.entries({ ...CONDUCT_ACTIONS, ...TRANSFER_ACTIONS }).map(([name, [noun, input]]) =>
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
    'Mutation.submitLaborFlowLines': SUBMIT_LINES,
    SubmitLaborFlowLinesPayload: SUBMIT_LINES,
    'Mutation.withdrawLaborFlowReports': WITHDRAW,
    WithdrawLaborFlowReportsPayload: WITHDRAW,
  }),
};

const store: Domain['store'] = async (hub) => {
  await hub.build('personnel', async (db) => {
    const { provider: host_agency, named: home_agency } = conduct;
    const officer = randomUUID();
    await db('officers').insert({ id: officer, name: MARK, title: '科员', agency: home_agency });
    const at = new Date('2026-09-01T02:00:00Z');
    await db('officer_transfers').insert({
      ...{ id: TRANSFER, officer, from_agency: home_agency, to_agency: host_agency, status: 'REFUSED' },
      ...{ reason: MARK, proposed_by: host_agency, proposed_at: at, proposer: '王', title: '科员' },
      ...{ answered_by: home_agency, answered_at: at, answerer: '王' },
    });
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
  await hub.build('personnel', (db) => db('officer_contacts').whereNull('email').update({ email: 'a@b.cn' }));
  const submitted = await hub.send(flow.provider, SUBMIT);
  expect(submitted.data.submitLaborFlowReports.batch).not.toBeNull();
};

export const personnel: Domain = { samples: [contact, flow], table, store };
