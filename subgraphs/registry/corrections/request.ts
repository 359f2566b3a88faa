import { refuse } from '../../kit/errors';
import { agenciesByCode } from '../agencies/store';
import { itemOfRowField } from '../catalog/source';
import type { RegistryContext } from '../loaders';
import type { RequestDataCorrectionInput } from '../schema-types';
import { alreadyWaits, checkRequest } from './rules';
import { type DataCorrectionRow, insertRequest } from './store';

/** Asks a provider, for the viewer's unit, to correct a row. Throws a `Refusal` with every violation. */
export async function requestDataCorrection(
  context: RegistryContext,
  input: RequestDataCorrectionInput,
): Promise<DataCorrectionRow> {
  const { signedIn: viewer, now } = context;
  const { item, provider } = input;
  const at = input.at ?? now;
  const request = {
    ...{ item, provider, at },
    coordinate: input.coordinate.trim(),
    rowId: input.rowId.trim(),
    claim: input.claim.trim(),
    reason: input.reason.trim(),
    evidence: (input.evidence ?? []).map((address) => address.trim()),
  };
  return context.write(async (db) => {
    const isProviderKnown = (await agenciesByCode(db, [provider])).length > 0;
    const circumstances = { requester: viewer.agency, now, isProviderKnown, itemOf: itemOfRowField };
    checkRequest(request, circumstances).throwIfAny();
    const correction = await insertRequest(db, request, { user: viewer.user, agency: viewer.agency, at });
    return correction ?? refuse('CONFLICT', [], alreadyWaits);
  });
}
