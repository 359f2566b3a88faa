import type { PoolClient } from 'pg';
import type { Db } from '../../../kit/database';
import { refuse } from '../../../kit/errors';
import type { PersonnelContext } from '../../loaders';
import {
  checkSubmission,
  checkWithdrawal,
  contentHash,
  type LaborFlowLines,
  type LaborFlowSubmission,
  type LaborFlowWithdrawal,
  readLines,
  withdrawalHash,
} from '../rules';
import {
  claimBatch,
  finishBatch,
  type LaborFlowBatchRow,
  newBatchId,
  openMonth,
  reportedPlaces,
  stageRows,
  storeReports,
  withdrawReports,
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
  const reportedBy = viewer.agency;
  const batch = { kind: 'SUBMISSION', batch: submission, contentHash: contentHash(submission) } as const;
  return once(context, batch, async (db, transactionId) => {
    const knows = await knowing(db, submission.rows);
    checkSubmission(submission, { viewer, now, knows }).throwIfAny();
    const threshold = await openMonth(db, submission.month);
    return storeReports(db, { transactionId, reportedBy, submission, threshold, now });
  });
}

/**
 * Stores a batch whose figures are lines of text, as {@link submitLaborFlowReports} does in everything: the same
 * figures under the same key are the same batch, whichever way they come.
 */
export async function submitLaborFlowLines(
  context: PersonnelContext,
  { lines, ...head }: LaborFlowLines,
): Promise<LaborFlowBatchRow> {
  const { signedIn: viewer, now } = context;
  const reportedBy = viewer.agency;
  const submission = { ...head, rows: readLines(lines) };
  const batch = { kind: 'SUBMISSION', batch: submission, contentHash: contentHash(submission) } as const;
  return once(context, batch, async (db, transactionId, connection) => {
    const knows = await knowing(db, submission.rows);
    checkSubmission(submission, { viewer, now, knows }, 'lines').throwIfAny();
    const threshold = await openMonth(db, submission.month);
    const incoming = await stageRows(db, connection, submission.rows);
    const field = 'lines';
    return storeReports(db, { transactionId, reportedBy, submission, incoming, field, threshold, now });
  });
}

/** Takes figures back, all or nothing; in everything else as a submission. */
export async function withdrawLaborFlowReports(
  context: PersonnelContext,
  withdrawal: LaborFlowWithdrawal,
): Promise<LaborFlowBatchRow> {
  const { signedIn: viewer, now } = context;
  const reportedBy = viewer.agency;
  const batch = { kind: 'WITHDRAWAL', batch: withdrawal, contentHash: withdrawalHash(withdrawal) } as const;
  return once(context, batch, async (db, transactionId) => {
    const knows = await knowing(db, withdrawal.rows);
    checkWithdrawal(withdrawal, { viewer, now, knows }).throwIfAny();
    return withdrawReports(db, { transactionId, reportedBy, withdrawal, now });
  });
}

async function knowing(
  db: Db,
  rows: readonly { origin: string; destination: string }[],
): Promise<(code: string) => boolean> {
  const codes = new Set<string>();
  for (const { origin, destination } of rows) codes.add(origin).add(destination);
  const places = await reportedPlaces(db, [...codes]);
  return (code) => places.has(code);
}

/** Does the work of a batch unless a batch of its key did it before. */
async function once(
  context: PersonnelContext,
  {
    kind,
    batch,
    contentHash: hash,
  }: {
    kind: 'SUBMISSION' | 'WITHDRAWAL';
    batch: Pick<LaborFlowSubmission, 'batchKey' | 'month' | 'side'>;
    contentHash: string;
  },
  work: (db: Db, transactionId: number, connection: PoolClient) => ReturnType<typeof storeReports>,
): Promise<LaborFlowBatchRow> {
  const { signedIn: viewer, now } = context;
  return context.writeToFeed(async (db, transactionId, connection) => {
    const id = newBatchId();
    const claim = { id, reportedBy: viewer.agency, kind, submission: batch, contentHash: hash, now };
    const earlier = await claimBatch(db, claim);
    if (earlier) {
      if (earlier.content_hash === hash) return earlier;
      refuse('CONFLICT', ['batchKey'], {
        en: `The batch "${batch.batchKey}" was sent before with other content. Send a correction under a new key.`,
        zh: `批次“${batch.batchKey}”已用于其他内容，更正请使用新的批次键。`,
      });
    }
    return finishBatch(db, id, await work(db, transactionId, connection));
  });
}
