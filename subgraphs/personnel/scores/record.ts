import { refuse, Violations } from '../../kit/errors';
import { checkInstant, checkNotBefore } from '../../kit/inputs';
import { addDays, dayOf } from '../../kit/time';
import { postingAtHand } from '../conduct/at-hand';
import { checkWeek, conductFault, hostOfDay, isInPost, lastDayInPost } from '../conduct/rules';
import { postingsOfConduct } from '../conduct/store';
import type { PersonnelContext } from '../loaders';
import type { CorrectWeeklyScoreInput, RecordWeeklyScoreInput } from '../schema-types';
import {
  anotherWasFaster,
  areSameDeductions,
  checkDeductions,
  checkReason,
  hasNotBegun,
  isScored,
  noSuchScore,
  saysTheSame,
} from './rules';
import { correctScore, insertScore, scoreOfWeek, scoresById, type WeeklyScoreRow } from './store';

const trimmed = (deductions: RecordWeeklyScoreInput['deductions']) =>
  deductions.map(({ criterion, points, reason }) => ({ criterion, points, reason: reason.trim() }));

/** Scores a week of a posting. The same score again is the one that there is. */
export async function recordWeeklyScore(
  context: PersonnelContext,
  input: RecordWeeklyScoreInput,
): Promise<WeeklyScoreRow> {
  const { signedIn: viewer, now } = context;
  const { secondmentId, weekOf } = input;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const deductions = trimmed(input.deductions);
  return context.write(async (db) => {
    const violations = new Violations();
    const posting = await postingAtHand(db, secondmentId, { action: 'RECORD_SCORE', agency, violations });
    checkWeek(violations, ['weekOf'], weekOf);
    checkInstant(violations, at, now);
    const days = Array.from({ length: 7 }, (_, i) => addDays(weekOf, i));
    const inPost = days.find((day) => isInPost(posting, day));
    if (!inPost) {
      violations.add('INVALID', ['weekOf'], {
        en: `No day of this week lies within the posting, which is from ${posting.starts_on} to ${lastDayInPost(posting)}.`,
        zh: `该周不在挂职期间（${posting.starts_on} 至 ${lastDayInPost(posting)}）内。`,
      });
    }
    if (weekOf > dayOf(at)) violations.add('INVALID', ['weekOf'], hasNotBegun);
    checkDeductions(violations, deductions);
    violations.throwIfAny();
    const stored = await insertScore(
      db,
      {
        ...{ secondment: secondmentId, host_agency: hostOfDay(posting, inPost ?? weekOf) },
        ...{ week_of: weekOf, deductions },
      },
      { agency, user, at },
    );
    if (stored) return stored;
    const present = await scoreOfWeek(db, secondmentId, weekOf);
    return present && areSameDeductions(present.deductions, deductions)
      ? present
      : refuse('CONFLICT', ['weekOf'], isScored);
  });
}

/** Puts right what a week was scored, and keeps what it was. Rankings that were published stay as they are. */
export async function correctWeeklyScore(
  context: PersonnelContext,
  input: CorrectWeeklyScoreInput,
): Promise<WeeklyScoreRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const at = input.at ?? now;
  const reason = input.reason.trim();
  const deductions = trimmed(input.deductions);
  return context.write(async (db) => {
    const [score] = await scoresById(db, [input.weeklyScoreId]);
    if (!score) return refuse('NOT_FOUND', ['weeklyScoreId'], noSuchScore);
    const posting = (await postingsOfConduct(db, [score.secondment])).get(score.secondment) ?? null;
    const fault = conductFault(posting, 'RECORD_SCORE', agency);
    if (fault) refuse(fault.code, ['weeklyScoreId'], fault.text);
    const violations = new Violations();
    checkDeductions(violations, deductions);
    if (areSameDeductions(score.deductions, deductions)) {
      violations.add('INVALID', ['deductions'], saysTheSame);
    }
    checkReason(violations, reason);
    checkInstant(violations, at, now);
    checkNotBefore(violations, at, score.recorded_at);
    violations.throwIfAny();
    const corrected = await correctScore(db, score, { deductions, reason }, { agency, user, at });
    return corrected ?? refuse('CONFLICT', ['weeklyScoreId'], anotherWasFaster);
  });
}
