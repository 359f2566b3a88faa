import { randomUUID } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Cancellation } from '../../subgraphs/kit/cancellation';
import { maskError, subgraphUnavailable } from '../../subgraphs/kit/errors';
import type { Keyring } from '../../subgraphs/kit/keyring';
import type { Language } from '../../subgraphs/kit/language';
import type { Tracing } from '../../subgraphs/kit/tracing';
import type { GrantBook } from '../access/grants';
import type { ReceiptSealer } from '../access/receipts';
import { SubscriptionReceipts } from '../access/subscription-receipts';
import type { Bearer } from '../access/tokens';
import type { Caller, Viewers } from '../access/viewers';
import type { GatewayContext } from '../context';
import { maskAnswer } from '../errors';
import type { CallSubgraph, Executor } from '../executor';
import { beginCall, codeOf, endCall } from '../observe/call-spans';
import type { SubgraphLink } from '../subgraph-link';
import { Channel, type ChannelDependencies, type ChannelPage, Refused } from './channel';
import { FeedFollower } from './feed-follower';
import { planSubscription } from './graph';
import { interrupted, tokenEnded, tooMany } from './interruption';
import { type LiveOperation, liveOperation, type SubscriptionRequest } from './operation';
import { type Outlet, type Patience, Subscription } from './subscription';

export interface LiveLimits extends Patience {
  /** Subscriptions of one user of a unit. */
  readonly perCaller: number;
  /** Different subscriptions of one user of a unit: each of them is fed on its own. */
  readonly distinctPerCaller: number;
  /** Subscriptions of this gateway. */
  readonly inAll: number;
  readonly pingMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  perCaller: 10_000,
  distinctPerCaller: 100,
  inAll: 25_000,
  stallMs: 10_000,
  lagMs: 60_000,
  pingMs: 12_000,
};

export interface LiveOptions {
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly keyring: Keyring;
  readonly viewers: Viewers;
  readonly grants: GrantBook;
  readonly receipts: ReceiptSealer;
  readonly name: string;
  readonly logger: Logger;
  readonly limits: LiveLimits;
  /** How long a subgraph may take for a page of events. */
  readonly pageTimeoutMs: number;
  readonly tracing?: Tracing;
  call(context: GatewayContext): CallSubgraph;
  /** What executes operations that were validated against a schema. */
  executorOf(schema: GraphQLSchema): Executor;
}

/** Who subscribes, and how. */
export interface Subscriber {
  readonly bearer: Bearer | null;
  readonly caller: Caller | null;
  readonly language: Language;
  readonly requestId: string;
  /** Whether to be told where in an event something was withheld. */
  readonly wantsPlaces: boolean;
  /** Of one that is part of a trace, with what it is a part of. */
  readonly traceId?: string;
  readonly trace?: SpanContext;
}

/** A subscription that may begin, or what is wrong with it. */
export type Opening =
  | { readonly errors: readonly GraphQLFormattedError[] }
  | { readonly errors?: undefined; start(outlet: Outlet): Subscription; release(): void };

interface OpenChannel {
  readonly channel: Channel;
  users: number;
}

const SWEEP_MS = 1_000;

/** Every subscription of a gateway: opens them, keeps their number in bounds, and ends them. */
export class Live {
  readonly #channels = new Map<string, OpenChannel>();
  readonly #followers = new Map<string, FeedFollower>();
  readonly #open = new Map<Subscription, { expiresAt: number; language: Language; release: () => void }>();
  readonly #settling = new Set<Promise<void>>();
  /** The channels of each caller, with how often it reads each. */
  readonly #byCaller = new Map<string, Map<string, number>>();
  readonly #schemas = new WeakMap<GraphQLSchema, string>();
  readonly #dependencies: ChannelDependencies;
  #count = 0;
  #isDraining = false;
  #sweep: NodeJS.Timeout | null = null;

  constructor(private readonly options: LiveOptions) {
    const { links, viewers, grants, logger, tracing } = options;
    this.#dependencies = {
      ...{ viewers, grants, tracing, subgraphs: [...links.keys()] },
      call: options.call,
      events: async (name, request, context) => {
        const link = links.get(name);
        if (!link?.events) throw new Error(`the subgraph ${name} gives no events`);
        const limit = new Cancellation();
        const timer = setTimeout(() => limit.cancel('TIME'), options.pageTimeoutMs);
        const span = beginCall(context.span, name, link);
        try {
          const page = await limit.race(link.events(request, context.headersFor(name, span), limit));
          endCall(span, page.errors?.length ? 'errors' : 'ok', codeOf(page));
          return page;
        } catch (error) {
          logger.warn({ err: error, ...context.ids, subgraph: name }, 'a subgraph gave no events');
          const { code, text, details } = subgraphUnavailable(name);
          endCall(span, 'failed', code);
          return { errors: [{ message: text[context.language], extensions: { code, ...details } }] };
        } finally {
          clearTimeout(timer);
        }
      },
      mask: (errors, { language, ids }) => maskAnswer(errors, { language, ...ids, logger }),
    };
  }

  /** Reads where a subscription begins, and so whether it may. Never throws. */
  async open(request: SubscriptionRequest, subscriber: Subscriber): Promise<Opening> {
    const fail = (error: Error) => ({ errors: this.#formatted(error, subscriber, null) });
    const prepared = liveOperation(request);
    if ('errors' in prepared) {
      return { errors: maskAnswer(prepared.errors, { ...subscriber, logger: this.options.logger }) };
    }
    const { operation, after } = prepared;
    const key = this.#keyOf(operation, subscriber);
    const refusal = this.#refusal(subscriber, key);
    if (refusal) return fail(refusal);
    const release = this.#take(subscriber, key);
    try {
      const { channel } = this.#channels.get(key) ?? this.#openChannel(key, operation, subscriber);
      this.#use(key, 1);
      const begun = await channel.begin(after).catch((error: unknown) => {
        this.#use(key, -1);
        throw error;
      });
      const releaseAll = once(() => {
        this.#use(key, -1);
        release();
      });
      return {
        release: releaseAll,
        start: (outlet) =>
          this.#start({ channel, page: begun, outlet, subscriber, request, releaseAll, after }),
      };
    } catch (error) {
      release();
      return fail(error as Error);
    }
  }

  /** Ends every subscription, with where to go on, and takes no more. Resolves once their receipts are sealed. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#sweep) clearInterval(this.#sweep);
    for (const follower of this.#followers.values()) follower.stop();
    for (const subscription of this.#open.keys()) subscription.end(interrupted('SHUTTING_DOWN'));
    await Promise.all(this.#settling);
  }

  /** Subscriptions that are open, and channels that feed them. */
  get size(): { subscriptions: number; channels: number } {
    return { subscriptions: this.#count, channels: this.#channels.size };
  }

  #start(begin: {
    channel: Channel;
    page: ChannelPage;
    outlet: Outlet;
    subscriber: Subscriber;
    request: SubscriptionRequest;
    releaseAll: () => void;
    after: string | null;
  }): Subscription {
    const { channel, page, outlet, subscriber, request, releaseAll, after } = begin;
    const { bearer, caller, language, requestId } = subscriber;
    const { receipts, grants, logger, name: gateway, limits } = this.options;
    const operationName = request.operation.name?.value ?? null;
    const subscription = new Subscription(
      channel,
      caller &&
        new SubscriptionReceipts({ caller, gateway, requestId, operationName }, { receipts, grants, logger }),
      outlet,
      limits,
      after,
      (ended, error) => {
        this.#open.delete(ended);
        releaseAll();
        ended.finish(error && this.#formatted(error, subscriber, ended.after));
        const settling = ended.settle().finally(() => this.#settling.delete(settling));
        this.#settling.add(settling);
      },
    );
    const expiresAt = bearer?.expiresAt ?? Number.POSITIVE_INFINITY;
    this.#open.set(subscription, { expiresAt, language, release: releaseAll });
    this.#sweep ??= setInterval(() => this.#endExpired(), SWEEP_MS).unref();
    if (this.#isDraining) subscription.end(interrupted('SHUTTING_DOWN'));
    else subscription.start(page);
    return subscription;
  }

  #endExpired(): void {
    const now = Date.now();
    for (const [subscription, { expiresAt }] of this.#open) {
      if (expiresAt <= now) subscription.end(tokenEnded());
    }
  }

  #refusal({ bearer }: Subscriber, key: string): Error | null {
    const { perCaller, distinctPerCaller, inAll } = this.options.limits;
    if (this.#isDraining) return interrupted('SHUTTING_DOWN');
    if (bearer && bearer.expiresAt <= Date.now()) return tokenEnded();
    const channels = this.#byCaller.get(callerKey(bearer)) ?? new Map<string, number>();
    let count = 0;
    for (const times of channels.values()) count += times;
    if (count >= perCaller || this.#count >= inAll) {
      return tooMany({
        en: `This gateway keeps at most ${perCaller} subscriptions of one user and ${inAll} in all. End some, or subscribe at another gateway.`,
        zh: `本网关每个用户最多保持 ${perCaller} 个订阅，合计最多 ${inAll} 个。请先结束部分订阅，或改用其他网关。`,
      });
    }
    if (channels.size >= distinctPerCaller && !channels.has(key)) {
      return tooMany({
        en: `One user may have at most ${distinctPerCaller} different subscriptions at once. Ask for more with one, or end some.`,
        zh: `每个用户同时最多可有 ${distinctPerCaller} 种不同的订阅，请合并订阅或先结束部分订阅。`,
      });
    }
    return null;
  }

  /** Counts a subscription in; gives back how to count it out, once. */
  #take({ bearer }: Subscriber, key: string): () => void {
    const caller = callerKey(bearer);
    const channels = this.#byCaller.get(caller) ?? new Map<string, number>();
    this.#byCaller.set(caller, channels);
    channels.set(key, (channels.get(key) ?? 0) + 1);
    this.#count += 1;
    return once(() => {
      this.#count -= 1;
      const left = (channels.get(key) ?? 0) - 1;
      if (left > 0) channels.set(key, left);
      else channels.delete(key);
      if (channels.size === 0) this.#byCaller.delete(caller);
    });
  }

  #openChannel(
    key: string,
    operation: LiveOperation,
    { bearer, caller, language, wantsPlaces, trace }: Subscriber,
  ): OpenChannel {
    const plan = planSubscription(this.options.executorOf(operation.schema), operation);
    // No user's name reaches a subgraph: what is shown to one user of the unit is shown to all.
    const audience = {
      bearer: bearer && { ...bearer, user: '' },
      purpose: caller?.purpose ?? null,
      language,
      wantsPlaces,
    };
    const channel = new Channel(
      plan,
      { ...audience, openedBy: trace ?? null },
      this.#followerOf(plan.subgraph),
      this.#dependencies,
    );
    const opened = { channel, users: 0 };
    this.#channels.set(key, opened);
    return opened;
  }

  #use(key: string, change: 1 | -1): void {
    const opened = this.#channels.get(key);
    if (!opened) return;
    opened.users += change;
    if (opened.users > 0) return;
    opened.channel.close();
    this.#channels.delete(key);
  }

  #followerOf(subgraph: string): FeedFollower {
    let follower = this.#followers.get(subgraph);
    if (!follower) {
      const { links, keyring, logger } = this.options;
      const link = links.get(subgraph);
      if (!link) throw new Error(`there is no link to the subgraph ${subgraph}`);
      follower = new FeedFollower(link, keyring, logger);
      this.#followers.set(subgraph, follower);
    }
    return follower;
  }

  #keyOf(operation: LiveOperation, { bearer, caller, language, wantsPlaces }: Subscriber): string {
    return JSON.stringify([
      this.#nameOf(operation.schema),
      operation.key,
      bearer && [bearer.agency, bearer.roles.toSorted()],
      caller?.purpose ?? null,
      language,
      wantsPlaces,
    ]);
  }

  /** Subscriptions of one supergraph share channels; those of two do not. */
  #nameOf(schema: GraphQLSchema): string {
    let name = this.#schemas.get(schema);
    if (name === undefined) {
      name = randomUUID();
      this.#schemas.set(schema, name);
    }
    return name;
  }

  #formatted(
    error: Error,
    { language, requestId, traceId }: Subscriber,
    after: string | null,
  ): readonly GraphQLFormattedError[] {
    const errors =
      error instanceof Refused
        ? error.errors
        : [
            maskError(new GraphQLError(error.message, { originalError: error }), {
              ...{ language, requestId, traceId, logger: this.options.logger },
            }),
          ];
    return errors.map((each) => ({
      ...each,
      extensions: { ...each.extensions, ...(after !== null && { after }) },
    }));
  }
}

const callerKey = (bearer: Bearer | null): string => (bearer ? `${bearer.agency} ${bearer.user}` : '');

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
