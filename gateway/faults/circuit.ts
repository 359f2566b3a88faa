import type { FaultSettings } from './settings';

/** How long a subgraph may say nothing, with many calls under way, before it is taken to hang. */
const SILENCE_MS = 3_000;

type Settings = Pick<FaultSettings, 'circuitFailures' | 'circuitProbeMs' | 'circuitCalls'>;

/**
 * Whether a subgraph is asked at all. After several failures in a row it is left alone, so that nobody waits for it, but
 * for one call each second that tries, whether or not the one before has come back: the first that succeeds ends it. It is
 * left alone too while it hangs, long before its calls run out of time: else all that the gateway may have under way at
 * once would soon wait for it, and nobody else be answered.
 */
export class Circuit {
  #failures = 0;
  #triedAt = 0;
  #underWay = 0;
  /** Since when there are calls under way and none has ended. */
  #silentSince = 0;

  constructor(private readonly settings: Settings) {}

  /** Whether the subgraph has failed so often that it is left alone. */
  get isOpen(): boolean {
    return this.#failures >= this.settings.circuitFailures;
  }

  /** Whether the subgraph is left alone at the moment, for whichever reason. */
  isLeftAlone(now = Date.now()): boolean {
    return this.isOpen || this.#hangs(now);
  }

  /** Whether a call may go out now. */
  admits(now = Date.now()): boolean {
    if (!this.isLeftAlone(now)) return true;
    if (now - this.#triedAt < this.settings.circuitProbeMs) return false;
    this.#triedAt = now;
    return true;
  }

  /** Notes that a call goes out; to be told of its end, whatever becomes of it. */
  begun(now = Date.now()): (now?: number) => void {
    if (this.#underWay === 0) this.#silentSince = now;
    this.#underWay += 1;
    return (endedAt = Date.now()) => {
      this.#underWay -= 1;
      this.#silentSince = endedAt;
    };
  }

  /** True when the subgraph was left alone until now, because it had failed. */
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

  #hangs(now: number): boolean {
    return this.#underWay >= this.settings.circuitCalls && now - this.#silentSince >= SILENCE_MS;
  }
}
