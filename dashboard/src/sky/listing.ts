/**
 * The flights of the table: those that pass the filter and are in the view, sorted, emergencies first. A list is made
 * about once a second; it is slots, and only those that are shown become texts.
 */
import { mercatorX, mercatorY } from './motion';
import { Ranking, type Key, type Moment } from './ranking';
import type { Sky } from './sky';

/** What is on the screen. */
export interface Frame {
  /** It may run beyond 180 degrees. */
  readonly box: readonly [west: number, south: number, east: number, north: number];
  /** On a globe: what is farther than so many degrees from here is on its other side. */
  readonly cap: { readonly lat: number; readonly lon: number; readonly reachDeg: number } | null;
}

export interface Order {
  readonly key: Key;
  readonly descending: boolean;
}

/** Among equals, and where nothing is known of two flights, the callsign tells who is first. */
export const BY_CALLSIGN: Key = { kind: 'code', of: (sky, slot) => sky.facts[slot]!.callsign };

export class Listing {
  /** How many of `slots` are listed. */
  count = 0;
  /** How many of them are emergencies: these are the first. */
  emergencies = 0;
  readonly #ranking = new Ranking();
  #pinned = new Uint32Array(64);

  /** The listed slots, in order; those from `count` on mean nothing. Another array after the next list. */
  get slots(): Uint32Array {
    return this.#ranking.slots;
  }

  /** The place of a slot in the list, or -1. */
  placeOf(slot: number): number {
    return this.slots.subarray(0, this.count).indexOf(slot);
  }

  /** Lists anew. `passed` is the sieve's; without a frame all that pass are listed. */
  list(sky: Sky, passed: Uint8Array, frame: Frame | null, { key, descending }: Order, moment: Moment): void {
    this.#ranking.reserve(sky.end);
    this.count = this.#collect(sky, passed, frame, moment.now);
    if (key !== BY_CALLSIGN) this.#ranking.sort(this.count, sky, BY_CALLSIGN, false, moment);
    this.#ranking.sort(this.count, sky, key, descending, moment);
    this.#pin(sky);
  }

  #collect(sky: Sky, passed: Uint8Array, frame: Frame | null, now: number): number {
    const slots = this.#ranking.slots;
    const inFrame = frame && insideOf(frame);
    let count = 0;
    for (let slot = 1; slot < sky.end; slot++) {
      if (passed[slot] !== 1) continue;
      const facts = sky.facts[slot];
      if (!facts) continue;
      if (inFrame && facts.emergency === null && !inFrame(sky, slot, now)) continue;
      slots[count++] = slot;
    }
    return count;
  }

  /** Emergencies to the front, in the order they have. */
  #pin(sky: Sky): void {
    const slots = this.#ranking.slots;
    let kept = this.count;
    let pinned = 0;
    for (let i = this.count - 1; i >= 0; i--) {
      const slot = slots[i]!;
      if (sky.facts[slot]!.emergency === null) {
        slots[--kept] = slot;
      } else {
        if (pinned === this.#pinned.length) this.#pinned = doubled(this.#pinned);
        this.#pinned[pinned++] = slot;
      }
    }
    for (let i = 0; i < pinned; i++) slots[i] = this.#pinned[pinned - 1 - i]!;
    this.emergencies = pinned;
  }
}

/** Whether a flight is inside by now: one without a place is not. */
function insideOf({ box: [west, south, east, north], cap }: Frame): (sky: Sky, slot: number, now: number) => boolean {
  const inFront = cap && frontOf(cap);
  const left = mercatorX(west);
  const width = (east - west) / 360;
  const [top, bottom] = [north >= 85 ? -Infinity : mercatorY(north), south <= -85 ? Infinity : mercatorY(south)];
  return (sky, slot, now) => {
    const since = sky.since(slot, now);
    const y = sky.y[slot]! + sky.vy[slot]! * since;
    if (!(y >= top && y <= bottom)) return false;
    const eastward = sky.x[slot]! + sky.vx[slot]! * since - left;
    return (width >= 1 || eastward - Math.floor(eastward) <= width) && (inFront === null || inFront(sky, slot));
  };
}

const RADIAN = Math.PI / 180;

function frontOf({ lat, lon, reachDeg }: NonNullable<Frame['cap']>): (sky: Sky, slot: number) => boolean {
  const [up, out, least] = [Math.sin(lat * RADIAN), Math.cos(lat * RADIAN), Math.cos(Math.min(180, reachDeg) * RADIAN)];
  return (sky, slot) => {
    const there = sky.lat[slot]! * RADIAN;
    return up * Math.sin(there) + out * Math.cos(there) * Math.cos((sky.lon[slot]! - lon) * RADIAN) >= least;
  };
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(array.length * 2);
  longer.set(array);
  return longer;
}
