import type { PersonnelContext } from '../loaders';
import type { SecondmentRow } from './store';

const ITEM = 'personnel.conduct';

/**
 * A field of a posting that holds something of its conduct: what `load` gives for the posting's parties; for everyone
 * else null, and named among what the answer withholds.
 */
export async function ofConduct<Value>(
  coordinate: `Secondment.${string}`,
  posting: SecondmentRow,
  context: PersonnelContext,
  load: () => Value | Promise<Value>,
): Promise<Value | null> {
  const { signedIn: viewer, loaders, disclosures } = context;
  const isNamed = [posting.home_agency, posting.host_agency].includes(viewer.agency);
  if (isNamed || (await loaders.isParty.load(posting.id))) return load();
  disclosures.withhold(coordinate, ITEM, posting.host_agency, posting.id);
  return null;
}
