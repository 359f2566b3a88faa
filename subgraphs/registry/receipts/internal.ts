import { randomBytes } from 'node:crypto';
import type { Database } from '../../kit/database';
import type { HeadKey, SignedHead } from '../../kit/receipt-heads';
import { type ReceiptDraft, sealReceipts } from './rules';
import {
  insertHeads,
  insertKeys,
  insertReceipts,
  lastReceipt,
  lockChain,
  type SealedPlace,
  sealedPlaces,
} from './store';

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
    if (heads.length > 0) await insertHeads(db, heads);
    if (receipts.length === 0) return { sealed: [] };
    await lockChain(db);
    const [last, known] = await Promise.all([
      lastReceipt(db),
      sealedPlaces(
        db,
        receipts.map(({ id }) => id),
      ),
    ]);
    const places = new Map(known.map((place) => [place.id, place]));
    const drafts = new Map(receipts.filter(({ id }) => !places.has(id)).map((draft) => [draft.id, draft]));
    const sealed = sealReceipts([...drafts.values()], last, makeSalt);
    if (sealed.length > 0) await insertReceipts(db, sealed);
    for (const { id, sequence, hash, previousHash } of sealed) {
      places.set(id, { id, sequence, hash, previousHash });
    }
    return { sealed: receipts.flatMap(({ id }) => places.get(id) ?? []) };
  });
}
