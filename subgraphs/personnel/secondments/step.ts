import { refuse } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';
import { finalAssessors } from '../assessments/store';
import type { PersonnelContext } from '../loaders';
import type { RecallSecondmentInput } from '../schema-types';
import { postingToActOn } from './act';
import { anotherWasFaster, checkCompletion, checkRecallDay, MAXIMUM_NOTE } from './rules';
import { type SecondmentRow, type SecondmentStep, takeStep } from './store';

type StepInput = { secondmentId: string; note?: string | null; at?: Date | null } & Partial<
  Pick<RecallSecondmentInput, 'reason' | 'recalledOn'>
>;

/** What to say when the reason of a step is missing; of the others a note may be left out. */
const REASONS: Partial<Record<SecondmentStep, Text>> = {
  DECLINE: {
    en: 'The reason is empty. Tell the home unit why the officer is not taken.',
    zh: '不接收原因为空，请说明。',
  },
  RECALL: { en: 'The reason is empty. Say why the officer is called back.', zh: '召回原因为空，请说明。' },
};

/** Takes a step as one of the two units that manage the posting. Throws a `Refusal` with every violation. */
export async function stepSecondment(
  context: PersonnelContext,
  step: SecondmentStep,
  input: StepInput,
): Promise<SecondmentRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { recalledOn } = input;
  const at = input.at ?? now;
  const noReason = REASONS[step];
  const note = (input.reason ?? input.note ?? '').trim();
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, input.secondmentId, {
      action: step,
      agency,
      at,
      now,
    });
    if (!violations.any && step === 'COMPLETE') {
      checkCompletion(violations, posting, { at, assessedBy: await finalAssessors(db, posting.id) });
    }
    if (recalledOn) checkRecallDay(violations, posting, { recalledOn, at });
    checkLine(violations, [noReason ? 'reason' : 'note'], note, MAXIMUM_NOTE, noReason);
    violations.throwIfAny();
    const stepped = await takeStep(db, posting.id, {
      step,
      note: note || null,
      recalledOn,
      user,
      agency,
      at,
    });
    return stepped ?? refuse('CONFLICT', ['secondmentId'], anotherWasFaster);
  });
}
