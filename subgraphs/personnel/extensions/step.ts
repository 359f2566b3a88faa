import { refuse, Violations } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { checkProposalStep, PROPOSAL_STEPS, type ProposalStep } from '../proposals';
import { ACTIONS, checkAction, postedElsewhere, sidesOf } from '../secondments/rules';
import { extendTo, insertStints, postingAtHand } from '../secondments/store';
import { extensionMeanwhile, NOT_ALLOWED, noSuchExtension, refusalNeedsNote } from './rules';
import { type ExtensionRow, extensionsById, takeExtensionStep } from './store';

/**
 * Answers a proposal or takes it back, as the unit whose part that is. Agreeing moves the posting's last day in the same
 * transaction. Throws a `Refusal` with every violation.
 */
export async function stepExtension(
  context: PersonnelContext,
  step: ProposalStep,
  input: { extensionId: string; note?: string | null; at?: Date | null },
): Promise<ExtensionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { by } = PROPOSAL_STEPS[step];
  const note = input.note?.trim() ?? '';
  const at = input.at ?? now;
  const path = ['extensionId'];
  return context.write(async (db) => {
    const [extension] = await extensionsById(db, [input.extensionId]);
    if (!extension) return refuse('NOT_FOUND', path, noSuchExtension);
    const posting = await postingAtHand(db, extension.secondment);
    if (!posting) throw new Error(`${extension.secondment} is to be extended and does not exist`);
    const isManaging = ACTIONS.ANSWER_EXTENSION.by.some((side) => sidesOf(posting, agency).includes(side));
    const isProposer = extension.proposed_by === agency;
    if (!isManaging || isProposer !== (by === 'proposer'))
      return refuse('NOT_ALLOWED', path, NOT_ALLOWED[by]);
    const violations = new Violations();
    checkProposalStep(violations, extension, {
      ...{ step, note, at, now, path: 'extensionId', refusalNeedsNote },
    });
    if (!violations.any && step === 'AGREE') {
      checkAction(violations, posting, { action: 'ANSWER_EXTENSION', agency, at, now, path });
    }
    violations.throwIfAny();
    const act = { user, agency, at };
    const stepped = await takeExtensionStep(db, extension.id, { step, note: note || null, ...act });
    if (!stepped) return refuse('CONFLICT', path, extensionMeanwhile);
    if (step !== 'AGREE') return stepped;
    const { previously_ends_on: from, ends_on: to, stints, reason } = stepped;
    const extended = await extendTo(db, posting.id, { from, to, note: `${from} → ${to}：${reason}`, ...act });
    if (extended === 'OVERLAPS') return refuse('CONFLICT', path, postedElsewhere);
    if (!extended) return refuse('CONFLICT', path, extensionMeanwhile);
    await insertStints(db, posting.id, stints);
    return stepped;
  });
}
