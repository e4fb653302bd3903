/**
 * The sky: every flight the stream told of, in columns. A flight sits in the slot its handle names,
 * as it does at the server; numbers are NaN where they are not known. Beside what was sent stands
 * what follows from it: the place and velocity in Web Mercator, ready for the formula of motion.ts.
 *
 * Changes are written in as they are read, part by part; `settle` ends a tick and says which slots
 * it touched. A fresh picture replaces the old one in place: who is not named again by its last part
 * is gone then, so the map never goes blank meanwhile.
 */
import { grown } from './column';
import { Columns } from './columns';
import type { Facts, Flight, Motion } from './flight';
import { latitude, longitude, type Place } from './motion';
import { reckon } from './reckoning';

/** What a tick did, as slots: apply `gone`, then `told` (other facts, or a new flight), then `moved`. */
export interface Change {
  readonly tick: number;
  /** The stream's time, ms. */
  readonly time: number;
  readonly gone: readonly { slot: number; facts: Facts }[];
  readonly told: readonly number[];
  readonly moved: readonly number[];
}

/** The changes do not continue what was applied: something was missed, only a fresh start helps. */
export class ChainBroken extends Error {
  override name = 'ChainBroken';
}

export class Sky extends Columns {
  /** The names that `feed` in packed facts is an index into. */
  feeds: readonly string[] = [];
  /** Slots below this may hold a flight. */
  end = 1;
  /** The tick that is complete; 0 before the first. */
  tick = 0;

  /** By slot: its facts, or null where no flight is. */
  readonly facts: (Facts | null)[] = [null];

  /** By slot: the hash of its facts, if a flight is there. */
  factsHash = new Int32Array(this.lat.length);
  #wholeHash = new Int32Array(this.lat.length); // 0 until its motion has come
  #picture = new Uint32Array(this.lat.length); // the picture a slot was last named in
  #pictures = 0;
  #hash = 0;
  #size = 0;
  readonly #slots = new Map<string, number>();
  readonly #phases: readonly (string | null)[];
  #open: { since: number; tick: number } | null = null; // a tick that has begun and is not complete
  #change: { gone: { slot: number; facts: Facts }[]; told: number[]; moved: number[] } = nothing();

  /** `phases` are the labels of the phase codes. */
  constructor(phases: readonly (string | null)[] = []) {
    super();
    this.#phases = phases;
  }

  get size(): number {
    return this.#size;
  }

  /** The digest of all flights: the sum of their hashes modulo 2^32. */
  get hash(): number {
    return this.#hash >>> 0;
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  ids(): string[] {
    return [...this.#slots.keys()];
  }

  /** Every slot that holds a flight. */
  *slots(): IterableIterator<number> {
    for (let slot = 1; slot < this.end; slot++) if (this.facts[slot]) yield slot;
  }

  /** The flight in a slot, for showing it; null where none is. Not for thousands at once. */
  flight(slot: number): Flight | null {
    const facts = this.facts[slot];
    return facts ? { ...facts, ...this.#motion(slot) } : null;
  }

  find(id: string): Flight | null {
    const slot = this.#slots.get(id);
    return slot === undefined ? null : this.flight(slot);
  }

  /** Where a flight is by now; null without a position. Silence never stops it: the server says when it is gone. */
  placeAt(slot: number, streamNow: number): Place | null {
    const x = this.x[slot];
    if (x === undefined || Number.isNaN(x) || !this.facts[slot]) return null;
    const since = this.since(slot, streamNow);
    if (since === 0 || (this.vx[slot] === 0 && this.vy[slot] === 0)) {
      return { lat: this.lat[slot]!, lon: this.lon[slot]! };
    }
    return { lat: latitude(this.y[slot]! + this.vy[slot]! * since), lon: longitude(x + this.vx[slot]! * since) };
  }

  /** How high it is by now, NaN if not known: an altitude is not sent again while it changes as its rate says. */
  altitudeAt(slot: number, streamNow: number, of: 'altitude_ft' | 'geo_altitude_ft' = 'altitude_ft'): number {
    const rate = this.vertical_rate_fpm[slot]!;
    const altitude = this[of][slot]!;
    return Number.isNaN(rate) ? altitude : altitude + (rate * this.since(slot, streamNow)) / 60_000;
  }

  /** Milliseconds since its position; 0 where it has no time: then it is taken as it is. */
  since(slot: number, streamNow: number): number {
    const time = this.time[slot]!;
    return Number.isNaN(time) ? 0 : streamNow - time;
  }

  /** A part of the changes since a tick begins. Throws ChainBroken at a hole. */
  begin(since: number, tick: number): void {
    if (since !== 0 && since !== this.tick) {
      throw new ChainBroken(`Changes since tick ${since} came after tick ${this.tick}: some are missing.`);
    }
    if (this.#open === null) {
      if (since === 0) this.#pictures++;
      this.#open = { since, tick };
    } else if (this.#open.since !== since || this.#open.tick !== tick) {
      throw new ChainBroken(`A part of tick ${tick} came before tick ${this.#open.tick} was complete.`);
    }
  }

  /** Some parts of a tick are in, and not all. */
  get partial(): boolean {
    return this.#open !== null;
  }

  /** The connection broke. True if that was between two parts: then only a fresh picture helps. */
  breakOff(): boolean {
    const broken = this.#open !== null;
    this.#open = null;
    return broken;
  }

  /** A flight's facts, and their hash. It replaces another flight in the slot. */
  tell(slot: number, facts: Facts, lastHeard: number, hash: number): void {
    this.#reserve(slot);
    const before = this.facts[slot];
    if (before?.id !== facts.id) {
      this.drop(slot);
      const elsewhere = this.#slots.get(facts.id);
      if (elsewhere !== undefined) this.drop(elsewhere);
      this.#slots.set(facts.id, slot);
      this.#size++;
      this.still(slot);
    }
    this.facts[slot] = facts;
    this.last_heard[slot] = lastHeard;
    this.factsHash[slot] = hash;
    this.#picture[slot] = this.#pictures;
    this.#change.told.push(slot);
  }

  /**
   * The columns of motion were written for the first `count` of the slots, each of which holds a flight: what follows
   * from them is filled in. `hashes` are those of the whole flights.
   */
  move(slots: Int32Array, hashes: Int32Array, count: number): void {
    const { time, last_heard } = this;
    const picture = this.#picture;
    const wholeHash = this.#wholeHash;
    const { moved } = this.#change;
    let sum = this.#hash;
    reckon(this, slots, count);
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const at = time[slot]!;
      if (at > last_heard[slot]! || Number.isNaN(last_heard[slot]!)) last_heard[slot] = at;
      sum = (sum - wholeHash[slot]! + hashes[i]!) | 0;
      wholeHash[slot] = hashes[i]!;
      picture[slot] = this.#pictures;
      moved.push(slot);
    }
    this.#hash = sum;
  }

  /** The flight of the slot has left; nothing happens where none is. */
  drop(slot: number): void {
    const facts = this.facts[slot];
    if (!facts) return;
    this.#change.gone.push({ slot, facts });
    this.#rehash(slot, 0);
    this.facts[slot] = null;
    this.#slots.delete(facts.id);
    this.#size--;
  }

  /** All parts of the tick are in. */
  settle(time: number): Change {
    const { since, tick } = this.#open ?? { since: this.tick, tick: this.tick };
    this.#open = null;
    for (let slot = 1; since === 0 && slot < this.end; slot++) if (this.#picture[slot] !== this.#pictures) this.drop(slot);
    this.tick = tick;
    const change = { tick, time, ...this.#change };
    this.#change = nothing();
    return change;
  }

  #motion(slot: number): Motion {
    return {
      lat: known(this.lat[slot]!),
      lon: known(this.lon[slot]!),
      altitude_ft: known(this.altitude_ft[slot]!),
      geo_altitude_ft: known(this.geo_altitude_ft[slot]!),
      ground_speed_kt: known(tenths(this.ground_speed_kt[slot]!)),
      track_deg: known(tenths(this.track_deg[slot]!)),
      vertical_rate_fpm: known(this.vertical_rate_fpm[slot]!),
      phase: this.#phases[this.phase[slot]!] ?? null,
      time: known(this.time[slot]!),
      last_heard: known(this.last_heard[slot]!),
    };
  }

  #rehash(slot: number, whole: number): void {
    this.#hash = (this.#hash - this.#wholeHash[slot]! + whole) | 0;
    this.#wholeHash[slot] = whole;
  }

  #reserve(slot: number): void {
    while (this.facts.length <= slot) this.facts.push(null);
    this.end = Math.max(this.end, slot + 1);
    if (slot < this.lat.length) return;
    this.widen(slot);
    const room = this.lat.length;
    this.factsHash = grown(this.factsHash, room);
    this.#wholeHash = grown(this.#wholeHash, room);
    this.#picture = grown(this.#picture, room);
  }
}

function nothing(): { gone: { slot: number; facts: Facts }[]; told: number[]; moved: number[] } {
  return { gone: [], told: [], moved: [] };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A float of 32 bits, as the tenths it was sent in. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
