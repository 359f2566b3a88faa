import type { FaultSettings } from './settings';

/**
 * Whether a subgraph is asked at all. After several failures in a row it is left alone, so that nobody waits for it, but
 * for one call each second that tries, whether or not the one before has come back: the first that succeeds ends it.
 */
export class Circuit {
  #failures = 0;
  #triedAt = 0;

  constructor(private readonly settings: Pick<FaultSettings, 'circuitFailures' | 'circuitProbeMs'>) {}

  get isOpen(): boolean {
    return this.#failures >= this.settings.circuitFailures;
  }

  /** Whether a call may go out now. */
  admits(now = Date.now()): boolean {
    if (!this.isOpen) return true;
    if (now - this.#triedAt < this.settings.circuitProbeMs) return false;
    this.#triedAt = now;
    return true;
  }

  /** True when the subgraph was left alone until now. */
  succeeded(): boolean {
    const wasOpen = this.isOpen;
    this.#failures = 0;
    return wasOpen;
  }

  /** True when the subgraph is left alone from now on. */
  failed(now = Date.now()): boolean {
    this.#failures += 1;
    if (this.#failures !== this.settings.circuitFailures) return false;
    this.#triedAt = now;
    return true;
  }
}
