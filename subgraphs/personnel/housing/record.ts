import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { RecordSecondmentHousingInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import { anotherWasFaster } from '../secondments/rules';
import { checkHousing } from './rules';
import { type HousingRow, housingOf, insertHousing } from './store';

/** Records where a posted officer lives. Throws a `Refusal` with every violation. */
export async function recordHousing(
  context: PersonnelContext,
  input: RecordSecondmentHousingInput,
): Promise<HousingRow & { lives_until: null }> {
  const { signedIn: viewer, now } = context;
  const act = { user: viewer.user, agency: viewer.agency, at: input.at ?? now };
  const { secondmentId: secondment, kind, livesFrom } = input;
  const address = input.address.trim();
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, secondment, {
      action: 'RECORD_HOUSING',
      now,
      ...act,
    });
    const previous = (await housingOf(db, [secondment])).at(-1);
    checkHousing(violations, posting, { address, livesFrom }, previous?.lives_from ?? null);
    violations.throwIfAny();
    const housing = await insertHousing(db, { secondment, kind, address, livesFrom }, act);
    return housing
      ? { ...housing, lives_until: null }
      : refuse('CONFLICT', ['secondmentId'], anotherWasFaster);
  });
}
