/** How far a receiver hears: the farthest position in each direction from home, or from its antenna. */
import type { Feature, Position } from 'geojson';
import { bearingDeg, distanceM } from '../sky/great_circle';
import type { Feed } from '../sky/feeds';
import type { Place } from '../sky/motion';
import { destination, unbroken } from './great_circle_shapes';

const NAUTICAL_MILE_M = 1852;
export const SECTORS = 72;
/** Farther away no aircraft is above the horizon: such a position came by another receiver. */
export const FARTHEST_M = 400 * NAUTICAL_MILE_M;

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
    return reach(this.home, [...this.#farthest], {});
  }
}

/** What a server knows of its receivers: the outline of what each has heard, and where it stands. `chosen` is drawn bolder. */
export function toldReach(feeds: readonly Feed[], chosen: string | null): Feature[] {
  return feeds.flatMap(({ name, receiver, outline }) => {
    if (!receiver) return [];
    const bold = name === chosen;
    const antenna: Feature = { type: 'Feature', properties: { bold }, geometry: { type: 'Point', coordinates: [receiver.lon, receiver.lat] } };
    return [reach(receiver, (outline ?? []).map((miles) => (miles ?? 0) * NAUTICAL_MILE_M), { bold }) ?? [], antenna].flat();
  });
}

/** Sectors of equal width around a place, from north on, each as long as its `metres`. */
function reach(from: Place, metres: readonly number[], properties: Feature['properties']): Feature | null {
  if (!metres.some((far) => far > 0)) return null;
  const corners: Position[] = metres.flatMap((far, sector) => [sector, sector + 1].map((edge) => {
    const { lat, lon } = destination(from, (edge * 360) / metres.length, far);
    return [lon, lat];
  }));
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [unbroken([...corners, corners[0]!])] } };
}
