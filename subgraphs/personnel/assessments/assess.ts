import { jurisdictionOfAgency } from '../../kit/agency-code';
import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import type { PersonnelContext } from '../loaders';
import { readPolicies } from '../policies';
import type { AssessSecondmentInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import { alreadyAssessed, checkAssessment } from './rules';
import { type AssessmentRow, insertAssessment } from './store';

/** Records what one of the two units thinks of an officer. Throws a `Refusal` with every violation. */
export async function assessSecondment(
  context: PersonnelContext,
  input: AssessSecondmentInput,
): Promise<AssessmentRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { secondmentId: secondment, kind, grade } = input;
  const comment = input.comment.trim();
  const at = input.at ?? now;
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, secondment, {
      action: 'ASSESS',
      agency,
      at,
      now,
    });
    const place = jurisdictionOfAgency(posting.host_agency);
    const policy = await readPolicies(db, ['FINAL_ASSESSMENT_OPENS_DAYS'], [place]);
    const opensBefore = policy('FINAL_ASSESSMENT_OPENS_DAYS', place, dayOf(at));
    checkAssessment(violations, posting, { kind, comment, at, opensBefore });
    violations.throwIfAny();
    const assessment = await insertAssessment(db, { secondment, kind, grade, comment }, { user, agency, at });
    return assessment ?? refuse('CONFLICT', ['kind'], alreadyAssessed);
  });
}
