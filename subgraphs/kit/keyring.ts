import { subgraphKey } from './signature';

/**
 * The secrets of a hub, and the keys that follow from them. The first one signs; what any of them signed counts. They
 * may be replaced while the hub runs: a new secret is first added behind the old one wherever the hub runs, then put in
 * front of it, and at last the old one is taken out.
 */
export class Keyring {
  #secrets: readonly string[] = [];
  #keys = new Map<string, readonly Buffer[]>();
  readonly #listeners = new Set<() => void>();

  constructor(secrets: readonly string[]) {
    this.replace(secrets);
  }

  /** The secret that signs. */
  get secret(): string {
    return this.#secrets[0] as string;
  }

  /** Every secret that counts, the one that signs in front. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** The key under which a gateway asks a subgraph. */
  signingKey(subgraph: string): Buffer {
    return this.acceptedKeys(subgraph)[0] as Buffer;
  }

  /** The keys under which a subgraph may be asked. */
  acceptedKeys(subgraph: string): readonly Buffer[] {
    let keys = this.#keys.get(subgraph);
    if (!keys) {
      keys = this.#secrets.map((secret) => subgraphKey(secret, subgraph));
      this.#keys.set(subgraph, keys);
    }
    return keys;
  }

  /** Takes other secrets from now on. At least one. */
  replace(secrets: readonly string[]): void {
    if (secrets.length === 0) throw new Error('a hub needs a secret');
    this.#secrets = [...new Set(secrets)];
    this.#keys = new Map();
    for (const tell of this.#listeners) tell();
  }

  /** Calls `listener` after each replacement, until the function that is given back is called. */
  onReplaced(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
