/** Skies for tests: flights as plain objects, told and moved as the stream would. */
import type { Facts } from './flight';
import { Sky, type Change } from './sky';

/** A flight's motion as it was sent; NaN is not known. `phase` is an index into the labels, or -1. */
interface Moved {
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

export type Plain = Partial<Omit<Facts, 'id'>> & Partial<Moved> & { id: string; last_heard?: number };

const PHASES = ['parked', 'taxi', 'takeoff', 'climb', 'cruise', 'descent', 'approach', 'landed'];

export function factsOf(plain: Plain): Facts {
  return {
    icao24: plain.id.split('-')[0] ?? '', callsign: null, registration: null, type_code: null, category: null,
    operator: null, origin: null, destination: null, on_ground: false, squawk: null, emergency: null, nic: null,
    nac_p: null, position_source: 'adsb', feed: 'roof', coasting: false, started_at: 0, ...pick(plain),
  };
}

/** Puts flights into a sky, in slots from 1 on, or where they are already. */
export function tell(sky: Sky, plains: readonly Plain[], { since = sky.tick, time = 0 } = {}): Change {
  sky.begin(since, sky.tick + 1);
  let free = sky.end;
  for (const plain of plains) {
    const slot = sky.slotOf(plain.id) ?? free++;
    sky.tell(slot, factsOf(plain), plain.last_heard ?? plain.time ?? NaN, 1);
    for (const column of NUMBERS) sky[column][slot] = plain[column] ?? NaN;
    sky.phase[slot] = plain.phase ?? -1;
    sky.move(Int32Array.of(slot), Int32Array.of(1), 1);
  }
  return sky.settle(time);
}

export function skyOf(...plains: Plain[]): Sky {
  const sky = new Sky(PHASES);
  tell(sky, plains, { since: 0 });
  return sky;
}

const NUMBERS = [
  'lat', 'lon', 'altitude_ft', 'geo_altitude_ft', 'ground_speed_kt', 'track_deg', 'vertical_rate_fpm', 'time',
] as const;
const MOVED = new Set<string>([...NUMBERS, 'phase', 'last_heard']);

function pick(plain: Plain): Partial<Facts> & { id: string } {
  return Object.fromEntries(Object.entries(plain).filter(([name]) => !MOVED.has(name))) as Partial<Facts> & { id: string };
}
