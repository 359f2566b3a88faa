import type { Db } from '../../kit/database';
import { refuse, type Violations } from '../../kit/errors';
import { noSuchPosting } from '../secondments/rules';
import { type ConductAction, conductFault } from './rules';
import { type PostingOfConduct, postingsOfConduct } from './store';

/**
 * The posting of which a unit wants to record something. Throws a `Refusal` alone when there is none, or when this is
 * not the unit's to do; a wrong status is added to the violations, which the caller goes on to collect.
 */
export async function postingAtHand(
  db: Db,
  id: string,
  { action, agency, violations }: { action: ConductAction; agency: string; violations: Violations },
): Promise<PostingOfConduct> {
  const path = ['secondmentId'];
  const posting = (await postingsOfConduct(db, [id])).get(id);
  if (!posting) return refuse('NOT_FOUND', path, noSuchPosting);
  const fault = conductFault(posting, action, agency);
  if (fault?.code === 'NOT_ALLOWED') refuse(fault.code, path, fault.text);
  if (fault) violations.add(fault.code, path, fault.text);
  return posting;
}
