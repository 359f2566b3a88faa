import { LRUCache } from 'lru-cache';
import type { DirectoryEntry } from '../../subgraphs/kit/directory';
import { ClientError } from '../../subgraphs/kit/errors';
import { LIFETIME_SECONDS, signClaims } from '../../subgraphs/kit/signature';
import { GATEWAY_HEADER, internalAudience } from '../../subgraphs/kit/subgraph';
import { signViewer, type Viewer } from '../../subgraphs/kit/viewer';
import type { SubgraphLink } from '../subgraph-link';
import type { Bearer } from './tokens';

const DIRECTORY_FRESH_MS = 5_000;
/** A unit that was looked up within the hour stays known while the registry is away. */
const DIRECTORY_STALE_MS = 3_600_000;
/** A signed viewer is used again for at most this long, so that it never reaches a subgraph past its time. */
const REUSED_MS = (LIFETIME_SECONDS * 1_000) / 2;
const CALLERS_KEPT = 10_000;

/** Turns bearers into viewers: looks their unit up in the registry, and signs what each subgraph is told. */
export class Viewers {
  readonly #directory: LRUCache<string, { entry: DirectoryEntry; at: number }>;
  readonly #signed = new LRUCache<string, string>({ max: CALLERS_KEPT, ttl: REUSED_MS });
  readonly #asking = new Map<string, Promise<DirectoryEntry | null>>();

  constructor(
    private readonly registry: SubgraphLink,
    private readonly keys: ReadonlyMap<string, Buffer>,
  ) {
    this.#directory = new LRUCache({ max: CALLERS_KEPT, ttl: DIRECTORY_STALE_MS });
  }

  /** The viewer that a bearer is. Throws a sentence for the client when the hub does not know the unit. */
  async viewerOf(bearer: Bearer, purpose: string | null): Promise<Viewer> {
    const unit = await this.#lookUp(bearer.agency);
    if (!unit) {
      throw new ClientError('UNAUTHENTICATED', {
        en: `The hub's directory has no unit ${bearer.agency}. Ask its operators to enter it.`,
        zh: `平台目录中没有单位 ${bearer.agency}，请联系运维人员登记。`,
      });
    }
    const { user, roles, agency } = bearer;
    const { jurisdiction, functions, remit } = unit;
    return { user, roles, agency, jurisdiction, functions, remit, purpose };
  }

  /** The viewer as a header for one subgraph, signed anew at least every fifteen seconds. */
  headerFor(subgraph: string, viewer: Viewer): string {
    const id = JSON.stringify([subgraph, viewer]);
    let header = this.#signed.get(id);
    if (header === undefined) {
      const key = this.keys.get(subgraph);
      if (!key) throw new Error(`there is no key for the subgraph ${subgraph}`);
      header = signViewer(viewer, { subgraph, key, now: new Date() });
      this.#signed.set(id, header);
    }
    return header;
  }

  async #lookUp(code: string): Promise<DirectoryEntry | null> {
    const known = this.#directory.get(code);
    if (known && Date.now() - known.at < DIRECTORY_FRESH_MS) return known.entry;
    try {
      return await this.#ask(code);
    } catch (error) {
      if (known) return known.entry;
      throw error;
    }
  }

  /** Asks the registry, once for all who wait for the same unit. */
  #ask(code: string): Promise<DirectoryEntry | null> {
    let asking = this.#asking.get(code);
    if (!asking) {
      asking = this.#fetch(code).finally(() => this.#asking.delete(code));
      this.#asking.set(code, asking);
    }
    return asking;
  }

  async #fetch(code: string): Promise<DirectoryEntry | null> {
    const key = this.keys.get(this.registry.name);
    if (!key) throw new Error('there is no key for the registry');
    const proof = signClaims({}, { audience: internalAudience(this.registry.name), key, now: new Date() });
    const answer = await this.registry.answerInternally(
      'agencies',
      { codes: [code] },
      { [GATEWAY_HEADER]: proof },
    );
    if (!Array.isArray(answer)) throw new Error('the registry did not accept the gateway');
    const entry: DirectoryEntry | undefined = answer[0];
    if (!entry) {
      this.#directory.delete(code);
      return null;
    }
    this.#directory.set(code, { entry, at: Date.now() });
    return entry;
  }
}
