import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { lastStepOf } from '../officers/store';
import { PROPOSAL_STEPS, type ProposalStep } from '../proposals';
import {
  checkTransferStep,
  hasLeft,
  isPosted,
  NOT_ALLOWED,
  noSuchTransfer,
  numberIsTaken,
  transferMeanwhile,
} from './rules';
import { type TransferRow, takeTransferStep, transfersById } from './store';

/**
 * Answers a proposal or takes it back, as the unit whose part that is. With an agreement the officer goes, in the same
 * transaction. Throws a `Refusal` with every violation.
 */
export async function stepTransfer(
  context: PersonnelContext,
  step: ProposalStep,
  input: {
    transferId: string;
    title?: string | null;
    number?: string | null;
    note?: string | null;
    at?: Date | null;
  },
): Promise<TransferRow> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const { by } = PROPOSAL_STEPS[step];
  const post = { title: input.title?.trim() ?? null, number: input.number?.trim() || null };
  const note = input.note?.trim() ?? '';
  const at = input.at ?? now;
  const path = ['transferId'];
  return context.write(async (db) => {
    const [transfer] = await transfersById(db, [input.transferId]);
    if (!transfer) return refuse('NOT_FOUND', path, noSuchTransfer);
    const isOneOfTwo = agency === transfer.from_agency || agency === transfer.to_agency;
    if (!isOneOfTwo || (agency === transfer.proposed_by) !== (by === 'proposer')) {
      return refuse('NOT_ALLOWED', path, NOT_ALLOWED[by]);
    }
    const lastStep = await lastStepOf(db, transfer.officer);
    checkTransferStep(transfer, { step, post, note, agency, at, now, lastStep }).throwIfAny();
    const stepped = await takeTransferStep(db, transfer.id, {
      ...{ step, post, note: note || null, user, agency, at },
    });
    switch (stepped) {
      case null:
        return refuse('CONFLICT', path, transferMeanwhile);
      case 'HAS_LEFT':
        return refuse('NOT_ALLOWED_IN_STATE', path, hasLeft);
      case 'IS_POSTED':
        return refuse('NOT_ALLOWED_IN_STATE', path, isPosted);
      case 'NUMBER_TAKEN':
        return refuse('CONFLICT', ['number'], numberIsTaken);
      default:
        return stepped;
    }
  });
}
