/**
 * Which flights are shown: those that satisfy every term of the filter. A tick sifts only what it
 * touched; other terms sift all. Where a flight gets to by itself (it climbs through a bound, flies
 * into a circle) is looked at again every few seconds.
 */
import { signal } from '@preact/signals';
import type { Change, Sky } from '../sky/sky';
import type { Parsed, Term } from './grammar';

const AGAIN_MS = 5000;

export class Sieve {
  /** By slot: 1 for a flight that is shown. Another array once the sky has outgrown it. */
  passed = new Uint8Array(0);
  /** How many are shown. */
  count = 0;
  /** The terms as they were read, good and bad: the chips. */
  readonly terms = signal<readonly Parsed[]>([]);
  /** Grows when all was sifted anew, so any flight may have come or gone; after a tick only those it touched. */
  readonly sifted = signal(0);

  readonly #sky: Sky;
  #used: readonly Term[] = [];
  #moving = false;
  #time = 0; // of the stream
  #again = 0;

  constructor(sky: Sky) {
    this.#sky = sky;
  }

  /** True while there is a term that can be used, so that flights may be missing. */
  get active(): boolean {
    return this.#used.length > 0;
  }

  /** Takes other terms. Those that cannot be used, or not yet, let all flights pass. */
  use(terms: readonly Parsed[]): void {
    this.#used = terms.filter((term): term is Term => !('error' in term) && !term.waiting);
    this.#moving = this.#used.some((term) => term.moving);
    this.terms.value = terms;
    this.resift();
  }

  /** Sifts what a tick touched. */
  sift({ gone, told, moved, time }: Change): void {
    this.#time = time;
    this.#makeRoom();
    for (const { slot } of gone) this.#judge(slot);
    for (const slot of told) this.#judge(slot);
    if (this.active) for (const slot of moved) this.#judge(slot); // else who was told passes, wherever it goes
    if (this.#moving && Math.abs(time - this.#again) >= AGAIN_MS && this.#siftAll()) this.#tell();
  }

  /** Sifts all. */
  resift(): void {
    this.#siftAll();
    this.#tell();
  }

  /** True if any flight came or went. */
  #siftAll(): boolean {
    this.#again = this.#time;
    this.#makeRoom();
    let other = false;
    for (let slot = 1; slot < this.#sky.end; slot++) if (this.#judge(slot)) other = true;
    return other;
  }

  #tell(): void {
    this.sifted.value = this.sifted.peek() + 1;
  }

  #judge(slot: number): boolean {
    const passes = this.#sky.facts[slot] && this.#satisfies(slot) ? 1 : 0;
    const before = this.passed[slot]!;
    this.count += passes - before;
    this.passed[slot] = passes;
    return passes !== before;
  }

  #satisfies(slot: number): boolean {
    for (const term of this.#used) if (!term.test(this.#sky, slot, this.#time)) return false;
    return true;
  }

  #makeRoom(): void {
    const room = this.#sky.lat.length;
    if (this.passed.length >= room) return;
    const wider = new Uint8Array(room);
    wider.set(this.passed);
    this.passed = wider;
  }
}
