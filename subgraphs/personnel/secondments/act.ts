import type { Db } from '../../kit/database';
import { refuse, Violations } from '../../kit/errors';
import { type ActionAttempt, checkAction, noSuchPosting, type PostingAtHand } from './rules';
import { postingAtHand, type SecondmentRow } from './store';

/**
 * The posting that a unit wants to do something about, with what is wrong with that so far, to which the caller adds.
 * Throws a `Refusal` alone when there is no such posting, or when this is not the unit's to do.
 */
export async function postingToActOn(
  db: Db,
  id: string,
  attempt: Omit<ActionAttempt, 'path'>,
): Promise<{ posting: PostingAtHand & SecondmentRow; violations: Violations }> {
  const posting = await postingAtHand(db, id);
  if (!posting) return refuse('NOT_FOUND', ['secondmentId'], noSuchPosting);
  const violations = new Violations();
  checkAction(violations, posting, attempt);
  return { posting, violations };
}
