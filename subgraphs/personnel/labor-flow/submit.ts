import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { checkSubmission, contentHash, type LaborFlowSubmission } from './rules';
import {
  claimBatch,
  disclosureOf,
  finishBatch,
  type LaborFlowBatchRow,
  newBatchId,
  reportedPlaces,
  storeReports,
} from './store';

/**
 * Stores a batch of figures, all or nothing. A batch that was stored before is answered as it was then; its key with
 * other content is a conflict. Throws a `Refusal` with every violation.
 */
export async function submitLaborFlowReports(
  context: PersonnelContext,
  submission: LaborFlowSubmission,
): Promise<LaborFlowBatchRow> {
  const { signedIn: viewer, now } = context;
  const hash = contentHash(submission);
  return context.writeToFeed(async (db, transactionId) => {
    const id = newBatchId();
    const reportedBy = viewer.agency;
    const earlier = await claimBatch(db, { id, reportedBy, submission, contentHash: hash, now });
    if (earlier) {
      if (earlier.content_hash === hash) return earlier;
      refuse('CONFLICT', ['batchKey'], {
        en: `The batch "${submission.batchKey}" was sent before with other content. Send a correction under a new key.`,
        zh: `批次“${submission.batchKey}”已用于其他内容，更正请使用新的批次键。`,
      });
    }
    const codes = [...new Set(submission.rows.flatMap(({ origin, destination }) => [origin, destination]))];
    const places = await reportedPlaces(db, codes);
    checkSubmission(submission, { viewer, now, knows: (code) => places.has(code) }).throwIfAny();
    const disclosure = await disclosureOf(db, submission.month);
    const did = await storeReports(db, { transactionId, reportedBy, submission, disclosure, now });
    return finishBatch(db, id, did);
  });
}
