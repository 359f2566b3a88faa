import { refuse } from '../../kit/errors';
import type { RegistryContext } from '../loaders';
import { anotherWasFaster, checkStep, type DataCorrectionStep, NOT_ALLOWED, STEPS } from './rules';
import { correctionOf, type DataCorrectionRow, takeStep } from './store';

/**
 * Takes a step as the unit whose part it is: the provider by its stewards, the requester by anyone of the unit. Throws
 * a `Refusal` with every violation. Whoever may not is told the same of every id, so that nobody learns which
 * corrections other units have.
 */
export async function stepDataCorrection(
  context: RegistryContext,
  step: DataCorrectionStep,
  input: { correctionId: string; note?: string; at?: Date | null },
): Promise<DataCorrectionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { by } = STEPS[step];
  const note = input.note?.trim() ?? '';
  const at = input.at ?? now;
  const notAllowed = (): never => refuse('NOT_ALLOWED', ['correctionId'], NOT_ALLOWED[by]);
  if (by === 'provider' && !viewer.roles.includes('STEWARD')) notAllowed();
  return context.write(async (db) => {
    const correction = await correctionOf(db, input.correctionId, by, agency);
    if (!correction) return notAllowed();
    checkStep(correction, { step, note, at, now }).throwIfAny();
    const stepped = await takeStep(db, correction.id, { step, note, user, agency, at });
    return stepped ?? refuse('CONFLICT', ['correctionId'], anotherWasFaster);
  });
}
