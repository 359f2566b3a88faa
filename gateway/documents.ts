import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ClientError } from '../subgraphs/kit/errors';
import { SetupError } from '../subgraphs/kit/migrate';
import { refusal } from './limits/refusals';
import type { ReadOperation, Stage } from './operations/stage';

/** A manifest of persisted queries, in the format of Apollo's tools. */
export interface Manifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly version: 1;
  readonly operations: readonly {
    /** SHA-256 of the body, hex. */
    readonly id: string;
    readonly name: string;
    readonly type: 'query' | 'mutation' | 'subscription';
    readonly body: string;
  }[];
}

/** What a document is called: SHA-256 of its text, hex. */
export const documentId = (body: string): string => createHash('sha256').update(body).digest('hex');

/** The documents of manifests, by their ids. Throws a sentence for a file that is none. */
export function readManifests(files: readonly string[]): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const file of files) {
    for (const { id, body } of readManifest(file).operations) {
      if (documentId(body) !== id) {
        throw new SetupError(
          `The manifest ${file} gives an operation the id ${id}, which is not the SHA-256 of its body. Make it anew with: npm run documents`,
        );
      }
      documents.set(id, body);
    }
  }
  return documents;
}

function readManifest(file: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<Manifest>;
    if (manifest.format === 'apollo-persisted-query-manifest' && Array.isArray(manifest.operations)) {
      return manifest as Manifest;
    }
  } catch {
    // Said below.
  }
  throw new SetupError(
    `${file} is no manifest of persisted queries that can be read. Make one with: npm run documents`,
  );
}

/** What a gateway knows of documents when it starts. */
export interface RegisteredDocuments {
  /** By their ids. */
  readonly manifest: ReadonlyMap<string, string>;
  /** Whether nothing else is answered. */
  readonly isSafelist: boolean;
}

/** Characters of documents that clients registered by themselves, all together. */
const KEPT = 8 * 1024 * 1024;

/**
 * Documents that clients ask for by their hashes: those of the manifests always, and what clients register by sending
 * them once, as long as there is room. The server looks here; what it refuses it does not register.
 */
export class Documents implements Stage {
  readonly #registered = new LRUCache<string, string>({
    maxSize: KEPT,
    sizeCalculation: (text) => text.length + 64,
  });
  /** Documents that were found in a manifest. */
  readonly #isListed = new WeakSet<DocumentNode>();

  constructor(
    private readonly manifest: ReadonlyMap<string, string>,
    private readonly isSafelist: boolean,
  ) {}

  /** What the server keeps persisted queries in; it puts a word before each hash. */
  readonly cache = {
    get: async (key: string): Promise<string | undefined> => {
      const hash = key.slice(key.lastIndexOf(':') + 1);
      return this.manifest.get(hash) ?? this.#registered.get(hash);
    },
    set: async (key: string, text: string): Promise<void> => {
      const hash = key.slice(key.lastIndexOf(':') + 1);
      if (!this.isSafelist) this.#registered.set(hash, text);
    },
    delete: async (key: string): Promise<boolean> =>
      this.#registered.delete(key.slice(key.lastIndexOf(':') + 1)),
  };

  /** Refuses what no manifest has, where only that is answered. */
  admit({ source, document }: ReadOperation): void {
    if (!this.isSafelist || this.#isListed.has(document)) return;
    if (!this.manifest.has(documentId(source))) throw refusal(notRegistered());
    this.#isListed.add(document);
  }
}

const notRegistered = (): ClientError =>
  new ClientError('OPERATION_NOT_REGISTERED', {
    en: 'This hub answers registered documents only, and this is none. Have its operators register it, and send it as it was registered.',
    zh: '本平台仅受理已登记的文档，该文档尚未登记。请联系运维人员登记，并按登记的内容发送。',
  });
