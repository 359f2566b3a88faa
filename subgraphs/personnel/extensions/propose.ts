import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { ProposeSecondmentExtensionInput } from '../schema-types';
import { postingToActOn } from '../secondments/act';
import { stintsOf } from '../secondments/store';
import { checkProposal, oneWaits } from './rules';
import { type ExtensionRow, insertProposal } from './store';

/** Proposes, for one of the two units, to move a posting's last day. Throws a `Refusal` with every violation. */
export async function proposeExtension(
  context: PersonnelContext,
  input: ProposeSecondmentExtensionInput,
): Promise<ExtensionRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const proposal = { endsOn: input.endsOn, stints: input.stints ?? [], reason: input.reason.trim() };
  const at = input.at ?? now;
  return context.write(async (db) => {
    const { posting, violations } = await postingToActOn(db, input.secondmentId, {
      action: 'PROPOSE_EXTENSION',
      agency,
      at,
      now,
    });
    const stints = await stintsOf(db, [posting.id]);
    const hosts = new Set(proposal.stints.map(({ hostAgency }) => hostAgency));
    const known = new Set((await agenciesByCode(db, [...hosts])).map(({ code }) => code));
    checkProposal(violations, posting, proposal, {
      stintsEndOn: stints.at(-1)?.ends_on ?? null,
      knows: (code) => known.has(code),
    });
    violations.throwIfAny();
    const extension = await insertProposal(db, posting, proposal, { user, agency, at });
    return extension ?? refuse('CONFLICT', ['secondmentId'], oneWaits);
  });
}
