import { LRUCache } from 'lru-cache';
import type { DirectoryEntry } from '../../subgraphs/kit/directory';
import { ClientError } from '../../subgraphs/kit/errors';
import type { Keyring } from '../../subgraphs/kit/keyring';
import type { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import { LIFETIME_SECONDS, signClaims } from '../../subgraphs/kit/signature';
import { traceAudience } from '../../subgraphs/kit/tracing';
import { signViewer, type Viewer } from '../../subgraphs/kit/viewer';
import type { GrantBook } from './grants';
import type { Bearer } from './tokens';

const DIRECTORY_FRESH_MS = 5_000;
/** A unit that was looked up within the hour stays known while the registry is away. */
const DIRECTORY_STALE_MS = 3_600_000;
/** How long the registry may take to say anew what is known of a unit. */
const LOOK_UP_MS = 500;
/** A signed viewer is used again for at most this long, so that it never reaches a subgraph past its time. */
const REUSED_MS = (LIFETIME_SECONDS * 1_000) / 2;
const CALLERS_KEPT = 10_000;

/** A caller as the gateway knows it: a viewer without the grants, which differ from subgraph to subgraph. */
export type Caller = Omit<Viewer, 'grants' | 'grantsAsOf' | 'collects'>;

/** Turns bearers into callers, by the registry's directory, and callers into what each subgraph is told of them. */
export class Viewers {
  readonly #directory: LRUCache<string, { entry: DirectoryEntry; at: number }>;
  readonly #signed = new LRUCache<string, string>({ max: CALLERS_KEPT, ttl: REUSED_MS });
  readonly #asking = new Map<string, Promise<DirectoryEntry | null>>();
  /** Whether the registry was late, or away, when it was last asked. */
  #isLate = false;

  constructor(
    private readonly registry: RegistryRoutes,
    private readonly keyring: Keyring,
    private readonly grants: GrantBook,
  ) {
    this.#directory = new LRUCache({ max: CALLERS_KEPT, ttl: DIRECTORY_STALE_MS });
    keyring.onReplaced(() => this.#signed.clear());
  }

  /** The caller that a bearer is. Throws a sentence for the client when the hub does not know the unit. */
  async callerOf(bearer: Bearer, purpose: string | null): Promise<Caller> {
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

  /**
   * The caller as a header for one subgraph, with the grants that open something there. Signed anew at least every
   * fifteen seconds, and with grants whenever the registry has confirmed them since.
   */
  headerFor(subgraph: string, caller: Caller): string {
    const grants = this.grants.matching(subgraph, caller.agency, caller.purpose);
    const grantsAsOf = grants.length > 0 ? this.grants.asOf : 0;
    const id = JSON.stringify([subgraph, caller, grantsAsOf]);
    let header = this.#signed.get(id);
    if (header === undefined) {
      const viewer: Viewer = { ...caller, grants, grantsAsOf, collects: true };
      header = signViewer(viewer, { subgraph, key: this.keyring.signingKey(subgraph), now: new Date() });
      this.#signed.set(id, header);
    }
    return header;
  }

  /** What proves to a subgraph that a trace is one of the hub's, where no viewer does. */
  traceProofFor(subgraph: string): string {
    const audience = traceAudience(subgraph);
    let proof = this.#signed.get(audience);
    if (proof === undefined) {
      proof = signClaims({}, { audience, key: this.keyring.signingKey(subgraph), now: new Date() });
      this.#signed.set(audience, proof);
    }
    return proof;
  }

  async #lookUp(code: string): Promise<DirectoryEntry | null> {
    const known = this.#directory.get(code);
    if (known && Date.now() - known.at < DIRECTORY_FRESH_MS) return known.entry;
    const asking = this.#ask(code);
    if (!known) return asking;
    const entry = asking.catch(() => known.entry);
    // A registry that hangs holds nobody up whom it has told of before.
    if (this.#isLate) return known.entry;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DirectoryEntry>((resolve) => {
      timer = setTimeout(() => {
        this.#isLate = true;
        resolve(known.entry);
      }, LOOK_UP_MS);
    });
    return Promise.race([entry, late]).finally(() => clearTimeout(timer));
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
    const answer = await this.registry.ask('agencies', { codes: [code] }, ['agencies']);
    const [entry] = (answer as { agencies: DirectoryEntry[] }).agencies;
    this.#isLate = false;
    if (!entry) {
      this.#directory.delete(code);
      return null;
    }
    this.#directory.set(code, { entry, at: Date.now() });
    return entry;
  }
}
