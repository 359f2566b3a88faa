import { OFFICIAL_DAYS } from '../../kit/calendar-days';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, dayOf, startOfDay } from '../../kit/time';
import { WorkingCalendar } from '../../kit/working-calendar';
import { BUSINESSES } from '../applications/reference';
import { certificateNumber, contentText, hashOf } from '../decisions/certificate';
import { decide } from '../decisions/rules';
import { isWithinTarget, type Spent, spentUntil, workingSeconds } from '../durations/rules';
import type { ReviewAgendaResult, ReviewVerdict } from '../schema-types';
import { type MeetingDay, meetingDays, procedureOn } from '../sessions/rules';
import { APPLICATIONS, type DemoApplication } from './applications';
import { applicationNumber, instantOf, OFFICERS } from './load-applications';
import { PROCEDURES, procedureId } from './procedures';
import { STAGE_AFTER, type Step } from './steps';
import { type DemoWord, WORDS } from './words';

const calendar = new WorkingCalendar(OFFICIAL_DAYS);
const MINUTE_MS = 60_000;
const TARGET_DAYS = 3;
const CONDITION_DAYS = 20;

/** Who speaks in each town for each function. */
const SPEAKERS: Readonly<Record<string, { unit: string; users: Readonly<Record<string, string>> }>> = {
  INVESTMENT: { unit: 'INVEST', users: { '330421103': '高志远', '310118104': '薛佳宁' } },
  BUILDING_APPEARANCE: { unit: 'BUILDING', users: { '330421103': '莫建华', '310118104': '计永明' } },
  FIRE_SAFETY: { unit: 'FIRE', users: { '330421103': '费东升', '310118104': '项国栋' } },
  TOURISM: { unit: 'TOURISM', users: { '330421103': '倪立群', '310118104': '汤晓岚' } },
};

/** What has been kept of the conditions, by shop and the condition's place in its decision. */
const FULFILLED: Readonly<Record<string, string>> = {
  '水乡人家客栈 1': '10-30 10:00',
  '塘东夜酌 1': '10-30 10:30',
  '岑卜水岸民宿 1': '11-13 14:00',
};

/** As the registry names them. */
const OFFICE_NAMES: Readonly<Record<string, string>> = {
  '330421103': '西塘镇联席会议办公室',
  '310118104': '金泽镇经营准入联席会议办公室',
};

const officeOf = (town: string) => `${town}-REVIEW`;
export const sessionId = (town: string, heldOn: string): string => demoId('reviewSession', town, heldOn);
export const conditionId = (shop: string, ordinal: number): string =>
  demoId('decisionCondition', shop, ordinal);

const proceduresOfTown = (town: string) =>
  PROCEDURES.filter(({ jurisdiction }) => jurisdiction === town).map((row) => ({
    ...row,
    id: procedureId(row),
  }));

/** An application's stay on the agenda of one meeting. */
interface Stay {
  readonly meeting: MeetingDay;
  readonly enteredAt: Date;
  /** What ended it; null while it waits. */
  readonly end: Step | null;
}

/** A demo application with what identifies it, and the meetings that its steps put it before. */
function placed(application: DemoApplication, ordinal: number) {
  const { town, steps } = application;
  const number = applicationNumber(town, ordinal);
  const procedures = proceduresOfTown(town);
  const filedOn = dayOf(instantOf(steps[0]));
  const procedure = procedureOn(procedures, filedOn);
  if (!procedure) throw new Error(`${application.shop} was filed when ${town} had no procedure`);
  const entry = steps.find(({ kind }) => kind === 'SCHEDULED');
  return {
    ...{ application, number, id: demoId('licenseApplication', number), procedure },
    parties: {
      jurisdiction: application.village ?? town,
      filed_by: `${town}-${application.filedBy ?? 'REVIEW'}`,
    },
    stays: steps.flatMap((step, i): Stay[] => {
      if (!step.meetingOn) return [];
      const end = steps.slice(i + 1).find(({ kind }) => ENDS[kind] !== undefined) ?? null;
      return [{ meeting: meetingOn(town, step.meetingOn), enteredAt: instantOf(step), end }];
    }),
    completeAt: entry ? instantOf(entry) : null,
  };
}
type Placed = ReturnType<typeof placed>;

/** How a step ends a stay on an agenda. */
const ENDS: Partial<Record<Step['kind'], ReviewAgendaResult>> = {
  ...{ DECIDED: 'DECIDED', RETURNED: 'RETURNED', CARRIED_OVER: 'CARRIED_OVER' },
};

function meetingOn(town: string, day: string): MeetingDay {
  const [meeting] = meetingDays(proceduresOfTown(town), day, calendar);
  if (meeting?.heldOn !== day) throw new Error(`${town} does not meet on ${day}`);
  return meeting;
}

const beginningOn = (day: string): Date => new Date(startOfDay(day).getTime() + 8.5 * 60 * MINUTE_MS);

/** The columns of an application that its steps lead to. */
function progressOf({ application, stays, completeAt }: Placed) {
  let spent: Spent = { spent_intake: 0, spent_materials: 0, spent_session_wait: 0, spent_deciding: 0 };
  let [stage, since] = [
    'SUBMITTED' as (typeof STAGE_AFTER)[keyof typeof STAGE_AFTER],
    instantOf(application.steps[0]),
  ];
  let heldOn: string | null = null;
  for (const step of application.steps) {
    const at = instantOf(step);
    const session = heldOn === null ? null : { held_on: heldOn, opened_at: beginningOn(heldOn) };
    heldOn = step.meetingOn ?? heldOn;
    // Who steps aside does not move the application.
    if (step.kind === 'RECUSED') continue;
    spent = spentUntil({ ...spent, stage, stepped_at: since }, session, at, calendar);
    [stage, since] = [STAGE_AFTER[step.kind], at];
  }
  const told = application.steps.find(({ kind }) => kind === 'MATERIALS_REQUESTED');
  const isReturned = application.steps.some(({ kind }) => kind === 'RETURNED');
  const isHeard = stage === 'SCHEDULED' || stage === 'DECIDED';
  const last = stays.at(-1);
  return {
    ...{ ...spent, stage, stepped_at: since, noticed_at: told ? instantOf(told) : null },
    ...{ round: isReturned ? 2 : 1, complete_at: isHeard ? completeAt : null },
    session_id: isHeard && last ? sessionId(application.town, last.meeting.heldOn) : null,
  };
}

const verdictOf = (word: DemoWord | undefined): ReviewVerdict => word?.verdict ?? 'APPROVE';

/** The opinions on an application that was heard, some minutes apart before `heardAt`. */
function opinionsOn({ application, id, parties, procedure, stays }: Placed, heardAt: Date) {
  const meeting = stays.at(-1)?.meeting;
  if (!meeting) return [];
  const { town, shop } = application;
  const beginning = beginningOn(meeting.heldOn);
  return [...procedure.functions]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, is_veto }, i, all) => {
      const word: DemoWord | undefined = WORDS.find(
        (candidate) => candidate.shop === shop && candidate.function === code,
      );
      const speaker = SPEAKERS[code];
      // The investment office of Xitang was away on 20 October, and wrote the day before.
      const isWritten = code === 'INVESTMENT' && town === '330421103' && meeting.heldOn === '2026-10-20';
      const given = isWritten
        ? new Date(beginning.getTime() - 17 * 60 * MINUTE_MS)
        : new Date(heardAt.getTime() - (all.length - i) * 2 * MINUTE_MS);
      return {
        isVeto: is_veto,
        row: {
          ...{ application_id: id, ...parties, round: 1, function: code },
          ...{ session_id: sessionId(town, meeting.heldOn), agency: `${town}-${speaker?.unit}` },
          ...{ speaker: speaker?.users[town] ?? '', verdict: verdictOf(word) },
          ...{ comment: word?.comment ?? null, conditions: [...(word?.conditions ?? [])] },
          ...{ materials: JSON.stringify(word?.materials ?? []), given_at: given },
          waited: workingSeconds(calendar, beginning, given),
        },
      };
    });
}

/** Meetings, opinions, decisions and certificates of the demo's applications: what their steps say, by the rules. */
export async function loadReviews(db: Db): Promise<void> {
  const ordinals = new Map<string, number>();
  const all = APPLICATIONS.map((application) => {
    const ordinal = (ordinals.get(application.town) ?? 0) + 1;
    ordinals.set(application.town, ordinal);
    return placed(application, ordinal);
  });
  const present = await db<{ id: string }>('applications')
    .comment('demo.presentApplications')
    .select('id')
    .whereIn(
      'id',
      all.map(({ id }) => id),
    );
  const ids = new Set(present.map(({ id }) => id));
  const loaded = all.filter(({ id }) => ids.has(id));
  await loadSessions(db, loaded);
  for (const item of loaded) {
    await db('applications').comment('demo.progress').where({ id: item.id }).update(progressOf(item));
  }
  await loadHearings(db, loaded);
  await loadRecusals(db, loaded);
  await loadRefilings(db, loaded);
  for (const [town, last] of ordinals) {
    await db('counters').comment('demo.counters').insert({ town, series: 'APPLICATION', year: 2026, last });
  }
}

async function loadSessions(db: Db, items: readonly Placed[]): Promise<void> {
  const stays = items.flatMap((item) => item.stays.map((stay) => ({ item, stay })));
  const days = new Map(
    stays.map((each) => [`${each.item.application.town} ${each.stay.meeting.heldOn}`, each]),
  );
  for (const { item, stay } of days.values()) {
    const { meeting } = stay;
    const { town } = item.application;
    const here = stays
      .filter((each) => each.item.application.town === town && each.stay.meeting.heldOn === meeting.heldOn)
      .sort((a, b) => Number(a.stay.enteredAt) - Number(b.stay.enteredAt));
    const isHeld = here.some((each) => each.stay.end !== null);
    // What it heard nothing of, it lapsed for. The minutes of October are closed, those of November are being written.
    const isLapsed = isHeld && here.every((each) => each.stay.end?.kind === 'CARRIED_OVER');
    const isClosed = isLapsed || (isHeld && meeting.heldOn < '2026-11-01');
    const id = sessionId(town, meeting.heldOn);
    await db('review_sessions')
      .comment('demo.sessions')
      .insert({
        ...{ id, jurisdiction: town, office: officeOf(town) },
        ...{ planned_on: meeting.plannedOn, held_on: meeting.heldOn, cut_off_at: meeting.cutOffAt },
        ...{ is_provisional: meeting.isProvisional, procedure_id: meeting.procedure.id },
        ...{ quorum: meeting.procedure.quorum, capacity: meeting.procedure.capacity },
        status: isLapsed ? 'LAPSED' : isClosed ? 'CLOSED' : isHeld ? 'OPEN' : 'PLANNED',
        ...{ agenda_count: here.length, last_position: here.length },
        opened_at: isHeld ? beginningOn(meeting.heldOn) : null,
        chair: isHeld ? OFFICERS[officeOf(town)] : null,
        closed_at: isClosed
          ? new Date(startOfDay(addDays(meeting.heldOn, 1)).getTime() - 7 * 60 * MINUTE_MS)
          : null,
        note: isLapsed ? '到会职能不足法定人数，全部事项移至下次会议。' : isClosed ? CLOSING_NOTE : null,
      });
    await db('agenda_items')
      .comment('demo.agenda')
      .insert(
        here.map(({ item: { id: application_id, parties }, stay: { enteredAt, end } }, i) => ({
          ...{ application_id, ...parties, session_id: id, agenda_position: i + 1, round: 1 },
          ...{ entered_at: enteredAt, result: (end && ENDS[end.kind]) ?? 'PENDING' },
          ...{ left_at: end && instantOf(end), note: end?.kind === 'CARRIED_OVER' ? end.note : null },
        })),
      );
    if (isLapsed) await loadAbsences(db, item, id);
  }
}

const CLOSING_NOTE = '决定书当日送达申请人，未作出决定的事项移至下次会议。';

/** Of a meeting that lapsed: one department was there, the others were not. */
async function loadAbsences(db: Db, { application: { town }, procedure }: Placed, id: string): Promise<void> {
  await db('session_attendance')
    .comment('demo.absences')
    .insert(
      procedure.functions.map(({ code }) => ({
        ...{ session_id: id, function: code, jurisdiction: town, office: officeOf(town) },
        ...{ agency: officeOf(town), is_present: code === 'TOURISM', recorded_at: beginningOn('2026-11-05') },
        representative: code === 'TOURISM' ? (SPEAKERS.TOURISM?.users[town] ?? null) : null,
      })),
    );
}

async function loadHearings(db: Db, items: readonly Placed[]): Promise<void> {
  const serials = new Map<string, number>();
  const heard = items
    .map((item) => ({ item, last: item.application.steps.at(-1) }))
    .filter(({ last }) => last?.kind === 'DECIDED' || last?.kind === 'RETURNED')
    .sort((a, b) => (a.last?.at ?? '').localeCompare(b.last?.at ?? ''));
  for (const { item, last } of heard) {
    if (!last || item.stays.length === 0) continue;
    const at = instantOf(last);
    const opinions = opinionsOn(item, at);
    await db('review_opinions')
      .comment('demo.opinions')
      .insert(opinions.map(({ row }) => row));
    await loadSpeeches(
      db,
      item,
      opinions.map(({ row }) => row),
    );
    await loadAttendance(
      db,
      opinions.map(({ row }) => row),
      item,
    );
    if (last.kind === 'DECIDED') await loadDecision(db, item, at, opinions, serials);
    else await loadSupplement(db, item, at);
  }
  for (const [town, last] of serials) {
    await db('counters').comment('demo.counters').insert({ town, series: 'CERTIFICATE', year: 2026, last });
  }
}

type Opinion = ReturnType<typeof opinionsOn>[number]['row'];

/** Puts what was said into the timeline, before the step that ended the hearing: the last. */
async function loadSpeeches(db: Db, { id, parties, application }: Placed, opinions: readonly Opinion[]) {
  const end = application.steps.length;
  await db('application_events')
    .comment('demo.hearingEnds')
    .where({ application_id: id, position: end })
    .update({ position: end + opinions.length });
  const inTime = [...opinions].sort((a, b) => Number(a.given_at) - Number(b.given_at));
  await db('application_events')
    .comment('demo.speeches')
    .insert(
      inTime.map(({ given_at: at, speaker: actor, agency, comment: note }, i) => ({
        ...{ application_id: id, ...parties, position: end + i, kind: 'OPINION_GIVEN' },
        ...{ at, actor, agency, note },
      })),
    );
}

async function loadAttendance(
  db: Db,
  opinions: readonly Opinion[],
  { application, stays }: Placed,
): Promise<void> {
  const meeting = stays.at(-1)?.meeting;
  if (!meeting) return;
  const beginning = beginningOn(meeting.heldOn);
  await db('session_attendance')
    .comment('demo.attendance')
    .insert(
      opinions.map(({ session_id, function: code, agency, speaker, given_at }) => ({
        ...{ session_id, function: code, jurisdiction: application.town, agency },
        ...{ office: officeOf(application.town), is_present: given_at >= beginning, recorded_at: beginning },
        representative: given_at >= beginning ? speaker : null,
      })),
    )
    .onConflict(['session_id', 'function'])
    .ignore();
}

async function loadDecision(
  db: Db,
  item: Placed,
  decided_at: Date,
  opinions: ReturnType<typeof opinionsOn>,
  serials: Map<string, number>,
): Promise<void> {
  const { application, id, parties, number, procedure } = item;
  const { town, shop } = application;
  const { rule, outcome } = decide(opinions.map(({ row: { verdict }, isVeto }) => ({ verdict, isVeto })));
  if (outcome === null) throw new Error(`${shop} was decided, and its words send it back`);
  const progress = progressOf(item);
  await db('decisions')
    .comment('demo.decisions')
    .insert({
      ...{ application_id: id, ...parties, town, session_id: progress.session_id, outcome, rule, decided_at },
      ...{ decided_by: officeOf(town), actor: OFFICERS[officeOf(town)], target_days: TARGET_DAYS },
      ...{ intake: progress.spent_intake, materials: progress.spent_materials },
      ...{ session_wait: progress.spent_session_wait, deciding: progress.spent_deciding },
      is_within_target: isWithinTarget(progress, TARGET_DAYS),
    });
  const decidedOn = dayOf(decided_at);
  const dueOn = calendar.addWorkingDays(decidedOn, CONDITION_DAYS);
  const conditions =
    outcome === 'APPROVED_WITH_CONDITIONS'
      ? opinions.flatMap(({ row }) => row.conditions.map((text) => ({ code: row.function, text })))
      : [];
  for (const [i, { code, text }] of conditions.entries()) {
    const kept = FULFILLED[`${shop} ${i + 1}`];
    const fulfilled = kept && {
      ...{ status: 'FULFILLED', fulfilled_by: `${town}-TOURISM`, note: '现场核查，已落实' },
      fulfilled_at: new Date(`2026-${kept.replace(' ', 'T')}:00+08:00`),
    };
    await db('decision_conditions')
      .comment('demo.conditions')
      .insert({
        ...{ id: conditionId(shop, i + 1), application_id: id, ...parties, ordinal: i + 1 },
        ...{ function: code, text, due_on: dueOn, status: 'OPEN', ...fulfilled },
      });
  }
  const serial = (serials.get(town) ?? 0) + 1;
  serials.set(town, serial);
  const certificate = certificateNumber(town, 2026, serial);
  const content = contentText({
    ...{ number: certificate, town, application: number, shopName: shop, address: application.address },
    ...{ kind: application.kind, business: BUSINESSES[application.business], outcome, decidedOn },
    ...{ issuer: officeOf(town), issuerName: OFFICE_NAMES[town], procedureVersion: procedure.version },
    conditions: conditions.map(({ text }) => ({ text, dueOn })),
  });
  await db('certificates')
    .comment('demo.certificates')
    .insert({
      ...{
        number: certificate,
        town,
        year: 2026,
        serial,
        application_id: id,
        content,
        hash: hashOf(content),
      },
    });
}

async function loadSupplement(db: Db, { application, id, parties }: Placed, at: Date): Promise<void> {
  const asked = WORDS.filter(({ shop }) => shop === application.shop).flatMap(
    ({ materials = [] }) => materials,
  );
  await db('application_materials')
    .comment('demo.supplements')
    .insert(
      asked.map(({ code, name }) => ({ application_id: id, ...parties, code, name, requested_at: at })),
    );
}

async function loadRecusals(db: Db, items: readonly Placed[]): Promise<void> {
  for (const { application, id, parties } of items) {
    const step = application.steps.find(({ kind }) => kind === 'RECUSED');
    const [person, reason] = step?.note?.split('：') ?? [];
    if (!step || !person || !reason) continue;
    const agency = officeOf(application.town);
    await db('review_recusals')
      .comment('demo.recusals')
      .insert({
        ...{ application_id: id, ...parties, person, function: 'BUILDING_APPEARANCE', reason, agency },
        ...{ recorded_by: OFFICERS[agency], recorded_at: instantOf(step) },
      });
  }
}

async function loadRefilings(db: Db, items: readonly Placed[]): Promise<void> {
  for (const { application, id } of items) {
    const original = items.find((item) => application.refiles === item.application.shop && item.id !== id);
    if (!application.refiles || !original) continue;
    await db('applications').comment('demo.refilings').where({ id }).update({ refiling_of: original.id });
  }
}
