import type { FaultSettings } from './settings';

const SAMPLE_MS = 100;

/**
 * How much the gateway has to do. When it has more than it can answer in time it takes nothing new: who comes is told at
 * once to come again, and those who are in are still answered as fast as ever.
 */
export class Load {
  #inFlight = 0;
  #delayMs = 0;
  #sampledAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly settings: Pick<FaultSettings, 'inFlight' | 'delayMs'>) {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS).unref();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How late the process has been lately with what it has to do. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Whether one more request can be answered in time. */
  get hasRoom(): boolean {
    return this.#inFlight < this.settings.inFlight && this.#delayMs < this.settings.delayMs;
  }

  /** Counts a request in for as long as it is carried out. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One long task makes one sample late, however long it is; only when that goes on is the process late. */
  #sample(): void {
    const now = performance.now();
    const late = Math.max(0, now - this.#sampledAt - SAMPLE_MS);
    this.#delayMs += (Math.min(late, 2 * this.settings.delayMs) - this.#delayMs) / 4;
    this.#sampledAt = now;
  }
}
