import { randomBytes } from 'node:crypto';
import type { Database } from '../../kit/database';
import type { HeadKey, SignedHead } from '../../kit/receipt-heads';
import { WHILE_ASKED } from '../../kit/registry-routes';
import { type ReceiptDraft, sealReceipts } from './rules';
import { insertKeys, insertReceipts, lockChainEnd, type SealedPlace } from './store';

interface ReceiptsBody {
  readonly receipts?: readonly ReceiptDraft[];
  /** Heads of batches that the gateway was answered before. */
  readonly heads?: readonly SignedHead[];
  /** The public keys of those heads, with the first ones of each. */
  readonly keys?: readonly HeadKey[];
}

const makeSalt = (): string => randomBytes(16).toString('hex');

/**
 * Seals drafts into the chain, in their order and in one transaction, and answers where each stands. A draft whose id
 * is sealed already is answered with that seal, whatever it says now: the first answer was lost.
 */
export async function answerReceipts(database: Database, body: unknown): Promise<{ sealed: SealedPlace[] }> {
  const { receipts = [], heads = [], keys = [] } = body as ReceiptsBody;
  return database.asOwner(async (db) => {
    if (keys.length > 0) await insertKeys(db, keys);
    if (receipts.length === 0) {
      if (heads.length > 0) await insertReceipts(db, [], heads);
      return { sealed: [] };
    }
    const ids = receipts.map(({ id }) => id);
    const { last, known } = await lockChainEnd(db, ids);
    const places = new Map(known.map((place) => [place.id, place]));
    const drafts = new Map(receipts.filter(({ id }) => !places.has(id)).map((draft) => [draft.id, draft]));
    const sealed = sealReceipts([...drafts.values()], last, makeSalt);
    await insertReceipts(db, sealed, heads);
    for (const { id, sequence, hash, previousHash } of sealed) {
      places.set(id, { id, sequence, hash, previousHash });
    }
    return { sealed: ids.flatMap((id) => places.get(id) ?? []) };
  }, WHILE_ASKED);
}
