/**
 * What the GPU knows of each flight: one record of 48 bytes for each slot, and the same arithmetic as the shader's, so
 * that what is under the pointer is what is drawn there.
 *
 *     word  0  1   uint   place: x in 2^-32, y in 2^-31 of the world, so that neither difference of two overflows 32 bits
 *                         where it matters: x may wrap around the world, y must not
 *           2  3   float  velocity, those units per second of stream time
 *           4  5   float  correction: where it was drawn, less where it is, when it was last told; it fades by wall time
 *           6      float  stream time of the place, seconds since `streamBase`
 *           7      float  wall time of the correction, seconds since `wallBase`
 *           8  9   float  shade along the ramp of colours, and its change per second of stream time
 *          10      uint   track in 2^-16 turns, and the fading correction of it in the upper half, signed
 *          11      uint   flags
 */
import type { Sky } from '../sky/sky';

export const WORDS = 12;
export const PAGE = 256; // slots that are uploaded together
export const X_WORLD = 2 ** 32;
export const Y_WORLD = 2 ** 31;
export const FADE = 2.5; // per second
const FARTHEST_FADE = 12_000 / 40_075_017; // worlds: beyond 12 km a correction is a jump, and sliding there a lie
const OLDEST_FADE_S = 8; // exp(-20): nothing is left
const HEADINGS = 65_536 / 360;
const BLOCK = 256;
const LONGEST_BASE_S = 3600; // seconds of 32 bits are exact to a quarter of a millisecond until then

/** A moment by both clocks, ms. */
export interface Moment {
  readonly stream: number;
  readonly wall: number;
}

/** What is said of a flight beside its motion. Bits 0 to 4 are the number of its shape. */
export const FLAG = {
  shape: 0x1f, shown: 1 << 5, ghost: 1 << 6, emergency: 1 << 7, selected: 1 << 8, hovered: 1 << 9, coasting: 1 << 10,
  grounded: 1 << 11,
  /** These are the records' own: it has a place; the shade means something; it has the colour of the ground. */
  placed: 1 << 12, shaded: 1 << 13, earthen: 1 << 14,
} as const;
/** Drawn in front of all others. */
export const FRONT = FLAG.emergency | FLAG.selected | FLAG.hovered;
const OWN = FLAG.placed | FLAG.shaded | FLAG.earthen;

/** Where along the ramp, and how that changes with the seconds of stream time; NaN is not known. */
export interface Shade {
  at: number;
  rate: number;
  earthen: boolean;
}

type Near = (x: number, y: number) => boolean;

export class Records {
  words = new Float32Array(0);
  /** The same memory as whole numbers. */
  bits = new Uint32Array(0);
  streamBase = 0;
  wallBase = 0;
  /** Slots to draw in front. */
  readonly front = new Set<number>();
  #touched = new Uint8Array(0); // by page
  #grown = false;

  readonly #sky: Sky;

  constructor(sky: Sky) {
    this.#sky = sky;
  }

  /** How many slots there are records for. */
  get room(): number {
    return this.bits.length / WORDS;
  }

  /** Makes room for all slots of the sky. */
  reserve(): void {
    if (this.bits.length >= this.#sky.end * WORDS) return;
    const room = Math.max(this.#sky.lat.length, this.#sky.end);
    const bits = new Uint32Array(Math.ceil(room / PAGE) * PAGE * WORDS);
    bits.set(this.bits);
    this.bits = bits;
    this.words = new Float32Array(bits.buffer);
    this.#touched = new Uint8Array(bits.length / WORDS / PAGE);
    this.#grown = true;
  }

  /**
   * Where the sky has these flights now. With `smooth` they slide there from where they were drawn; the longest distance
   * of that is returned, in worlds, of those that are `near`.
   */
  move(slots: readonly number[], moment: Moment, smooth: boolean, near: Near): number {
    let farthest = 0;
    for (let from = 0; from < slots.length; from += BLOCK) {
      farthest = Math.max(farthest, this.#move(slots, from, Math.min(slots.length, from + BLOCK), moment, smooth, near));
    }
    return farthest;
  }

  /** One loop, for a tick may move 20,000; and not over all of them, for engines make fast what is called often. */
  #move(slots: readonly number[], from: number, to: number, moment: Moment, smooth: boolean, near: Near): number {
    const { words, bits } = this;
    const touched = this.#touched;
    const { x: xs, y: ys, vx: vxs, vy: vys, time: times, track_deg: tracks, facts } = this.#sky;
    const stream = (moment.stream - this.streamBase) / 1000;
    const wall = (moment.wall - this.wallBase) / 1000;
    let told = NaN; // when the correction was made of which `left` is left: mostly as for the one before
    let left = 0;
    let farthest = 0;
    for (let i = from; i < to; i++) {
      const slot = slots[i]!;
      if (!facts[slot]) continue; // it has left since
      const at = slot * WORDS;
      const x = xs[slot]!;
      const y = ys[slot]!;
      const flags = bits[at + 11]!;
      if (Number.isNaN(x) || Number.isNaN(y)) {
        this.#flag(slot, flags & ~FLAG.placed);
        continue;
      }
      const time = times[slot]!;
      const timed = !Number.isNaN(time);
      const vx = vxs[slot]! * 1000;
      const vy = vys[slot]! * 1000;
      const track = tracks[slot]!;
      const heading = Number.isNaN(track) ? 0 : Math.floor(track * HEADINGS + 0.5) & 0xffff;
      let turn = 0;
      let dx = 0;
      let dy = 0;
      if (smooth && (flags & FLAG.placed) !== 0) {
        if (words[at + 7] !== told) {
          told = words[at + 7]!;
          left = Math.exp(-FADE * (wall - told));
        }
        const before = stream - words[at + 6]!;
        const since = timed ? (moment.stream - time) / 1000 : 0;
        dx = (bits[at]! + words[at + 2]! * before + words[at + 4]! * left) / X_WORLD - (x + vx * since);
        if (!(dx >= -0.5 && dx <= 0.5)) dx -= Math.round(dx);
        dy = (bits[at + 1]! + words[at + 3]! * before + words[at + 5]! * left) / Y_WORLD - (y + vy * since);
        const slid = Math.sqrt(dx * dx + dy * dy);
        if (isJump(slid, y)) dx = dy = 0;
        else if (slid > farthest && near(x, y)) farthest = slid;
        if (!Number.isNaN(track)) {
          const drawn = bits[at + 10]!;
          turn = (Math.floor((drawn & 0xffff) + (drawn >> 16) * left + 0.5) - heading) << 16; // wraps: the short way
        }
      }
      bits[at] = Math.floor(x * X_WORLD + 0.5);
      bits[at + 1] = y <= 0 ? 0 : y >= 1 ? Y_WORLD : Math.floor(y * Y_WORLD + 0.5);
      words[at + 2] = timed ? vx * X_WORLD : 0;
      words[at + 3] = timed ? vy * Y_WORLD : 0;
      words[at + 4] = dx * X_WORLD;
      words[at + 5] = dy * Y_WORLD;
      words[at + 6] = timed ? (time - this.streamBase) / 1000 : this.#since(slot, this.streamBase);
      words[at + 7] = wall;
      bits[at + 10] = heading | turn;
      bits[at + 11] = flags | FLAG.placed;
      touched[(slot / PAGE) | 0] = 1;
    }
    return farthest;
  }

  shade(slot: number, { at: shade, rate, earthen }: Shade): void {
    const at = slot * WORDS;
    const known = !Number.isNaN(shade);
    this.words[at + 8] = known ? shade : 0;
    this.words[at + 9] = known ? rate : 0;
    const paint = (known ? FLAG.shaded : 0) | (earthen ? FLAG.earthen : 0);
    this.#flag(slot, (this.bits[at + 11]! & ~(FLAG.shaded | FLAG.earthen)) | paint);
    this.#touch(slot);
  }

  /** All flags that are not the records' own. */
  look(slot: number, flags: number): void {
    this.#flag(slot, (this.bits[slot * WORDS + 11]! & OWN) | flags);
  }

  /** No flight is here. */
  clear(slot: number): void {
    this.bits.fill(0, slot * WORDS, (slot + 1) * WORDS - 1);
    this.#flag(slot, 0);
  }

  flags(slot: number): number {
    return this.bits[slot * WORDS + 11]!;
  }

  /** Where the shader draws it, in worlds; `raw`: where it was heard last. Written into `out`, which is returned. */
  place(slot: number, moment: Moment, raw: boolean, out: { x: number; y: number }): { x: number; y: number } {
    const { words, bits } = this;
    const at = slot * WORDS;
    const since = raw ? 0 : (moment.stream - this.streamBase) / 1000 - words[at + 6]!;
    const slides = !raw && (words[at + 4] !== 0 || words[at + 5] !== 0);
    const left = slides ? this.#left(at, moment) : 0;
    out.x = (bits[at]! + words[at + 2]! * since + words[at + 4]! * left) / X_WORLD;
    out.y = (bits[at + 1]! + words[at + 3]! * since + words[at + 5]! * left) / Y_WORLD;
    return out;
  }

  /** What is left of a correction. */
  #left(at: number, moment: Moment): number {
    return Math.exp(-FADE * ((moment.wall - this.wallBase) / 1000 - this.words[at + 7]!));
  }

  /** Renews the time base, so that seconds of 32 bits stay exact. True if it did. */
  rebase(moment: Moment): boolean {
    const old = Math.abs(moment.stream - this.streamBase) > LONGEST_BASE_S * 1000;
    if (!old && moment.wall - this.wallBase < LONGEST_BASE_S * 1000) return false;
    const { words } = this;
    const walls = (moment.wall - this.wallBase) / 1000;
    const slots = Math.min(this.#sky.end, words.length / WORDS);
    for (let slot = 1; slot < slots; slot++) {
      const at = slot * WORDS;
      words[at + 6] = this.#since(slot, moment.stream);
      const faded = words[at + 7]! - walls;
      words[at + 7] = Math.max(-OLDEST_FADE_S, faded);
      if (faded < -OLDEST_FADE_S) words[at + 4] = words[at + 5] = 0;
    }
    this.streamBase = moment.stream;
    this.wallBase = moment.wall;
    this.#touched.fill(1, 0, Math.ceil(slots / PAGE));
    return true;
  }

  /** Stretches of slots that changed since the last call, or null if all must be uploaded. Neighbouring pages are one. */
  changed(): readonly (readonly [from: number, to: number])[] | null {
    if (this.#grown) {
      this.#grown = false;
      this.#touched.fill(0);
      return null;
    }
    const stretches: [number, number][] = [];
    for (let page = this.#touched.indexOf(1); page >= 0; page = this.#touched.indexOf(1, page)) {
      this.#touched[page] = 0;
      const last = stretches.at(-1);
      if (last && last[1] === page * PAGE) last[1] += PAGE;
      else stretches.push([page * PAGE, (page + 1) * PAGE]);
    }
    return stretches;
  }

  /** The GPU has forgotten everything. */
  forget(): void {
    this.#grown = true;
  }

  /** When it was where it is, or was heard at least, in seconds after a base. */
  #since(slot: number, base: number): number {
    const time = this.#sky.time[slot]!;
    const known = Number.isNaN(time) ? this.#sky.last_heard[slot]! : time;
    return Number.isNaN(known) ? 0 : (known - base) / 1000;
  }

  #flag(slot: number, flags: number): void {
    const at = slot * WORDS + 11;
    if (this.bits[at] === flags) return;
    this.bits[at] = flags;
    if ((flags & FRONT) !== 0) this.front.add(slot);
    else if (this.front.size > 0) this.front.delete(slot);
    this.#touch(slot);
  }

  #touch(slot: number): void {
    this.#touched[(slot / PAGE) | 0] = 1;
  }
}

/** Is a correction of so many worlds too long to slide? The ground is the farther on the map the higher the latitude. */
function isJump(slid: number, y: number): boolean {
  return !(slid <= FARTHEST_FADE) && !(slid / Math.cosh(Math.PI * (1 - 2 * y)) <= FARTHEST_FADE);
}
