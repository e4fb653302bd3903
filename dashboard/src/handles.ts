/**
 * What the handles of the packed stream stand for, and the digest of all flights they name. Handles
 * are part of the picture: they outlive the connection, because a resumed stream goes on with them.
 */

/** A flight as far as reading the next message needs it. */
export interface Held {
  readonly handle: number;
  readonly id: string;
  /** When it was last heard, as far as is known; ms since 1970. */
  heard: number | null;
  /** The hash of its facts. */
  facts: number;
  /** Its hash in the digest; 0 until its motion has come. */
  whole: number;
}

export class Handles {
  /** The names that `feed` in the facts is an index into. */
  feeds: readonly string[] = [];
  readonly #held = new Map<number, Held>();
  readonly #ofFlight = new Map<string, Held>();
  #hash = 0;
  #halfway = false;

  get size(): number {
    return this.#held.size;
  }

  /** The sum of the flights' hashes modulo 2^32. */
  get hash(): number {
    return this.#hash >>> 0;
  }

  get(handle: number): Held | undefined {
    return this.#held.get(handle);
  }

  /** A part of changes begins. With `since` 0 all is forgotten, unless the part before was of the same changes. */
  begin(since: number, more: boolean): void {
    if (since === 0 && !this.#halfway) this.#forget();
    this.#halfway = more;
  }

  /**
   * The connection broke. True if that was between two parts: what one of them took away cannot be
   * told again, so all is forgotten, and only a fresh picture helps.
   */
  breakOff(): boolean {
    const broken = this.#halfway;
    if (broken) this.#forget();
    this.#halfway = false;
    return broken;
  }

  /** Names a flight by a handle; returns the id of the one it named before, if that was another. */
  bind(handle: number, id: string, heard: number | null, facts: number): string | null {
    const before = this.#held.get(handle);
    if (before?.id === id) {
      before.heard = heard;
      before.facts = facts;
      return null;
    }
    const replaced = this.drop(handle);
    const elsewhere = this.#ofFlight.get(id);
    if (elsewhere) this.drop(elsewhere.handle);
    const held = { handle, id, heard, facts, whole: 0 };
    this.#held.set(handle, held);
    this.#ofFlight.set(id, held);
    return replaced;
  }

  /** The flight has moved, and has another hash. */
  rehash(held: Held, whole: number): void {
    this.#hash = (this.#hash - held.whole + whole) | 0;
    held.whole = whole;
  }

  /** Returns the id of the flight that the handle named; null if it named none. */
  drop(handle: number): string | null {
    const held = this.#held.get(handle);
    if (!held) return null;
    this.rehash(held, 0);
    this.#held.delete(handle);
    this.#ofFlight.delete(held.id);
    return held.id;
  }

  #forget(): void {
    this.#held.clear();
    this.#ofFlight.clear();
    this.#hash = 0;
  }
}
