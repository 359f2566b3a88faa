import { type SpanContext, SpanKind } from '@opentelemetry/api';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SHARING_EXTENSION, type SharingReport } from '../../subgraphs/kit/disclosures';
import type { AnsweredEvent, EventsRequest, EventsResponse } from '../../subgraphs/kit/events';
import type { Language } from '../../subgraphs/kit/language';
import { WITHHELD_REPORT } from '../../subgraphs/kit/subgraph';
import { errorTypeOf, type Span, type Tracing } from '../../subgraphs/kit/tracing';
import type { GrantBook } from '../access/grants';
import type { Bearer } from '../access/tokens';
import type { Caller, Viewers } from '../access/viewers';
import { GatewayContext } from '../context';
import type { CallSubgraph } from '../executor';
import { textOf } from '../executor/rendered';
import type { FeedFollower } from './feed-follower';
import type { SubscriptionPlan } from './graph';
import { interrupted } from './interruption';
import { LiveResult } from './result';

/** Events that a page asks for at most. */
const PAGE = 100;
/** Events that are kept for whoever comes to them later. */
const EVENTS_KEPT = 1_000;
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** For how long a feed may be away before its readers are sent away too. */
const AWAY_MS = 30_000;

const TRANSIENT = new Set<unknown>(['SUBGRAPH_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'INTERNAL']);

/** What lies behind a cursor. */
export interface ChannelPage {
  readonly results: readonly LiveResult[];
  /** Where the page ends. */
  readonly cursor: string;
  /** The rights that it was read under. */
  readonly rights: string;
}

/** One who reads a channel; called once for each {@link Channel.read}, unless it leaves before. */
export interface ChannelReader {
  take(page: ChannelPage): void;
  fail(error: Error): void;
}

/** Why a page could not be had, as the subgraph said it. */
export class Refused extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.name = 'Refused';
  }

  /** Of the first of them. */
  get code(): string {
    return String(this.errors[0]?.extensions?.code);
  }

  get isTransient(): boolean {
    return this.errors.every(({ extensions }) => TRANSIENT.has(extensions?.code));
  }
}

/** Those who wait for what lies behind a cursor. */
interface Waiting {
  cursor: string;
  readonly readers: Set<ChannelReader>;
  /** Up to where the feed was read for them. */
  upTo: number;
}

/** Whom a channel is for: a unit with its roles and purpose, and none of its users. */
export interface Audience {
  readonly bearer: Bearer | null;
  readonly purpose: string | null;
  readonly language: Language;
  readonly wantsPlaces: boolean;
  /** The trace of the request that came first. */
  readonly openedBy: SpanContext | null;
}

export interface ChannelDependencies {
  readonly viewers: Viewers;
  readonly grants: Pick<GrantBook, 'matching' | 'asOf'>;
  readonly tracing?: Tracing;
  /** The names of all subgraphs. */
  readonly subgraphs: readonly string[];
  events(subgraph: string, request: EventsRequest, context: GatewayContext): Promise<EventsResponse>;
  call(context: GatewayContext): CallSubgraph;
  mask(errors: readonly GraphQLError[], context: GatewayContext): readonly GraphQLFormattedError[];
}

/**
 * What everyone is sent who asks the same with the same rights. Whenever the feed has grown, the subgraph is asked for
 * what lies behind each cursor at which readers wait, under the rights of that moment; after the first time all wait at
 * one. An event is so read and filled in once, and written once.
 */
export class Channel {
  readonly #waiting = new Map<string, Waiting>();
  readonly #pages = new Map<string, ChannelPage>();
  readonly #beginning = new Map<string | null, Promise<ChannelPage>>();
  readonly #leaveFeed: () => void;
  /** Where the last page ended, and up to where the feed was read for it. */
  #tail: { cursor: string; upTo: number } | null = null;
  #wake: (() => void) | null = null;
  #isRunning = false;
  #failingSince: number | null = null;
  #caller: Caller | null = null;
  #known: { caller: Caller | null; asOf: number; rights: string } | null = null;

  constructor(
    private readonly plan: SubscriptionPlan,
    private readonly audience: Audience,
    private readonly feed: FeedFollower,
    private readonly dependencies: ChannelDependencies,
  ) {
    this.#leaveFeed = feed.listen(() => this.#wake?.());
  }

  /** What lies behind a cursor now, or where the feed ends now. Throws when it may not be read, or cannot be. */
  begin(after: string | null): Promise<ChannelPage> {
    const known = after === null ? undefined : this.#pages.get(after);
    if (known && this.isCurrent(known)) return Promise.resolve(known);
    let beginning = this.#beginning.get(after);
    if (!beginning) {
      beginning = this.#pull(after, null)
        .then(({ page }) => page)
        .finally(() => this.#beginning.delete(after));
      this.#beginning.set(after, beginning);
    }
    return beginning;
  }

  /** Has a reader take what lies behind a cursor, as soon as there is anything. True when it has to wait. */
  read(cursor: string, reader: ChannelReader): boolean {
    const known = this.#pages.get(cursor);
    if (known && this.isCurrent(known)) {
      queueMicrotask(() => reader.take(known));
      return false;
    }
    const waiting = this.#waiting.get(cursor);
    if (waiting) waiting.readers.add(reader);
    else {
      // Whoever comes from the last page has just been told what there is.
      const upTo = this.#tail?.cursor === cursor ? this.#tail.upTo : -1;
      this.#waiting.set(cursor, { cursor, readers: new Set([reader]), upTo });
    }
    if (this.#isRunning) this.#wake?.();
    else void this.#run();
    return true;
  }

  leave(reader: ChannelReader): void {
    for (const waiting of this.#waiting.values()) {
      if (!waiting.readers.delete(reader) || waiting.readers.size > 0) continue;
      this.#waiting.delete(waiting.cursor);
      this.#wake?.();
    }
  }

  close(): void {
    this.#leaveFeed();
    this.#waiting.clear();
    this.#wake?.();
  }

  /** Whether a page was read under the rights that count now. */
  isCurrent(page: ChannelPage): boolean {
    return page.rights === this.#rights();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.size > 0) {
      const { head } = this.feed;
      const due = [...this.#waiting.values()].filter(({ upTo }) => upTo < head);
      if (due.length > 0) await Promise.all(due.map((waiting) => this.#serve(waiting, head)));
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    }
    this.#isRunning = false;
  }

  async #serve(waiting: Waiting, head: number): Promise<void> {
    try {
      const { page, hasMore } = await this.#pull(waiting.cursor, head);
      this.#failingSince = null;
      if (page.results.length > 0) {
        this.#keep(waiting.cursor, page);
        if (!hasMore) this.#tail = { cursor: page.cursor, upTo: head };
        this.#release(waiting, (reader) => reader.take(page));
      } else {
        if (!hasMore) waiting.upTo = head;
        this.#move(waiting, page.cursor);
      }
    } catch (error) {
      await this.#endure(waiting, error as Error);
    }
  }

  #release(waiting: Waiting, tell: (reader: ChannelReader) => void): void {
    if (this.#waiting.get(waiting.cursor) === waiting) this.#waiting.delete(waiting.cursor);
    for (const reader of waiting.readers) tell(reader);
  }

  /** Nothing lay between where they waited and here. */
  #move(waiting: Waiting, cursor: string): void {
    if (cursor === waiting.cursor || this.#waiting.get(waiting.cursor) !== waiting) return;
    this.#waiting.delete(waiting.cursor);
    waiting.cursor = cursor;
    const there = this.#waiting.get(cursor);
    if (there) for (const reader of waiting.readers) there.readers.add(reader);
    else this.#waiting.set(cursor, waiting);
  }

  /** Tries again for a while when the feed is away; other errors are the readers' to hear. */
  async #endure(waiting: Waiting, error: Error): Promise<void> {
    if (!(error instanceof Refused) || !error.isTransient) {
      this.#release(waiting, (reader) => reader.fail(error));
      return;
    }
    this.#failingSince ??= Date.now();
    const failingMs = Date.now() - this.#failingSince;
    if (failingMs > AWAY_MS) {
      this.#release(waiting, (reader) => reader.fail(interrupted('FEED_UNAVAILABLE')));
      return;
    }
    const pauseMs = Math.min(LONGEST_RETRY_MS, Math.max(RETRY_MS, failingMs / 2));
    await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
  }

  #keep(cursor: string, page: ChannelPage): void {
    this.#pages.set(cursor, page);
    let count = 0;
    for (const { results } of this.#pages.values()) count += results.length;
    for (const [oldest, { results }] of this.#pages) {
      if (count <= EVENTS_KEPT) break;
      this.#pages.delete(oldest);
      count -= results.length;
    }
  }

  /** Reads a page: a trace of its own, because many wait for it, which is linked to the one who came first. */
  async #pull(after: string | null, upTo: number | null): Promise<{ page: ChannelPage; hasMore: boolean }> {
    const span = this.dependencies.tracing?.begin('subscription page', {
      kind: SpanKind.INTERNAL,
      caller: this.audience.openedBy,
      attributes: {
        'graphql.operation.type': 'subscription',
        'hub.subgraph': this.plan.subgraph,
        ...(this.audience.bearer && { 'hub.agency': this.audience.bearer.agency }),
      },
    });
    try {
      const pulled = await this.#pullIn(span, after, upTo);
      span?.set({ 'hub.subscription.events': pulled.page.results.length });
      span?.end();
      return pulled;
    } catch (error) {
      span?.end(error instanceof Refused ? error.code : errorTypeOf(error));
      throw error;
    }
  }

  async #pullIn(
    span: Span | undefined,
    after: string | null,
    upTo: number | null,
  ): Promise<{ page: ChannelPage; hasMore: boolean }> {
    const { viewers } = this.dependencies;
    const { bearer, purpose } = this.audience;
    const caller = bearer && (await viewers.callerOf(bearer, purpose));
    this.#caller = caller;
    const rights = this.#rights();
    const context = this.#contextOf(caller, span);
    const request = { ...this.plan.request, after, upTo, first: PAGE };
    const {
      events,
      cursor,
      hasMore = false,
      errors,
    } = await this.dependencies.events(this.plan.subgraph, request, context);
    if (errors?.length) throw new Refused(errors);
    if (!events || typeof cursor !== 'string') throw new Error(`${this.plan.subgraph} answered no page`);
    const results = await Promise.all(events.map((event) => this.#complete(event, caller, span)));
    return { page: { results, cursor, rights }, hasMore };
  }

  async #complete(
    { answer, cursor }: AnsweredEvent,
    caller: Caller | null,
    page: Span | undefined,
  ): Promise<LiveResult> {
    const { call, mask } = this.dependencies;
    const span = page?.child('subscription event');
    const context = this.#contextOf(caller, span);
    const { places } = context;
    const report = answer.extensions?.[SHARING_EXTENSION];
    if (report) {
      context.disclosures.union(report as SharingReport);
      places?.mark(answer.data, report as SharingReport);
    }
    const { data, errors } = await this.plan
      .complete(answer, call(context), places)
      .catch((error: Error) => ({
        data: null,
        errors: [new GraphQLError(error.message, { originalError: error })],
      }));
    span?.end(errors?.length ? 'errors' : null);
    const shown = errors?.length ? `,"errors":${JSON.stringify(mask(errors, context))}` : '';
    const { disclosures } = context;
    return new LiveResult(
      `"data":${textOf(data)}${shown}`,
      cursor,
      disclosures.isEmpty ? null : disclosures.report(),
      places,
    );
  }

  #contextOf(caller: Caller | null, span: Span | undefined): GatewayContext {
    const { language, wantsPlaces } = this.audience;
    const origin = { span, ...(wantsPlaces && { reports: [WITHHELD_REPORT] as const }) };
    return new GatewayContext(this.dependencies.viewers, caller, language, null, origin);
  }

  /** What the audience may see at this moment, as text. */
  #rights(): string {
    const { grants, subgraphs } = this.dependencies;
    const caller = this.#caller;
    if (this.#known?.caller === caller && this.#known.asOf === grants.asOf) return this.#known.rights;
    const opened = caller && subgraphs.map((name) => grants.matching(name, caller.agency, caller.purpose));
    const rights = JSON.stringify([caller?.jurisdiction, caller?.functions, caller?.remit, opened]);
    this.#known = { caller, asOf: grants.asOf, rights };
    return rights;
  }
}
