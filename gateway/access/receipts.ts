import type { Logger } from 'pino';
import type { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import { Trouble } from '../../subgraphs/kit/trouble';
import type { WithheldReason } from './grants';
import type { Heads } from './heads';

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
/** How long a signed head waits for receipts to travel with. */
const HEAD_WAITS_MS = 250;
const HEAD_RETRY_MS = 5_000;

/**
 * Seals receipts into the hub's chain. Whoever comes while a batch is being sealed waits for the next one, so that many
 * callers share one transaction. The head of each batch is signed, and sent along with the next batch, or alone.
 */
export class ReceiptSealer {
  #waiting: Waiting[] = [];
  #sealing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #trouble: Trouble;

  constructor(
    private readonly registry: Pick<RegistryRoutes, 'ask'>,
    private readonly heads: Heads,
    logger: Logger,
  ) {
    this.#trouble = new Trouble(logger, {
      began: 'heads of the chain of receipts wait to be sent',
      ended: 'heads of the chain of receipts are sent again',
    });
  }

  /** Resolves once the receipt is in the chain. Throws when it cannot be: then nothing may be disclosed. */
  seal(draft: ReceiptDraft): Promise<SealedReceipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject });
      this.#sealing ??= this.#sealWaiting();
    });
  }

  /** Signs on under the hub's present secret; to be called when it was replaced. */
  renewKey(): void {
    this.heads.renewKey();
    this.#sendHeadsIn(HEAD_WAITS_MS);
  }

  /** Sends the heads that are still here. To be called once no more receipts come; never throws. */
  async stop(): Promise<void> {
    await this.#sealing;
    await this.#sendHeads();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #sealWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LARGEST_BATCH);
      try {
        const sealed = await this.#ask(batch.map(({ draft }) => draft));
        const byId = new Map(sealed.map((receipt) => [receipt.id, receipt]));
        for (const { draft, resolve, reject } of batch) {
          const receipt = byId.get(draft.id);
          if (receipt) resolve(receipt);
          else reject(new Error(`the registry did not seal the receipt ${draft.id}`));
        }
        const head = lastOf(sealed);
        if (head) this.heads.add(head);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#sealing = null;
    this.#sendHeadsIn(HEAD_WAITS_MS);
  }

  #sendHeadsIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#sendHeads();
    }, milliseconds).unref();
  }

  async #sendHeads(): Promise<void> {
    // With a batch under way they travel, or the next one takes them.
    if (this.heads.areSent || this.#sealing) return;
    try {
      await this.#ask([]);
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
      this.#sendHeadsIn(HEAD_RETRY_MS);
    }
  }

  async #ask(receipts: readonly ReceiptDraft[]): Promise<readonly SealedReceipt[]> {
    return this.heads.deliver(async (parcel) => {
      const answer = await this.registry.ask('receipts', { receipts, ...parcel }, ['sealed']);
      return (answer as { sealed: SealedReceipt[] }).sealed;
    });
  }
}

/** What stands last in the chain. */
const lastOf = (sealed: readonly SealedReceipt[]): SealedReceipt | null =>
  sealed.reduce<SealedReceipt | null>(
    (last, each) => (last && last.sequence > each.sequence ? last : each),
    null,
  );
