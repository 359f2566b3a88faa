import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { extentRefusal } from './extent';
import type { Limits } from './limits';

/** Characters of the documents that are kept, all together; as objects they take some thirty times as much. */
const KEPT = 2 * 1024 * 1024;

/**
 * Documents that were read, with which all that is known of them stays: whether they are valid, what they cost, their
 * plans. What is larger than the hub takes is not kept: who sends ever other such documents fills nothing.
 */
export class DocumentStore {
  readonly #documents = new LRUCache<string, DocumentNode>({
    maxSize: KEPT,
    sizeCalculation: ({ loc }) => (loc?.source.body.length ?? 0) + 64,
  });

  constructor(private readonly limits: Limits) {}

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.#documents.get(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    if (!extentRefusal(document, this.limits)) this.#documents.set(key, document);
  }

  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(key);
  }
}
