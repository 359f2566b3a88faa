import type { Subject, Subjects } from '../kit/sharing';
import type { SupplyBatchRow } from './batches/store';

/** A batch is the recording unit's own; the issuer of its standard is a party too. */
const batch: Subject<SupplyBatchRow> = {
  id: ({ id }) => id,
  provider: (row) => row.recorded_by,
  named: (row) => [row.standard_issuer],
};

export const agricultureSubjects: Subjects = {
  SupplyBatch: { 'agriculture.batches': batch },
};
