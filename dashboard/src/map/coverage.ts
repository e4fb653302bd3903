/** How far a receiver hears: the farthest position in each direction from home. */
import type { Feature, Position } from 'geojson';
import { bearingDeg, distanceM } from '../sky/great_circle';
import type { Place } from '../sky/motion';
import { destination, unbroken } from './great_circle_shapes';

export const SECTORS = 72;
/** Farther away no aircraft is above the horizon: such a position came by another receiver. */
export const FARTHEST_M = 400 * 1852;

export class Coverage {
  readonly home: Place;
  readonly #farthest = new Float64Array(SECTORS); // metres

  constructor(home: Place) {
    this.home = home;
  }

  /** A position was heard. True if none was as far away in that direction. */
  heard(lat: number, lon: number): boolean {
    if (!(Math.abs(lat - this.home.lat) < 7)) return false; // 420 NM: most of the world is refused without a sine
    const distance = distanceM(this.home, { lat, lon });
    if (!(distance <= FARTHEST_M)) return false;
    const sector = Math.floor((bearingDeg(this.home, { lat, lon }) * SECTORS) / 360) % SECTORS;
    if (distance <= this.#farthest[sector]!) return false;
    this.#farthest[sector] = distance;
    return true;
  }

  /** The outline so far: of each sector its edge, and home where nothing was heard. Null while that is everywhere. */
  outline(): Feature | null {
    if (!this.#farthest.some((metres) => metres > 0)) return null;
    const corners: Position[] = [];
    this.#farthest.forEach((metres, sector) => {
      for (const edge of [sector, sector + 1]) {
        const { lat, lon } = destination(this.home, (edge * 360) / SECTORS, metres);
        corners.push([lon, lat]);
      }
    });
    return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [unbroken([...corners, corners[0]!])] } };
  }
}

/**
 * The outline a server tells of a feed, drawn as it is: `outline` is a ring of [longitude, latitude], or a GeoJSON
 * polygon. Null for anything else.
 */
export function toldOutline(outline: unknown): Feature | null {
  const ring = Array.isArray(outline) ? outline : (outline as { coordinates?: unknown[] } | null | undefined)?.coordinates?.[0];
  if (!Array.isArray(ring)) return null;
  const places = ring.filter((place): place is Position => Array.isArray(place) && Number.isFinite(place[0]) && Math.abs(place[1] as number) <= 90);
  if (places.length < 3 || places.length > 10_000) return null;
  return { type: 'Feature', properties: { told: true }, geometry: { type: 'Polygon', coordinates: [unbroken([...places, places[0]!])] } };
}
