import { type Flow, SECTORS } from './flow';

const FIRST_CODE = 100_000;
const CODES = 900_000;
/** A prime, so that shards fill alike; large enough that a flow's number divided by it has 32 bits. */
const SHARDS = 4_093;
const FIRST_SLOTS = 64;
const MOST_FILLED = 0.8;

/**
 * On which line of a file each flow (origin, destination, sector) stands first. A flow is exactly one number below
 * 2^44: its remainder chooses a shard, and its quotient is kept there. That takes 8 bytes a slot, some 15 MB for a
 * million flows where a Map takes 150, and as shards grow one at a time there is never a second table beside the first.
 */
export class FlowLines {
  readonly #shards: (Shard | undefined)[] = new Array(SHARDS);

  /** The line on which the flow was met first: `line`, unless it was met before. */
  firstLine(flow: Flow, line: number): number {
    const number = numberOf(flow);
    const shard = this.#shards[number % SHARDS] ?? new Shard();
    this.#shards[number % SHARDS] = shard;
    return shard.firstLine(Math.floor(number / SHARDS), line);
  }
}

const numberOf = ({ origin, destination, sector }: Flow): number =>
  ((Number(origin) - FIRST_CODE) * CODES + (Number(destination) - FIRST_CODE)) * SECTORS.length +
  SECTORS.indexOf(sector);

/** An open-addressing table of 32-bit keys and lines, side by side. A line is never 0: that is a free slot. */
class Shard {
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  #count = 0;

  firstLine(key: number, line: number): number {
    const slot = this.#slotOf(key);
    const found = this.#slots[slot + 1];
    if (found) return found;
    this.#slots[slot] = key;
    this.#slots[slot + 1] = line;
    this.#count += 1;
    if (this.#count * 2 > this.#slots.length * MOST_FILLED) this.#grow();
    return line;
  }

  /** Where a key stands, or the free slot where it belongs. */
  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    let slot = (scatter(key) << 1) & mask;
    while (this.#slots[slot + 1] !== 0 && this.#slots[slot] !== key) slot = (slot + 2) & mask;
    return slot;
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = new Uint32Array(slots.length * 2);
    for (let i = 0; i < slots.length; i += 2) {
      const line = slots[i + 1];
      if (!line) continue;
      const key = slots[i] ?? 0;
      this.#slots.set([key, line], this.#slotOf(key));
    }
  }
}

/** Neighboring keys, far apart. */
function scatter(key: number): number {
  const bits = Math.imul(key ^ (key >>> 16), 0x85ebca6b);
  return bits ^ (bits >>> 15);
}
