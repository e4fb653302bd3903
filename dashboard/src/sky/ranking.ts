/**
 * Sorting thousands of slots without an object or a comparison: every key is written as one or two whole numbers of
 * 32 bits, and a radix sort, which keeps the order of equals, goes over those from the last to the first.
 */
import type { Sky } from './sky';

/** What a key may depend on besides the sky. */
export interface Moment {
  /** The stream's time, ms. */
  readonly now: number;
  readonly home: { readonly lat: number; readonly lon: number } | null;
}

/**
 * What slots are sorted by: a number (NaN is not known), a code of up to eight letters and digits (what follows them
 * is not looked at), or one of a few names of any length.
 */
export type Key =
  | { readonly kind: 'number'; of(sky: Sky, slot: number, moment: Moment): number }
  | { readonly kind: 'code'; of(sky: Sky, slot: number): string | null }
  | { readonly kind: 'name'; of(sky: Sky, slot: number): string | null };

const UNKNOWN = 0xffffffff; // above all that is known, whichever way it is sorted
const BITS = 11; // of a key in one pass
const PASSES = 3;
const BUCKETS = 1 << BITS;

export class Ranking {
  /** The sorted slots are the first `count` of these; before a sort, the slots to be sorted. */
  slots = new Uint32Array(0);
  #spare = new Uint32Array(0);
  #floats = new Float32Array(0);
  #keys = new Uint32Array(0); // the same bytes
  #spareKeys = new Uint32Array(0);
  #firstFour = new Uint32Array(0); // of a code, by slot
  readonly #counts = new Uint32Array(BUCKETS * PASSES);

  /** Room for all slots below `end`. */
  reserve(end: number): void {
    if (this.slots.length >= end) return;
    const room = 2 ** Math.ceil(Math.log2(end));
    this.slots = new Uint32Array(room);
    this.#spare = new Uint32Array(room);
    this.#floats = new Float32Array(room);
    this.#keys = new Uint32Array(this.#floats.buffer);
    this.#spareKeys = new Uint32Array(room);
    this.#firstFour = new Uint32Array(room);
  }

  /** Sorts the first `count` slots. Equals stay as they are, and what is not known is last in both directions. */
  sort(count: number, sky: Sky, key: Key, descending: boolean, moment: Moment): void {
    if (key.kind === 'number') this.#numbers(count, sky, key.of, descending, moment);
    else if (key.kind === 'name') this.#names(count, sky, key.of, descending);
    else this.#codes(count, sky, key.of, descending);
  }

  #numbers(count: number, sky: Sky, of: (sky: Sky, slot: number, moment: Moment) => number, descending: boolean, moment: Moment): void {
    const [slots, floats, keys] = [this.slots, this.#floats, this.#keys];
    for (let i = 0; i < count; i++) floats[i] = of(sky, slots[i]!, moment) + 0; // adding 0 makes 0 of -0
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(floats[i]!)) {
        keys[i] = UNKNOWN;
        continue;
      }
      const bits = keys[i]!;
      const rising = (bits & 0x80000000) !== 0 ? ~bits : bits | 0x80000000;
      keys[i] = descending ? ~rising : rising;
    }
    this.#radix(count);
  }

  #names(count: number, sky: Sky, of: (sky: Sky, slot: number) => string | null, descending: boolean): void {
    const [slots, keys] = [this.slots, this.#keys];
    const found = new Map<string, number>();
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      const name = of(sky, slots[i]!);
      if (name === null || name === '') {
        keys[i] = UNKNOWN;
        continue;
      }
      let index = found.get(name);
      if (index === undefined) {
        index = names.push(name) - 1;
        found.set(name, index);
      }
      keys[i] = index;
    }
    const folded = names.map((name) => name.toLowerCase());
    const order = names.map((_, index) => index);
    order.sort((a, b) => (folded[a]! < folded[b]! ? -1 : folded[a]! > folded[b]! ? 1 : a - b));
    const rank = new Uint32Array(names.length);
    order.forEach((index, place) => (rank[index] = descending ? names.length - place : place));
    for (let i = 0; i < count; i++) if (keys[i] !== UNKNOWN) keys[i] = rank[keys[i]!]!;
    this.#radix(count);
  }

  #codes(count: number, sky: Sky, of: (sky: Sky, slot: number) => string | null, descending: boolean): void {
    const [slots, keys, firstFour] = [this.slots, this.#keys, this.#firstFour];
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const code = of(sky, slot);
      if (code === null || code === '') {
        firstFour[slot] = UNKNOWN;
        keys[i] = 0;
        continue;
      }
      const [first, last] = [four(code, 0), four(code, 4)];
      firstFour[slot] = descending ? BELOW - first : first;
      keys[i] = descending ? BELOW - last : last;
    }
    this.#radix(count);
    for (let i = 0; i < count; i++) keys[i] = firstFour[slots[i]!]!;
    this.#radix(count);
  }

  /** Sorts the slots by `#keys`, which it moves along. */
  #radix(count: number): void {
    const counts = this.#counts.fill(0);
    let [slots, spare, keys, spareKeys] = [this.slots, this.#spare, this.#keys, this.#spareKeys];
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      counts[key & (BUCKETS - 1)]!++;
      counts[BUCKETS + ((key >>> BITS) & (BUCKETS - 1))]!++;
      counts[2 * BUCKETS + (key >>> (2 * BITS))]!++;
    }
    for (let pass = 0; pass < PASSES; pass++) {
      const [from, shift] = [pass * BUCKETS, pass * BITS];
      if (count > 0 && counts[from + ((keys[0]! >>> shift) & (BUCKETS - 1))] === count) continue; // all alike
      let next = 0;
      for (let bucket = from; bucket < from + BUCKETS; bucket++) {
        const size = counts[bucket]!;
        counts[bucket] = next;
        next += size;
      }
      for (let i = 0; i < count; i++) {
        const key = keys[i]!;
        const place = counts[from + ((key >>> shift) & (BUCKETS - 1))]!++;
        spare[place] = slots[i]!;
        spareKeys[place] = key;
      }
      [slots, spare, keys, spareKeys] = [spare, slots, spareKeys, keys];
    }
    if (slots !== this.slots) this.slots.set(slots.subarray(0, count));
  }
}

const BELOW = 2 ** 28 - 1; // above all codes of four letters

/** Four letters of a code from `start`, small ones as capitals; nothing is before every letter, what is not ASCII after. */
function four(code: string, start: number): number {
  let packed = 0;
  for (let i = start; i < start + 4; i++) {
    let letter = i < code.length ? code.charCodeAt(i) : 0;
    if (letter >= 97 && letter <= 122) letter -= 32;
    packed = (packed << 7) | Math.min(letter, 127);
  }
  return packed;
}
