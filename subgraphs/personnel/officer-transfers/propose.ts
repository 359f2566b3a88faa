import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { noSuchOfficer } from '../officers/rules';
import { lastStepOf, officersById } from '../officers/store';
import type { ProposeOfficerTransferInput } from '../schema-types';
import { betweenOthers, checkProposal, oneWaits } from './rules';
import { insertProposal, type TransferRow, waitingBetween } from './store';

/** Proposes, for one of the two units, that an officer goes to another. Throws a `Refusal` with every violation. */
export async function proposeTransfer(
  context: PersonnelContext,
  input: ProposeOfficerTransferInput,
): Promise<TransferRow> {
  const { signedIn: viewer, now } = context;
  const { agency } = viewer;
  const proposal = {
    ...{ to: input.toAgency, title: input.title?.trim() ?? null, number: input.number?.trim() || null },
    ...{ reason: input.reason.trim(), at: input.at ?? now },
  };
  return context.write(async (db) => {
    const [officer] = await officersById(db, [input.officerId]);
    if (!officer) return refuse('NOT_FOUND', ['officerId'], noSuchOfficer);
    if (agency !== officer.agency && agency !== proposal.to) {
      return refuse('NOT_ALLOWED', ['officerId'], betweenOthers);
    }
    const knows = (await agenciesByCode(db, [proposal.to])).length > 0;
    const lastStep = await lastStepOf(db, officer.id);
    checkProposal(proposal, {
      ...{ from: officer.agency, proposer: agency, knows, now, lastStep },
    }).throwIfAny();
    const proposed = await insertProposal(db, officer, proposal, viewer);
    if (proposed) return proposed;
    const waiting = await waitingBetween(db, officer, proposal.to);
    const isSame =
      waiting?.proposed_by === agency &&
      waiting.title === proposal.title &&
      waiting.number === proposal.number &&
      waiting.reason === proposal.reason;
    return isSame ? waiting : refuse('CONFLICT', ['officerId'], oneWaits);
  });
}
