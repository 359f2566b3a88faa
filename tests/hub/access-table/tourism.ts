import { randomUUID } from 'node:crypto';
import type { Db } from '../../../subgraphs/kit/database';
import { aCase, storeCases } from '../../grid/make';
import {
  ASIDE,
  type Domain,
  OWN,
  probesOf,
  REFUSED,
  ROWS,
  type Sample,
  WITHHELD_FIELD,
  WITHHELD_ROWS,
} from './outcomes';

const application: Sample = {
  ...{ item: 'tourism.applications', provider: '330421103-REVIEW' },
  ...{ named: '330421103-REVIEW', place: '310118104-TOURISM' },
};
const applicant: Sample = { ...application, place: '310118104-REVIEW' };
const SESSION = randomUUID();
const PATROL = randomUUID();
const FINDING = randomUUID();
const CONDITION = randomUUID();
const APPLICATION = randomUUID();
const MARK = '访问表样例';
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

/** Who sees what of the domain. */
const table: Domain['table'] = {
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
  // A case of the same unit, whose other parties by place those of the finding are not.
  ...probesOf(application, OWN, {
    'PatrolFinding.gridCase': ofScenicPatrol('findings { gridCase { number } }'),
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
  ...probesOf(applicant, WITHHELD_FIELD, {
    'LicenseApplication.applicant': ofApplication('applicant { name }'),
    LicenseApplicant: ofApplication('applicant { phone }'),
  }),
};

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
    ...{ id: FINDING, patrol_id: PATROL, jurisdiction, agency: office, ordinal: 1, kind: 'SAFETY' },
    ...{ text: '青苔', latitude: 31, longitude: 120, photos: [], due_on: day, status: 'OPEN' },
  });
}

const store: Domain['store'] = async (hub) => {
  await hub.build('grid', (db) =>
    storeCases(
      db,
      aCase({
        ...{ jurisdiction: '310118104', source: 'SCENIC_PATROL', external_id: FINDING },
        reporter: application.provider,
      }),
    ),
  );
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
};

export const tourism: Domain = { samples: [application], table, store };
