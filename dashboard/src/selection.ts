/** The flight that was clicked. It stays on show, with its last values, when it leaves the picture. */
import type { Flights } from './flights';
import type { Flight } from './messages';

export class Selection {
  readonly #flights: Flights;
  #id: string | null = null;
  #last: Flight | null = null;

  constructor(flights: Flights) {
    this.#flights = flights;
  }

  get id(): string | null {
    return this.#id;
  }

  /** True while the stream holds the flight. */
  get present(): boolean {
    return this.#id !== null && this.#flights.get(this.#id) !== undefined;
  }

  /** The flight as it is now, or as it was last; null when none is selected. */
  get flight(): Flight | null {
    if (this.#id === null) return null;
    this.#last = this.#flights.get(this.#id) ?? this.#last;
    return this.#last;
  }

  choose(id: string | null): void {
    this.#id = id;
    this.#last = null;
  }
}
