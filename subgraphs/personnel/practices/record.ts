import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { AdoptPracticeInput, RecordPracticeInput, RecordPracticeOutcomeInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import {
  adoptsForItself,
  alreadyAdopted,
  checkAdoption,
  checkOutcome,
  checkPractice,
  noSuchPractice,
  notAdopted,
} from './rules';
import {
  adoptionBy,
  insertAdoption,
  insertOutcome,
  insertPractice,
  type PracticeRow,
  practicesById,
  topicsByCode,
} from './store';

const actOf = ({ signedIn: { user, agency }, now }: PersonnelContext, at?: Date | null) => ({
  ...{ user, agency, at: at ?? now },
});

/** Records a practice that was met during a posting. Throws a `Refusal` with every violation. */
export async function recordPractice(
  context: PersonnelContext,
  input: RecordPracticeInput,
): Promise<PracticeRow> {
  const act = actOf(context, input.at);
  const { secondmentId: secondment, kind, origin } = input;
  const topic = input.topic?.trim() || null;
  const documentUrl = input.documentUrl?.trim() || null;
  const texts = { title: input.title.trim(), summary: input.summary.trim() };
  return context.write(async (db) => {
    const { violations } = await postingToActOn(db, secondment, {
      action: 'RECORD_PRACTICE',
      now: context.now,
      ...act,
    });
    const isTopicKnown = topic === null || (await topicsByCode(db, [topic])).length > 0;
    checkPractice(violations, { ...texts, topic, documentUrl }, { isTopicKnown });
    violations.throwIfAny();
    return insertPractice(db, { ...texts, secondment, kind, origin, topic, document_url: documentUrl }, act);
  });
}

/** Records that the caller's unit adopts a practice. Throws a `Refusal` with every violation. */
export async function adoptPractice(
  context: PersonnelContext,
  input: AdoptPracticeInput,
): Promise<PracticeRow> {
  const act = actOf(context, input.at);
  const note = input.note?.trim() ?? '';
  return context.write(async (db) => {
    const [practice] = await practicesById(db, [input.practiceId]);
    if (!practice) return refuse('NOT_FOUND', ['practiceId'], noSuchPractice);
    if (input.agency !== act.agency) return refuse('NOT_ALLOWED', ['agency'], adoptsForItself);
    checkAdoption(practice, { note, at: act.at, now: context.now }).throwIfAny();
    const adoption = await insertAdoption(db, practice.id, { ...act, note: note || null });
    return adoption ? practice : refuse('CONFLICT', ['practiceId'], alreadyAdopted);
  });
}

/** Records what came of a practice at the caller's unit. Throws a `Refusal` with every violation. */
export async function recordOutcome(
  context: PersonnelContext,
  input: RecordPracticeOutcomeInput,
): Promise<PracticeRow> {
  const act = actOf(context, input.at);
  const outcome = input.outcome.trim();
  return context.write(async (db) => {
    const [practice] = await practicesById(db, [input.practiceId]);
    if (!practice) return refuse('NOT_FOUND', ['practiceId'], noSuchPractice);
    const adoption = await adoptionBy(db, practice.id, act.agency);
    if (!adoption) return refuse('NOT_ALLOWED', ['practiceId'], notAdopted);
    checkOutcome(adoption, { outcome, at: act.at, now: context.now }).throwIfAny();
    await insertOutcome(db, practice.id, { ...act, outcome });
    return practice;
  });
}
