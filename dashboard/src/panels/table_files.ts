/** The listed flights as files: every value under its name in the schema, in the schema's units. Pure. */
import type { Flight, Name } from '../sky/flight';
import { csv, type Cell } from '../text/csv';

const NAMES: readonly Name[] = [
  'id', 'icao24', 'callsign', 'registration', 'type_code', 'category', 'operator', 'origin', 'destination', 'lat', 'lon',
  'altitude_ft', 'geo_altitude_ft', 'on_ground', 'ground_speed_kt', 'track_deg', 'vertical_rate_fpm', 'squawk', 'emergency',
  'phase', 'nic', 'nac_p', 'position_source', 'feed', 'time', 'last_heard', 'coasting', 'started_at',
];
const TIMES: ReadonlySet<Name> = new Set<Name>(['time', 'last_heard', 'started_at']);
const METRES = 0.3048;

export function csvOf(flights: Iterable<Flight>): string {
  return csv(NAMES, rows(flights));
}

function* rows(flights: Iterable<Flight>): IterableIterator<Cell[]> {
  for (const flight of flights) yield NAMES.map((name) => value(flight, name));
}

/** Points, with the height above the ellipsoid where it is known; a flight without a position has no geometry. */
export function geojsonOf(flights: Iterable<Flight>): string {
  const features = Array.from(flights, (flight) => {
    const { id, lat, lon, geo_altitude_ft } = flight;
    const height = geo_altitude_ft === null ? [] : [Math.round(geo_altitude_ft * METRES)];
    const geometry = lat === null || lon === null ? null : { type: 'Point', coordinates: [lon, lat, ...height] };
    return { type: 'Feature', id, geometry, properties: Object.fromEntries(NAMES.map((name) => [name, value(flight, name)])) };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** `aerotrack 2026-11-22 20.04.07Z.csv`. */
export function fileName(at: number, ending: string): string {
  return `aerotrack ${new Date(at).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')}Z.${ending}`;
}

function value(flight: Flight, name: Name): Cell {
  const told = flight[name];
  return typeof told === 'number' && TIMES.has(name) ? new Date(told).toISOString() : told;
}
