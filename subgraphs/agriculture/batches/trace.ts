import type { Db } from '../../kit/database';
import { recipientsOf, type SupplyBatchRow, traceOf } from './store';

export interface TracedBatchRow {
  readonly batch: SupplyBatchRow;
  readonly distance: number;
}

export interface BatchTraceRows {
  readonly batches: TracedBatchRow[];
  readonly recipients: string[];
}

/** How far a batch has spread, or where it comes from, as far as the viewer may see. */
export async function traceBatch(
  db: Db,
  batch: string,
  direction: 'FORWARD' | 'BACK',
): Promise<BatchTraceRows> {
  const traced = await traceOf(db, batch, direction);
  const ids = traced.map(({ id }) => id);
  return {
    batches: traced.map(({ distance, ...row }) => ({ batch: row, distance })),
    recipients: await recipientsOf(db, ids),
  };
}
