/** How often the aircraft are drawn anew: when one may have visibly moved, and no oftener than the map can bear. */

const CIRCUMFERENCE_M = 40_075_017;
const TILE_PX = 512;
const FASTEST_MPS = 260;
const VISIBLE_PX = 0.5;
const MOST_MS = 1000;
const LEAST_MS = 100;
const PER_FLIGHT_MS = 0.06; // what giving the map one more symbol may cost in waiting

/** Milliseconds between two drawings; `rate` is that of the stream's clock. */
export function repaintInterval(zoom: number, lat: number, flights: number, rate: number): number {
  const metresPerPixel = (CIRCUMFERENCE_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
  const moved = (1000 * VISIBLE_PX * metresPerPixel) / (FASTEST_MPS * Math.max(rate, 0.1));
  return Math.min(MOST_MS, Math.max(LEAST_MS + PER_FLIGHT_MS * flights, moved));
}
