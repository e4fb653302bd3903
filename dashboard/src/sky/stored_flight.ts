/** Flights as `/api/v1/flights/{id}` and the lists of the past tell them: the schema's names, times as RFC 3339. */
import type { Flight } from './flight';

/** A flight as it was last. */
export interface StoredFlight extends Flight {
  /** Null while it goes on. */
  readonly ended_at: number | null;
}

const TEXTS = ['callsign', 'registration', 'type_code', 'category', 'operator', 'origin', 'destination', 'squawk', 'emergency', 'position_source', 'feed', 'phase'] as const;
const NUMBERS = ['lat', 'lon', 'altitude_ft', 'geo_altitude_ft', 'ground_speed_kt', 'track_deg', 'vertical_rate_fpm', 'nic', 'nac_p'] as const;

/** Throws if it is no flight. */
export function readFlight(answer: unknown): StoredFlight {
  const row = answer as Record<string, unknown> | null;
  const started_at = timeOf(row?.['started_at']);
  if (typeof row?.['id'] !== 'string' || typeof row['icao24'] !== 'string' || started_at === null) {
    throw new TypeError('The answer is no flight.');
  }
  const texts = Object.fromEntries(TEXTS.map((name) => [name, textOf(row[name])])) as Record<(typeof TEXTS)[number], string | null>;
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, numberOf(row[name])])) as Record<(typeof NUMBERS)[number], number | null>;
  return {
    ...texts, ...numbers, id: row['id'], icao24: row['icao24'], started_at, on_ground: flagOf(row['on_ground']),
    coasting: flagOf(row['coasting']), time: timeOf(row['time']), last_heard: timeOf(row['last_heard']), ended_at: timeOf(row['ended_at']),
  };
}

/** The flights of a page, those that can be read. Throws if there is no list. */
export function readFlights(answer: unknown): { flights: StoredFlight[]; next: string | null } {
  const { flights, next } = (answer ?? {}) as { flights?: unknown; next?: unknown };
  if (!Array.isArray(flights)) throw new TypeError('The answer came without a list of flights.');
  return { flights: flights.map(readFlight), next: textOf(next) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function timeOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}
