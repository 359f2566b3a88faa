import { refuse } from '../../kit/errors';
import type { RegistryContext } from '../loaders';
import { anotherWasFaster, checkStep, notTheSteward, type SharingGrantStep } from './rules';
import { grantOfProvider, type SharingGrantRow, takeStep } from './store';

/**
 * Takes a step as a steward of the grant's provider. Throws a `Refusal` with every violation. Whoever is no such
 * steward is told the same of every id, so that nobody learns which grants other units have.
 */
export async function stepSharingGrant(
  context: RegistryContext,
  step: SharingGrantStep,
  input: { grantId: string; reason?: string | null; at?: Date | null },
): Promise<SharingGrantRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const reason = input.reason?.trim() ?? '';
  const at = input.at ?? now;
  if (!viewer.roles.includes('STEWARD')) refuse('NOT_ALLOWED', ['grantId'], notTheSteward);
  return context.write(async (db) => {
    const grant = await grantOfProvider(db, input.grantId, agency);
    if (!grant) return refuse('NOT_ALLOWED', ['grantId'], notTheSteward);
    checkStep(grant, { step, reason, at, now }).throwIfAny();
    const stepped = await takeStep(db, grant.id, { step, reason: reason || null, user, agency, at });
    return stepped ?? refuse('CONFLICT', ['grantId'], anotherWasFaster);
  });
}
