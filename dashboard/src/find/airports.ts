/** Airports, asked of the server: one by its code, once, or some by how they begin. */
import { signal, type Signal } from '@preact/signals';
import { Refused, type Server } from '../server';
import type { Airport } from './fields';

const AGAIN_MS = 10_000;
const CODE = /^[A-Z0-9]{3,4}$/; // what else a feed calls one is not worth a question

export class AirportBook {
  readonly #server: Server;
  readonly #after: (ms: number, then: () => void) => void;
  readonly #known = new Map<string, Signal<Airport | null | undefined>>();

  constructor(server: Server, after: (ms: number, then: () => void) => void) {
    this.#server = server;
    this.#after = after;
  }

  /** An airport by its ICAO or IATA code; null if there is none. Undefined until the server has said: an effect that asks here runs again then. */
  at(code: string): Airport | null | undefined {
    const key = code.toUpperCase();
    let known = this.#known.get(key);
    if (!known) {
      this.#known.set(key, (known = signal<Airport | null | undefined>(CODE.test(key) ? undefined : null)));
      if (known.peek() === undefined) void this.#ask(key, known);
    }
    return known.value;
  }

  /** Those whose code, city or name begins so, the best first. Throws what `Server.json` throws. */
  async beginning(text: string, limit: number, outdated?: AbortSignal): Promise<readonly Airport[]> {
    const answer = (await this.#server.json(`api/v1/airports?q=${encodeURIComponent(text)}&limit=${limit}`, outdated)) as { airports: readonly Airport[] };
    return answer.airports;
  }

  async #ask(code: string, known: Signal<Airport | null | undefined>): Promise<void> {
    try {
      known.value = (await this.#server.json(`api/v1/airports/${encodeURIComponent(code)}`)) as Airport;
    } catch (error) {
      if (error instanceof Refused && error.status < 500) known.value = null;
      else this.#after(AGAIN_MS, () => void this.#ask(code, known)); // nobody answered, which says nothing of the airport
    }
  }
}
