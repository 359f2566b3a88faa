import type { GraphQLFormattedError } from 'graphql';
import { receiptUnavailable } from '../access/account';
import type { SharingExtensions } from '../access/disclosure';
import type { SubscriptionReceipts } from '../access/subscription-receipts';
import type { Channel, ChannelPage, ChannelReader } from './channel';
import { interrupted } from './interruption';
import type { LiveResult } from './result';

/** Where a subscription's results go: one connection, or a part of one. */
export interface Outlet {
  /** Sends a result. False when the reader has yet to take what was sent before. */
  send(result: LiveResult, extensions: SharingExtensions | null): boolean;
  /** Resolves once the reader has taken what was sent, or is gone. */
  drained(): Promise<void>;
  /** Ends, with these errors as the last result if there are any. */
  finish(errors: readonly GraphQLFormattedError[] | null): void;
}

/** How long a reader may take nothing, and how long it may lag behind once it has caught up. */
export interface Patience {
  readonly stallMs: number;
  readonly lagMs: number;
}

/** One reader of a channel. It holds one page at a time, and what its connection has not passed on of one result. */
export class Subscription implements ChannelReader {
  #isOver = false;
  /** Since when it has had something to read, once it has waited for anything; null before. */
  #behindSince: number | null = null;

  constructor(
    private readonly channel: Channel,
    private readonly receipts: SubscriptionReceipts | null,
    private readonly outlet: Outlet,
    private readonly patience: Patience,
    /** Where it stands: behind the last result that was sent. */
    private cursor: string | null,
    private readonly over: (subscription: Subscription, error: Error | null) => void,
  ) {}

  get after(): string | null {
    return this.cursor;
  }

  start(page: ChannelPage): void {
    void this.#send(page);
  }

  take(page: ChannelPage): void {
    if (this.#isOver) return;
    if (this.#behindSince === Number.POSITIVE_INFINITY) this.#behindSince = Date.now();
    void this.#send(page);
  }

  fail(error: Error): void {
    this.end(error);
  }

  /** Ends it, for a reason that its reader is told, or because the reader is gone. */
  end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.channel.leave(this);
    this.over(this, error);
  }

  /** Seals what is still without a receipt; to be called when it is over. */
  async settle(): Promise<void> {
    await this.receipts?.end();
  }

  finish(errors: readonly GraphQLFormattedError[] | null): void {
    this.outlet.finish(errors);
  }

  async #send(page: ChannelPage): Promise<void> {
    for (const result of page.results) {
      // What was read under rights that have changed since is read again, under those that count now.
      if (!this.channel.isCurrent(page)) break;
      let extensions: SharingExtensions | null = null;
      if (result.report) {
        try {
          extensions = (await this.receipts?.admit(result.report, result.places)) ?? null;
        } catch {
          return this.end(receiptUnavailable());
        }
        if (this.#isOver) return;
      }
      const mayGoOn = this.outlet.send(result, isEmpty(extensions) ? null : extensions);
      this.cursor = result.cursor;
      if (!mayGoOn && !(await this.#hasTaken())) return this.end(interrupted('TOO_SLOW'));
      if (this.#isOver) return;
    }
    if (this.#isBehind()) return this.end(interrupted('TOO_SLOW'));
    const isWhole = page.results.length === 0 || this.cursor === page.results.at(-1)?.cursor;
    if (isWhole) this.cursor = page.cursor;
    const isWaiting = this.channel.read(this.cursor ?? page.cursor, this);
    if (isWaiting) this.#behindSince = Number.POSITIVE_INFINITY;
  }

  #isBehind(): boolean {
    const since = this.#behindSince;
    return since !== null && Date.now() - since > this.patience.lagMs;
  }

  async #hasTaken(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.patience.stallMs);
    });
    const taken = await Promise.race([this.outlet.drained().then(() => true), stalled]);
    clearTimeout(timer);
    return taken;
  }
}

const isEmpty = (extensions: SharingExtensions | null): boolean =>
  extensions !== null && Object.keys(extensions).length === 0;
