/**
 * The emergencies there are: those in the sky, found as the stream tells of them, and those elsewhere,
 * which events and the server's list tell of. Pure but for the signal that panels follow.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Place } from './motion';
import type { Change, Sky } from './sky';

export interface Alarm {
  readonly id: string;
  readonly callsign: string | null;
  readonly emergency: string;
  readonly squawk: string | null;
  /** Where it was told to be, for one that is not in the sky. */
  readonly place: Place | null;
}

/** As much of an event as tells of an emergency. */
export interface Told {
  readonly kind: string;
  readonly flight: string;
  readonly more: Readonly<Record<string, unknown>>;
}

export class Alarms {
  readonly #list = signal<readonly Alarm[]>([]);
  readonly #here = new Map<string, Alarm>();
  readonly #elsewhere = new Map<string, Alarm>();

  /** Those in the sky first, each in the order it was found. */
  get list(): ReadonlySignal<readonly Alarm[]> {
    return this.#list;
  }

  /** A tick is complete. `started`: another time line, of which nothing is known yet. */
  take(change: Change, started: boolean, sky: Sky, live: boolean): void {
    let other = false;
    if (started) {
      other = this.#here.size + this.#elsewhere.size > 0;
      this.#here.clear();
      this.#elsewhere.clear();
    }
    for (const { facts } of change.gone) {
      const alarm = this.#here.get(facts.id);
      if (!alarm) continue;
      other = this.#here.delete(facts.id);
      if (live) this.#elsewhere.set(facts.id, alarm); // it may only have left the view: the server's list will say
    }
    for (const slot of change.told) {
      const facts = sky.facts[slot];
      if (!facts) continue;
      const { id, callsign, emergency, squawk } = facts;
      const before = this.#here.get(id);
      if (emergency === null) {
        other = this.#here.delete(id) || this.#elsewhere.delete(id) || other;
      } else if (before?.emergency !== emergency || before.callsign !== callsign || before.squawk !== squawk) {
        this.#elsewhere.delete(id);
        this.#here.set(id, { id, callsign, emergency, squawk, place: null });
        other = true;
      }
    }
    if (other) this.#tell();
  }

  /** Emergencies are told of any flight, in the view or not. */
  happened({ kind, flight, more }: Told): void {
    if (kind === 'emergency_on' && typeof more['emergency'] === 'string' && !this.#here.has(flight)) {
      const known = this.#elsewhere.get(flight);
      const nothing = { id: flight, callsign: null, squawk: null, place: null };
      this.#elsewhere.set(flight, { ...nothing, ...known, emergency: more['emergency'] });
    } else if (kind !== 'emergency_off' || !this.#elsewhere.delete(flight)) {
      return;
    }
    this.#tell();
  }

  /** All that the server knows of in the present; the sky knows better of those in it. */
  listed(alarms: readonly Alarm[]): void {
    this.#elsewhere.clear();
    for (const alarm of alarms) if (!this.#here.has(alarm.id)) this.#elsewhere.set(alarm.id, alarm);
    this.#tell();
  }

  #tell(): void {
    this.#list.value = [...this.#here.values(), ...this.#elsewhere.values()];
  }
}

/** What `api/v1/flights` answers of flights in an emergency; what is of another shape is left out. */
export function readAlarms(raw: unknown): Alarm[] {
  const flights = (raw as { flights?: unknown } | null)?.flights;
  if (!Array.isArray(flights)) return [];
  return flights.flatMap((flight: Record<string, unknown>) => {
    const { id, emergency, lat, lon } = flight;
    if (typeof id !== 'string' || typeof emergency !== 'string') return [];
    const place = typeof lat === 'number' && typeof lon === 'number' ? { lat, lon } : null;
    return [{ id, emergency, place, callsign: text(flight['callsign']), squawk: text(flight['squawk']) }];
  });
}

function text(raw: unknown): string | null {
  return typeof raw === 'string' ? raw : null;
}
