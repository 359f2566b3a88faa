import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type ItemName, subgraphOfItem } from '../../subgraphs/kit/catalog';
import type { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import { dayOf } from '../../subgraphs/kit/time';
import { Trouble } from '../../subgraphs/kit/trouble';
import { GRANTS_STAND_MS, type ViewerGrant } from '../../subgraphs/kit/viewer';

/** An approved grant, as the registry tells gateways. */
export interface Grant {
  readonly item: ItemName;
  readonly provider: string;
  readonly consumer: string;
  readonly purpose: string;
  /** First and last day on which it opens anything. */
  readonly validFrom: string;
  readonly validUntil: string;
}

interface GrantsAnswer {
  readonly version: number;
  /** Null when nothing changed since the version that was asked about. */
  readonly grants: readonly Grant[] | null;
}

/** Why a value of another unit was not shown. */
export type WithheldReason = 'NO_GRANT' | 'NO_PURPOSE' | 'EXPIRED' | 'UNCONFIRMED';

const FOUND_KEPT = 10_000;

/** Well under the second within which a revocation must count everywhere. */
const POLL_MS = 250;

/**
 * Every approved grant, kept current by asking the registry four times a second. When the registry does not answer,
 * grants lapse: subgraphs refuse those that were not confirmed within the last second.
 */
export class GrantBook {
  #version: number | null = null;
  #byConsumer: ReadonlyMap<string, readonly Grant[]> = new Map();
  /** What was found for callers, until grants or the day change: each request asks for it once a subgraph. */
  readonly #found = new LRUCache<string, readonly ViewerGrant[]>({ max: FOUND_KEPT });
  #asOf = 0;
  #timer: NodeJS.Timeout | null = null;
  #refreshing: Promise<void> | null = null;
  readonly #trouble: Trouble;

  constructor(
    private readonly registry: RegistryRoutes,
    logger: Logger,
  ) {
    this.#trouble = new Trouble(logger, {
      began: 'grants could not be confirmed; they lapse until they are',
      ended: 'grants are confirmed again',
    });
  }

  /** When the registry last confirmed the grants, in milliseconds since the epoch. */
  get asOf(): number {
    return this.#asOf;
  }

  /** Whether subgraphs take the grants that are signed now. */
  get areConfirmed(): boolean {
    return Date.now() - this.#asOf < GRANTS_STAND_MS;
  }

  start(): void {
    const poll = async () => {
      await this.#poll();
      if (this.#timer) this.#timer = setTimeout(poll, POLL_MS).unref();
    };
    this.#timer = setTimeout(poll, 0).unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Resolves once grants are known that are no older than this call. Throws when the registry does not answer. */
  async refresh(): Promise<void> {
    // One that is under way may have been answered before what the caller knows of happened.
    await this.#refreshing?.catch(() => {});
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  /** The grants that open something in a subgraph for a consumer who states a purpose, today. */
  matching(subgraph: string, consumer: string, purpose: string | null): readonly ViewerGrant[] {
    if (purpose === null) return [];
    const today = dayOf(new Date());
    const grants = this.#byConsumer.get(consumer);
    if (!grants) return [];
    const id = JSON.stringify([subgraph, consumer, purpose, today]);
    let found = this.#found.get(id);
    if (!found) {
      found = grants
        .filter(
          (grant) =>
            grant.purpose === purpose && isValid(grant, today) && subgraphOfItem(grant.item) === subgraph,
        )
        .map(({ item, provider }) => ({ item, provider }));
      this.#found.set(id, found);
    }
    return found;
  }

  /** Why a consumer that states a purpose, or none, is not shown what an item's provider holds. */
  reason(item: ItemName, provider: string, consumer: string, purpose: string | null): WithheldReason {
    const today = dayOf(new Date());
    const grants = (this.#byConsumer.get(consumer) ?? []).filter(
      (g) => g.item === item && g.provider === provider,
    );
    if (grants.length === 0) return 'NO_GRANT';
    const valid = grants.filter((grant) => isValid(grant, today));
    if (valid.some((grant) => grant.purpose === purpose)) return 'UNCONFIRMED';
    if (valid.length > 0) return 'NO_PURPOSE';
    return grants.some((grant) => grant.validUntil < today) ? 'EXPIRED' : 'NO_GRANT';
  }

  async #poll(): Promise<void> {
    try {
      await this.refresh();
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  async #ask(): Promise<void> {
    const askedAt = Date.now();
    const { version, grants } = (await this.registry.ask('grants', { since: this.#version }, [
      'version',
      'grants',
    ])) as GrantsAnswer;
    if (grants) {
      this.#byConsumer = byConsumer(grants);
      this.#found.clear();
    }
    this.#version = version;
    this.#asOf = askedAt;
  }
}

function byConsumer(grants: readonly Grant[]): ReadonlyMap<string, readonly Grant[]> {
  const lists = new Map<string, Grant[]>();
  for (const grant of grants) {
    const list = lists.get(grant.consumer);
    if (list) list.push(grant);
    else lists.set(grant.consumer, [grant]);
  }
  return lists;
}

const isValid = (grant: Grant, day: string): boolean => grant.validFrom <= day && day <= grant.validUntil;
