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
import type { Facts, Flight, Motion } from './flight';
import { latitude, longitude, mercatorX, mercatorY, velocity, type Place } from './motion';

const FIRST_ROOM = 4096;

/** What a tick did, as slots: apply `gone`, then `told` (other facts, or a new flight), then `moved`. */
export interface Change {
  readonly tick: number;
  /** The stream's time, ms. */
  readonly time: number;
  readonly gone: readonly { slot: number; facts: Facts }[];
  readonly told: readonly number[];
  readonly moved: readonly number[];
}

/** A flight's motion as it was sent; NaN is not known. `phase` is an index into the labels, or -1. */
export interface Moved {
  lat: number;
  lon: number;
  altitude_ft: number;
  geo_altitude_ft: number;
  ground_speed_kt: number;
  track_deg: number;
  vertical_rate_fpm: number;
  time: number;
  phase: number;
}

/** The changes do not continue what was applied: something was missed, only a fresh start helps. */
export class ChainBroken extends Error {
  override name = 'ChainBroken';
}

export class Sky {
  /** The names that `feed` in packed facts is an index into. */
  feeds: readonly string[] = [];
  /** Slots below this may hold a flight. */
  end = 1;
  /** The tick that is complete; 0 before the first. */
  tick = 0;

  /** By slot: its facts, or null where no flight is. */
  readonly facts: (Facts | null)[] = [null];
  lat = new Float64Array(FIRST_ROOM);
  lon = new Float64Array(FIRST_ROOM);
  altitude_ft = new Float32Array(FIRST_ROOM);
  geo_altitude_ft = new Float32Array(FIRST_ROOM);
  ground_speed_kt = new Float32Array(FIRST_ROOM);
  track_deg = new Float32Array(FIRST_ROOM);
  vertical_rate_fpm = new Float32Array(FIRST_ROOM);
  /** Of the position, ms since 1970. */
  time = new Float64Array(FIRST_ROOM);
  last_heard = new Float64Array(FIRST_ROOM);
  phase = new Int8Array(FIRST_ROOM);
  /** Web Mercator, the world is 1 by 1, and worlds per ms; NaN without a place, 0 without a velocity. */
  x = new Float64Array(FIRST_ROOM);
  y = new Float64Array(FIRST_ROOM);
  vx = new Float64Array(FIRST_ROOM);
  vy = new Float64Array(FIRST_ROOM);

  #factsHash = new Int32Array(FIRST_ROOM);
  #wholeHash = new Int32Array(FIRST_ROOM); // 0 until its motion has come
  #picture = new Uint32Array(FIRST_ROOM); // the picture a slot was last named in
  #pictures = 0;
  #hash = 0;
  #size = 0;
  readonly #slots = new Map<string, number>();
  readonly #phases: readonly (string | null)[];
  #open: { since: number; tick: number } | null = null; // a tick that has begun and is not complete
  #change: { gone: { slot: number; facts: Facts }[]; told: number[]; moved: number[] } = nothing();

  /** `phases` are the labels of the phase codes. */
  constructor(phases: readonly (string | null)[] = []) {
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
      this.#still(slot);
    }
    this.facts[slot] = facts;
    this.last_heard[slot] = lastHeard;
    this.#factsHash[slot] = hash;
    this.#picture[slot] = this.#pictures;
    this.#change.told.push(slot);
  }

  /** The hash of the facts in a slot, where a flight is. */
  factsHash(slot: number): number | null {
    return this.facts[slot] ? this.#factsHash[slot]! : null;
  }

  /** Where the flight of the slot is and how it moves; `hash` is that of the whole flight. */
  move(slot: number, moved: Moved, hash: number): void {
    this.lat[slot] = moved.lat;
    this.lon[slot] = moved.lon;
    this.altitude_ft[slot] = moved.altitude_ft;
    this.geo_altitude_ft[slot] = moved.geo_altitude_ft;
    this.ground_speed_kt[slot] = moved.ground_speed_kt;
    this.track_deg[slot] = moved.track_deg;
    this.vertical_rate_fpm[slot] = moved.vertical_rate_fpm;
    this.time[slot] = moved.time;
    this.phase[slot] = moved.phase;
    if (!(moved.time <= this.last_heard[slot]!) && !Number.isNaN(moved.time)) this.last_heard[slot] = moved.time;
    this.x[slot] = mercatorX(moved.lon);
    this.y[slot] = mercatorY(moved.lat);
    const [vx, vy] = velocity(moved.lat, moved.ground_speed_kt, moved.track_deg);
    this.vx[slot] = vx / 1000;
    this.vy[slot] = vy / 1000;
    this.#rehash(slot, hash);
    this.#picture[slot] = this.#pictures;
    this.#change.moved.push(slot);
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

  #still(slot: number): void {
    this.lat[slot] = this.lon[slot] = this.altitude_ft[slot] = this.geo_altitude_ft[slot] = this.ground_speed_kt[slot] = NaN;
    this.track_deg[slot] = this.vertical_rate_fpm[slot] = this.time[slot] = this.x[slot] = this.y[slot] = NaN;
    this.vx[slot] = this.vy[slot] = 0;
    this.phase[slot] = -1;
  }

  #rehash(slot: number, whole: number): void {
    this.#hash = (this.#hash - this.#wholeHash[slot]! + whole) | 0;
    this.#wholeHash[slot] = whole;
  }

  #reserve(slot: number): void {
    while (this.facts.length <= slot) this.facts.push(null);
    this.end = Math.max(this.end, slot + 1);
    if (slot < this.lat.length) return;
    const room = 2 ** Math.ceil(Math.log2(slot + 1));
    this.lat = grown(this.lat, room);
    this.lon = grown(this.lon, room);
    this.altitude_ft = grown(this.altitude_ft, room);
    this.geo_altitude_ft = grown(this.geo_altitude_ft, room);
    this.ground_speed_kt = grown(this.ground_speed_kt, room);
    this.track_deg = grown(this.track_deg, room);
    this.vertical_rate_fpm = grown(this.vertical_rate_fpm, room);
    this.time = grown(this.time, room);
    this.last_heard = grown(this.last_heard, room);
    this.phase = grown(this.phase, room);
    this.x = grown(this.x, room);
    this.y = grown(this.y, room);
    this.vx = grown(this.vx, room);
    this.vy = grown(this.vy, room);
    this.#factsHash = grown(this.#factsHash, room);
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
