/** How much of the globe is seen at all. */

const TILE_PX = 512;
const CAMERA_HEIGHTS = 1.5; // MapLibre looks down from one and a half times the height of the map

/** Degrees from the middle of the map to where the globe ends, looking straight down; less than 90. */
export function horizonDeg(zoom: number, lat: number, heightPx: number): number {
  const middle = Math.max(-80, Math.min(80, lat)); // as elsewhere: towards the poles the scale knows no end
  const radius = (TILE_PX * 2 ** zoom) / (2 * Math.PI * Math.cos((middle * Math.PI) / 180));
  return (Math.acos(radius / (radius + CAMERA_HEIGHTS * heightPx)) * 180) / Math.PI;
}
