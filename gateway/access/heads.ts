import type { Keyring } from '../../subgraphs/kit/keyring';
import { type ChainHead, type HeadKey, HeadSigner, type SignedHead } from '../../subgraphs/kit/receipt-heads';

/** Heads kept while the registry does not take them. A later one stands for all before it, so the oldest may go. */
const HEADS_KEPT = 1_000;

/** What the registry is sent of heads: each key goes along with the first heads that it signed. */
export interface HeadsParcel {
  readonly heads: readonly SignedHead[];
  readonly keys: readonly HeadKey[];
}

/**
 * Signs where the chain of receipts stood, batch by batch, under a key that no database has, and keeps what it signed
 * until the registry has it. When the hub's secret changes, so does the key, and the last head is signed again.
 */
export class Heads {
  #signer: HeadSigner;
  #last: ChainHead | null = null;
  #unsent: SignedHead[] = [];
  readonly #keys = new Map<string, HeadKey>();
  readonly #knownKeys = new Set<string>();

  constructor(
    private readonly keyring: Keyring,
    private readonly gateway: string,
  ) {
    this.#signer = this.#makeSigner();
  }

  get areSent(): boolean {
    return this.#unsent.length === 0;
  }

  add(head: ChainHead): void {
    this.#last = head;
    this.#unsent.push(this.#signer.sign(head));
    if (this.#unsent.length > HEADS_KEPT) this.#unsent.shift();
  }

  /** Signs under the hub's present secret from now on, and the last head again. */
  renewKey(): void {
    const { keyId } = this.#signer.key;
    this.#signer = this.#makeSigner();
    if (this.#last && this.#signer.key.keyId !== keyId) this.add(this.#last);
  }

  /** Gives what is to be sent to `send`, and forgets it once the registry has it. */
  async deliver<Answer>(send: (parcel: HeadsParcel) => Promise<Answer>): Promise<Answer> {
    const heads = [...this.#unsent];
    const needed = new Set(heads.map(({ keyId }) => keyId));
    const keys = [...this.#keys.values()].filter(
      ({ keyId }) => needed.has(keyId) && !this.#knownKeys.has(keyId),
    );
    try {
      const answer = await send({ heads, keys });
      const sent = new Set(heads);
      this.#unsent = this.#unsent.filter((head) => !sent.has(head));
      for (const { keyId } of keys) this.#knownKeys.add(keyId);
      return answer;
    } catch (error) {
      // The registry may be back with an older database, that has the keys no more.
      this.#knownKeys.clear();
      throw error;
    }
  }

  #makeSigner(): HeadSigner {
    const signer = new HeadSigner(this.keyring.secrets, this.gateway);
    this.#keys.set(signer.key.keyId, signer.key);
    return signer;
  }
}
