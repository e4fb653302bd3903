/**
 * How much flying there has been where: seconds of flight in the cells of a grid over the Web Mercator world. Only
 * cells that were flown in are kept, and of those a bounded number; what is old fades.
 */
import type { Feature } from 'geojson';
import { latitude, longitude } from '../sky/motion';

/** The grid has 2 to the power of this on each side: cells of 6 km in the middle of Europe. */
export const FINEST = 12;
const SIDE = 2 ** FINEST;
const HALF_LIFE_MS = 30 * 60_000;
const LEAST = 0.4; // seconds; less is forgotten

export class Heat {
  readonly #most: number;
  #cells = new Map<number, number>();
  #fadedAt: number | null = null;

  /** Keeps about `most` cells. */
  constructor(most = 120_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** A flight was at this place, x and y from 0 to 1 over the world (x wraps), for so many seconds. */
  add(x: number, y: number, seconds: number): void {
    if (!(y >= 0 && y < 1)) return;
    const cell = Math.floor(y * SIDE) * SIDE + Math.floor((x - Math.floor(x)) * SIDE);
    this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + seconds);
  }

  /** Lets everything fade to what it is worth at `now`, ms, and keeps within bounds. */
  fade(now: number): void {
    const part = this.#fadedAt === null ? 1 : 0.5 ** (Math.max(0, now - this.#fadedAt) / HALF_LIFE_MS);
    this.#fadedAt = now;
    let least = LEAST;
    if (this.#cells.size > this.#most) {
      const sorted = Float64Array.from(this.#cells.values()).sort();
      least = Math.max(least, sorted[this.#cells.size - this.#most]! * part);
    }
    for (const [cell, seconds] of this.#cells) {
      if (seconds * part < least) this.#cells.delete(cell);
      else this.#cells.set(cell, seconds * part);
    }
  }

  /** Points at the middle of the cells, in a grid of 2 to the power of `level`; `w` is 1 where it is busiest, nearly. */
  points(level: number): Feature[] {
    const shift = FINEST - Math.max(0, Math.min(FINEST, level));
    const side = SIDE >> shift;
    const sums = new Map<number, number>();
    for (const [cell, seconds] of this.#cells) {
      const coarse = ((cell >> FINEST) >> shift) * side + ((cell & (SIDE - 1)) >> shift);
      sums.set(coarse, (sums.get(coarse) ?? 0) + seconds);
    }
    const sorted = Float64Array.from(sums.values()).sort();
    const busy = sorted[Math.floor(sorted.length * 0.98)] ?? 1;
    return [...sums].map(([cell, seconds]) => ({
      type: 'Feature',
      properties: { w: Math.min(1, Math.sqrt(seconds / busy)) }, // a root: an airport would outshine all airways
      geometry: {
        type: 'Point',
        coordinates: [longitude(((cell % side) + 0.5) / side), latitude((Math.floor(cell / side) + 0.5) / side)],
      },
    }));
  }
}

/** The level whose cells are about 8 pixels wide at a zoom. */
export function levelAt(zoom: number): number {
  return Math.max(4, Math.min(FINEST, Math.floor(zoom) + 6));
}
