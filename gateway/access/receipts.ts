import type { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import type { WithheldReason } from './grants';

/** What one request disclosed and was refused, by provider: what becomes a receipt. */
export interface ReceiptDraft {
  readonly id: string;
  readonly at: string;
  readonly gateway: string;
  readonly requestId: string;
  readonly consumer: string;
  readonly user: string;
  readonly purpose: string | null;
  readonly operationName: string | null;
  readonly leaves: readonly {
    readonly provider: string;
    readonly items: readonly {
      readonly item: string;
      readonly disclosedRows: number;
      readonly withheldRows: number;
      readonly reason: WithheldReason | null;
    }[];
  }[];
}

/** A receipt's place in the hub's chain. */
export interface SealedReceipt {
  readonly id: string;
  readonly sequence: number;
  readonly hash: string;
  readonly previousHash: string;
}

interface Waiting {
  readonly draft: ReceiptDraft;
  readonly resolve: (sealed: SealedReceipt) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_BATCH = 500;

/**
 * Seals receipts into the hub's chain. Whoever comes while a batch is being sealed waits for the next one, so that many
 * callers share one transaction.
 */
export class ReceiptSealer {
  #waiting: Waiting[] = [];
  #isSealing = false;

  constructor(private readonly registry: RegistryRoutes) {}

  /** Resolves once the receipt is in the chain. Throws when it cannot be: then nothing may be disclosed. */
  seal(draft: ReceiptDraft): Promise<SealedReceipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject });
      if (!this.#isSealing) void this.#sealWaiting();
    });
  }

  async #sealWaiting(): Promise<void> {
    this.#isSealing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LARGEST_BATCH);
      try {
        const receipts = batch.map(({ draft }) => draft);
        const { sealed } = (await this.registry.ask('receipts', { receipts })) as { sealed: SealedReceipt[] };
        const byId = new Map(sealed.map((receipt) => [receipt.id, receipt]));
        for (const { draft, resolve, reject } of batch) {
          const receipt = byId.get(draft.id);
          if (receipt) resolve(receipt);
          else reject(new Error(`the registry did not seal the receipt ${draft.id}`));
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isSealing = false;
  }
}
