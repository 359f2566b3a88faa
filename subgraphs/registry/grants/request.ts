import { refuse } from '../../kit/errors';
import { dayOf } from '../../kit/time';
import { agenciesByCode } from '../agencies/store';
import type { RegistryContext } from '../loaders';
import type { RequestSharingGrantInput } from '../schema-types';
import { alreadyStands, checkRequest } from './rules';
import { insertRequest, type SharingGrantRow } from './store';

/** Asks a provider for a grant to the viewer's unit. Throws a `Refusal` with every violation. */
export async function requestSharingGrant(
  context: RegistryContext,
  input: RequestSharingGrantInput,
): Promise<SharingGrantRow> {
  const { signedIn: viewer, now } = context;
  const { item, provider, validUntil } = input;
  const at = input.at ?? now;
  const request = {
    ...{ item, provider, validUntil, at },
    purpose: input.purpose.trim(),
    validFrom: input.validFrom ?? dayOf(at),
  };
  return context.write(async (db) => {
    const isProviderKnown = (await agenciesByCode(db, [provider])).length > 0;
    checkRequest(request, { consumer: viewer.agency, now, isProviderKnown }).throwIfAny();
    const grant = await insertRequest(db, request, { user: viewer.user, agency: viewer.agency, at });
    return grant ?? refuse('CONFLICT', [], alreadyStands);
  });
}
