import type { FetcherParams } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { useSyncExternalStore } from 'react';
import type { Withheld } from '../shared/hub';

/** One answer that somebody at the page got, and what it was an answer to. */
export interface Exchange {
  id: number;
  at: number;
  query: string;
  operationName: string | null;
  variables: Record<string, unknown>;
  data: unknown;
  withheld: Withheld[];
  /** The answer as GraphiQL was given it to show. */
  shown: ExecutionResult;
  receipt: { id: string; hash: string } | null;
  timing: { waitedMs: number; readMs: number; bytes: number };
  /** Asks something else in the same manner: as the same caller, with the same headers. Throws what fails on the way. */
  again(params: FetcherParams): Promise<ExecutionResult>;
}

/** How many answers stay in memory. */
const KEPT = 30;

/** What somebody at the page has asked since it was opened; in memory only, because answers are not the browser's to keep. */
export class Exchanges {
  #kept: readonly Exchange[] = [];
  #listeners = new Set<() => void>();
  #next = 1;

  /** By whom the answers were got. */
  constructor(readonly caller: string) {}

  add(exchange: Omit<Exchange, 'id'>): void {
    this.#kept = [{ ...exchange, id: this.#next++ }, ...this.#kept].slice(0, KEPT);
    for (const listener of this.#listeners) listener();
  }

  /** The latest first. */
  readonly all = (): readonly Exchange[] => this.#kept;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const useExchanges = (exchanges: Exchanges): readonly Exchange[] =>
  useSyncExternalStore(exchanges.subscribe, exchanges.all);
