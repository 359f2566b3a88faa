import { agenciesByCode } from '../../kit/directory';
import { numberPolicy, policiesOf, policyValue } from '../../kit/in-effect';
import { checkText } from '../../kit/inputs';
import { dayOf, startOfDay } from '../../kit/time';
import { changeOrRefuse, type StepSituation, takeStep } from '../applications/step';
import {
  businessesByCode,
  type LicenseApplicationRow,
  nextNumber,
  oweMaterials,
  ownedBy,
  recordEvent,
} from '../applications/store';
import { isWithinTarget, spentUntil, TARGET_POLICY } from '../durations/rules';
import type { TourismContext } from '../loaders';
import { proceduresById } from '../procedures/store';
import type {
  DecideLicenseApplicationInput,
  LicenseDecisionOutcome,
  LicenseDecisionRule,
} from '../schema-types';
import { quorumOf } from '../sessions/rules';
import { attendanceOf, leaveAgenda, type ReviewSessionRow } from '../sessions/store';
import { type CertificateContent, certificateNumber, contentText, hashOf } from './certificate';
import { CONDITION_POLICY, decide } from './rules';
import {
  insertCertificate,
  insertConditions,
  insertDecision,
  type OpinionRow,
  opinionsOf,
  recusalsOf,
} from './store';

/**
 * Decides an application by what the departments said, or sends it back for a supplement. Throws a `Refusal` with every
 * violation. Of two who decide at once one decides, and the other is told.
 */
export async function decideLicenseApplication(
  context: TourismContext,
  input: DecideLicenseApplicationInput,
): Promise<LicenseApplicationRow> {
  return takeStep(context, 'DECIDE', input, async (situation) => {
    const { db, application, functions, session, violations } = situation;
    const note = input.note?.trim() || null;
    checkText(violations, ['note'], note ?? '', 1_000);
    const all = await opinionsOf(db, [application.id]);
    const opinions = all.filter(({ round }) => round === application.round);
    if (session) await checkMeeting(situation, session, opinions);
    violations.throwIfAny();
    if (!session) throw new Error(`the application ${application.id} is on an agenda of no meeting`);
    const isVeto = new Map(functions.map(({ code, is_veto }) => [code, is_veto]));
    const { rule, outcome } = decide(
      opinions.map(({ verdict, function: code }) => ({ verdict, isVeto: isVeto.get(code) ?? false })),
    );
    return outcome === null || rule === 'VETO_ASKS_FOR_SUPPLEMENT'
      ? sendBack(situation, opinions)
      : settle(situation, session, opinions, { rule, outcome, note });
  });
}

/** That the meeting's day has come and it is not over, that it has its quorum, and that all have spoken who must. */
async function checkMeeting(
  { db, application, functions, viewer, violations, act }: StepSituation,
  session: ReviewSessionRow,
  opinions: readonly OpinionRow[],
): Promise<void> {
  const say = (en: string, zh: string, path: string[] = ['applicationId']) =>
    violations.add('NOT_ALLOWED_IN_STATE', path, { en, zh });
  if (act.at < startOfDay(session.held_on) || (session.opened_at && act.at < session.opened_at)) {
    say(
      `The application is heard on ${session.held_on}, and the meeting has not begun.`,
      `该申请于 ${session.held_on} 审议，会议尚未开始。`,
      ['at'],
    );
  }
  if (session.closed_at && act.at > session.closed_at) {
    say(
      'The meeting is over. Carry the application over to the next with deferLicenseApplication.',
      '会议已结束，请用 deferLicenseApplication 将该申请移至下次会议。',
      ['at'],
    );
  }
  const spoken = new Set(opinions.map(({ function: code }) => code));
  const silent = functions.filter(({ code }) => !spoken.has(code)).map(({ code }) => code);
  if (silent.length > 0) {
    say(
      `Not yet heard: ${silent.join(', ')}. Each required function speaks before the decision.`,
      `尚未表态的职能：${silent.join('、')}。各职能均须在决定前表态。`,
    );
  }
  const present = (await attendanceOf(db, [session.id])).filter((row) => row.is_present);
  const quorum = quorumOf(session.quorum, functions, new Set(present.map((row) => row.function)));
  if (!quorum.isMet) {
    say(
      `The meeting has no quorum: ${quorum.present} of the required ${quorum.required} are there. Missing: ${quorum.missing.map((f) => f.code).join(', ')}.`,
      `会议未达法定人数：应到至少 ${quorum.required}，实到 ${quorum.present}。未到：${quorum.missing.map((f) => f.code).join('、')}。`,
    );
  }
  const last = opinions.reduce<Date | null>((at, o) => (at && at > o.given_at ? at : o.given_at), null);
  if (last && act.at < last) {
    say(
      `The last opinion was given only at ${last.toISOString()}.`,
      `最后一份意见于 ${last.toISOString()} 才提出。`,
      ['at'],
    );
  }
  const recusals = await recusalsOf(db, [application.id]);
  if (recusals.some(({ person }) => person === viewer.user)) {
    violations.add('NOT_ALLOWED', ['applicationId'], {
      en: `${viewer.user} is recused from this application. Let someone else of the office decide.`,
      zh: `${viewer.user} 已回避该申请，请由办公室其他人员办理。`,
    });
  }
}

/** Sends an application back for everything that was asked to be supplemented; it is heard anew once that is there. */
async function sendBack(
  { db, application, session, act, calendar }: StepSituation,
  opinions: readonly OpinionRow[],
): Promise<LicenseApplicationRow> {
  const returned = await changeOrRefuse(db, application, {
    ...spentUntil(application, session, act.at, calendar),
    ...{ stage: 'AWAITING_MATERIALS', round: application.round + 1, stepped_at: act.at },
    ...{ session_id: null, complete_at: null },
  });
  const asked = new Map(
    opinions.flatMap(({ materials }) => materials.map((material) => [material.code, material])),
  );
  await oweMaterials(db, returned, [...asked.values()], act.at);
  await leaveAgenda(db, returned.id, 'RETURNED', act.at, null);
  await recordEvent(db, returned, 'RETURNED', act, [...asked.values()].map(({ name }) => name).join('、'));
  return returned;
}

/** Makes the decision, with its conditions and its certificate. */
async function settle(
  situation: StepSituation,
  session: ReviewSessionRow,
  opinions: readonly OpinionRow[],
  {
    rule,
    outcome,
    note,
  }: { rule: LicenseDecisionRule; outcome: LicenseDecisionOutcome; note: string | null },
): Promise<LicenseApplicationRow> {
  const { db, application, act, calendar } = situation;
  const day = dayOf(act.at);
  const spent = spentUntil(application, session, act.at, calendar);
  const decided = await changeOrRefuse(db, application, { ...spent, stage: 'DECIDED', stepped_at: act.at });
  const policies = await policiesOf(db, [TARGET_POLICY, CONDITION_POLICY], [application.town]);
  const read = (name: string) => policyValue(policies, name, { place: application.town, day }, numberPolicy);
  const target = read(TARGET_POLICY);
  await insertDecision(db, {
    ...{ ...ownedBy(application), town: application.town, session_id: session.id, outcome, rule, note },
    ...{ decided_at: act.at, decided_by: act.agency, actor: act.user },
    ...{ intake: spent.spent_intake, materials: spent.spent_materials },
    ...{ session_wait: spent.spent_session_wait, deciding: spent.spent_deciding },
    ...{ target_days: target, is_within_target: isWithinTarget(spent, target) },
  });
  const dueOn = calendar.addWorkingDays(day, read(CONDITION_POLICY));
  const conditions =
    outcome === 'APPROVED_WITH_CONDITIONS'
      ? opinions.flatMap((opinion) =>
          opinion.conditions.map((text) => ({ function: opinion.function, text, due_on: dueOn })),
        )
      : [];
  await insertConditions(db, decided, conditions);
  await leaveAgenda(db, decided.id, 'DECIDED', act.at, null);
  await recordEvent(db, decided, 'DECIDED', act, note);
  await certify(situation, {
    ...{ decidedOn: day, outcome },
    conditions: conditions.map(({ text, due_on }) => ({ text, dueOn: due_on })),
  });
  return decided;
}

/** Issues the certificate of a decision under the town's next number. */
async function certify(
  { db, application, act }: StepSituation,
  decision: Pick<CertificateContent, 'decidedOn' | 'outcome' | 'conditions'>,
): Promise<void> {
  const { town, address, kind, shop_name: shopName } = application;
  const [procedure] = await proceduresById(db, [application.procedure_id]);
  const [business] = await businessesByCode(db, [application.business]);
  const [issuer] = await agenciesByCode(db, [act.agency]);
  const year = Number(decision.decidedOn.slice(0, 4));
  // Last of all, because the counter is held from here to the end of the transaction.
  const serial = await nextNumber(db, town, 'CERTIFICATE', year);
  const number = certificateNumber(town, year, serial);
  const content = contentText({
    ...{ ...decision, number, town, address, kind, shopName, application: application.number },
    ...{ business: business?.name ?? application.business, issuer: act.agency },
    ...(issuer && { issuerName: issuer.name }),
    procedureVersion: procedure?.version ?? 0,
  });
  await insertCertificate(db, {
    ...{ number, town, year, serial, application_id: application.id, content, hash: hashOf(content) },
  });
}
