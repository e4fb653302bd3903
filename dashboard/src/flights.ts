/**
 * The flights as of one tick. `Changes` are applied whole or not at all: parts with `more` wait
 * until the last one is here, so what is drawn is always the picture of a single tick.
 */
import { COLUMN_NAMES, type Changes, type Flight, type FlightUpdate, type Known } from './messages';

const UNKNOWN = Object.fromEntries(COLUMN_NAMES.map((name) => [name, null])) as Known;

function isWhole(update: FlightUpdate): update is Flight {
  return Object.keys(update).length === COLUMN_NAMES.length + 1;
}

/** The changes do not continue what was applied: something was missed, only a fresh start helps. */
export class ChainBroken extends Error {
  override name = 'ChainBroken';
}

export class Flights {
  readonly #held = new Map<string, Flight>();
  #parts: Changes[] = [];
  #tick = 0;

  /** The tick of the changes applied last; 0 before the first. */
  get tick(): number {
    return this.#tick;
  }

  get size(): number {
    return this.#held.size;
  }

  get(id: string): Flight | undefined {
    return this.#held.get(id);
  }

  ids(): string[] {
    return [...this.#held.keys()];
  }

  [Symbol.iterator](): IterableIterator<Flight> {
    return this.#held.values();
  }

  /** True once all parts of the tick are here and applied; they are given away. Throws ChainBroken at a hole. */
  apply(changes: Changes): boolean {
    if (changes.since !== 0 && changes.since !== this.#tick) {
      throw new ChainBroken(`Changes since tick ${changes.since} came after tick ${this.#tick}: some are missing.`);
    }
    const first = this.#parts[0];
    if (first && (first.since !== changes.since || first.tick !== changes.tick)) {
      throw new ChainBroken(`A part of tick ${changes.tick} came before tick ${first.tick} was complete.`);
    }
    this.#parts.push(changes);
    if (changes.more) return false;

    const parts = this.#parts;
    this.#parts = [];
    if (changes.since === 0) this.#held.clear();
    for (const part of parts) {
      for (const id of part.gone) this.#held.delete(id);
      for (const update of part.updated) this.#merge(update);
    }
    this.#tick = changes.tick;
    return true;
  }

  /** The connection broke: the rest of a tick begun on it will never come. */
  dropParts(): void {
    this.#parts = [];
  }

  #merge(update: FlightUpdate): void {
    const held = this.#held.get(update.id);
    if (held) Object.assign(held, update);
    else this.#held.set(update.id, isWhole(update) ? update : { ...UNKNOWN, ...update });
  }
}
