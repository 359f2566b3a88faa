import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import type { GridCaseRow } from '../cases/store';
import { deadlineFrom } from '../life-cycle/clock';
import { laterOf } from '../life-cycle/step';
import { type Act, caseForStep, insertCase, recordEvent } from '../life-cycle/store';
import type { GridContext } from '../loaders';
import type { DecideGridCaseReferralInput } from '../schema-types';
import { anotherWasFaster, checkAnswer, noSuchReferral } from './rules';
import { answerReferral, referralById } from './store';

/**
 * Accepts or refuses a case as the unit that it was offered to; accepted, a case of its own opens in one event. Answers
 * the case that was offered. Throws a `Refusal` with every violation.
 */
export async function decideGridCaseReferral(
  context: GridContext,
  input: DecideGridCaseReferralInput,
): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { decision } = input;
  const note = input.note?.trim() ?? '';
  return context.writeToFeed(async (db, transactionId) => {
    const notFound = (): never => refuse('NOT_FOUND', ['referralId'], noSuchReferral);
    const slower = (): never => refuse('CONFLICT', ['referralId'], anotherWasFaster);
    const referral = (await referralById(db, input.referralId)) ?? notFound();
    const offered = (await caseForStep(db, referral.case_id)) ?? notFound();
    const latest = laterOf(now, offered.last_at);
    const act = { user, agency, at: input.at ?? latest };
    const place = input.jurisdiction ?? viewer.jurisdiction;
    const violations = new Violations();
    checkAnswer(violations, referral, { ...act, decision, note, place, viewer, now: latest });
    violations.throwIfAny();
    const opened =
      decision === 'ACCEPT' ? ((await openCase(db, offered, referral.id, place, act)) ?? slower()) : null;
    const answer = { ...act, note, neighborCase: opened?.id ?? null };
    if (!(await answerReferral(db, referral.id, answer))) slower();
    const kind = opened ? 'REFERRAL_ACCEPTED' : 'REFERRAL_REFUSED';
    await recordEvent(db, offered, { kind, ...act, note }, { transactionId, ordinal: 0 });
    if (opened) {
      const filed = { kind: 'FILED', ...act, note: note || referral.reason } as const;
      await recordEvent(db, opened, filed, { transactionId, ordinal: 1 });
    }
    return offered;
  });
}

/** Opens the neighbor's own case, by its own limits and hours; null when the referral has one already. */
async function openCase(
  db: Db,
  offered: GridCaseRow,
  referralId: string,
  place: string,
  { agency, at }: Act,
): Promise<GridCaseRow | null> {
  const { title, description, category, latitude, longitude, address, photos } = offered;
  const deadline = await deadlineFrom(db, { category, place, from: at });
  return insertCase(db, {
    ...{ id: randomUUID(), title, description, category, latitude, longitude, address, photos },
    ...{ jurisdiction: place, reach: null, source: 'NEIGHBOR_REFERRAL', reporter: agency },
    ...{ reported_at: at, stage: 'FILED', filed_at: at, ...deadline, external_id: referralId },
  });
}
