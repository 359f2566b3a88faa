import { createInterface } from 'node:readline';
import { contains, DELTA_PROVINCES } from '../../../subgraphs/kit/jurisdiction';
import { DIVISIONS } from '../../../subgraphs/kit/load';
import { CITIES } from '../../../subgraphs/personnel/demo/cities';
import { REPORTED_LEVELS } from '../../../subgraphs/personnel/labor-flow/rules';

/*
 * Labor flows by the million from a gravity model: workers follow residents and thin out with distance. The cities of
 * the delta are where they are, with their residents; counties lie around their city, the rest of the country around the
 * delta, and both have seeded sizes. The same seed gives the same figures.
 */

export const SECTORS = [...'ABCDEFGHIJKLMNOPQRST'];

/** Who works away, by sector: manufacturing, building, trade and services before all. */
const SECTOR_SHARES = [
  ...[0.012, 0.006, 0.36, 0.008, 0.19, 0.12, 0.07, 0.09, 0.02, 0.008],
  ...[0.012, 0.022, 0.008, 0.006, 0.05, 0.006, 0.006, 0.004, 0.001, 0.001],
];
const KILOMETERS_A_DEGREE = { north: 111, east: 95 };
const DISTANCE_DECAY = 0.9;
/** Ten thousands of residents of two places at a kilometer: fits the flows between the delta's cities. */
const PULL = 1.5;

interface Place {
  /** Residents, in ten thousands. */
  residents: number;
  north: number;
  east: number;
}

/** The places at which flows are reported, in the order of their codes: all of the country's, or the delta's counties. */
export async function reportedPlaces(which: 'all' | 'counties of the delta'): Promise<string[]> {
  const places: string[] = [];
  for await (const line of createInterface({ input: DIVISIONS.open() })) {
    const [code = '', , level] = line.split(',');
    const isWanted =
      which === 'all'
        ? REPORTED_LEVELS.some((reported) => reported === level)
        : level === 'COUNTY' && DELTA_PROVINCES.some((province) => contains(province, code));
    if (isWanted) places.push(code);
  }
  return places.sort();
}

/** A number from 0 to 1 that a seed and some numbers give, the same every time. */
export function drawn(seed: number, ...of: readonly number[]): number {
  let hash = seed | 0;
  for (const number of of) {
    hash = Math.imul(hash ^ (number | 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export class GravityModel {
  readonly #places = new Map<string, Place>();

  constructor(private readonly seed: number) {}

  /** The workers of one place in another, in one sector. */
  workers(origin: string, destination: string, sector: number): number {
    const [a, b] = [this.#placeOf(origin), this.#placeOf(destination)];
    const kilometers = Math.max(10, Math.hypot(a.north - b.north, a.east - b.east));
    const expected = (PULL * a.residents * b.residents) / kilometers ** DISTANCE_DECAY;
    const wobble = 0.5 + drawn(this.seed, Number(origin), Number(destination), sector);
    return Math.round(expected * (SECTOR_SHARES[sector] ?? 0) * wobble);
  }

  #placeOf(code: string): Place {
    const known = this.#places.get(code);
    if (known) return known;
    const place = this.#makePlace(code);
    this.#places.set(code, place);
    return place;
  }

  #makePlace(code: string): Place {
    const draw = (which: number) => drawn(this.seed, Number(code), which);
    const city = CITIES[`${code.slice(0, 4)}00`] ?? CITIES[`${code.slice(0, 2)}0000`];
    const [residents, latitude, longitude] = city ?? [400, 22 + 20 * draw(0), 100 + 20 * draw(1)];
    // A city has some eight counties of different sizes, within some fifty kilometers.
    return {
      residents: (residents / 8) * (0.4 + 1.2 * draw(2)),
      north: latitude * KILOMETERS_A_DEGREE.north + 100 * (draw(3) - 0.5),
      east: longitude * KILOMETERS_A_DEGREE.east + 100 * (draw(4) - 0.5),
    };
  }
}

export interface Cell {
  origin: string;
  destination: string;
  /** Its position among {@link SECTORS}. */
  sector: number;
}

/**
 * The cells between places, `from` to `to` of them in an order that scatters them evenly over all pairs, so that few of
 * them are a thin picture of all and not a part of it.
 */
export function* scatteredCells(places: readonly string[], from: number, to: number): Generator<Cell> {
  const most = cellsBetween(places);
  const step = stepThrough(most);
  for (let i = from; i < Math.min(to, most); i += 1) {
    const at = (i * step) % most;
    const [pair, sector] = [Math.floor(at / SECTORS.length), at % SECTORS.length];
    const [origin, other] = [Math.floor(pair / (places.length - 1)), pair % (places.length - 1)];
    const destination = other < origin ? other : other + 1;
    yield { origin: places[origin] ?? '', destination: places[destination] ?? '', sector };
  }
}

export const cellsBetween = (places: readonly string[]): number =>
  places.length * (places.length - 1) * SECTORS.length;

/** A step near the golden section of a number that shares no divisor with it. */
function stepThrough(most: number): number {
  let step = Math.floor(most * 0.618);
  while (divisorOf(step, most) !== 1) step += 1;
  return step;
}

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));
